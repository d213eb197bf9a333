package org.autograd.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.autograd.TestTensors.constant;
import static org.autograd.TestTensors.leaf;
import static org.autograd.TestTensors.values;

import java.lang.ref.WeakReference;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.autograd.Autograd;
import org.autograd.AutogradException;
import org.autograd.BackwardOptions;
import org.autograd.GradOptions;
import org.autograd.Tensor;
import org.autograd.UnderScheduler;
import org.autograd.Warnings;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(UnderScheduler.class)
class RetainBehaviourTest {
  private static final BackwardOptions RETAIN = BackwardOptions.DEFAULT.withRetainGraph(true);
  private static final BackwardOptions CREATE = BackwardOptions.DEFAULT.withCreateGraph(true);

  @Test
  @Tag("RETAIN-01")
  void secondPassThroughSavedValuesIsAnErrorThatNamesRetainGraph() {
    Tensor x = leaf(2);
    Tensor y = x.mul(x);
    y.backward();
    assertThatThrownBy(y::backward)
        .isInstanceOf(AutogradException.class)
        .hasMessageContaining("retainGraph (withRetainGraph(true))");
    assertThat(values(x.grad())).containsExactly(4);
  }

  @Test
  @Tag("RETAIN-02")
  void nodesWithoutSavedValuesRunAgain() {
    Tensor b = leaf(2);
    Tensor c = b.add(1);
    c.backward();
    c.backward();
    assertThat(values(b.grad())).containsExactly(2);
  }

  @Test
  @Tag("RETAIN-03")
  void retainedGraphStaysUsableUntilAPassThatFreesIt() {
    Tensor x = leaf(2);
    Tensor y = x.mul(x);
    y.backward(RETAIN);
    y.backward(RETAIN);
    y.backward();
    assertThat(values(x.grad())).containsExactly(12);
    assertThatThrownBy(y::backward).isInstanceOf(AutogradException.class);
  }

  @Test
  @Tag("RETAIN-04")
  void retainGraphDefaultsToCreateGraph() {
    Tensor x = leaf(2);
    Tensor y = x.mul(x);
    y.backward(CREATE);
    y.backward(new BackwardOptions(false, true, null));
    assertThat(values(x.grad())).containsExactly(8);
    assertThatThrownBy(y::backward).isInstanceOf(AutogradException.class);
  }

  @Test
  @Tag("RETAIN-05")
  void gradientsCarryHistoryExactlyWhenTheGraphIsCreated() {
    Tensor x = leaf(2);
    Tensor g = leaf(1);
    Tensor y = x.mul(x);
    Tensor plain =
        Autograd.grad(List.of(y), List.of(x), List.of(g), GradOptions.DEFAULT.withRetainGraph(true))
            .get(0);
    assertThat(plain.requiresGrad()).isFalse();
    assertThat(plain.gradFn()).isNull();
    Tensor linear = x.mul(3);
    Tensor kept =
        Autograd.grad(List.of(x.add(0)), List.of(x), List.of(g), GradOptions.DEFAULT).get(0);
    assertThat(kept.gradFn()).isNull();
    y.backward(g, RETAIN);
    assertThat(x.grad().requiresGrad()).isFalse();
    assertThat(x.grad().gradFn()).isNull();
    Tensor recorded =
        Autograd.grad(List.of(y), List.of(x), List.of(g), GradOptions.DEFAULT.withCreateGraph(true))
            .get(0);
    assertThat(recorded.requiresGrad()).isTrue();
    assertThat(recorded.gradFn()).isNotNull();
    assertThat(linear.requiresGrad()).isTrue();
  }

  @Test
  @Tag("RETAIN-06")
  void higherOrderThroughBackward() {
    Tensor x = leaf(1, 2);
    Tensor y = leaf(3, 5);
    Tensor z = x.mul(x).add(x.mul(y)).add(y.mul(y));
    Tensor ones = constant(1, 1);
    z.backward(ones, CREATE);
    Tensor s = x.grad().mul(2).add(y.grad());
    s.backward(ones);
    assertThat(values(x.grad())).containsExactly(2 * 1 + 3 + 5, 2 * 2 + 5 + 5);
    assertThat(values(y.grad())).containsExactly(1 + 2 * 3 + 4, 2 + 2 * 5 + 4);
  }

  @Test
  @Tag("RETAIN-07")
  void createdGraphIsCollectedWithLeafAndLoss() throws InterruptedException {
    List<String> warnings = new ArrayList<>();
    Consumer<String> before = Warnings.handler();
    Warnings.handler(warnings::add);
    try {
      List<WeakReference<?>> gone = leafLossAndGraph();
      for (int i = 0; i < 100 && gone.stream().anyMatch(r -> r.get() != null); i++) {
        System.gc();
        Thread.sleep(10);
      }
      assertThat(gone).allMatch(r -> r.get() == null);
      assertThat(warnings).isEmpty();
    } finally {
      Warnings.handler(before);
    }
  }

  private static List<WeakReference<?>> leafLossAndGraph() {
    Tensor x = leaf(1, 2);
    Tensor loss = x.mul(x).exp().sum();
    loss.backward(CREATE);
    return List.of(
        new WeakReference<>(x),
        new WeakReference<>(loss),
        new WeakReference<>(loss.gradFn()),
        new WeakReference<>(x.grad().gradFn()));
  }

  @Test
  @Tag("RETAIN-08")
  void sameResultDifferentiatedRepeatedlyGivesTheSame() {
    Tensor x = leaf(2);
    Tensor y = x.pow(3);
    GradOptions create = GradOptions.DEFAULT.withCreateGraph(true);
    for (int i = 0; i < 3; i++) {
      Tensor first = Autograd.grad(y, x, create);
      Tensor second = Autograd.grad(first, x, create);
      assertThat(values(first)).containsExactly(12);
      assertThat(values(second)).containsExactly(12);
    }
    assertThat(values(Autograd.grad(y, x))).containsExactly(12);
  }
}
