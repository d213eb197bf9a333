package org.autograd;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.autograd.TestTensors.values;

import java.util.List;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;

/** Batching rules where operands have different dtypes or numbers of dimensions, as in a loop. */
class VmapRulesTest {
  private static Tensor map(UnaryOperator<Tensor> f, Tensor x) {
    return Vmap.vmap(f).apply(x);
  }

  private static Tensor loop(UnaryOperator<Tensor> f, Tensor x) {
    return Tensors.stack(x.unbind(0).stream().map(f).toList(), 0);
  }

  private static void check(UnaryOperator<Tensor> f, Tensor x) {
    Tensor mapped = map(f, x);
    Tensor looped = loop(f, x);
    assertThat(mapped.dtype()).isEqualTo(looped.dtype());
    assertThat(mapped.shape()).isEqualTo(looped.shape());
    assertThat(values(mapped.to(DType.FLOAT64))).containsExactly(values(looped.to(DType.FLOAT64)));
  }

  /** A function that one element refuses must be refused for all, in the same words. */
  private static void refused(UnaryOperator<Tensor> f, Tensor x, String words) {
    assertThatThrownBy(() -> loop(f, x))
        .isInstanceOf(AutogradException.class)
        .hasMessageContaining(words);
    assertThatThrownBy(() -> map(f, x))
        .isInstanceOf(AutogradException.class)
        .hasMessageContaining(words);
  }

  @Test
  void maskedFillKeepsTheDtype() {
    Tensor ints = Tensor.of(1L, 2L, 3L);
    Tensor doubles = Tensor.of(1.5, 2.5);
    Tensor mask = Tensor.of(true, false, true);
    refused(v -> ints.maskedFill(mask, v), doubles, "can't be cast");
    refused(v -> mask.maskedFill(mask, v), ints, "can't be cast");
    refused(t -> t.maskedFill(mask, Tensor.scalar(1.5)), ints.view(1, 3), "can't be cast");
    check(v -> doubles.maskedFill(Tensor.of(true, false), v), ints);
    Tensor bytes = ints.to(DType.UINT8);
    check(t -> t.maskedFill(Tensor.scalar(true), Tensor.scalar(7L)), bytes);
    check(t -> t.maskedFill(mask, Tensor.scalar(7L)), bytes);
    check(v -> bytes.maskedFill(mask, v), Tensor.of(300L, -1L));
  }

  @Test
  void indexPutOfANumberKeepsTheDtype() {
    Tensor ints = Tensor.of(1L, 2L, 3L);
    List<Tensor> at = List.of(Tensor.of(0L, 2L));
    refused(v -> ints.indexPut(at, v), Tensor.of(1.5, 2.5), "can't be cast");
    check(v -> ints.to(DType.FLOAT64).indexPut(at, v), Tensor.of(5L, 6L));
  }

  @Test
  void mseLossOfIntegers() {
    Tensor ints = Tensor.of(1L, 2L, 3L);
    refused(v -> v.mseLoss(ints), ints.view(1, 3), "floating point");
    refused(v -> ints.mseLoss(v), ints.to(DType.UINT8).view(1, 3), "floating point");
    check(v -> v.mseLoss(ints), Tensor.of(1.0, 2.0, 4.0, 8.0, 16.0, 32.0).view(2, 3));
  }

  @Test
  void divisionOfIntegersOfDifferentDtypes() {
    Tensor bytes = Tensor.of(1L, 255L).to(DType.UINT8);
    Tensor numbers = Tensor.of(-2L, 3L).to(DType.INT32);
    check(v -> bytes.div(v), numbers);
    check(v -> v.div(bytes), numbers);
    check(v -> v.div(Tensor.scalar(-2L).to(DType.INT32)), bytes);
    check(v -> bytes.mul(v), numbers);
    check(v -> bytes.to(DType.FLOAT32).div(v), numbers.to(DType.FLOAT64));
    check(v -> v.div(-2L), bytes);
  }

  @Test
  void hostNumbersThatTheDtypeCannotHold() {
    Tensor bytes = Tensor.of(1L, 255L).to(DType.UINT8);
    assertThat(values(bytes.div(-2L).to(DType.FLOAT64))).containsExactly(-0.5, -127.5);
    assertThat(bytes.div(-2L).dtype()).isEqualTo(DType.FLOAT32);
    assertThat(values(Tensors.div(-510L, bytes).to(DType.FLOAT64))).containsExactly(-510, -2);
    // What is computed in the dtype is computed modulo its size.
    assertThat(bytes.mul(-2L).dtype()).isEqualTo(DType.UINT8);
    assertThat(values(bytes.mul(-2L).to(DType.FLOAT64))).containsExactly(254, 2);
    Tensor ints = Tensor.of(1L, -1L).to(DType.INT32);
    assertThat(values(ints.div(1L << 33).to(DType.FLOAT64)))
        .containsExactly(Math.scalb(1.0, -33), -Math.scalb(1.0, -33));
    assertThat(ints.add(1L << 33).dtype()).isEqualTo(DType.INT32);
    assertThat(values(ints.add(1L << 33).to(DType.FLOAT64))).containsExactly(1, -1);
  }

  @Test
  void indexPutOfValuesWithDimensionsInFront() {
    Tensor self = Tensor.of(1.0, 2.0, 3.0).requiresGrad_();
    List<Tensor> at = List.of(Tensor.of(0L, 2L));
    for (long[] shape : new long[][] {{1, 1}, {1, 2}, {1, 1, 2}}) {
      Tensor values = Tensor.ones(DType.FLOAT64, shape).requiresGrad_();
      Tensor weights = Tensor.of(10.0, 20.0, 30.0);
      Tensor grad = Autograd.grad(self.indexPut(at, values).mul(weights).sum(), values);
      assertThat(grad.shape()).isEqualTo(values.shape());
      assertThat(values(grad))
          .containsExactly(values.numel() == 1 ? new double[] {40} : new double[] {10, 30});
      Tensor several =
          Tensor.of(1.0, 2.0).view(2, 1).expand(2, values.numel()).reshape(with(shape));
      check(v -> self.detach().indexPut(at, v), several);
      check(s -> s.indexPut(at, values.detach()), Tensor.zeros(DType.FLOAT64, 2, 3));
      Tensor x = several.clone().requiresGrad_();
      Tensor mapped = map(v -> self.indexPut(at, v).mul(weights).sum(), x);
      Tensor looped = loop(v -> self.indexPut(at, v).mul(weights).sum(), x);
      assertThat(values(Autograd.grad(mapped.square().sum(), x)))
          .containsExactly(values(Autograd.grad(looped.square().sum(), x)));
    }
  }

  private static long[] with(long[] shape) {
    long[] all = new long[shape.length + 1];
    all[0] = 2;
    System.arraycopy(shape, 0, all, 1, shape.length);
    return all;
  }

  @Test
  void transposeOfTensorsWithoutDimensions() {
    Tensor x = Tensor.of(1.0, 2.0);
    check(t -> t.transpose(0, -1), x);
    check(t -> t.transpose(-1, -1).mul(2), x);
    check(t -> t.transposeCopy(0, -1), x);
    refused(t -> t.select(0, 0), x, "select");
    // It stays a view.
    check(
        t -> {
          Tensor y = t.clone();
          y.transpose(0, -1).mul_(3);
          return y;
        },
        x);
  }

  @Test
  void operandsThatDoNotCountHaveGradients() {
    Tensor x = Tensor.of(new double[] {1, 2, 3, 4, 5, 6, 7, 8}, 2, 2, 2);
    Tensor self = Tensor.of(Double.NaN, 1.0).requiresGrad_();
    for (UnaryOperator<Tensor> f :
        List.<UnaryOperator<Tensor>>of(
            m -> self.addmm(m, m, 0, 1), m -> self.mul(m).addmm(m, m, 0, 1))) {
      check(m -> f.apply(m).detach(), x);
      assertThat(values(Autograd.grad(map(f, x).sum(), self)))
          .containsExactly(values(Autograd.grad(loop(f, x).sum(), self)));
    }
    Tensor none = Tensor.zeros(DType.FLOAT64, 0).requiresGrad_();
    for (int dim : new int[] {0, 1, -1}) {
      UnaryOperator<Tensor> joined = m -> Tensors.cat(List.of(m, none, m), dim);
      check(m -> joined.apply(m).detach(), x);
      assertThat(Autograd.grad(map(joined, x).sum(), none).shape()).isEqualTo(none.shape());
    }
    UnaryOperator<Tensor> vectors = m -> Tensors.cat(List.of(none, m.flatten(), none), 0);
    check(m -> vectors.apply(m).detach(), x);
    check(m -> Tensors.cat(List.of(none, none), 0).mul(m.sum()).detach(), x);
  }
}
