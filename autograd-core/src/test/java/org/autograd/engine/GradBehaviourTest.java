package org.autograd.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.autograd.TestTensors.constant;
import static org.autograd.TestTensors.leaf;
import static org.autograd.TestTensors.recorded;
import static org.autograd.TestTensors.tap;
import static org.autograd.TestTensors.values;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.autograd.Autograd;
import org.autograd.AutogradException;
import org.autograd.GradOptions;
import org.autograd.Tensor;
import org.autograd.UnderScheduler;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(UnderScheduler.class)
class GradBehaviourTest {
  private static final GradOptions CREATE = GradOptions.DEFAULT.withCreateGraph(true);

  @Test
  @Tag("GRAD-01")
  void oneGradientForEachInputAndNoGradFieldChanges() {
    Tensor x = leaf(2);
    Tensor y = leaf(3);
    List<Tensor> grads = Autograd.grad(List.of(x.mul(y)), List.of(y, x));
    assertThat(values(grads.get(0))).containsExactly(2);
    assertThat(values(grads.get(1))).containsExactly(3);
    assertThat(x.grad()).isNull();
    assertThat(y.grad()).isNull();
  }

  @Test
  @Tag("GRAD-02")
  void inputsMayBeNonLeaves() {
    Tensor x0 = leaf(1);
    Tensor x = x0.add(0.5);
    assertThat(values(Autograd.grad(x.mul(x), x))).containsExactly(3);
    assertThat(x0.grad()).isNull();
  }

  @Test
  @Tag("GRAD-03")
  void unusedInputIsAnErrorUnlessAllowed() {
    Tensor x = leaf(1);
    Tensor never = leaf(1);
    Tensor elsewhere = leaf(1);
    elsewhere.mul(2);
    for (Tensor unused : List.of(never, elsewhere)) {
      assertThatThrownBy(() -> Autograd.grad(List.of(x.mul(2)), List.of(x, unused)))
          .isInstanceOf(AutogradException.class)
          .hasMessageContaining("input 1")
          .hasMessageContaining("allowUnused (withAllowUnused(true))");
      List<Tensor> grads =
          Autograd.grad(
              List.of(x.mul(2)),
              List.of(x, unused),
              null,
              GradOptions.DEFAULT.withAllowUnused(true));
      assertThat(values(grads.get(0))).containsExactly(2);
      assertThat(grads.get(1)).isNull();
    }
  }

  @Test
  @Tag("GRAD-07")
  void gradientThatWasNotRecordedIsAnErrorThatNamesCreateGraph() {
    Tensor x = leaf(1, 2);
    Tensor y = x.mul(x).sum();
    Tensor first = Autograd.grad(y, x, GradOptions.DEFAULT.withRetainGraph(true));
    Tensor sum = first.sum();
    assertThatThrownBy(() -> Autograd.grad(sum, x))
        .isInstanceOf(AutogradException.class)
        .hasMessageContaining("does not require grad")
        .hasMessageContaining("createGraph (withCreateGraph(true))");
    y.backward();
    assertThatThrownBy(() -> x.grad().sum().backward())
        .isInstanceOf(AutogradException.class)
        .hasMessageContaining("createGraph (withCreateGraph(true))");
    Tensor recorded = Autograd.grad(x.mul(x).sum(), x, GradOptions.DEFAULT.withCreateGraph(true));
    assertThat(values(Autograd.grad(recorded.sum(), x))).containsExactly(2, 2);
  }

  @Test
  @Tag("GRAD-04")
  void materializedGradsAreZerosOfTheInputsShape() {
    Tensor x = leaf(1);
    Tensor unused = leaf(1, 2, 3);
    List<Tensor> grads =
        Autograd.grad(
            List.of(x.mul(2)),
            List.of(unused, x),
            null,
            GradOptions.DEFAULT.withMaterializeGrads(true));
    assertThat(values(grads.get(0))).containsExactly(0, 0, 0);
    assertThat(values(grads.get(1))).containsExactly(2);
    assertThatThrownBy(() -> new GradOptions(null, false, false, true, false))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("allowUnused");
  }

  @Test
  @Tag("GRAD-05")
  void materializedZerosCanBeDifferentiatedAgain() {
    Tensor a = leaf(5);
    Tensor x = leaf(2);
    GradOptions options = CREATE.withMaterializeGrads(true);
    Tensor first = Autograd.grad(a.mul(x), x, options);
    assertThat(values(first)).containsExactly(5);
    Tensor again = first;
    for (int order = 2; order <= 3; order++) {
      again = Autograd.grad(again, x, options);
      assertThat(values(again)).containsExactly(0);
      assertThat(again.requiresGrad()).isTrue();
    }
    Tensor other = leaf(1);
    Tensor zeros = Autograd.grad(List.of(x.mul(2)), List.of(other), null, options).get(0);
    assertThat(zeros.requiresGrad()).isTrue();
    Tensor third = Autograd.grad(List.of(zeros), List.of(other), null, options).get(0);
    assertThat(values(third)).containsExactly(0);
    assertThat(third.requiresGrad()).isTrue();
  }

  @Test
  @Tag("GRAD-06")
  void emptyInputsAreAnIllegalArgument() {
    Tensor y = leaf(1).mul(2);
    assertThatThrownBy(() -> Autograd.grad(List.of(y), List.of()))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("empty");
  }

  @Test
  @Tag("GRAD-07")
  void outputWithoutGraphOrInputWithoutGradIsAnError() {
    Tensor x = leaf(1);
    assertThatThrownBy(() -> Autograd.grad(constant(1), x)).isInstanceOf(AutogradException.class);
    assertThatThrownBy(() -> Autograd.grad(x.mul(2), constant(1)))
        .isInstanceOf(AutogradException.class)
        .hasMessageContaining("input 0");
  }

  @Test
  @Tag("GRAD-08")
  void gradOutputsFollowTheRulesOfBackward() {
    Tensor x = leaf(1, 2);
    Tensor y = x.mul(2);
    assertThatThrownBy(() -> Autograd.grad(y, x))
        .isInstanceOf(AutogradException.class)
        .hasMessageContaining("scalar");
    assertThatThrownBy(
            () -> Autograd.grad(List.of(y), List.of(x), List.of(constant(1)), GradOptions.DEFAULT))
        .isInstanceOf(AutogradException.class)
        .hasMessageContaining("gradient 0")
        .hasMessageContaining("[1]")
        .hasMessageContaining("[2]");
    assertThatThrownBy(() ->
            Autograd.grad(
                List.of(y),
                List.of(x),
                List.of(constant(1, 1), constant(1, 1)),
                GradOptions.DEFAULT))
        .isInstanceOf(AutogradException.class);
    Tensor g =
        Autograd.grad(List.of(y), List.of(x), List.of(constant(1, 10)), GradOptions.DEFAULT).get(0);
    assertThat(values(g)).containsExactly(2, 20);
  }

  @Test
  @Tag("GRAD-09")
  void nodesOffThePathAreNotRun() {
    Tensor x = leaf(2);
    Tensor y = leaf(3);
    Runnable fail =
        () -> {
          throw new IllegalStateException("must not run");
        };
    Tensor out = x.mul(5).add(tap(y, fail));
    assertThat(values(Autograd.grad(out, x))).containsExactly(5);
    Tensor unreachable = leaf(1);
    Tensor again = x.mul(5).add(tap(y, fail));
    assertThat(
            Autograd.grad(
                    List.of(again),
                    List.of(unreachable),
                    null,
                    GradOptions.DEFAULT.withAllowUnused(true))
                .get(0))
        .isNull();
  }

  @Test
  @Tag("GRAD-10")
  void nodeThatMadeTheInputIsNotRunUnlessSomethingLiesBehindIt() {
    List<String> ran = new ArrayList<>();
    Tensor x = leaf(2);
    Tensor h = tap(x, () -> ran.add("h"));
    Tensor out = h.mul(h);
    assertThat(values(Autograd.grad(out, h, GradOptions.DEFAULT.withRetainGraph(true))))
        .containsExactly(4);
    assertThat(ran).isEmpty();
    List<Tensor> both = Autograd.grad(List.of(out), List.of(h, x));
    assertThat(values(both.get(0))).containsExactly(4);
    assertThat(values(both.get(1))).containsExactly(4);
    assertThat(ran).containsExactly("h");
  }

  @Test
  @Tag("GRAD-11")
  void twoOutputsOfOneNodeCanBeRequestedTogether() {
    Tensor x = leaf(1, 2, 3, 4);
    x.registerHook(g -> {
      throw new IllegalStateException("must not run");
    });
    List<Tensor> halves = x.chunk(2, 0);
    Tensor go = constant(1, 10);
    List<Tensor> grads =
        Autograd.grad(
            List.of(halves.get(0).add(halves.get(1).mul(2))),
            halves,
            List.of(go),
            GradOptions.DEFAULT);
    assertThat(values(grads.get(0))).containsExactly(1, 10);
    assertThat(values(grads.get(1))).containsExactly(2, 20);
  }

  @Test
  @Tag("GRAD-12")
  void createGraphMakesResultsDifferentiable() {
    Tensor x = leaf(1);
    Tensor y = leaf(2);
    Tensor z = x.mul(x).add(x.mul(y)).add(y.mul(y));
    List<Tensor> g = Autograd.grad(List.of(z), List.of(x, y), null, CREATE);
    assertThat(values(g.get(0))).containsExactly(4);
    assertThat(values(g.get(1))).containsExactly(5);
    assertThat(values(Autograd.grad(g.get(0).mul(2).add(g.get(1)), x))).containsExactly(5);
  }

  @Test
  @Tag("GRAD-13")
  void passMayBeCutAtIntermediates() {
    Tensor x = leaf(1, 2);
    Tensor a = x.mul(3);
    Tensor b = x.exp();
    Tensor loss = a.mul(b).sum();
    Tensor whole = Autograd.grad(loss, x, GradOptions.DEFAULT.withRetainGraph(true));
    Tensor ga = Autograd.grad(loss, a, GradOptions.DEFAULT.withRetainGraph(true));
    Tensor gb = Autograd.grad(loss, b, GradOptions.DEFAULT.withRetainGraph(true));
    Autograd.backward(List.of(a, b), Arrays.asList(ga, gb));
    double[] expected = {3 * Math.exp(1) * (1 + 1), 3 * Math.exp(2) * (1 + 2)};
    assertThat(values(whole))
        .containsExactly(expected, org.assertj.core.api.Assertions.within(1e-12));
    assertThat(values(x.grad()))
        .containsExactly(expected, org.assertj.core.api.Assertions.within(1e-12));
  }

  @Test
  void recordedByHandDeliversWhatItsBackwardGives() {
    Tensor x = leaf(2);
    Tensor y = recorded(constant(8), g -> new Tensor[] {g[0].mul(12)}, x);
    y.backward();
    assertThat(values(x.grad())).containsExactly(12);
  }

  @Test
  void oneOutputAndAListOfInputs() {
    Tensor a = Tensor.of(2.0).requiresGrad_();
    Tensor b = Tensor.of(3.0).requiresGrad_();
    Tensor loss = a.mul(a).mul(b).sum();
    List<Tensor> kept =
        Autograd.grad(loss, List.of(a, b), GradOptions.DEFAULT.withRetainGraph(true));
    assertThat(kept).extracting(Tensor::item).containsExactly(12.0, 4.0);
    assertThat(Autograd.grad(loss, List.of(b, a)))
        .extracting(Tensor::item)
        .containsExactly(4.0, 12.0);
  }
}
