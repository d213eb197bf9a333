package org.autograd;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.function.BinaryOperator;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;

/** Functions mapped over directions: values stay plain although their tangents are batched. */
class DirectionsTest {
  private static Tensor vector(double... values) {
    return Tensor.of(values);
  }

  private static void assertValues(Tensor t, double... expected) {
    assertArrayEquals(expected, t.reshape(-1).toDoubleArray(), 1e-12);
  }

  /** x² where the sum is positive, else x³. */
  private static Tensor branch(Tensor x) {
    return x.sum().item() > 0 ? x.mul(x) : x.mul(x).mul(x);
  }

  @Test
  void copyIntoAnotherArgumentIsTheIdentity() {
    BinaryOperator<Tensor> f =
        (x, y) -> {
          y.copy_(x);
          return y;
        };
    Tensor y = vector(7, 8);
    assertValues(Functional.jacfwd(f, 0).apply(vector(2, 3), y), 1, 0, 0, 1);
    assertValues(y, 2, 3);
  }

  @Test
  void valuesCanBeReadAndDecideBranches() {
    assertValues(Functional.jacfwd(DirectionsTest::branch).apply(vector(2, 3)), 4, 0, 0, 6);
    assertValues(Functional.jacfwd(DirectionsTest::branch).apply(vector(-2, -3)), 12, 0, 0, 27);
    UnaryOperator<Tensor> sum = x -> branch(x).sum();
    assertValues(Functional.hessian(sum).apply(vector(2, 3)), 2, 0, 0, 2);
    assertValues(Functional.hessian(sum).apply(vector(-2, -3)), -12, 0, 0, -18);
    JacobianOptions forward =
        JacobianOptions.VECTORIZED.withStrategy(JacobianStrategy.FORWARD_MODE);
    assertValues(Functional.jacobian(DirectionsTest::branch, vector(2, 3), forward), 4, 0, 0, 6);
    assertValues(Functional.hessian(sum, vector(-2, -3), forward), -12, 0, 0, -18);
  }

  @Test
  void capturedBuffersAreWrittenTo() {
    Tensor buffer = Tensor.zeros(DType.FLOAT64, 2, 2);
    UnaryOperator<Tensor> f =
        x -> {
          buffer.select(0, 0).copy_(x);
          buffer.select(0, 1).copy_(x.mul(x));
          return buffer.sum(new int[] {0}, false);
        };
    assertValues(Functional.jacfwd(f).apply(vector(2, 3)), 5, 0, 0, 7);
    assertValues(buffer, 2, 3, 4, 9);
    Tensor running = vector(0, 0);
    UnaryOperator<Tensor> mean = x -> x.sub(running.mul_(0.5).add_(x, 0.5));
    assertValues(Functional.jacfwd(mean).apply(vector(2, 4)), 0.5, 0, 0, 0.5);
    assertValues(running, 1, 2);
    List<Double> log = new ArrayList<>();
    Functional.jacfwd(
            (Tensor x) -> {
              log.add(x.select(0, 0).item());
              return x;
            })
        .apply(vector(2, 3));
    assertEquals(List.of(2.0), log);
  }

  @Test
  void viewsOfBuffersMadeInside() {
    UnaryOperator<Tensor> f =
        x -> {
          Tensor y = Tensor.zeros(DType.FLOAT64, 2, 2);
          Tensor row = y.select(0, 1);
          Tensor transposed = y.t();
          row.copy_(x);
          y.select(1, 0).mul_(x.select(0, 1));
          row.add_(x);
          return transposed.reshape(4);
        };
    // y = [[0, 0], [x0 x1 + x0, 2 x1]], read by columns.
    assertValues(Functional.jacfwd(f).apply(vector(2, 3)), 0, 0, 4, 2, 0, 0, 0, 2);
    assertValues(
        Functional.hessian((Tensor x) -> f.apply(x).mul(x.select(0, 0)).sum()).apply(vector(2, 3)),
        // x0² (x1 + 1) + 2 x0 x1
        8,
        6,
        6,
        0);
  }

  @Test
  void mappedDirectionsOfAJvp() {
    Tensor x = vector(2, 3);
    Tensor directions = Tensor.of(new double[] {1, 0, 1, 1, 0, 2}, 3, 2);
    UnaryOperator<Tensor> along =
        v -> {
          ValueAndDerivative<Tensor, Tensor> both = Functional.jvp(DirectionsTest::branch, x, v);
          assertEquals(13, both.value().sum().item());
          return both.derivative();
        };
    assertValues(Vmap.vmap(along).apply(directions), 4, 0, 4, 6, 0, 12);
    UnaryOperator<Tensor> dual =
        v ->
            ForwardAD.dualLevel(() -> {
              Tensor y = branch(ForwardAD.makeDual(x, v));
              UnpackedDual parts = ForwardAD.unpackDual(y);
              assertEquals(13, parts.primal().sum().item());
              assertThrows(AutogradException.class, () -> parts.tangent().sum().item());
              return parts.tangent();
            });
    assertValues(Vmap.vmap(dual).apply(directions), 4, 0, 4, 6, 0, 12);
  }

  @Test
  void plainPrimalMeetsABatchedValue() {
    Tensor x = vector(2, 3);
    Tensor directions = Tensor.of(new double[] {1, 0, 1, 1}, 2, 2);
    Tensor factors = Tensor.of(new double[] {1, 10, 100, 1000}, 2, 2);
    BinaryOperator<Tensor> f = (v, c) -> Functional.jvp(t -> branch(t).mul(c), x, v).derivative();
    assertValues(Vmap.vmap(f).apply(directions, factors), 4, 0, 400, 6000);
    // The derivative inside needs an input for each element: c differs.
    BinaryOperator<Tensor> second =
        (v, c) ->
            Functional.jvp(Functional.grad(t -> t.mul(t).mul(t).mul(c).sum()), x, v).derivative();
    assertValues(Vmap.vmap(second).apply(directions, factors), 12, 0, 1200, 18000);
    BinaryOperator<Tensor> product =
        (v, c) ->
            Functional.jvp(t -> Tensors.stack(List.of(t, c), 0).mm(c.unsqueeze(1)), x, v)
                .derivative();
    assertValues(Vmap.vmap(product).apply(directions, factors), 1, 0, 1100, 0);
  }

  @Test
  void levelOutsideOfTheMap() {
    Tensor x = vector(2, 3);
    Tensor directions = Tensor.of(new double[] {1, 0, 1, 1}, 2, 2);
    ForwardAD.dualLevel(() -> {
      Tensor y = Vmap.vmap((Tensor v) -> branch(ForwardAD.makeDual(x, v))).apply(directions);
      assertValues(y, 4, 9, 4, 9);
      assertValues(ForwardAD.unpackDual(y).tangent(), 4, 0, 4, 6);
    });
  }

  @Test
  void jacfwdInsideVmapAndVmapInsideJacfwd() {
    Tensor rows = Tensor.of(new double[] {2, 3, 4, 5}, 2, 2);
    UnaryOperator<Tensor> square = x -> x.mul(x);
    assertValues(Vmap.vmap(Functional.jacfwd(square)).apply(rows), 4, 0, 0, 6, 8, 0, 0, 10);
    UnaryOperator<Tensor> captured = x -> x.mul(rows.select(0, 0));
    assertValues(Vmap.vmap(Functional.jacfwd(captured)).apply(rows), 2, 0, 0, 3, 2, 0, 0, 3);
    UnaryOperator<Tensor> mapped = x -> Vmap.vmap((Tensor r) -> r.mul(x)).apply(rows).sum(0);
    assertValues(Functional.jacfwd(mapped).apply(vector(1, 1)), 6, 0, 0, 8);
    UnaryOperator<Tensor> over = x -> Vmap.vmap((Tensor t) -> t.mul(t)).apply(x);
    assertValues(Functional.jacfwd(over).apply(vector(2, 3)), 4, 0, 0, 6);
    assertValues(
        Vmap.vmap(Functional.hessian((Tensor t) -> t.pow(3).sum())).apply(rows),
        12,
        0,
        0,
        18,
        24,
        0,
        0,
        30);
    // Plain in the inner map, batched in the outer one.
    BinaryOperator<Tensor> buffer =
        (x, r) -> {
          Tensor y = Tensor.zerosLike(x);
          y.copy_(x);
          return y.mul(r).mul(x);
        };
    assertValues(
        Vmap.vmap((Tensor r) -> Functional.jacfwd((Tensor t) -> buffer.apply(t, r)).apply(r))
            .apply(rows),
        8,
        0,
        0,
        18,
        32,
        0,
        0,
        50);
  }

  @Test
  void innerTangentsOfBatchedValues() {
    // The tangents of an inner map inside of values of the outer one meet values of the inner one.
    Tensor rows = Tensor.of(new double[] {2, 3, 4, 5}, 2, 2);
    Tensor directions = Tensor.of(new double[] {1, 0, 1, 1, 0, 1}, 3, 2);
    UnaryOperator<Tensor> f =
        x ->
            Vmap.vmap((Tensor v) ->
                    Functional.jvp((Tensor t) -> t.mul(t).mul(v).mul(t), x, v).derivative())
                .apply(directions)
                .sum(0);
    // Σ 3 x² v²
    assertValues(Vmap.vmap(f).apply(rows), 24, 54, 96, 150);
  }

  @Test
  void jacfwdOverACapturedDual() {
    Tensor x = vector(2, 3);
    ForwardAD.dualLevel(() -> {
      Tensor c = ForwardAD.makeDual(vector(5, 7), vector(1, 10));
      Tensor j =
          Functional.jacfwd(
                  (Tensor t) -> {
                    assertEquals(5, c.select(0, 0).item());
                    return t.sum().item() > 0 ? t.mul(t).mul(c) : t;
                  })
              .apply(x);
      assertValues(ForwardAD.unpackDual(j).primal(), 20, 0, 0, 42);
      assertValues(ForwardAD.unpackDual(j).tangent(), 4, 0, 0, 60);
    });
  }

  @Test
  void nestedJacfwd() {
    UnaryOperator<Tensor> cube =
        x -> {
          assertEquals(5, x.sum().item());
          return x.mul(x).mul(x);
        };
    assertValues(
        Functional.jacfwd(Functional.jacfwd(cube)).apply(vector(2, 3)), 12, 0, 0, 0, 0, 0, 0, 18);
    assertValues(
        Functional.jacrev(Functional.jacfwd(cube)).apply(vector(2, 3)), 12, 0, 0, 0, 0, 0, 0, 18);
    UnaryOperator<Tensor> third =
        Functional.jacfwd(Functional.jacfwd(Functional.jacrev((Tensor t) -> cube.apply(t).sum())));
    double[] values = third.apply(vector(2, 3)).reshape(-1).toDoubleArray();
    assertArrayEquals(new double[] {6, 0, 0, 0, 0, 0, 0, 6}, values, 1e-12);
    assertValues(
        Functional.jacfwd((Tensor t) -> Functional.jvp(cube, t, vector(1, 2)).derivative())
            .apply(vector(2, 3)),
        12,
        0,
        0,
        36);
  }

  @Test
  void customFunctionComputesItsValueOnce() {
    int[] calls = new int[1];
    CustomFunction<Tensor, Tensor> square =
        new CustomFunction<>() {
          @Override
          public Tensor forward(Tensor t) {
            calls[0]++;
            return t.mul(t.sum().item() > 0 ? t : t.neg());
          }

          @Override
          public void setupContext(FunctionCtx ctx, Tensor t, Tensor output) {
            ctx.saveForBackward(t);
            ctx.saveForForward(t);
          }

          @Override
          public boolean generateVmapRule() {
            return true;
          }

          @Override
          public Tensor[] backward(FunctionCtx ctx, Tensor... grads) {
            return new Tensor[] {grads[0].mul(ctx.savedTensors().get(0)).mul(2)};
          }

          @Override
          public Tensor[] jvp(FunctionCtx ctx, Tensor[] tangents) {
            return new Tensor[] {tangents[0].mul(ctx.savedTensors().get(0)).mul(2)};
          }
        };
    assertValues(Functional.jacfwd((Tensor t) -> square.apply(t)).apply(vector(2, 3)), 4, 0, 0, 6);
    assertEquals(1, calls[0]);
    assertValues(
        Functional.hessian((Tensor t) -> square.apply(t).sum()).apply(vector(2, 3)), 2, 0, 0, 2);
  }

  @Test
  void hooksAndCheckpointsInAHessian() {
    List<Double> seen = new ArrayList<>();
    UnaryOperator<Tensor> f =
        t -> {
          Tensor y = t.mul(t);
          y.registerHook(g -> {
            seen.add(g.sum().item());
            return g.mul(2);
          });
          return y.mul(t).sum();
        };
    // The gradient is 2 (2x · x) + x² = 5 x².
    assertValues(Functional.jacfwd(Functional.grad(f)).apply(vector(2, 3)), 20, 0, 0, 30);
    assertEquals(List.of(5.0), seen);
    assertThrows(AutogradException.class, () -> Functional.hessian(f).apply(vector(2, 3)));
    UnaryOperator<Tensor> checkpointed =
        t -> Checkpoint.checkpoint(c -> c.sum().item() > 0 ? c.mul(c).mul(c) : c, t).sum();
    assertValues(Functional.hessian(checkpointed).apply(vector(2, 3)), 12, 0, 0, 18);
  }

  @Test
  void writeOfABatchedValueIntoATensorFromOutsideIsRefused() {
    Tensor outside = vector(0, 0);
    Tensor rows = Tensor.of(new double[] {2, 3, 4, 5}, 2, 2);
    assertThrows(
        AutogradException.class, () -> Vmap.vmap((Tensor r) -> outside.copy_(r)).apply(rows));
    assertThrows(
        AutogradException.class,
        () ->
            Vmap.vmap((Tensor r) -> Functional.jvp(t -> outside.copy_(t), r, r).derivative())
                .apply(rows));
    assertValues(outside, 0, 0);
  }

  @Test
  void resultsInsideAreOwnedByThemselves() {
    Tensor v = Tensor.of(new double[] {1, 0, 0, 1}, 2, 2);
    Tensor x = vector(2, 3);
    Tensor moved =
        Vmap.vmap((Tensor d) ->
                ForwardAD.dualLevel(() -> {
                  Tensor dual = ForwardAD.makeDual(x, d);
                  Tensor y = dual.add(Tensor.zeros(DType.FLOAT64, 1, 2));
                  y.mul_(2);
                  Tensor t = ForwardAD.unpackDual(dual).tangent();
                  return ForwardAD.unpackDual(y).tangent().add(t);
                }))
            .apply(v);
    assertValues(v, 1, 0, 0, 1);
    assertValues(moved, 3, 0, 0, 3);
  }

  @Test
  void primalOfADirectionIsPlain() {
    Functional.jacfwd(
            (Tensor t) -> {
              assertArrayEquals(new double[] {2, 3}, t.toDoubleArray());
              assertTrue(t.sin().toString().contains("0.90"));
              assertFalse(t.requiresGrad());
              return t;
            })
        .apply(vector(2, 3));
  }
}
