package org.autograd;

import static org.assertj.core.api.Assertions.assertThat;
import static org.autograd.TestTensors.constant;
import static org.autograd.TestTensors.leaf;

import java.util.Arrays;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.UnaryOperator;
import org.autograd.graph.AccumulateGrad;
import org.autograd.graph.Edge;
import org.autograd.graph.Node;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Where the edges of nodes lead, leaves' accumulators, and nodes with several outputs. */
class GraphEdgesTest {
  private static void leadsTo(Edge edge, Node node, int inputNr) {
    assertThat(edge).isNotNull();
    assertThat(edge.node()).isSameAs(node);
    assertThat(edge.inputNr()).isEqualTo(inputNr);
  }

  private static void leadsToLeaf(Edge edge, Tensor leaf) {
    assertThat(edge.inputNr()).isZero();
    assertThat(edge.node()).isInstanceOf(AccumulateGrad.class);
    assertThat(((AccumulateGrad) edge.node()).leaf()).isSameAs(leaf);
  }

  @Test
  @Tag("GRAPH-06")
  void nodeHasOneEdgeForEachOperandInTheirOrder() {
    Tensor x = leaf(1, 2);
    Tensor y = leaf(3, 4);
    Tensor c = constant(5, 6);
    Tensor a = x.add(y);
    List<Edge> next = a.gradFn().nextFunctions();
    assertThat(next).hasSize(2);
    leadsToLeaf(next.get(0), x);
    leadsToLeaf(next.get(1), y);

    next = a.add(5).gradFn().nextFunctions();
    assertThat(next).hasSize(2);
    leadsTo(next.get(0), a.gradFn(), 0);
    assertThat(next.get(1)).isNull();

    next = c.mul(a).gradFn().nextFunctions();
    assertThat(next).hasSize(2);
    assertThat(next.get(0)).isNull();
    leadsTo(next.get(1), a.gradFn(), 0);

    List<Tensor> parts = leaf(1, 2, 3, 4).chunk(2, 0);
    next = parts.get(1).mul(parts.get(0)).gradFn().nextFunctions();
    leadsTo(next.get(0), parts.get(0).gradFn(), 1);
    leadsTo(next.get(1), parts.get(0).gradFn(), 0);

    Tensor m = Tensor.ones(DType.FLOAT64, 2, 2).requiresGrad_();
    Tensor n = m.mul(2);
    next = n.addmm(Tensor.ones(DType.FLOAT64, 2, 2), m).gradFn().nextFunctions();
    assertThat(next).hasSize(3);
    leadsTo(next.get(0), n.gradFn(), 0);
    assertThat(next.get(1)).isNull();
    leadsToLeaf(next.get(2), m);

    next = Tensors.cat(List.of(x, c, a, parts.get(1), x), 0).gradFn().nextFunctions();
    assertThat(next).hasSize(5);
    leadsToLeaf(next.get(0), x);
    assertThat(next.get(1)).isNull();
    leadsTo(next.get(2), a.gradFn(), 0);
    leadsTo(next.get(3), parts.get(1).gradFn(), 1);
    leadsToLeaf(next.get(4), x);
  }

  private static Node accumulator(Tensor leaf, UnaryOperator<Tensor> op) {
    return op.apply(leaf).gradFn().edge(0).node();
  }

  @Test
  @Tag("GRAPH-07")
  void leafHasOneAccumulator() {
    Tensor x = leaf(1, 2);
    Node acc = accumulator(x, t -> t.mul(3));
    assertThat(accumulator(x, Tensor::exp)).isSameAs(acc);
    assertThat(accumulator(x, t -> t.reshape(2, 1))).isSameAs(acc);
    assertThat(x.add(x).gradFn().edge(1).node()).isSameAs(acc);
    x.mul(3).sum().backward();
    assertThat(accumulator(x, Tensor::sin)).isSameAs(acc);
    x.requiresGrad_(false);
    x.requiresGrad_(true);
    assertThat(accumulator(x, Tensor::sin)).isSameAs(acc);
    GradMode.noGrad(() -> x.mul_(2));
    assertThat(accumulator(x, Tensor::sin)).isSameAs(acc);

    List<Tensor> others =
        List.of(leaf(1, 2), x.detach().requiresGrad_(), x.data().requiresGrad_(), x.deepCopy());
    for (Tensor other : others) {
      assertThat(accumulator(other, Tensor::sin)).isNotSameAs(acc);
    }
  }

  @Test
  @Tag("GRAPH-07")
  void leafUsedFirstByTwoThreadsAtOnceHasOneAccumulator() throws Exception {
    int rounds = 20_000;
    Tensor[] leaves = new Tensor[rounds];
    Arrays.setAll(leaves, i -> leaf(1));
    AtomicInteger arrived = new AtomicInteger();
    ExecutorService pool = Executors.newFixedThreadPool(2);
    try {
      Callable<Node[]> useAll =
          () -> {
            Node[] found = new Node[rounds];
            for (int i = 0; i < rounds; i++) {
              arrived.incrementAndGet();
              while (arrived.get() < 2 * (i + 1)) {
                Thread.onSpinWait();
              }
              found[i] = accumulator(leaves[i], t -> t.mul(2));
            }
            return found;
          };
      Future<Node[]> one = pool.submit(useAll);
      Future<Node[]> two = pool.submit(useAll);
      Node[] expected = one.get(60, TimeUnit.SECONDS);
      Node[] found = two.get(60, TimeUnit.SECONDS);
      for (int i = 0; i < rounds; i++) {
        assertThat(found[i] == expected[i]).as("same accumulator of leaf %d", i).isTrue();
      }
    } finally {
      pool.shutdownNow();
    }
  }

  private static void shareOneNode(List<Tensor> outputs) {
    Node node = outputs.get(0).gradFn();
    for (int i = 0; i < outputs.size(); i++) {
      assertThat(outputs.get(i).gradFn()).isSameAs(node);
      assertThat(outputs.get(i).outputNr()).isEqualTo(i);
    }
  }

  @Test
  @Tag("GRAPH-08")
  void outputsOfOneOperationShareItsNode() {
    Tensor x = leaf(1, 2, 3, 4);
    shareOneNode(x.chunk(2, 0));
    shareOneNode(x.split(3, 0));
    shareOneNode(x.mul(2).unbind(0));
    shareOneNode(x.splitWithSizes(new long[] {1, 2, 1}, 0));
    assertThat(x.chunk(2, 0).get(0).gradFn()).isNotSameAs(x.chunk(2, 0).get(0).gradFn());
    ValuesAndIndices sorted = x.sort(0, true);
    assertThat(sorted.values().outputNr()).isZero();
    assertThat(sorted.values().gradFn()).isNotNull();
    assertThat(sorted.indices().gradFn()).isNull();
  }
}
