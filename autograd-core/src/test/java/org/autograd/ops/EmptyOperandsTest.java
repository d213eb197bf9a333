package org.autograd.ops;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.autograd.Autograd;
import org.autograd.DType;
import org.autograd.ForwardAD;
import org.autograd.GradOptions;
import org.autograd.Randomness;
import org.autograd.Reduction;
import org.autograd.Tensor;
import org.autograd.Tensors;
import org.autograd.Vmap;
import org.autograd.VmapOptions;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** Operators on tensors without elements: shapes, the values that are left, and gradients. */
class EmptyOperandsTest {
  @TestFactory
  Stream<DynamicTest> pointwiseOperatorsKeepEmptyShapes() {
    return Row.determined()
        .filter(r -> r.op().kind.equals("POINTWISE"))
        .map(r -> dynamicTest(r.named("empty"), () -> EmptyOperandsTest.pointwise(r)));
  }

  private static void pointwise(Row row) {
    Object[] args = row.arguments(0);
    for (long[] sizes : new long[][] {{0}, {2, 0}, {0, 3, 2}}) {
      List<Row.Slot> slots = Row.tensors(args);
      List<Tensor> empty = new ArrayList<>();
      for (Row.Slot s : slots) {
        empty.add(Arranged.of(Row.get(args, s).dtype(), sizes.clone()));
      }
      Object[] changed = Row.with(args, slots, empty);
      List<Tensor> leaves =
          row.differentiable(changed).stream()
              .map(s -> Row.get(changed, s).requiresGrad_())
              .toList();
      Tensor result = row.op().run(changed)[0];
      assertArrayEquals(sizes, Arranged.shape(result));
      if (result.requiresGrad()) {
        GradOptions options = GradOptions.DEFAULT.withMaterializeGrads(true);
        List<Tensor> grads =
            Autograd.grad(
                List.of(result),
                leaves,
                List.of(Arranged.of(DType.FLOAT64, sizes.clone())),
                options);
        grads.forEach(g -> assertArrayEquals(sizes, Arranged.shape(g)));
        Tensor[] tangents = Dual.tangents(row, changed, row.differentiable(changed), leaves);
        assertArrayEquals(sizes, Arranged.shape(tangents[0]), "shape of the tangent");
      }
      List<Tensor> batched = empty.stream().map(t -> t.unsqueeze(0).expand(two(sizes))).toList();
      Tensor[] mapped = Mapped.run(Mapped.call(row, args, slots), batched, Mapped.Place.FRONT);
      assertArrayEquals(two(sizes), Arranged.shape(mapped[0]), "shape of a batch");
    }
  }

  private static long[] two(long[] sizes) {
    return Nd.inserted(sizes, 0, 2);
  }

  private static DynamicTest gives(
      String what, UnaryOperator<Tensor> f, long[] sizes, double... values) {
    return dynamicTest(
        what + " — [0, 3] — value and gradient",
        () -> {
          Tensor x = Tensor.zeros(DType.FLOAT64, 0, 3).requiresGrad_();
          Tensor y = f.apply(x);
          assertArrayEquals(sizes, Arranged.shape(y), "shape");
          assertArrayEquals(values, Arranged.values(y), "values");
          Tensor g = Autograd.grad(y.sum(), x);
          assertArrayEquals(new long[] {0, 3}, Arranged.shape(g), "shape of the gradient");
          tangent(f, sizes);
          batch(f, sizes, values);
          // A part that begins where the memory has ended.
          Tensor part = Tensor.zeros(DType.FLOAT64, 0, 5).slice(1, 2, 5, 1);
          assertArrayEquals(sizes, Arranged.shape(f.apply(part)), "shape for a part");
        });
  }

  private static void tangent(UnaryOperator<Tensor> f, long[] sizes) {
    Tensor x = Tensor.zeros(DType.FLOAT64, 0, 3);
    try (ForwardAD.Level level = ForwardAD.dualLevel()) {
      Tensor y = f.apply(ForwardAD.makeDual(x, x.clone()));
      Tensor tangent = ForwardAD.unpackDual(y).tangent();
      assertArrayEquals(sizes, Arranged.shape(tangent), "shape of the tangent");
    }
  }

  private static void batch(UnaryOperator<Tensor> f, long[] sizes, double[] values) {
    VmapOptions random = VmapOptions.DEFAULT.withRandomness(Randomness.DIFFERENT);
    Tensor x = Tensor.zeros(DType.FLOAT64, 2, 0, 3).requiresGrad_();
    Tensor y = Vmap.vmap(f, random).apply(x);
    assertArrayEquals(Nd.inserted(sizes, 0, 2), Arranged.shape(y), "shape of a batch");
    for (int i = 0; i < 2; i++) {
      assertArrayEquals(values, Arranged.values(y.select(0, i)), "values of element " + i);
    }
    Tensor g = Autograd.grad(y.sum(), x);
    assertArrayEquals(new long[] {2, 0, 3}, Arranged.shape(g), "shape of the batch's gradient");
  }

  @TestFactory
  Stream<DynamicTest> reductionsGiveTheirNeutralElement() {
    double nan = Double.NaN;
    double low = Double.NEGATIVE_INFINITY;
    long[] three = {3};
    return Stream.of(
        gives("sum", Tensor::sum, new long[0], 0),
        gives("sum.dim", x -> x.sum(0), three, 0, 0, 0),
        gives("sum.dim, kept", x -> x.sum(1), new long[] {0}),
        gives("mean", Tensor::mean, new long[0], nan),
        gives("mean.dim", x -> x.mean(0), three, nan, nan, nan),
        gives("prod", Tensor::prod, new long[0], 1),
        gives("prod.dim", x -> x.prod(0), three, 1, 1, 1),
        gives("var", x -> x.var(new int[] {0}), three, nan, nan, nan),
        gives("std", x -> x.std(new int[] {0}), three, nan, nan, nan),
        gives("logsumexp", x -> x.logsumexp(0), three, low, low, low),
        gives("amax, kept", x -> x.amax(1), new long[] {0}),
        gives("max.dim, kept", x -> x.max(1).values(), new long[] {0}),
        gives("cumsum", x -> x.cumsum(0), new long[] {0, 3}),
        gives("sort", x -> x.sort(0).values(), new long[] {0, 3}),
        gives("softmax", x -> x.softmax(0), new long[] {0, 3}),
        gives("logSoftmax", x -> x.logSoftmax(1), new long[] {0, 3}));
  }

  @TestFactory
  Stream<DynamicTest> productsViewsAndJoinsOfNothing() {
    Tensor weight = Tensor.ones(DType.FLOAT64, 3, 2);
    Tensor some = Tensor.ones(DType.FLOAT64, 1, 3);
    Tensor none = Tensor.zeros(DType.INT64, 0);
    Tensor mask = Tensor.zeros(DType.BOOL, 0, 3);
    return Stream.of(
        gives("mm", x -> x.mm(weight), new long[] {0, 2}),
        gives("mm, inner", x -> x.t().mm(x), new long[] {3, 3}, new double[9]),
        gives("matmul", x -> x.matmul(weight), new long[] {0, 2}),
        gives("linear", x -> x.linear(weight.t()), new long[] {0, 2}),
        gives("mv", x -> x.mv(Tensor.ones(DType.FLOAT64, 3)), new long[] {0}),
        gives("transpose", x -> x.transpose(0, 1), new long[] {3, 0}),
        gives("view", x -> x.view(3, 0, 2), new long[] {3, 0, 2}),
        gives("reshape", x -> x.t().reshape(0), new long[] {0}),
        gives("flatten", x -> x.flatten(), new long[] {0}),
        gives("expand", x -> x.unsqueeze(0).expand(2, 0, 3), new long[] {2, 0, 3}),
        gives("slice", x -> x.slice(0, 0, 5, 2), new long[] {0, 3}),
        gives("diagonal", x -> x.diagonal(), new long[] {0}),
        gives("split", x -> x.split(2).get(0), new long[] {0, 3}),
        gives("unbind", x -> x.unbind(1).get(2), new long[] {0}),
        gives("cat", x -> Tensors.cat(x, some), new long[] {1, 3}, 1, 1, 1),
        gives("stack", x -> Tensors.stack(x, x), new long[] {2, 0, 3}),
        gives("gather", x -> x.gather(0, none.view(0, 1)), new long[] {0, 1}),
        gives("indexSelect", x -> x.indexSelect(0, none), new long[] {0, 3}),
        gives("index", x -> x.index(List.of(none)), new long[] {0, 3}),
        gives("maskedSelect", x -> x.maskedSelect(mask), new long[] {0}),
        gives("maskedFill", x -> x.maskedFill(mask, 1), new long[] {0, 3}),
        gives("where", x -> Tensors.where(mask, x, x), new long[] {0, 3}),
        gives("mseLoss", x -> x.mseLoss(x.detach()), new long[0], Double.NaN),
        gives("mseLoss, sum", x -> x.mseLoss(x.detach(), Reduction.SUM), new long[0], 0),
        gives("nllLoss", x -> x.nllLoss(none), new long[0], Double.NaN),
        gives("crossEntropy", x -> x.crossEntropy(none, null, Reduction.SUM), new long[0], 0),
        gives("clone", Tensor::clone, new long[] {0, 3}),
        gives("dropout", x -> x.dropout(0.5), new long[] {0, 3}));
  }

  @Test
  void truthsOfNothing() {
    Tensor none = Tensor.zeros(DType.BOOL, 0, 2);
    assertEquals(0, Arranged.values(none.any())[0]);
    assertEquals(1, Arranged.values(none.all())[0]);
    assertArrayEquals(new double[] {1, 1}, Arranged.values(none.all(0)));
    assertArrayEquals(new long[] {0, 2}, Arranged.shape(none.nonzero()));
  }

  @Test
  void indexingWithNoIndicesLeavesZeroGradients() {
    Tensor x = Tensor.of(1.0, 2.0).requiresGrad_();
    Tensor none = Tensor.zeros(DType.INT64, 0);
    double[] g = Arranged.values(Autograd.grad(x.indexSelect(0, none).sum(), x));
    assertArrayEquals(new double[2], g);
    assertArrayEquals(new double[2], Arranged.values(Autograd.grad(x.gather(0, none).sum(), x)));
  }
}
