package org.autograd;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;

/** What a mapped function sees of memory is what one element run alone has. */
class VmapLayoutTest {
  private static final TensorOptions DOUBLE = TensorOptions.of(DType.FLOAT64);

  /** The numbers from 1 on. */
  private static Tensor counted(long... sizes) {
    return Tensor.arange(1.0, Shape.of(sizes).numel() + 1, 1).to(DType.FLOAT64).reshape(sizes);
  }

  private static List<double[]> looped(UnaryOperator<Tensor> f, Tensor x) {
    List<double[]> all = new ArrayList<>();
    for (int i = 0; i < x.size(0); i++) {
      all.add(f.apply(x.select(0, i).clone()).toDoubleArray());
    }
    return all;
  }

  private static void equalsLoop(UnaryOperator<Tensor> f, Tensor x) {
    for (Integer chunk : Arrays.asList(null, 1, 2)) {
      Tensor mapped = Vmap.vmap(f, VmapOptions.DEFAULT.withChunkSize(chunk)).apply(x);
      List<double[]> expected = looped(f, x);
      for (int i = 0; i < expected.size(); i++) {
        assertThat(mapped.select(0, i).toDoubleArray()).containsExactly(expected.get(i));
      }
    }
  }

  @Test
  void memoryOfAProductIsThatOfOneElement() {
    Tensor c = counted(2, 3, 4);
    equalsLoop(t -> t.bmm(c).asStrided(new long[] {2}, new long[] {8}, 0L), counted(3, 2, 2, 3));
    equalsLoop(t -> c.bmm(t).asStrided(new long[] {3}, new long[] {5}, 1L), counted(3, 2, 4, 3));
    Tensor m = counted(3, 4);
    equalsLoop(t -> m.mm(t).asStrided(new long[] {4}, new long[] {1}, 1L), counted(3, 4, 2));
    equalsLoop(t -> m.mm(t).view(6), counted(3, 4, 2));
    equalsLoop(t -> c.bmm(t).view(18), counted(3, 2, 4, 3));
    equalsLoop(t -> t.bmm(c).view(4, 4), counted(3, 2, 2, 3));
    equalsLoop(t -> m.linear(t, null).view(6), counted(3, 2, 4));
  }

  @Test
  void offsetsDoNotDependOnChunks() {
    equalsLoop(
        t -> t.mul(2).narrow(0, 1, 2).asStrided(new long[] {2}, new long[] {1}, 0L), counted(5, 4));
    equalsLoop(t -> t.narrow(0, 1, 2).asStrided(new long[] {2}, new long[] {1}, 0L), counted(5, 4));
    equalsLoop(t -> t.add(t.select(0, 1).storageOffset()), counted(5, 4));
  }

  @Test
  void theMemoryOfOneElementHasAnEnd() {
    UnaryOperator<Tensor> f = t -> t.mul(2).asStrided(new long[] {5}, new long[] {1}, 0L);
    Tensor x = counted(3, 4);
    for (Supplier<Tensor> run :
        List.<Supplier<Tensor>>of(() -> f.apply(x.select(0, 0)), () -> Vmap.vmap(f).apply(x))) {
      assertThatThrownBy(run::get)
          .isInstanceOf(AutogradException.class)
          .hasMessageContaining("reaches beyond the storage of 4 elements");
    }
  }

  private static void seesRowMajor(Tensor t) {
    assertThat(t.isContiguous()).isTrue();
    assertThat(t.strides()).isEqualTo(t.detach().clone().contiguous().strides());
    assertThat(t.storageOffset()).isZero();
  }

  @Test
  void resultsOfABatchInTheLastDimensionAreRowMajor() {
    VmapOptions last = VmapOptions.DEFAULT.withInDims(2);
    Tensor x = counted(2, 3, 4);
    Tensor y =
        Vmap.vmap(
                t -> {
                  assertThat(t.strides()).containsExactly(12, 4);
                  Tensor doubled = t.mul(2);
                  seesRowMajor(doubled);
                  assertThat(doubled.t().neg().strides()).containsExactly(1, 3);
                  assertThat(t.t().neg().strides()).containsExactly(1, 3);
                  return doubled.view(6);
                },
                last)
            .apply(x);
    for (int i = 0; i < 4; i++) {
      assertThat(y.select(0, i).toDoubleArray())
          .containsExactly(x.select(2, i).mul(2).toDoubleArray());
    }
  }

  @Test
  void gradientsInsideLieAsThoseOfOneElement() {
    Tensor w = counted(3, 4);
    Tensor c = counted(1, 3, 4);
    for (int dim = 0; dim < 3; dim++) {
      Tensor x = counted(4, 4, 4);
      VmapOptions at = VmapOptions.DEFAULT.withInDims(dim);
      Vmap.vmap(
              t -> {
                seesRowMajor(Functional.grad(u -> u.mul(u).sum()).apply(t));
                seesRowMajor(Functional.grad(u -> w.mm(u).square().sum()).apply(t));
                seesRowMajor(Functional.grad(u -> u.mm(w.t()).square().sum()).apply(t));
                seesRowMajor(Functional.grad(u -> c.bmm(u.unsqueeze(0)).square().sum()).apply(t));
                seesRowMajor(
                    Functional.grad(u -> u.unsqueeze(0).bmm(c.transpose(1, 2)).square().sum())
                        .apply(t));
                return t;
              },
              at)
          .apply(x);
    }
  }

  @Test
  void productsAndSumsInsideOfJacfwdAreRowMajor() {
    Tensor w = counted(3, 2);
    Tensor x = counted(2, 4);
    UnaryOperator<Tensor> f =
        t -> {
          Tensor product = w.mm(t);
          seesRowMajor(product);
          seesRowMajor(t.sum(0));
          seesRowMajor(ForwardAD.unpackDual(product).tangent());
          return product.view(12);
        };
    Tensor jacobian = Functional.jacfwd(f).apply(x);
    assertThat(jacobian.shape()).isEqualTo(Shape.of(12, 2, 4));
    // d (w t)[i, j] / d t[k, l] = w[i, k] where j = l
    for (int i = 0; i < 3; i++) {
      for (int j = 0; j < 4; j++) {
        Tensor row = jacobian.select(0, 4 * i + j);
        for (int k = 0; k < 2; k++) {
          double[] expected = new double[4];
          expected[j] = 2 * i + k + 1;
          assertThat(row.select(0, k).toDoubleArray()).containsExactly(expected);
        }
      }
    }
  }

  @Test
  void aTangentHasTheLayoutOfItsPrimal() {
    Tensor x = counted(3, 2, 4);
    Tensor direction = counted(3, 4, 2);
    Vmap.vmapAll(
            in -> {
              try (ForwardAD.Level level = ForwardAD.dualLevel()) {
                Tensor primal = in.get(0).t();
                UnpackedDual parts = ForwardAD.unpackDual(ForwardAD.makeDual(primal, in.get(1)));
                assertThat(parts.tangent().strides()).isEqualTo(primal.strides());
                assertThat(parts.primal().strides()).isEqualTo(primal.strides());
              }
              return in;
            })
        .apply(List.of(x, direction));
  }

  @Test
  void nestedMapsSeeOneElementOfOneElement() {
    Tensor x = counted(2, 3, 4, 5);
    VmapOptions last = VmapOptions.DEFAULT.withInDims(2);
    Tensor y =
        Vmap.vmap(a ->
                Vmap.vmap(
                        b -> {
                          assertThat(b.strides()).containsExactly(20, 5);
                          Tensor c = b.t().mul(2);
                          assertThat(c.strides()).containsExactly(1, 4);
                          return c.asStrided(new long[] {3}, new long[] {4}, 1L);
                        },
                        last)
                    .apply(a))
            .apply(x);
    for (int i = 0; i < 2; i++) {
      for (int j = 0; j < 5; j++) {
        Tensor expected = x.select(0, i).select(2, j).select(1, 1).mul(2);
        assertThat(y.select(0, i).select(0, j).toDoubleArray())
            .containsExactly(expected.toDoubleArray());
      }
    }
  }

  @Test
  void copiesOfArraysMadeInsideCanBeWrittenTo() {
    List<Supplier<Tensor>> factories =
        List.of(
            () -> Tensor.of(1.0, 2.0),
            () -> Tensor.of(1f, 2f).to(DType.FLOAT64),
            () -> Tensor.of(new double[] {1, 2}, 2),
            () -> Tensor.ofArray(new double[] {1, 2}),
            () -> Tensor.of(1, 2).to(DType.FLOAT64),
            () -> Tensor.arange(1.0, 3.0, 1.0).to(DType.FLOAT64),
            () -> Tensor.full(DOUBLE, new long[] {2}, 2.0).sub(Tensor.of(1.0, 0.0)));
    for (Supplier<Tensor> made : factories) {
      Tensor y =
          Vmap.vmap(
                  t -> {
                    Tensor own = made.get();
                    own.mul_(t);
                    own.select(0, 1).add_(t.select(0, 0));
                    return own;
                  })
              .apply(Tensor.of(new double[] {1, 2, 3, 4}, 2, 2));
      assertThat(y.toDoubleArray()).containsExactly(1, 5, 3, 11);
    }
  }

  @Test
  void anArrayThatTheCallerKeepsCannotBeGivenABatch() {
    double[] array = {1, 2};
    assertThatThrownBy(
            () -> Vmap.vmap(t -> Tensor.wrap(array).mul_(t)).apply(Tensor.ones(DOUBLE, 3, 2)))
        .isInstanceOf(AutogradException.class)
        .hasMessageContaining("shares its memory with an array");
    assertThat(array).containsExactly(1, 2);
  }
}
