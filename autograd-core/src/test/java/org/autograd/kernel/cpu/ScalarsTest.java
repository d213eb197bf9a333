package org.autograd.kernel.cpu;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import org.autograd.AutogradException;
import org.junit.jupiter.api.Test;

class ScalarsTest {
  @Test
  void integerPowersMatchRepeatedProducts() {
    for (long base = -5; base <= 5; base++) {
      long product = 1;
      for (int e = 0; e < 20; e++) {
        assertThat(Scalars.pow(base, e)).isEqualTo(product);
        product *= base;
      }
    }
    assertThat(Scalars.pow(2, -1)).isZero();
    assertThat(Scalars.pow(1, -7)).isEqualTo(1);
    assertThat(Scalars.pow(-1, -7)).isEqualTo(-1);
    assertThat(Scalars.pow(-1, -8)).isEqualTo(1);
  }

  @Test
  void log2IsExactForPowersOfTwo() {
    for (int e = -1022; e <= 1023; e++) {
      assertThat(Scalars.log2(Math.scalb(1.0, e))).isEqualTo(e);
    }
    assertThat(Scalars.log2(3)).isCloseTo(1.584962500721156, within(1e-15));
    assertThat(Scalars.log2(0)).isEqualTo(Double.NEGATIVE_INFINITY);
    assertThat(Scalars.log2(-1)).isNaN();
    assertThat(Scalars.log2(Double.POSITIVE_INFINITY)).isEqualTo(Double.POSITIVE_INFINITY);
    assertThat(Scalars.log2(Double.MIN_VALUE)).isCloseTo(-1074, within(1e-12));
  }

  @Test
  void inverseHyperbolicsUndoTheHyperbolics() {
    for (double x : new double[] {1e-9, 0.3, 1, 5, 20}) {
      assertThat(Scalars.asinh(Math.sinh(x))).isCloseTo(x, within(2e-15 * x));
      assertThat(Scalars.asinh(-Math.sinh(x))).isCloseTo(-x, within(2e-15 * x));
    }
    assertThat(Scalars.acosh(Math.cosh(3))).isCloseTo(3, within(1e-14));
    assertThat(Scalars.acosh(1)).isZero();
    assertThat(Scalars.acosh(0.5)).isNaN();
    assertThat(Scalars.atanh(Math.tanh(0.7))).isCloseTo(0.7, within(1e-15));
    assertThat(Scalars.atanh(-1)).isEqualTo(Double.NEGATIVE_INFINITY);
    assertThat(Scalars.asinh(1e300)).isCloseTo(691.4686750787736, within(1e-12));
  }

  @Test
  void erfinvUndoesErf() {
    for (double x = -5; x <= 5; x += 0.125) {
      double y = SpecialFunctions.erf(x);
      // Near 1 the spacing of doubles limits what can be known of x.
      double slack = Math.ulp(y) * Math.sqrt(Math.PI) / 2 * Math.exp(x * x) + 1e-15;
      assertThat(Scalars.erfinv(y)).isCloseTo(x, within(2 * slack));
    }
    assertThat(Scalars.erfinv(1)).isEqualTo(Double.POSITIVE_INFINITY);
    assertThat(Scalars.erfinv(-1)).isEqualTo(Double.NEGATIVE_INFINITY);
    assertThat(Scalars.erfinv(1.5)).isNaN();
  }

  @Test
  void remainderAndQuotientRoundDownTogether() {
    assertThat(Scalars.remainder(-7.0, 3.0)).isEqualTo(2.0);
    assertThat(Scalars.remainder(7f, -3f)).isEqualTo(-2f);
    assertThat(Scalars.floorDiv(-7.0, 3.0)).isEqualTo(-3.0);
    assertThat(Scalars.floorDiv(7f, -3f)).isEqualTo(-3f);
    assertThat(Scalars.floorDiv(1.0, 0.1)).isEqualTo(9.0);
    assertThat(Scalars.remainder(-7L, 3L)).isEqualTo(2);
    assertThat(Scalars.floorDiv(-7, 3)).isEqualTo(-3);
    assertThat(Scalars.floorDiv(1.0, 0.0)).isEqualTo(Double.POSITIVE_INFINITY);
    assertThatThrownBy(() -> Scalars.floorDiv(1L, 0L)).isInstanceOf(AutogradException.class);
    assertThatThrownBy(() -> Scalars.remainder(1, 0)).isInstanceOf(AutogradException.class);
  }

  @Test
  void signOfNanIsZero() {
    assertThat(Scalars.sign(Double.NaN)).isZero();
    assertThat(Scalars.sign(-2f)).isEqualTo(-1f);
    assertThat(Scalars.trunc(-1.7)).isEqualTo(-1.0);
    assertThat(Scalars.trunc(1.7f)).isEqualTo(1f);
  }

  @Test
  void logaddexpDoesNotOverflow() {
    assertThat(Scalars.logaddexp(1000, 1000)).isCloseTo(1000 + Math.log(2), within(1e-12));
    assertThat(Scalars.logaddexp(Double.NEGATIVE_INFINITY, Double.NEGATIVE_INFINITY))
        .isEqualTo(Double.NEGATIVE_INFINITY);
    assertThat(Scalars.xlogy(0, 0)).isZero();
    assertThat(Scalars.xlogy(0, Double.NaN)).isNaN();
  }
}
