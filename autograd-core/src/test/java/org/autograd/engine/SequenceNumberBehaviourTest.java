package org.autograd.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.autograd.TestTensors.constant;
import static org.autograd.TestTensors.leaf;
import static org.autograd.TestTensors.values;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.autograd.Autograd;
import org.autograd.GradOptions;
import org.autograd.Graph;
import org.autograd.Tensor;
import org.autograd.UnderScheduler;
import org.autograd.graph.Edge;
import org.autograd.graph.Node;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** The numbers that order nodes. */
@ExtendWith(UnderScheduler.class)
class SequenceNumberBehaviourTest {
  private static long number(Tensor t) {
    return t.gradFn().sequenceNr();
  }

  private static <T> T onANewThread(Callable<T> call) throws Exception {
    ExecutorService thread = Executors.newSingleThreadExecutor();
    try {
      return thread.submit(call).get();
    } finally {
      thread.shutdown();
    }
  }

  @Test
  void numbersOfOneThreadFollowEachOther() {
    Tensor x = leaf(1);
    long first = number(x.mul(2));
    assertThat(number(x.mul(3))).isEqualTo(first + 1);
    Tensor y = x.exp();
    assertThat(number(y)).isEqualTo(first + 2);
    assertThat(number(y.sin())).isEqualTo(first + 3);
  }

  @Test
  void accumulatorsHaveTheLargestAndDoNotCount() {
    Tensor x = leaf(1);
    assertThat(Graph.getGradientEdge(x).node().sequenceNr()).isEqualTo(Long.MAX_VALUE);
    long first = number(x.mul(2));
    Graph.getGradientEdge(leaf(1));
    assertThat(number(x.mul(2))).isEqualTo(first + 1);
  }

  @Test
  void whatIsNotRecordedDoesNotCount() {
    Tensor x = leaf(1);
    long first = number(x.mul(2));
    constant(1).mul(2);
    assertThat(number(x.mul(2))).isEqualTo(first + 1);
  }

  @Test
  void aNodeIsNewerThanItsInputsFromAnotherThread() throws Exception {
    Tensor x = leaf(1);
    Tensor here = x;
    for (int i = 0; i < 5; i++) {
      here = here.mul(2);
    }
    Tensor last = here;
    long[] there =
        onANewThread(() -> {
          long own = number(x.mul(2));
          long after = number(last.mul(2));
          return new long[] {own, after, number(x.mul(2))};
        });
    assertThat(there[0]).as("a new thread counts from 0").isZero();
    assertThat(there[1]).as("its input's number is larger").isEqualTo(number(last) + 1);
    assertThat(there[2]).as("and the thread goes on from there").isEqualTo(there[1] + 1);
  }

  @Test
  void theThreadsCounterDecidesIfItIsAhead() throws Exception {
    Tensor old = onANewThread(() -> leaf(1).mul(2));
    Tensor x = leaf(1);
    long own = number(x.mul(2).mul(2));
    assertThat(number(old)).isLessThan(own);
    assertThat(number(old.mul(2))).isEqualTo(own + 1);
  }

  @Test
  void numbersFallAlongEveryEdgeOfAGraphOfAnyOrder() {
    Tensor x = leaf(0.5);
    Tensor y = x.sin().mul(x.exp()).add(x);
    Tensor first = Autograd.grad(y, x, GradOptions.DEFAULT.withCreateGraph(true));
    Tensor second = Autograd.grad(first, x, GradOptions.DEFAULT.withCreateGraph(true));
    assertThat(values(second)).hasSize(1);
    Deque<Node> open = new ArrayDeque<>();
    open.add(second.gradFn());
    int edges = 0;
    while (!open.isEmpty()) {
      Node node = open.pop();
      for (Edge e : node.nextFunctions()) {
        if (e != null && e.node().sequenceNr() != Long.MAX_VALUE) {
          assertThat(e.node().sequenceNr()).isLessThan(node.sequenceNr());
          open.add(e.node());
          edges++;
        }
      }
    }
    assertThat(edges).isGreaterThan(10);
  }
}
