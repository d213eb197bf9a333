package org.autograd;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.autograd.TestTensors.constant;
import static org.autograd.TestTensors.values;

import java.util.List;
import java.util.function.BinaryOperator;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;

/** Values of an inner vmap written into tensors of an outer one that were made inside. */
class VmapNestedAdoptionTest {
  private static final Tensor OUTER = Tensor.of(new double[] {1, 2, 3, 4, 5, 6}, 3, 2);
  private static final Tensor INNER = Tensor.of(new double[] {10, 20, 30, 40}, 2, 2);

  private static Tensor map(UnaryOperator<Tensor> f, Tensor x) {
    return Vmap.vmap(f).apply(x);
  }

  private static Tensor loop(UnaryOperator<Tensor> f, Tensor x) {
    return Tensors.stack(x.unbind(0).stream().map(f).toList(), 0);
  }

  /** Compares values and gradients with those of loops. */
  private static void check(BinaryOperator<Tensor> f) {
    Tensor a = OUTER.clone().requiresGrad_();
    Tensor b = INNER.clone().requiresGrad_();
    Tensor mapped = map(y -> map(c -> f.apply(y, c), b), a);
    Tensor looped = loop(y -> loop(c -> f.apply(y, c), b), a);
    assertThat(mapped.shape()).isEqualTo(looped.shape());
    assertThat(values(mapped)).containsExactly(values(looped));
    List<Tensor> expected = gradients(looped, a, b);
    List<Tensor> grads = gradients(mapped, a, b);
    for (int i = 0; i < 2; i++) {
      assertThat(values(grads.get(i))).containsExactly(values(expected.get(i)));
    }
  }

  private static List<Tensor> gradients(Tensor y, Tensor a, Tensor b) {
    GradOptions zeros = GradOptions.DEFAULT.withMaterializeGrads(true);
    return Autograd.grad(List.of(y.square().sum()), List.of(a, b), null, zeros);
  }

  @Test
  void clonesAndResultsMadeInside() {
    check((y, c) -> y.clone().add_(c));
    check((y, c) -> y.mul(2).mul_(c));
    check((y, c) -> y.clone().copy_(c));
    check((y, c) -> {
      Tensor q = y.clone();
      q.set(c.get(0), Index.at(1));
      q.mul_(y);
      return q;
    });
    check((y, c) -> y.matmul(constant(1, 2, 3, 4).view(2, 2)).add_(c));
  }

  @Test
  void viewsFollow() {
    check((y, c) -> {
      Tensor q = y.clone();
      Tensor first = q.get(0);
      Tensor same = q.contiguous();
      q.add_(c);
      return Tensors.stack(List.of(first, q.get(1), same.sum()), 0);
    });
    check((y, c) -> {
      Tensor q = y.mul(2);
      Tensor last = q.narrow(0, 1, 1);
      last.mul_(c.get(0));
      return q.add(last);
    });
    check((y, c) -> {
      Tensor q = Tensor.zeros(DType.FLOAT64, 2);
      Tensor first = q.get(0);
      q.add_(y);
      q.add_(c);
      return q.add(first);
    });
  }

  @Test
  void argumentsOfTheInnerFunctionFollow() {
    UnaryOperator<Tensor> f =
        y -> {
          Tensor q = Tensor.zeros(DType.FLOAT64, 2);
          return map(
              e -> {
                q.copy_(y);
                return e.mul(1);
              },
              q);
        };
    assertThat(values(map(f, OUTER))).containsExactly(values(OUTER));
  }

  @Test
  void tensorsOfTheOuterFunctionStayRefused() {
    for (UnaryOperator<Tensor> f :
        List.<UnaryOperator<Tensor>>of(
            y -> {
              Tensor q = y.clone();
              return map(c -> q.add_(c), INNER);
            },
            y -> {
              Tensor q = Tensor.zeros(DType.FLOAT64, 2);
              return map(c -> q.add_(y).add_(c), INNER);
            },
            y -> map(c -> y.view(2).add_(c), INNER))) {
      assertThatThrownBy(() -> map(f, OUTER))
          .isInstanceOf(AutogradException.class)
          .hasMessageContaining("outer function")
          .hasMessageContaining("clone()");
    }
  }

  @Test
  void versionsGoOnCountingAndSavedValuesCountAsChanged() {
    map(
        y ->
            map(
                c -> {
                  Tensor q = y.clone();
                  q.add_(1);
                  int before = q.version();
                  q.add_(c);
                  assertThat(q.version()).isGreaterThan(before);
                  return q;
                },
                INNER),
        OUTER);
    Tensor a = OUTER.clone().requiresGrad_();
    Tensor z =
        map(
            y ->
                map(
                    c -> {
                      Tensor q = y.clone();
                      Tensor square = q.mul(q);
                      q.add_(c);
                      return square;
                    },
                    INNER),
            a);
    assertThatThrownBy(() -> z.sum().backward()).isInstanceOf(InplaceModificationException.class);
  }
}
