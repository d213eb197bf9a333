package org.autograd;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import org.junit.jupiter.api.Test;

/** Whose memory tangents and gradients lie in where rules pass them on as they are. */
class TangentOwnershipTest {
  private final Tensor x = Tensor.of(1.0, 2.0);
  private final Tensor v = Tensor.of(3.0, 4.0);

  private static void assertValues(Tensor t, double... expected) {
    assertArrayEquals(expected, t.reshape(-1).toDoubleArray());
  }

  @Test
  void changeOfABroadcastSumLeavesTheOperandsTangent() {
    ForwardAD.dualLevel(() -> {
      Tensor dual = ForwardAD.makeDual(x, v);
      Tensor y = dual.add(Tensor.zeros(DType.FLOAT64, 1, 2));
      y.mul_(2);
      assertValues(v, 3, 4);
      assertValues(ForwardAD.unpackDual(dual).tangent(), 3, 4);
      assertValues(ForwardAD.unpackDual(y).tangent(), 6, 8);
    });
  }

  @Test
  void changeOfAnUnpackedPrimalLeavesTheTangentThatWasCopiedToIt() {
    ForwardAD.dualLevel(() -> {
      Tensor primal = ForwardAD.unpackDual(ForwardAD.makeDual(Tensor.of(5.0, 6.0), v)).primal();
      Tensor w = Tensor.of(7.0, 8.0);
      primal.copy_(ForwardAD.makeDual(x, w)).mul_(2);
      assertValues(w, 7, 8);
      assertValues(v, 3, 4);
      assertValues(ForwardAD.unpackDual(primal).tangent(), 14, 16);
    });
  }

  @Test
  void tangentThatACustomFunctionKeepsIsNotTheResultsOwn() {
    Tensor kept = v.mul(1);
    CustomFunction<Tensor, Tensor> f =
        new CustomFunction<>() {
          @Override
          public Tensor forward(FunctionCtx ctx, Tensor t) {
            return t.mul(2);
          }

          @Override
          public Tensor[] jvp(FunctionCtx ctx, Tensor[] tangents) {
            return new Tensor[] {kept};
          }
        };
    ForwardAD.dualLevel(() -> f.apply(ForwardAD.makeDual(x, v)).mul_(2));
    assertValues(kept, 3, 4);
  }

  @Test
  void derivativeOfTheIdentityIsNoAliasOfTheDirection() {
    Functional.jvp(t -> t, x, v).derivative().mul_(2);
    assertValues(v, 3, 4);
    Functional.vjp(t -> t.add(0), x, v).derivative().mul_(2);
    assertValues(v, 3, 4);
    Functional.pullback(t -> t.add(0), x).derivative().apply(v).mul_(2);
    assertValues(v, 3, 4);
  }

  @Test
  void gradientsOfTwoInputsAreTwoTensors() {
    Tensor a = Tensor.of(1.0).requiresGrad_();
    Tensor b = Tensor.of(2.0).requiresGrad_();
    Tensor weight = Tensor.of(5.0);
    for (boolean createGraph : new boolean[] {false, true}) {
      List<Tensor> grads =
          Autograd.grad(
              List.of(a.add(b)),
              List.of(a, b, a),
              List.of(weight),
              GradOptions.DEFAULT.withCreateGraph(createGraph));
      grads.get(0).mul_(2);
      grads.get(1).mul_(3);
      assertEquals(10, grads.get(0).item());
      assertEquals(15, grads.get(1).item());
      assertEquals(5, grads.get(2).item());
      assertEquals(5, weight.item());
    }
  }
}
