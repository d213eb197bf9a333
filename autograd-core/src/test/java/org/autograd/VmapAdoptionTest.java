package org.autograd;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.autograd.TestTensors.constant;
import static org.autograd.TestTensors.leaf;
import static org.autograd.TestTensors.values;

import java.util.List;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;

/** Batched values written into tensors that are not batched yet. */
class VmapAdoptionTest {
  private static Tensor rows() {
    return Tensor.of(new double[] {1, 2, 3, 4, 5, 6}, 3, 2);
  }

  private static Tensor map(UnaryOperator<Tensor> f, Tensor x) {
    return Vmap.vmap(f).apply(x);
  }

  /** Writes results one by one, as a loop does. */
  private static Tensor filled(Tensor t) {
    Tensor out = Tensor.zeros(DType.FLOAT64, 2, 2);
    for (int i = 0; i < 2; i++) {
      out.set(t.get(i).mul(t), Index.at(i));
    }
    return out;
  }

  @Test
  void loopsFillTensorsMadeInside() {
    Tensor expected =
        Tensors.stack(rows().unbind(0).stream().map(VmapAdoptionTest::filled).toList(), 0);
    assertThat(values(map(VmapAdoptionTest::filled, rows()))).containsExactly(values(expected));
    Tensor x = rows().requiresGrad_();
    map(VmapAdoptionTest::filled, x).sum().backward();
    // The sum is (t0 + t1)^2.
    assertThat(values(x.grad())).containsExactly(6, 6, 14, 14, 22, 22);
    assertThat(values(map(Functional.grad(t -> filled(t).sum()), rows())))
        .containsExactly(6, 6, 14, 14, 22, 22);
    assertThat(values(map(Functional.jacfwd(t -> filled(t).sum()), rows())))
        .containsExactly(6, 6, 14, 14, 22, 22);
    assertThat(values(map(Functional.hessian(t -> filled(t).sum()), rows()))).containsOnly(2);
  }

  @Test
  void viewsMadeBeforeFollow() {
    UnaryOperator<Tensor> f =
        t -> {
          Tensor out = Tensor.zeros(DType.FLOAT64, 2, 2);
          Tensor first = out.get(0);
          Tensor corner = first.narrow(0, 1, 1);
          Tensor turned = out.t();
          out.get(0).copy_(t);
          corner.add_(100);
          return first.add(turned.get(0)).add(corner);
        };
    // first = (t0, t1 + 100), column 0 = (t0, 0), corner = t1 + 100.
    assertThat(values(map(f, Tensor.of(new double[] {1, 2, 3, 4}, 2, 2))))
        .containsExactly(1 + 1 + 102, 102 + 102, 3 + 3 + 104, 104 + 104);
  }

  @Test
  void writingThroughAView() {
    UnaryOperator<Tensor> f =
        t -> {
          Tensor out = Tensor.zeros(DType.FLOAT64, 2, 2);
          Tensor row = out.get(1);
          row.copy_(t);
          row.mul_(2);
          return out;
        };
    Tensor x = rows().requiresGrad_();
    Tensor y = map(f, x);
    assertThat(values(y)).containsExactly(0, 0, 2, 4, 0, 0, 6, 8, 0, 0, 10, 12);
    y.sum().backward();
    assertThat(values(x.grad())).containsOnly(2);
  }

  @Test
  void tensorsFromOutsideAreNotWrittenTo() {
    Tensor outside = Tensor.zeros(DType.FLOAT64, 2);
    Tensor view = outside.view(2);
    for (Tensor target : new Tensor[] {outside, view}) {
      for (UnaryOperator<Tensor> f :
          List.<UnaryOperator<Tensor>>of(
              t -> target.add_(t),
              t -> target.copy_(t),
              t -> {
                target.set(t.get(0), Index.at(1));
                return t;
              })) {
        assertThatThrownBy(() -> map(f, rows()))
            .isInstanceOf(AutogradException.class)
            .hasMessageContaining("outside")
            .hasMessageContaining("clone()");
      }
    }
    assertThat(values(outside)).containsExactly(0, 0);
    assertThat(outside.version()).isZero();
    // A copy made inside is fine, and so is what is the same for all.
    assertThat(values(map(t -> outside.clone().add_(t), rows()))).containsExactly(1, 2, 3, 4, 5, 6);
  }

  @Test
  void tensorsOfAnOuterLevelAreNotWrittenToFromAnInnerOne() {
    UnaryOperator<Tensor> f =
        a ->
            map(
                b -> {
                  a.add_(b);
                  return b;
                },
                constant(1, 2));
    assertThatThrownBy(() -> map(f, constant(1, 2)))
        .isInstanceOf(AutogradException.class)
        .hasMessageContaining("vmap");
    // What the outer function made takes values of the outer level only.
    UnaryOperator<Tensor> g =
        a -> {
          Tensor sum = Tensor.zeros(DType.FLOAT64, 2);
          sum.add_(map(b -> a.mul(b), constant(1, 2)));
          return sum;
        };
    assertThat(values(map(g, constant(1, 10)))).containsExactly(1, 2, 10, 20);
  }

  @Test
  void nestedLevelsAdoptOneByOne() {
    UnaryOperator<Tensor> f =
        a ->
            map(
                b -> {
                  Tensor out = Tensor.zeros(DType.FLOAT64, 2);
                  out.set(b, Index.at(1));
                  out.set(a, Index.at(0));
                  return out;
                },
                constant(5, 6));
    assertThat(values(map(f, constant(1, 2)))).containsExactly(1, 5, 1, 6, 2, 5, 2, 6);
    UnaryOperator<Tensor> g =
        a ->
            map(
                b -> {
                  Tensor out = Tensor.zeros(DType.FLOAT64, 2);
                  out.set(a, Index.at(0));
                  out.set(b, Index.at(1));
                  return out;
                },
                constant(5, 6));
    assertThat(values(map(g, constant(1, 2)))).containsExactly(1, 5, 1, 6, 2, 5, 2, 6);
  }

  @Test
  void historiesGoOn() {
    Tensor w = leaf(2, 3);
    UnaryOperator<Tensor> f =
        t -> {
          Tensor y = w.mul(10);
          y.mul_(t);
          return y;
        };
    Tensor y = map(f, rows());
    assertThat(values(y)).containsExactly(20, 60, 60, 120, 100, 180);
    y.sum().backward();
    assertThat(values(w.grad())).containsExactly(90, 120);
  }

  @Test
  void leavesAreNotWrittenTo() {
    UnaryOperator<Tensor> f =
        t -> {
          Tensor w = Tensor.zeros(DType.FLOAT64, 2).requiresGrad_();
          return w.add_(t);
        };
    assertThatThrownBy(() -> map(f, rows())).isInstanceOf(InplaceModificationException.class);
  }

  @Test
  void valuesSavedBeforeCountAsChanged() {
    Tensor w = leaf(2, 3);
    UnaryOperator<Tensor> f =
        t -> {
          Tensor y = w.mul(10);
          Tensor z = y.mul(y);
          y.add_(t);
          return z;
        };
    Tensor z = map(f, rows());
    assertThatThrownBy(() -> z.sum().backward()).isInstanceOf(InplaceModificationException.class);
  }

  @Test
  void tangentsAreAdoptedToo() {
    UnaryOperator<Tensor> f =
        t -> {
          try (ForwardAD.Level level = ForwardAD.dualLevel()) {
            Tensor dual = ForwardAD.makeDual(constant(1, 2), constant(10, 20));
            // Made inside, and it has a tangent before anything batched is written.
            Tensor y = dual.mul(3);
            y.get(0).mul_(t.get(0));
            UnpackedDual parts = ForwardAD.unpackDual(y);
            return Tensors.stack(List.of(parts.primal(), parts.tangent()), 0);
          }
        };
    assertThat(values(map(f, rows()))).containsExactly(3, 6, 30, 60, 9, 6, 90, 60, 15, 6, 150, 60);
  }

  @Test
  void versionsGoOnCounting() {
    map(
        t -> {
          Tensor y = Tensor.zeros(DType.FLOAT64, 2);
          y.add_(1);
          int before = y.version();
          y.add_(t);
          assertThat(y.version()).isGreaterThan(before);
          return y;
        },
        rows());
  }

  @Test
  void memoryThatOthersShareIsNotGivenABatch() {
    double[] array = {0, 0};
    for (UnaryOperator<Tensor> f :
        List.<UnaryOperator<Tensor>>of(
            z -> {
              Tensor y = Tensor.zeros(DType.FLOAT64, 2);
              Tensor v = y.detach();
              y.add_(z);
              return v;
            },
            z -> {
              Tensor y = Tensor.zeros(DType.FLOAT64, 2);
              Tensor v = y.view(2, 1).detach();
              y.add_(z);
              return v;
            },
            z -> Tensor.zeros(DType.FLOAT64, 2).detach().add_(z),
            z -> {
              Tensor y = Tensor.zeros(DType.FLOAT64, 2);
              Tensor v = y.data();
              y.add_(z);
              return v;
            },
            z -> {
              Tensor y = Tensor.zeros(DType.FLOAT64, 2);
              Tensor q = Tensor.zeros(DType.FLOAT64, 2);
              q.setData(y);
              y.add_(z);
              return q;
            },
            z -> {
              try (Scope mode = InferenceMode.enter()) {
                Tensor y = Tensor.zeros(DType.FLOAT64, 2);
                Tensor v = y.select(0, 0);
                y.add_(z);
                return v;
              }
            },
            z -> {
              try (Scope mode = InferenceMode.enter()) {
                Tensor y = Tensor.zeros(DType.FLOAT64, 2);
                return y.narrow(0, 0, 1).copy_(z.get(0));
              }
            },
            z -> {
              Tensor y = Tensor.wrap(array);
              Tensor v = Tensor.wrap(array);
              y.add_(z);
              return v;
            })) {
      assertThatThrownBy(() -> map(f, rows()))
          .isInstanceOf(AutogradException.class)
          .hasMessageContaining("shares its memory")
          .hasMessageContaining("clone()");
    }
    assertThat(array).containsExactly(0, 0);
  }

  @Test
  void denseTensorsOfAnyOrderOfDimensions() {
    Tensor w = Tensor.of(new double[] {1, 2, 3, 4, 5, 6}, 3, 2);
    Tensor x = Tensor.of(new double[] {10, 20, 30, 40, 50, 60}, 3, 2).view(3, 2, 1);
    for (UnaryOperator<Tensor> f :
        List.<UnaryOperator<Tensor>>of(
            z -> w.t().clone().add_(z),
            z -> Tensor.zerosLike(w.t()).add_(z),
            z -> w.t().mul(2).mul_(z),
            z -> {
              Tensor y = w.t().mul(2);
              Tensor column = y.select(1, 2);
              Tensor block = y.t().narrow(0, 1, 2);
              y.select(1, 1).add_(z.select(1, 0));
              return Tensors.cat(List.of(y.flatten(), column, block.flatten()), 0);
            })) {
      assertThat(values(map(f, x)))
          .containsExactly(values(Tensors.stack(x.unbind(0).stream().map(f).toList(), 0)));
    }
    UnaryOperator<Tensor> gaps =
        z -> {
          Tensor y = Tensor.zeros(DType.FLOAT64, 5);
          y.asStrided_(new long[] {2, 1}, new long[] {2, 1}, 0);
          return y.add_(z);
        };
    assertThatThrownBy(() -> map(gaps, x))
        .isInstanceOf(AutogradException.class)
        .hasMessageContaining("block of memory");
  }

  @Test
  void inputsOfDerivativesAreStillWrittenTo() {
    UnaryOperator<Tensor> f =
        z -> {
          Tensor y = Tensor.ones(DType.FLOAT64, 2);
          for (int i = 0; i < 2; i++) {
            y.sub_(Functional.grad(t -> t.mul(t).sum()).apply(y).mul(z));
          }
          return y;
        };
    Tensor x = rows().mul(0.125);
    assertThat(values(map(f, x)))
        .containsExactly(values(Tensors.stack(x.unbind(0).stream().map(f).toList(), 0)));
  }
}
