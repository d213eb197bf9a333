package org.autograd;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.autograd.TestTensors.constant;
import static org.autograd.TestTensors.leaf;
import static org.autograd.TestTensors.values;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.autograd.graph.Meta;
import org.autograd.graph.Node;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Leaves that were differentiated and then got another shape in place. */
class ReshapedLeavesTest {
  private static Tensor matrix(long rows, long columns) {
    return counting(rows, columns).requiresGrad_();
  }

  /** 1, 2, 3, … in row-major order. */
  private static Tensor counting(long... sizes) {
    long n = 1;
    for (long s : sizes) {
      n *= s;
    }
    double[] values = new double[(int) n];
    for (int i = 0; i < n; i++) {
      values[i] = i + 1;
    }
    return Tensor.of(values, sizes);
  }

  private static Map<String, UnaryOperator<Tensor>> reshapes() {
    Map<String, UnaryOperator<Tensor>> ops = new LinkedHashMap<>();
    ops.put("t_", Tensor::t_);
    ops.put("transpose_", t -> t.transpose_(0, 1));
    ops.put("squeeze_", Tensor::squeeze_);
    ops.put("squeeze_ of one", t -> t.squeeze_(0));
    ops.put("unsqueeze_", t -> t.unsqueeze_(2));
    ops.put("asStrided_", t -> t.asStrided_(new long[] {2}, new long[] {1}, 1));
    return ops;
  }

  @Test
  @Tag("MODE-08")
  void leafReshapedUnderNoGradCanBeDifferentiatedAgain() {
    reshapes()
        .forEach((name, reshape) -> {
          Tensor w = matrix(1, 3);
          w.mul(2).sum().backward();
          w.setGrad(null);
          Tensor reshaped = GradMode.noGrad(() -> reshape.apply(w));
          assertThat(reshaped).isSameAs(w);
          assertThat(w.sizes()).as(name).isNotEqualTo(new long[] {1, 3});
          assertThat(w.isLeaf()).isTrue();
          assertThat(w.requiresGrad()).isTrue();
          assertThat(w.version()).isEqualTo(1);

          Tensor factor = counting(w.sizes());
          w.mul(factor).sum().backward();
          assertThat(w.grad().sizes()).as(name).containsExactly(w.sizes());
          assertThat(values(w.grad())).as(name).containsExactly(values(factor));
          w.mul(factor).sum().backward();
          assertThat(values(w.grad())).as(name).containsExactly(values(factor.mul(2)));
        });
  }

  @Test
  @Tag("MODE-08")
  void viewThatIsALeafCanBeDifferentiatedAgain() {
    Tensor w = constant(1, 2, 3, 4, 5, 6).view(2, 3).requiresGrad_();
    w.mul(2).sum().backward();
    w.setGrad(null);
    GradMode.noGrad(() -> w.t_());
    w.mul(counting(3, 2)).sum().backward();
    assertThat(w.grad().sizes()).containsExactly(3, 2);
    assertThat(values(w.grad())).containsExactly(1, 2, 3, 4, 5, 6);
  }

  @Test
  @Tag("MODE-08")
  void leafReshapedWhileItRequiresNoGradCanBeDifferentiatedAgain() {
    Map<String, UnaryOperator<Tensor>> ops = reshapes();
    ops.put("resize_ to less", t -> t.resize_(2));
    ops.put("resize_ to more", t -> t.resize_(4));
    ops.forEach((name, reshape) -> {
      Tensor w = matrix(1, 3);
      w.mul(2).sum().backward();
      w.setGrad(null);
      w.requiresGrad_(false);
      reshape.apply(w);
      w.requiresGrad_(true);
      Tensor factor = counting(w.sizes());
      w.mul(factor).sum().backward();
      assertThat(w.grad().sizes()).as(name).containsExactly(w.sizes());
      assertThat(values(w.grad())).as(name).containsExactly(values(factor));
    });
  }

  @Test
  void hooksOfTheLeafSurvive() {
    Tensor w = matrix(2, 3);
    List<String> calls = new ArrayList<>();
    w.registerHook(g -> {
      calls.add("tensor " + g.shape());
      return g.mul(10);
    });
    w.registerPostAccumulateGradHook(t -> calls.add("accumulated " + t.grad().shape()));
    Node accumulator = Meta.gradientEdge(w).node();
    accumulator.registerPrehook(grads -> {
      calls.add("prehook " + grads.get(0).shape());
      return null;
    });
    GradMode.noGrad(() -> w.t_());
    w.mul(counting(3, 2)).sum().backward();
    assertThat(calls).containsExactly("tensor [3, 2]", "prehook [3, 2]", "accumulated [3, 2]");
    assertThat(values(w.grad())).containsExactly(10, 20, 30, 40, 50, 60);
    assertThat(Meta.gradientEdge(w).node()).isSameAs(accumulator);
  }

  @Test
  void gradOfTheOldShapeIsAnErrorThatChangesNothing() {
    Tensor w = matrix(2, 3);
    Tensor other = leaf(1);
    w.mul(other).sum().backward();
    assertThat(values(other.grad())).containsExactly(21);
    GradMode.noGrad(() -> w.t_());
    Tensor again = w.mul(other).sum();
    assertThatThrownBy(() -> again.backward(BackwardOptions.DEFAULT.withRetainGraph(true)))
        .isInstanceOf(AutogradException.class)
        .hasMessageContaining("[2, 3]")
        .hasMessageContaining("[3, 2]")
        .hasMessageContaining("Set .grad to null");
    assertThat(values(other.grad())).containsExactly(21);
    assertThat(w.grad().sizes()).containsExactly(2, 3);
    assertThat(values(w.grad())).containsOnly(1);
    w.setGrad(null);
    again.backward();
    assertThat(values(other.grad())).containsExactly(42);
    assertThat(w.grad().sizes()).containsExactly(3, 2);
  }

  @Test
  void graphRecordedWithTheOldShapeIsAnErrorThatSaysWhy() {
    Tensor w = matrix(2, 3);
    Tensor y = w.mul(2).sum();
    GradMode.noGrad(() -> w.t_());
    assertThatThrownBy(y::backward)
        .isInstanceOf(AutogradException.class)
        .hasMessageContaining("[2, 3]")
        .hasMessageContaining("[3, 2]")
        .hasMessageContaining("recorded");
    assertThat(w.grad()).isNull();
  }

  @Test
  void leafReshapedWhileThePassRunsIsAnErrorThatStoresNothing() {
    Tensor w = matrix(2, 3);
    Tensor other = leaf(1);
    w.registerHook(g -> {
      GradMode.noGrad(() -> w.unsqueeze_(0));
      return null;
    });
    Tensor y = w.mul(2).sum().add(other);
    assertThatThrownBy(() -> y.sum().backward())
        .isInstanceOf(AutogradException.class)
        .hasMessageContaining("[2, 3]")
        .hasMessageContaining("[1, 2, 3]");
    assertThat(w.grad()).isNull();
    assertThat(other.grad()).isNull();
  }

  @Test
  void reshapingAnUnpackedValueLeavesTheLeafItStandsForAsItIs() {
    Tensor w = matrix(2, 3);
    Tensor y;
    try (Scope scope = Graph.savedTensorsHooks(HookPairs.SAME, Tensor::detach)) {
      y = w.mul(w);
    }
    Tensor unpacked = y.gradFn().saved().get("self");
    assertThat(unpacked).isNotSameAs(w);
    GradMode.noGrad(() -> unpacked.t_());
    w.mul(counting(2, 3)).sum().backward();
    assertThat(w.grad().sizes()).containsExactly(2, 3);
    assertThat(values(w.grad())).containsExactly(1, 2, 3, 4, 5, 6);
  }
}
