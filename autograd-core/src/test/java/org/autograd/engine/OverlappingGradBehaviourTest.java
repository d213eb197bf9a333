package org.autograd.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.autograd.TestTensors.constant;
import static org.autograd.TestTensors.leaf;
import static org.autograd.TestTensors.values;

import java.util.ArrayList;
import java.util.List;
import org.autograd.Autograd;
import org.autograd.DType;
import org.autograd.GradMode;
import org.autograd.Tensor;
import org.autograd.UnderScheduler;
import org.autograd.graph.Meta;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Accumulation where several elements of a gradient, or of two of them, lie at one place. */
@ExtendWith(UnderScheduler.class)
class OverlappingGradBehaviourTest {
  private static Tensor expandedOnes() {
    return Tensor.ones(DType.FLOAT64, 1).expand(2);
  }

  @Test
  @Tag("ACC-01")
  void passAddsToAnExpandedGradThatGradReturned() {
    Tensor x = leaf(1, 1);
    Tensor assigned = Autograd.grad(x.sum(), x);
    x.setGrad(assigned);
    x.mul(constant(2, 3)).sum().backward();
    assertThat(values(x.grad())).containsExactly(3, 4);
    assertThat(values(assigned)).containsExactly(1, 1);

    Tensor sum = x.grad();
    x.mul(constant(2, 3)).sum().backward();
    assertThat(x.grad()).isSameAs(sum);
    assertThat(values(sum)).containsExactly(5, 7);
  }

  @Test
  @Tag("ACC-01")
  void passAddsToAnExpandedRetainedGrad() {
    Tensor x = leaf(1, 1);
    Tensor h = x.mul(1);
    h.retainGrad();
    h.setGrad(expandedOnes());
    h.mul(constant(2, 3)).sum().backward();
    assertThat(values(h.grad())).containsExactly(3, 4);
    assertThat(values(x.grad())).containsExactly(2, 3);
  }

  @Test
  @Tag("ACC-01")
  void passAddsToAGradWhoseRowsOverlap() {
    for (long stride : new long[] {1, 2}) {
      Tensor x = Tensor.ones(DType.FLOAT64, 2, 2).requiresGrad_();
      Tensor memory = stride == 1 ? constant(10, 20, 30) : constant(10, 0, 20, 0, 30);
      double[] before = values(memory);
      x.setGrad(memory.asStrided(new long[] {2, 2}, new long[] {stride, stride}));
      x.mul(constant(1, 2, 3, 4).reshape(2, 2)).sum().backward();
      assertThat(values(x.grad())).containsExactly(11, 22, 23, 34);
      assertThat(values(memory)).containsExactly(before);
    }
  }

  @Test
  @Tag("ACC-07")
  void gradWhoseElementsInterleaveKeepsItsStrides() {
    Tensor x = Tensor.ones(DType.FLOAT64, 2, 3).requiresGrad_();
    Tensor memory = Tensor.zeros(DType.FLOAT64, 8);
    // The rows lie at 0, 2, 4 and at 3, 5, 7.
    Tensor assigned = memory.asStrided(new long[] {2, 3}, new long[] {3, 2});
    x.setGrad(assigned);
    x.mul(constant(1, 2, 3, 4, 5, 6).reshape(2, 3)).sum().backward();
    assertThat(x.grad()).isSameAs(assigned);
    assertThat(assigned.strides()).containsExactly(3, 2);
    assertThat(values(assigned)).containsExactly(1, 2, 3, 4, 5, 6);
    assertThat(values(memory)).containsExactly(1, 0, 2, 4, 3, 5, 0, 6);
  }

  @Test
  void hookAfterAccumulationSeesTheSum() {
    Tensor x = leaf(1, 1);
    x.setGrad(expandedOnes());
    List<double[]> seen = new ArrayList<>();
    x.registerPostAccumulateGradHook(t -> seen.add(values(t.grad())));
    x.mul(constant(2, 3)).sum().backward();
    assertThat(seen).containsExactly(new double[] {3, 4});
    assertThat(values(x.grad())).containsExactly(3, 4);
  }

  @Test
  void accumulatorThatIsCalledByHandAddsToAnExpandedGrad() {
    Tensor x = leaf(1, 1);
    Tensor assigned = expandedOnes();
    x.setGrad(assigned);
    GradMode.noGrad(() -> Meta.gradientEdge(x).node().call(constant(2, 3)));
    assertThat(values(x.grad())).containsExactly(3, 4);
    assertThat(values(assigned)).containsExactly(1, 1);
  }

  @Test
  void gradientMayLieInPartWhereTheGradDoes() {
    Tensor memory = constant(1, 2, 3);
    Tensor first = leaf(0, 0);
    Tensor second = leaf(0, 0);
    Tensor assigned = memory.narrow(0, 0, 2);
    first.setGrad(assigned);
    second.add(first).backward(memory.narrow(0, 1, 2));
    assertThat(first.grad()).isSameAs(assigned);
    assertThat(values(assigned)).containsExactly(1 + 2, 2 + 3);
    assertThat(values(second.grad())).containsExactly(2, 3);
  }
}
