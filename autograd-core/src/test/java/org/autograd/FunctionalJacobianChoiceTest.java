package org.autograd;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.autograd.FunctionalJacobianTest.FORWARD;
import static org.autograd.FunctionalJacobianTest.REVERSE;
import static org.autograd.FunctionalJacobianTest.assertTensor;
import static org.autograd.TestTensors.constant;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CancellationException;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** In which mode, with how many runs and in which chunks a jacobian is computed. */
class FunctionalJacobianChoiceTest {
  /** Notes for each run of a function whether its argument is dual. */
  private static UnaryOperator<Tensor> watched(UnaryOperator<Tensor> f, List<Boolean> dual) {
    return t -> {
      dual.add(ForwardAD.unpackDual(t).tangent() != null);
      return f.apply(t);
    };
  }

  private static List<Boolean> runs(UnaryOperator<Tensor> f, Tensor x, JacobianOptions o) {
    List<Boolean> dual = new ArrayList<>();
    Functional.jacobian(watched(f, dual), x, o);
    return dual;
  }

  @Test
  void strategyIsChosenFromTheSizes() {
    UnaryOperator<Tensor> taller = t -> Tensors.cat(List.of(t, t), 0);
    UnaryOperator<Tensor> wider = t -> t.sum();
    UnaryOperator<Tensor> square = t -> t.mul(2);
    Tensor x = constant(2, 3);
    JacobianOptions o = JacobianOptions.VECTORIZED;
    // The sizes are known after one run; forward mode needs another.
    assertThat(runs(taller, x, o)).containsExactly(false, true);
    assertThat(runs(wider, x, o)).containsExactly(false);
    assertThat(runs(square, x, o)).containsExactly(false);
    assertThat(runs(taller, x, JacobianOptions.DEFAULT)).containsExactly(false);
    assertThat(runs(taller, x, o.withCreateGraph(true))).containsExactly(false);
    assertThat(runs(taller, x, REVERSE)).containsExactly(false);
    assertThat(runs(wider, x, FORWARD)).containsExactly(true);
    // The dtype must not depend on the sizes.
    assertThat(runs(t -> taller.apply(t).to(DType.FLOAT32), x, o)).containsExactly(false);
  }

  @Test
  void choiceFallsBackToReverseModeWhereForwardModeIsNotOffered() {
    List<Boolean> dual = new ArrayList<>();
    UnaryOperator<Tensor> f =
        t -> {
          if (ForwardAD.unpackDual(t).tangent() != null) {
            throw new UnsupportedOperationException("no forward formula");
          }
          return Tensors.cat(List.of(t, t), 0);
        };
    Tensor j = Functional.jacobian(watched(f, dual), constant(2, 3), JacobianOptions.VECTORIZED);
    assertTensor(j, new long[] {4, 2}, 1, 0, 0, 1, 1, 0, 0, 1);
    assertThat(dual).containsExactly(false, true);
    assertThatThrownBy(() -> Functional.jacobian(f, constant(2, 3), FORWARD))
        .isInstanceOf(UnsupportedOperationException.class);
  }

  @Test
  void chunksBoundHowManyRowsOrColumnsAreComputedAtOnce() {
    Tensor x = constant(1, 2, 3, 4, 5);
    assertThat(runs(t -> t.mul(2), x, FORWARD)).hasSize(1);
    assertThat(runs(t -> t.mul(2), x, FORWARD.withChunkSize(2))).hasSize(3);
    assertThat(runs(t -> t.mul(2), x, FORWARD.withChunkSize(5))).hasSize(1);
    int[] passes = {0};
    UnaryOperator<Tensor> counted =
        t -> {
          Tensor y = t.mul(2);
          y.registerHook(g -> {
            passes[0]++;
            return null;
          });
          return y;
        };
    Map<JacobianOptions, Integer> expected =
        Map.of(
            JacobianOptions.DEFAULT,
            5,
            REVERSE,
            1,
            REVERSE.withChunkSize(2),
            3,
            REVERSE.withChunkSize(5),
            1);
    expected.forEach((o, count) -> {
      passes[0] = 0;
      Functional.jacobian(counted, x, o);
      assertThat(passes[0]).as("%s", o).isEqualTo(count);
    });
    for (int bad : new int[] {0, -1}) {
      assertThatThrownBy(() -> JacobianOptions.DEFAULT.withChunkSize(bad))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("chunkSize");
    }
  }

  /** Copies the argument twice, and does something else that forward mode in batches does not. */
  private static List<UnaryOperator<Tensor>> notForBatches() {
    CustomFunction<Tensor, Tensor> noJvp =
        CustomFunction.<Tensor, Tensor>named("Twice")
            .forward((ctx, x) -> Tensors.cat(List.of(x, x), 0))
            .backward((ctx, g) ->
                CustomFunction.gradients(g[0].narrow(0, 0, 2).add(g[0].narrow(0, 2, 2))));
    return List.of(
        noJvp::apply,
        t -> t.sum().item() > 0 ? Tensors.cat(List.of(t, t), 0) : t,
        t -> Tensors.cat(List.of(t.mul(t.detach().toDoubleArray()[0]).div(2.0), t), 0),
        t -> {
          Tensor inner = t.detach().requiresGrad_();
          inner.square().sum().backward();
          return Tensors.cat(List.of(t, t), 0).add(inner.grad().sum());
        });
  }

  @Test
  @Tag("FUNC-12")
  void functionsThatCannotBeMappedHaveTheirJacobianInReverseMode() {
    for (UnaryOperator<Tensor> f : notForBatches()) {
      for (JacobianOptions o :
          List.of(
              JacobianOptions.VECTORIZED,
              JacobianOptions.VECTORIZED.withChunkSize(1),
              JacobianOptions.DEFAULT)) {
        assertTensor(
            Functional.jacobian(f, constant(2, 3), o), new long[] {4, 2}, 1, 0, 0, 1, 1, 0, 0, 1);
      }
    }
  }

  @Test
  void cancellationInsideOfTheChosenModeIsNotTakenForARefusal() {
    UnaryOperator<Tensor> f =
        t -> {
          if (ForwardAD.unpackDual(t).tangent() != null) {
            throw new CancellationException("stop");
          }
          return Tensors.cat(List.of(t, t), 0);
        };
    assertThatThrownBy(() -> Functional.jacobian(f, constant(2, 3), JacobianOptions.VECTORIZED))
        .isInstanceOf(CancellationException.class);
  }
}
