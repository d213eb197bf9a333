package org.autograd.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;
import static org.autograd.ForwardAD.makeDual;
import static org.autograd.ForwardAD.unpackDual;
import static org.autograd.TestTensors.constant;
import static org.autograd.TestTensors.leaf;
import static org.autograd.TestTensors.tangent;
import static org.autograd.TestTensors.tap;
import static org.autograd.TestTensors.values;

import java.lang.ref.WeakReference;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import org.autograd.Autograd;
import org.autograd.BackwardOptions;
import org.autograd.Checkpoint;
import org.autograd.CheckpointOptions;
import org.autograd.DType;
import org.autograd.ForwardAD;
import org.autograd.Garbage;
import org.autograd.GradOptions;
import org.autograd.Graph;
import org.autograd.InplaceModificationException;
import org.autograd.Scope;
import org.autograd.Tensor;
import org.autograd.UnderScheduler;
import org.autograd.UnpackedDual;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** Passes inside a level: gradients have tangents. */
@ExtendWith(UnderScheduler.class)
class ForwardOverReverseBehaviourTest {
  private static final GradOptions RECORDED = GradOptions.DEFAULT.withCreateGraph(true);

  @Test
  @Tag("FWD-07")
  void makingAndUnpackingDualsIsDifferentiable() {
    Tensor primal = leaf(1, 2);
    Tensor t = leaf(3, 4);
    try (ForwardAD.Level level = ForwardAD.dualLevel()) {
      UnpackedDual parts = unpackDual(makeDual(primal, t));
      List<Tensor> inputs = List.of(primal, t);
      GradOptions unused = GradOptions.DEFAULT.withAllowUnused(true);
      List<Tensor> byPrimal = Autograd.grad(List.of(parts.primal().sum()), inputs, null, unused);
      assertThat(values(byPrimal.get(0))).containsExactly(1, 1);
      assertThat(byPrimal.get(1)).isNull();
      List<Tensor> byTangent = Autograd.grad(List.of(parts.tangent().sum()), inputs, null, unused);
      assertThat(byTangent.get(0)).isNull();
      assertThat(values(byTangent.get(1))).containsExactly(1, 1);

      // The tangent of x^2 is 2 x t: its gradients are 2 t and 2 x.
      Tensor dual = makeDual(primal, t);
      Tensor square = unpackDual(dual.mul(dual)).tangent();
      List<Tensor> both = Autograd.grad(List.of(square.sum()), inputs, null, unused);
      assertThat(values(both.get(0))).containsExactly(6, 8);
      assertThat(values(both.get(1))).containsExactly(2, 4);
    }
  }

  @Test
  @Tag("FWD-07")
  void aTangentOfAnotherLayoutIsDifferentiableToo() {
    Tensor t = leaf(1, 2, 3, 4);
    try (ForwardAD.Level level = ForwardAD.dualLevel()) {
      Tensor dual = makeDual(constant(0, 0, 0, 0).view(2, 2), t.view(2, 2).t());
      Tensor second = unpackDual(dual).tangent().get(0).get(1);
      assertThat(second.item()).isEqualTo(3);
      assertThat(values(Autograd.grad(second, t))).containsExactly(0, 0, 1, 0);
    }
  }

  /** Gives the gradient of the sum of a function and its tangent, at 2 in direction 5. */
  private static void checkCube(UnaryOperator<Tensor> cube, Supplier<Scope> scope) {
    Tensor x = leaf(2);
    try (ForwardAD.Level level = ForwardAD.dualLevel()) {
      Tensor y;
      Tensor grad;
      try (Scope s = scope.get()) {
        y = cube.apply(makeDual(x, constant(5)));
        assertThat(tangent(y)).containsExactly(60);
        grad = Autograd.grad(y.sum(), x);
      }
      // 3 x^2 and 6 x t
      assertThat(values(grad)).containsExactly(12);
      assertThat(tangent(grad)).containsExactly(60);
    }
  }

  private static Tensor cube(Tensor x) {
    return x.mul(x).mul(x);
  }

  @Test
  @Tag("FWD-13")
  void savedValuesKeepTangents() {
    checkCube(ForwardOverReverseBehaviourTest::cube, () -> () -> {});
    checkCube(x -> x.pow(3), () -> () -> {});
    // Saved results, and saved results of in-place operators.
    Tensor x = leaf(2);
    try (ForwardAD.Level level = ForwardAD.dualLevel()) {
      Tensor dual = makeDual(x, constant(3));
      for (Tensor y : List.of(dual.exp(), dual.mul(1).exp_(), dual.clone().view(1, 1).exp_())) {
        Tensor grad = Autograd.grad(y.sum(), x);
        assertThat(values(grad)[0]).isCloseTo(Math.exp(2), within(1e-12));
        assertThat(tangent(grad)[0]).isCloseTo(3 * Math.exp(2), within(1e-12));
      }
    }
  }

  @Test
  @Tag("FWD-13")
  void savedTensorHooksKeepTangents(@TempDir Path dir) {
    UnaryOperator<Tensor> f = ForwardOverReverseBehaviourTest::cube;
    checkCube(f, () -> Graph.savedTensorsHooks(t -> t, t -> t));
    checkCube(f, () -> Graph.savedTensorsHooks(Tensor::toDoubleArray, a -> Tensor.of(a)));
    checkCube(f, Graph::saveOnCpu);
    checkCube(f, () -> Graph.savedTensorsHooks(Graph.saveToDiskHooks(dir)));
    checkCube(
        x -> x.mul(1).exp_().log().pow(3), () -> Graph.savedTensorsHooks(t -> t.clone(), t -> t));
  }

  @Test
  void whatHooksKeptBeforeAChangeHasTheTangentOfThen() {
    Tensor x = leaf(2);
    try (ForwardAD.Level level = ForwardAD.dualLevel();
        Scope hooks = Graph.savedTensorsHooks(t -> t.clone(), t -> t)) {
      Tensor y = makeDual(x, constant(5)).mul(1);
      Tensor square = y.mul(y);
      y.mul_(100);
      Tensor grad = Autograd.grad(square.sum(), x);
      assertThat(values(grad)).containsExactly(4);
      assertThat(tangent(grad)).containsExactly(10);

      Tensor e = makeDual(x, constant(5)).exp();
      Tensor z = e.mul(1);
      e.mul_(100);
      Tensor second = Autograd.grad(z.sum(), x);
      assertThat(values(second)[0]).isCloseTo(Math.exp(2), within(1e-12));
      assertThat(tangent(second)[0]).isCloseTo(5 * Math.exp(2), within(1e-12));
    }
  }

  @Test
  void hooksRegisteredLaterKeepTangents() {
    Tensor x = leaf(2);
    try (ForwardAD.Level level = ForwardAD.dualLevel()) {
      Tensor y = makeDual(x, constant(5)).mul(1);
      Tensor square = y.mul(y);
      for (String name : List.of("self", "other")) {
        square.gradFn().saved().raw(name).registerHooks(t -> t.clone(), t -> t);
      }
      y.mul_(100);
      Tensor e = makeDual(x, constant(5)).exp();
      e.gradFn().saved().raw("result").registerHooks(t -> t.clone(), t -> t);
      assertThat(tangent(Autograd.grad(square.sum(), x))).containsExactly(10);
      assertThat(tangent(Autograd.grad(e.sum(), x))[0]).isCloseTo(5 * Math.exp(2), within(1e-12));
    }
  }

  @Test
  void changedSavedValuesAreAnErrorAsEver() {
    Tensor x = leaf(2);
    try (ForwardAD.Level level = ForwardAD.dualLevel()) {
      Tensor y = makeDual(x, constant(5)).mul(1);
      Tensor square = y.mul(y);
      y.mul_(100);
      assertThatThrownBy(() -> Autograd.grad(square.sum(), x))
          .isInstanceOf(InplaceModificationException.class);
    }
  }

  @Test
  void aMutableSavedValueHasTheTangentOfThen() {
    Tensor x = leaf(2);
    try (ForwardAD.Level level = ForwardAD.dualLevel();
        Scope allow = Graph.allowMutationOnSavedTensors()) {
      Tensor y = makeDual(x, constant(5)).mul(1);
      Tensor square = y.mul(y);
      y.mul_(100);
      Tensor grad = Autograd.grad(square.sum(), x);
      assertThat(tangent(grad)).containsExactly(10);
    }
  }

  @Test
  @Tag("FWD-13")
  void checkpointsKeepTangents() {
    checkCube(
        x ->
            Checkpoint.checkpoint(
                CheckpointOptions.NON_REENTRANT, ForwardOverReverseBehaviourTest::cube, x),
        () -> () -> {});
    Tensor x = leaf(2);
    try (ForwardAD.Level level = ForwardAD.dualLevel()) {
      Tensor dual = makeDual(x, constant(5));
      assertThatThrownBy(
              () -> Checkpoint.checkpoint(CheckpointOptions.REENTRANT, (Tensor t) -> cube(t), dual))
          .isInstanceOf(UnsupportedOperationException.class)
          .hasMessageContaining("NON_REENTRANT");
    }
  }

  @Test
  @Tag("FWD-13")
  void gradientsAccumulateTangents() {
    Tensor x = leaf(2);
    try (ForwardAD.Level level = ForwardAD.dualLevel()) {
      Tensor dual = makeDual(x, constant(5));
      cube(dual).sum().backward();
      assertThat(tangent(x.grad())).containsExactly(60);
      cube(dual).sum().backward();
      assertThat(values(x.grad())).containsExactly(24);
      assertThat(tangent(x.grad())).containsExactly(120);
      // A plain gradient added to it adds nothing to the tangent.
      x.mul(3).sum().backward();
      assertThat(values(x.grad())).containsExactly(27);
      assertThat(tangent(x.grad())).containsExactly(120);
    }
    assertThat(values(x.grad())).containsExactly(27);
    try (ForwardAD.Level level = ForwardAD.dualLevel()) {
      assertThat(tangent(x.grad())).isNull();
      // Onto a plain gradient, a dual one is added.
      cube(makeDual(x, constant(1))).sum().backward();
      assertThat(values(x.grad())).containsExactly(39);
      assertThat(tangent(x.grad())).containsExactly(12);
    }
    x.mul(1).sum().backward();
    assertThat(values(x.grad())).containsExactly(40);
  }

  @Test
  @Tag("FWD-13")
  void severalContributionsAddTheirTangents() {
    Tensor x = leaf(2);
    try (ForwardAD.Level level = ForwardAD.dualLevel()) {
      Tensor dual = makeDual(x, constant(1));
      Tensor y = dual.mul(dual).add(cube(dual)).add(dual.mul(7)).add(dual.exp());
      Tensor grad = Autograd.grad(y.sum(), x);
      // 2 x + 3 x^2 + 7 + e^x, and 2 + 6 x + e^x
      assertThat(values(grad)[0]).isCloseTo(23 + Math.exp(2), within(1e-12));
      assertThat(tangent(grad)[0]).isCloseTo(14 + Math.exp(2), within(1e-12));
    }
  }

  @Test
  void tasksOfAPassSeeTheLevelThatItWasStartedIn() {
    List<Integer> seen = new CopyOnWriteArrayList<>();
    Tensor x = leaf(1, 2);
    try (ForwardAD.Level level = ForwardAD.dualLevel()) {
      Tensor dual = makeDual(x, constant(1, 1));
      Tensor sum = null;
      for (int i = 1; i <= 8; i++) {
        Tensor branch =
            tap(
                dual.mul(i).exp(),
                () ->
                    seen.add(
                        unpackDual(makeDual(constant(1), constant(7))).tangent() == null ? -1 : 7));
        sum = sum == null ? branch : sum.add(branch);
      }
      sum.sum().backward();
      assertThat(seen).hasSize(8).containsOnly(7);
      assertThat(unpackDual(x.grad()).tangent()).isNotNull();
    }
  }

  @Test
  void aPassAfterTheLevelHasNoTangents() {
    Tensor x = leaf(2);
    Tensor y;
    try (ForwardAD.Level level = ForwardAD.dualLevel()) {
      y = cube(makeDual(x, constant(5)));
    }
    try (ForwardAD.Level level = ForwardAD.dualLevel()) {
      Tensor grad = Autograd.grad(y.sum(), x);
      assertThat(values(grad)).containsExactly(12);
      assertThat(tangent(grad)).isNull();
    }
  }

  private static WeakReference<Object> tangentOf(Tensor grad) {
    return Garbage.memory(unpackDual(grad).tangent());
  }

  @Test
  void gradientsDoNotKeepTangentsAfterTheLevel() {
    Tensor x = Tensor.ones(DType.FLOAT64, 100).requiresGrad_();
    WeakReference<Object> tangent;
    Tensor y;
    try (ForwardAD.Level level = ForwardAD.dualLevel()) {
      y = cube(makeDual(x, Tensor.onesLike(x))).exp();
      y.sum().backward(BackwardOptions.DEFAULT.withRetainGraph(true));
      tangent = tangentOf(x.grad());
    }
    assertThat(Garbage.collected(tangent)).isTrue();
    assertThat(y.gradFn()).isNotNull();
  }

  @Test
  void reverseOverForwardOverReverse() {
    // f = x^4; reverse gives 4 x^3, forward 12 x^2 t, reverse 24 x t.
    Tensor x = leaf(2);
    try (ForwardAD.Level level = ForwardAD.dualLevel()) {
      Tensor dual = makeDual(x, constant(3));
      Tensor grad = Autograd.grad(dual.pow(4).sum(), x, RECORDED);
      assertThat(values(grad)).containsExactly(32);
      Tensor second = unpackDual(grad).tangent();
      assertThat(values(second)).containsExactly(144);
      Tensor third = Autograd.grad(second.sum(), x, RECORDED);
      assertThat(values(third)).containsExactly(144);
      // The recorded gradient itself can be differentiated: 12 x^2, with tangent 24 x t.
      Tensor again = Autograd.grad(grad.sum(), x);
      assertThat(values(again)).containsExactly(48);
      assertThat(tangent(again)).containsExactly(144);
    }
  }

  @Test
  void twoLevelsOverReverseOverALevel() {
    // f = x^5: d/dx by an inner level, reverse, and two levels outside: the fourth derivative.
    Tensor x = constant(2);
    try (ForwardAD.Level first = ForwardAD.dualLevel()) {
      Tensor outer = makeDual(x, constant(1));
      try (ForwardAD.Level second = ForwardAD.dualLevel()) {
        Tensor middle = makeDual(outer, constant(1)).requiresGrad_();
        Tensor slope;
        try (ForwardAD.Level third = ForwardAD.dualLevel()) {
          slope = unpackDual(makeDual(middle, constant(1)).pow(5)).tangent();
        }
        Tensor grad = Autograd.grad(slope.sum(), middle);
        assertThat(values(grad)).containsExactly(160);
        Tensor third = unpackDual(grad).tangent();
        assertThat(values(third)).containsExactly(240);
        assertThat(values(unpackDual(third, first.index()).tangent())).containsExactly(240);
      }
    }
  }
}
