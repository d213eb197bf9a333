package org.autograd.ops;

import java.util.ArrayList;
import java.util.List;
import java.util.function.BinaryOperator;
import java.util.stream.Stream;
import org.autograd.Correction;
import org.autograd.DType;
import org.autograd.Reduction;
import org.autograd.Tensor;
import org.autograd.TensorFunction;
import org.autograd.Tensors;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/** Corners of batching rules: equal to loops in values, dtypes and errors. */
class BatchRulesTest extends BatchCases {
  @TestFactory
  Stream<DynamicTest> zeroDimensionalElementsAreReducedAlongDimensionZero() {
    for (int d : new int[] {0, -1, 1}) {
      for (boolean keep : new boolean[] {false, true}) {
        String at = " along " + d + (keep ? ", kept" : "");
        int[] dims = {d};
        Tensor x = random(3);
        one("sum" + at, t -> t.sum(dims, keep), x);
        one("mean" + at, t -> t.mean(dims, keep), x);
        one("prod" + at, t -> t.prod(d, keep), x);
        one("var" + at, t -> t.var(dims, Correction.NONE, keep), x);
        one("std" + at, t -> t.std(dims, Correction.NONE, keep), x);
        one("amax" + at, t -> t.amax(dims, keep), x);
        one("max" + at, t -> t.max(d, keep).values(), x);
        one("max indices" + at, t -> t.max(d, keep).indices(), x);
        one("min" + at, t -> t.min(d, keep).values(), x);
        one("argmax" + at, t -> t.argmax(d, keep), x, random(2, 3), random(2, 3, 2));
        one("argmin" + at, t -> t.argmin(d, keep), x, random(2, 3));
        one("logsumexp" + at, t -> t.logsumexp(dims, keep), x);
        one("any" + at, t -> t.any(d, keep), Arranged.random(DType.BOOL, 1, 3));
        one("all" + at, t -> t.all(d, keep), Arranged.random(DType.BOOL, 1, 3));
        one("argmax of all" + at, t -> t.argmax(null, keep), x, random(2, 3, 2));
      }
      one("softmax " + d, t -> t.softmax(d), random(3));
      one("logSoftmax " + d, t -> t.logSoftmax(d), random(3));
      one("cumsum " + d, t -> t.cumsum(d), random(3), ints(4, 3));
      one("sort " + d, t -> t.sort(d, false).values(), random(3));
      one("argsort " + d, t -> t.argsort(d, true), random(3));
    }
    one("sum of bools", t -> t.sum(), Arranged.random(DType.BOOL, 1, 3, 2));
    one("mean of integers", t -> t.mean(), ints(4, 3, 2));
    one("sum of no dimensions", t -> t.sum(new int[0], true), random(3), random(2, 3));
    one("sum of one dimension twice", t -> t.sum(new int[] {0, -2}, false), random(2, 2, 3));
    one("max of nothing", t -> t.max(), random(2, 0), random(2, 3, 0));
    one("max along nothing", t -> t.max(0, false).values(), random(2, 0, 3));
    return tests();
  }

  @TestFactory
  Stream<DynamicTest> shapesOfViews() {
    for (Tensor x : List.of(random(2, 3), random(2, 1), random(1, 1), random(1, 2, 1), random(2))) {
      one("squeeze", t -> t.squeeze(), x);
      one("squeeze 0", t -> t.squeeze(0), x);
      one("squeeze -1", t -> t.squeeze(-1), x);
      one("squeeze 1", t -> t.squeeze(1), x);
      one("squeeze all", t -> t.squeeze(new int[] {0, -1}), x);
      one("expand 2, -1", t -> t.expand(2, -1), x);
      one("expand -1", t -> t.expand(-1), x);
      one("expand -1, -1, 3", t -> t.expand(-1, -1, 3), x);
      one("expand 4", t -> t.expand(4), x);
      one("view -1", t -> t.view(-1), x);
      one("view 3, -1", t -> t.view(3, -1), x);
      one("view -1, -1", t -> t.view(-1, -1), x);
      one("view 5", t -> t.view(5), x);
      one("view to none", t -> t.view(), x);
      one("reshape -1, 1", t -> t.reshape(-1, 1), x);
      one("transpose", t -> t.transpose(0, 1), x);
      one("t", t -> t.t(), x, random(2, 2, 2, 2));
      one("permute", t -> t.permute(1, 0), x, random(2, 2, 3));
      one("unsqueeze", t -> t.unsqueeze(1), x);
      one("select", t -> t.select(0, 2), x);
      one("slice", t -> t.slice(0, 1, 9, 1), x);
      one("diagonal", t -> t.diagonal(), x, random(2, 3, 3));
      one("flatten", t -> t.flatten(), x);
      one("narrow", t -> t.narrow(0, 1, 1), x);
      one("unbind", t -> t.unbind(0).get(0), x);
      one("split", t -> t.split(2).get(0), x);
      one("chunk", t -> t.chunk(2).get(0), x);
    }
    for (Tensor none : List.of(random(2, 0, 3), random(2, 0))) {
      one("view -1", t -> t.view(-1), none);
      one("view -1, 3", t -> t.view(-1, 3), none);
      one("view 0, -1", t -> t.view(0, -1), none);
      one("reshape 3, -1", t -> t.reshape(3, -1), none);
      one("transposed reshape", t -> t.unsqueeze(0).transpose(0, 1).reshape(-1), none);
      one("flatten", t -> t.flatten(), none);
      one("copy of a slice", t -> t.slice(-1, 1, 3, 1).clone(), none);
    }
    return tests();
  }

  @TestFactory
  Stream<DynamicTest> shapesThatBroadcastOrDoNotFit() {
    long[][] shapes = {{}, {3}, {1}, {2}, {2, 3}, {2, 1}, {4, 2, 3}, {0}};
    for (long[] x : shapes) {
      for (long[] y : shapes) {
        Tensor a = random(Nd.inserted(x, 0, 2));
        Tensor b = Arranged.random(DType.FLOAT64, 9, Nd.inserted(y, 0, 2));
        Tensor m = Arranged.random(DType.BOOL, 4, Nd.inserted(y, 0, 2));
        two("mul", (s, t) -> s.mul(t), a, b);
        two("add_", (s, t) -> s.clone().add_(t), a, b);
        two("copy_", (s, t) -> s.clone().copy_(t), a, b);
        two("fill_", (s, t) -> s.clone().fill_(t), a, b);
        two("where", (s, t) -> Tensors.where(t, s, s.add(1)), a, m);
        two("maskedFill", (s, t) -> s.maskedFill(t, 2), a, m);
        two("maskedFill_", (s, t) -> s.clone().maskedFill_(t, 2), a, m);
        two("maskedFill by a tensor", (s, t) -> s.maskedFill(s.gt(0), t), a, b);
        two("mseLoss", (s, t) -> s.mseLoss(t, Reduction.NONE), a, b);
        two("expandAs", (s, t) -> s.expandAs(t), a, b);
      }
    }
    two("mask of integers", (s, t) -> s.maskedFill(t, 2), random(2, 3), ints(2, 2, 3));
    one("mul_ by integers", t -> t.clone().mul_(0.5), ints(3, 2, 3));
    return tests();
  }

  @TestFactory
  Stream<DynamicTest> joins() {
    for (int d : new int[] {0, 1, -1}) {
      BinaryOperator<Tensor> cat = (a, b) -> Tensors.cat(List.of(a, b), d);
      two("cat " + d, cat, random(2, 0), random(2, 2, 3));
      two("cat " + d, cat, random(2, 2, 3), random(2, 0));
      two("cat " + d, cat, random(2, 0), random(2, 0));
      two("cat " + d, cat, random(2, 0), Arranged.random(DType.FLOAT32, 2, 2, 2, 3));
      two("cat " + d, cat, random(2, 0, 3), random(2, 2, 3));
      two("cat " + d, cat, random(2, 3), random(2, 2, 3));
      two("cat " + d, cat, random(2), random(2, 2));
      two("cat " + d, cat, random(2, 2, 3), ints(3, 2, 2, 3));
      BinaryOperator<Tensor> stack = (a, b) -> Tensors.stack(List.of(a, b), d);
      two("stack " + d, stack, random(2), random(2));
      two("stack " + d, stack, random(2, 3), random(2, 3));
      two("stack " + d, stack, random(2, 3), random(2, 2));
    }
    return tests();
  }

  @TestFactory
  Stream<DynamicTest> productsOfAllRanks() {
    long[][] shapes = {{}, {3}, {3, 3}, {2, 3, 3}, {1, 2, 3, 3}, {3, 2}, {0, 3}};
    for (long[] x : shapes) {
      for (long[] y : shapes) {
        Tensor a = random(Nd.inserted(x, 0, 2));
        Tensor b = Arranged.random(DType.FLOAT64, 9, Nd.inserted(y, 0, 2));
        two("matmul", (s, t) -> s.matmul(t), a, b);
        two("linear", (s, t) -> s.linear(t), a, b);
        two("mm", (s, t) -> s.mm(t), a, b);
        two("mv", (s, t) -> s.mv(t), a, b);
        two("dot", (s, t) -> s.dot(t), a, b);
        two("bmm", (s, t) -> s.bmm(t), a, b);
      }
    }
    two("mm", (s, t) -> s.mm(t), random(2, 3, 3), Arranged.random(DType.FLOAT32, 1, 2, 3, 3));
    two("mm", (s, t) -> s.mm(t), ints(5, 2, 3, 3), ints(4, 2, 3, 3));
    return tests();
  }

  @TestFactory
  Stream<DynamicTest> sumsWithProducts() {
    long[][] added = {{2, 3}, {3}, {}, {1, 3}, {2, 1}, {2}, {4, 2, 3}};
    for (long[] sizes : added) {
      Tensor self = random(Nd.inserted(sizes, 0, 2));
      for (double beta : new double[] {1, 0.5, 0}) {
        TensorFunction f = x -> List.of(x.get(0).addmm(x.get(1), x.get(2), beta, 2));
        TensorFunction inplace = x -> List.of(x.get(0).clone().addmm_(x.get(1), x.get(2), beta, 2));
        Tensor a = random(2, 2, 4);
        Tensor b = Arranged.random(DType.FLOAT64, 3, 2, 4, 3);
        for (int batched = 1; batched < 8; batched++) {
          List<Integer> which = new ArrayList<>();
          List<Tensor> all = new ArrayList<>(List.of(self, a, b));
          for (int i = 0; i < 3; i++) {
            if ((batched >> i & 1) != 0) {
              which.add(i);
            } else {
              all.set(i, all.get(i).select(0, 1));
            }
          }
          String at = self.shape() + " beta " + beta + ", batched " + which;
          MappedCase c = new MappedCase(all, which.stream().mapToInt(i -> i).toArray());
          cases.put("addmm " + at, () -> c.agrees(f));
          cases.put("addmm_ " + at, () -> c.agrees(inplace));
        }
      }
    }
    TensorFunction fraction = x -> List.of(x.get(0).addmm(x.get(0), x.get(0), 1, 0.5));
    cases.put("addmm of integers", () -> MappedCase.all(ints(5, 2, 3, 3)).agrees(fraction));
    return tests();
  }
}
