package org.autograd.ops;

import java.util.List;
import java.util.function.BinaryOperator;
import java.util.stream.Stream;
import org.autograd.DType;
import org.autograd.Reduction;
import org.autograd.Tensor;
import org.autograd.TensorFunction;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/** Losses inside of a map: in all reductions, with weights and ignored targets. */
class BatchLossRulesTest extends BatchCases {
  @TestFactory
  Stream<DynamicTest> losses() {
    long[][] shapes = {{3}, {2, 3}, {2, 3, 2}};
    for (long[] sizes : shapes) {
      long[] targets = sizes.length == 1 ? new long[0] : Nd.without(sizes, 1);
      Tensor self = random(Nd.inserted(sizes, 0, 4));
      Tensor target = ints(3, Nd.inserted(targets, 0, 4));
      Tensor weight = random(4, 3).abs().add(0.5);
      for (Reduction r : Reduction.values()) {
        for (long ignored : new long[] {-100, 1}) {
          for (int w = 0; w < 3; w++) {
            String at =
                r + " ignoring " + ignored + (w == 0 ? "" : w == 1 ? ", weight" : ", weights");
            loss(
                "nllLoss " + at,
                self,
                target,
                w == 0 ? null : weight,
                w == 2,
                (s, t, v) -> s.nllLoss(t, v, r, ignored));
            loss(
                "crossEntropy " + at,
                self,
                target,
                w == 0 ? null : weight,
                w == 2,
                (s, t, v) -> s.crossEntropy(t, v, r, ignored));
            loss(
                "smoothed " + at,
                self,
                target,
                w == 0 ? null : weight,
                w == 2,
                (s, t, v) -> s.crossEntropy(t, v, r, ignored, 0.2));
          }
        }
        two("mseLoss " + r, (a, b) -> a.mseLoss(b, r), self, self.add(1));
        two("mseLoss " + r, (a, b) -> a.mseLoss(b, r), self, random(4));
        two(
            "uint8 targets " + r,
            (s, t) -> s.nllLoss(t, null, r, -100),
            self,
            target.to(DType.UINT8));
        two("no such class " + r, (s, t) -> s.nllLoss(t, null, r, -100), self, target.sub(1));
        two(
            "int32 targets " + r,
            (s, t) -> s.nllLoss(t, null, r, -100),
            self,
            target.to(DType.INT32));
        two("no targets " + r, (s, t) -> s.nllLoss(t, null, r, 7), self, target.mul(0).add(7));
        two(
            "infinite " + r,
            (s, t) -> s.nllLoss(t, null, r, 1),
            self.maskedFill(self.lt(0), Double.NEGATIVE_INFINITY),
            target);
      }
    }
    return tests();
  }

  private interface Loss {
    Tensor of(Tensor self, Tensor target, Tensor weight);
  }

  private void loss(
      String name, Tensor self, Tensor target, Tensor weight, boolean weights, Loss loss) {
    Tensor fixed = weight == null || weights ? null : weight.select(0, 2);
    BinaryOperator<Tensor> two = (s, t) -> loss.of(s, t, fixed);
    if (!weights) {
      two(name, two, self, target);
      return;
    }
    TensorFunction f = x -> List.of(loss.of(x.get(0), x.get(1), x.get(2).detach()));
    String at = name + " " + self.shape();
    cases.put(at + ", all", () -> MappedCase.all(self, target, weight).agrees(f));
    cases.put(
        at + ", weights alone",
        () -> new MappedCase(List.of(self.select(0, 1), target.select(0, 1), weight), 2).agrees(f));
  }
}
