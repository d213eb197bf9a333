package org.autograd.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.autograd.TestTensors.constant;
import static org.autograd.TestTensors.leaf;
import static org.autograd.TestTensors.values;

import java.lang.reflect.Method;
import java.util.Arrays;
import java.util.List;
import org.autograd.Autograd;
import org.autograd.AutogradException;
import org.autograd.BackwardOptions;
import org.autograd.DType;
import org.autograd.Tensor;
import org.autograd.UnderScheduler;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(UnderScheduler.class)
class BackwardBehaviourTest {
  @Test
  @Tag("BWD-01")
  void rootWithOneElementGetsImplicitOnes() {
    Tensor x = leaf(1, 2);
    x.mul(x).sum().backward();
    assertThat(values(x.grad())).containsExactly(2, 4);

    Tensor y = leaf(3);
    y.mul(2).backward();
    assertThat(values(y.grad())).containsExactly(2);

    Tensor z = Tensor.of(new double[] {3}).reshape(1, 1).requiresGrad_();
    z.mul(2).backward();
    assertThat(values(z.grad())).containsExactly(2);
    assertThat(z.grad().sizes()).containsExactly(1, 1);
  }

  @Test
  @Tag("BWD-02")
  void rootWithSeveralElementsNeedsAGradient() {
    Tensor x = leaf(1, 2);
    assertThatThrownBy(() -> x.mul(2).backward())
        .isInstanceOf(AutogradException.class)
        .hasMessageContaining("implicitly only for scalar outputs");
    assertThat(x.grad()).isNull();
  }

  @Test
  @Tag("BWD-03")
  void gradientMustHaveExactlyTheRootsShape() {
    Tensor x = leaf(1, 2);
    for (Tensor bad :
        List.of(constant(1).reshape(new long[0]), constant(1), constant(1, 1).reshape(1, 2))) {
      assertThatThrownBy(
              () -> Autograd.backward(List.of(x.sum(), x.mul(2)), Arrays.asList(null, bad)))
          .isInstanceOf(AutogradException.class)
          .hasMessageContaining("gradient 1")
          .hasMessageContaining(Arrays.toString(bad.sizes()))
          .hasMessageContaining("[2]");
    }
    assertThat(x.grad()).isNull();
  }

  @Test
  @Tag("BWD-04")
  void signatureAllowsNoGradientsButTensors() throws NoSuchMethodException {
    Method backward = Autograd.class.getMethod("backward", List.class, List.class);
    assertThat(backward.getGenericParameterTypes()[1].getTypeName())
        .isEqualTo("java.util.List<org.autograd.Tensor>");
  }

  @Test
  @Tag("BWD-06")
  void realGradientOfAnotherDtypeIsConverted() {
    Tensor x = Tensor.of(new float[] {1, 1}).requiresGrad_();
    x.mul(2).backward(constant(1, 2));
    assertThat(x.grad().dtype()).isEqualTo(DType.FLOAT32);
    assertThat(values(x.grad())).containsExactly(2, 4);
  }

  @Test
  @Tag("BWD-07")
  void rootWithoutHistoryIsAnErrorThatNamesItsPosition() {
    Tensor x = leaf(1);
    Tensor c = constant(1);
    assertThatThrownBy(() -> Autograd.backward(x.mul(2), c))
        .isInstanceOf(AutogradException.class)
        .hasMessageContaining("tensor 1")
        .hasMessageContaining("does not require grad");
    assertThat(x.grad()).isNull();
  }

  @Test
  @Tag("BWD-08")
  void numbersOfRootsAndGradientsMustBeEqual() {
    Tensor x = leaf(1);
    Tensor y = x.mul(2);
    assertThatThrownBy(() -> Autograd.backward(List.of(y, y, y), List.of(constant(1), constant(1))))
        .isInstanceOf(AutogradException.class)
        .hasMessageContaining("3")
        .hasMessageContaining("2");
  }

  @Test
  @Tag("BWD-09")
  void severalRootsAreOneWeightedSum() {
    Tensor x = leaf(1, 2);
    Tensor y = leaf(3, 4);
    Tensor q = leaf(5, 6);
    Tensor a = leaf(7, 8);
    Tensor b = leaf(9, 10);
    Tensor q2 = q.mul(2);
    Tensor z = x.add(y).add(q2);
    Tensor c = a.mul(b).add(q2);
    Autograd.backward(List.of(z, c), List.of(constant(1, 10), constant(100, 1000)));
    assertThat(values(q.grad())).containsExactly(202, 2020);
    assertThat(values(a.grad())).containsExactly(900, 10000);
    assertThat(values(x.grad())).containsExactly(1, 10);
  }

  @Test
  @Tag("BWD-10")
  void rootListedTwiceCountsTwice() {
    Tensor a = leaf(2, 3);
    Tensor b = leaf(5, 7);
    Tensor r = a.mul(b);
    Tensor g = constant(1, 10);
    Autograd.backward(List.of(r, r), List.of(g, g));
    assertThat(values(a.grad())).containsExactly(10, 140);
    assertThat(values(g)).containsExactly(1, 10);
  }

  @Test
  @Tag("BWD-11")
  void leafMayBeARoot() {
    Tensor x = leaf(1, 2);
    x.backward(constant(3, 4));
    assertThat(values(x.grad())).containsExactly(3, 4);

    Tensor y = leaf(2);
    Autograd.backward(List.of(y, y.mul(y)), List.of(constant(1), constant(1)));
    assertThat(values(y.grad())).containsExactly(5);
  }

  private static Tensor quadratic(Tensor x, Tensor y) {
    return x.mul(x).add(x.mul(y)).add(y.mul(y));
  }

  @Test
  @Tag("BWD-12")
  void onlyTheGivenInputsAccumulate() {
    Tensor x = leaf(1);
    Tensor y = leaf(2);
    quadratic(x, y).backward(BackwardOptions.DEFAULT.withInputs(x));
    assertThat(values(x.grad())).containsExactly(4);
    assertThat(y.grad()).isNull();
  }

  @Test
  @Tag("BWD-13")
  void emptyOrConstantInputsAreErrors() {
    Tensor x = leaf(1);
    Tensor z = x.mul(x);
    assertThatThrownBy(() -> z.backward(BackwardOptions.DEFAULT.withInputs()))
        .isInstanceOf(AutogradException.class)
        .hasMessageContaining("empty");
    assertThatThrownBy(() -> z.backward(BackwardOptions.DEFAULT.withInputs(x, constant(1))))
        .isInstanceOf(AutogradException.class)
        .hasMessageContaining("input 1");
    assertThat(x.grad()).isNull();
    z.backward();
    assertThat(values(x.grad())).containsExactly(2);
  }

  @Test
  @Tag("BWD-14")
  void unreachableInputIsSkipped() {
    Tensor x = leaf(1);
    Tensor unrelated = leaf(1);
    x.mul(3).backward(BackwardOptions.DEFAULT.withInputs(x, unrelated));
    assertThat(values(x.grad())).containsExactly(3);
    assertThat(unrelated.grad()).isNull();
  }

  @Test
  @Tag("BWD-15")
  void nonLeafInputGetsItsGradAsIfRetained() {
    Tensor x = leaf(2);
    Tensor h = x.mul(1);
    h.mul(h).backward(BackwardOptions.DEFAULT.withInputs(x, h));
    assertThat(values(x.grad())).containsExactly(4);
    assertThat(values(h.grad())).containsExactly(4);
    assertThat(h.retainsGrad()).isTrue();
  }

  @Test
  @Tag("BWD-16")
  void suppliedGradientsAreNeverModified() {
    Tensor x = leaf(1, 2);
    Tensor g1 = constant(1, 10);
    Tensor g2 = constant(100, 1000);
    Autograd.backward(List.of(x, x.clone(), x.view(2)), List.of(g1, g2, g1));
    assertThat(values(x.grad())).containsExactly(102, 1020);
    assertThat(values(g1)).containsExactly(1, 10);
    assertThat(values(g2)).containsExactly(100, 1000);
    assertThat(g1.version()).isZero();
  }

  @Test
  @Tag("BWD-17")
  void tensorsWithoutElementsAreLegal() {
    Tensor a = Tensor.zeros(DType.FLOAT64, 4, 0).requiresGrad_();
    Tensor b = Tensor.zeros(DType.FLOAT64, 4, 1).requiresGrad_();
    a.add(b).sum().backward();
    assertThat(b.grad().sizes()).containsExactly(4, 1);
    assertThat(values(b.grad())).containsExactly(0, 0, 0, 0);
    assertThat(a.grad().sizes()).containsExactly(4, 0);
  }
}
