package org.autograd.kernel.cpu;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.function.DoubleUnaryOperator;
import org.junit.jupiter.api.Test;

/** Tables are from mpmath at 40 digits; the closed forms are those of the DLMF. */
class SpecialFunctionsTest {

  private static final double EULER = 0.5772156649015328606;
  private static final double ZETA_3 = 1.2020569031595942854;

  private static void check(double[][] table, DoubleUnaryOperator f) {
    for (double[] row : table) {
      near(row[1], f.applyAsDouble(row[0]), "at " + row[0]);
    }
  }

  private static void near(double expected, double actual, String where) {
    assertEquals(expected, actual, 1e-14 * Math.abs(expected), where);
  }

  @Test
  void erfMatchesTheTable() {
    double[][] table = {
      {-2.5, -0.99959304798255504106},
      {-0.3, -0.32862675945912741619},
      {1e-20, 1.128379167095512512e-20},
      {0.1, 0.1124629160182848984},
      {0.5, 0.52049987781304653768},
      {0.84, 0.76514271145499451734},
      {1.0, 0.84270079294971486934},
      {1.7, 0.98379045859077456084},
      {3.3, 0.99999694229020356183},
      {5.5, 0.99999999999999264215}
    };
    check(table, SpecialFunctions::erf);
  }

  @Test
  void erfcMatchesTheTable() {
    double[][] table = {
      {-2.5, 1.9995930479825550411},
      {-0.3, 1.3286267594591274162},
      {0.1, 0.8875370839817151016},
      {0.3, 0.67137324054087258381},
      {1.0, 0.15729920705028513066},
      {1.7, 0.016209541409225439159},
      {3.3, 3.0577097964381651988e-6},
      {5.5, 7.3578479179743980631e-15},
      {10.0, 2.088487583762544757e-45},
      {26.0, 5.6631924088561428465e-296}
    };
    check(table, SpecialFunctions::erfc);
  }

  @Test
  void lgammaMatchesTheTable() {
    double[][] table = {
      {1e-10, 23.025850929882735237},
      {0.25, 1.2880225246980774574},
      {0.75, 0.20328095143129537148},
      {0.99, 5.8548067647097814532e-3},
      {1.5, -0.12078223763524522235},
      {1.99, -4.1955290887916687019e-3},
      {2.75, 0.47521466691493713031},
      {7.3, 7.1478925230222486921},
      {12.5, 18.734347511936445702},
      {150.25, 601.26150403249972598},
      {100000000.0, 1742068066.1038347093},
      {-0.5, 1.2655121234846453965},
      {-3.3, -0.82435580501742646015},
      {-20.6, -42.961713546618862717}
    };
    check(table, SpecialFunctions::lgamma);
  }

  @Test
  void digammaMatchesTheTable() {
    double[][] table = {
      {1e-10, -10000000000.5772153},
      {0.3, -3.5025242222001331249},
      {1.1, -0.42375494041107666787},
      {1.46, -1.5805619870834521062e-3},
      {1.4616321449683622, -9.2412655217294275168e-17},
      {1.9, 0.35618416116405965812},
      {3.5, 1.1031566406452431872},
      {9.9, 2.2411803166063814365},
      {30.0, 3.3844381326855248766},
      {100000000.0, 18.420680738952365464},
      {-0.5, 0.036489973978576520559},
      {-3.3, 3.6203534605921257857},
      {-20.6, 2.0286012618396198715}
    };
    check(table, SpecialFunctions::digamma);
  }

  @Test
  void polygammaMatchesTheTable() {
    double[][] table = {
      {1, 0.25, 17.197329154507110739},
      {1, 1.0, 1.6449340668482264365},
      {1, 7.5, 0.14261589669670379977},
      {1, 40.0, 0.025315103841291028158},
      {1, -0.75, 18.975106932284888517},
      {1, -6.3, 14.932617934670926218},
      {2, 0.25, -129.32773993753692033},
      {2, 1.0, -2.4041138063191885708},
      {2, 7.5, -0.020305252536644664065},
      {2, 40.0, -6.4082027183529858776e-4},
      {2, -0.75, -124.58699919679617959},
      {2, -6.3, 68.816032900093624475},
      {3, 0.25, 1538.782144009188396},
      {3, 1.0, 6.4939394022668291491},
      {3, 7.5, 5.7724366565786937067e-3},
      {3, 40.0, 3.2441400151563500322e-5},
      {3, -0.75, 1557.745106972151359},
      {3, -6.3, 769.01462117476593039},
      {5, 0.25, 491552.51376768129205},
      {5, 1.0, 122.08116743813389677},
      {5, 7.5, 1.3927076560043098558e-3},
      {5, 40.0, 2.4938943509996702254e-7},
      {5, -0.75, 492226.75245080886406},
      {5, -6.3, 165660.17284579493201},
      {20, 0.25, -1.0700016188919209272e+31},
      {20, 1.0, -2.4329031685078613217e+18},
      {20, 7.5, -1.1049321493589162371},
      {20, 40.0, -1.4070197752355848072e-15},
      {20, -0.75, -1.0700016187896297715e+31},
      {20, -6.3, 2.3258315617067719289e+29}
    };
    for (double[] row : table) {
      int n = (int) row[0];
      near(row[2], SpecialFunctions.polygamma(n, row[1]), "order " + n + " at " + row[1]);
    }
  }

  @Test
  void closedFormsHold() {
    near(0.5204998778130465, SpecialFunctions.erf(0.5), "erf(1/2)");
    near(Math.log(Math.PI) / 2, SpecialFunctions.lgamma(0.5), "log of the root of pi");
    near(Math.log(24), SpecialFunctions.lgamma(5), "log of 4!");
    assertEquals(0.0, SpecialFunctions.lgamma(1));
    assertEquals(0.0, SpecialFunctions.lgamma(2));
    near(-EULER, SpecialFunctions.digamma(1), "digamma(1)");
    near(-EULER - 2 * Math.log(2), SpecialFunctions.digamma(0.5), "digamma(1/2)");
    near(1 - EULER, SpecialFunctions.digamma(2), "digamma(2)");
    near(Math.PI * Math.PI / 6, SpecialFunctions.trigamma(1), "trigamma(1)");
    near(Math.PI * Math.PI / 2, SpecialFunctions.trigamma(0.5), "trigamma(1/2)");
    near(Math.PI * Math.PI / 2 + 4, SpecialFunctions.trigamma(-0.5), "trigamma(-1/2)");
    near(-2 * ZETA_3, SpecialFunctions.polygamma(2, 1), "polygamma(2, 1)");
    near(Math.pow(Math.PI, 4), SpecialFunctions.polygamma(3, 0.5), "polygamma(3, 1/2)");
    near(SpecialFunctions.digamma(0.7), SpecialFunctions.polygamma(0, 0.7), "order 0");
  }

  @Test
  void polesAreInfiniteOrUndefined() {
    double infinity = Double.POSITIVE_INFINITY;
    for (double pole : new double[] {0.0, -0.0, -1, -7}) {
      assertEquals(infinity, SpecialFunctions.lgamma(pole));
      assertEquals(infinity, SpecialFunctions.trigamma(pole));
      assertEquals(-infinity, SpecialFunctions.polygamma(2, pole));
    }
    assertEquals(-infinity, SpecialFunctions.digamma(0.0));
    assertEquals(infinity, SpecialFunctions.digamma(-0.0));
    assertEquals(Double.NaN, SpecialFunctions.digamma(-3));
  }

  @Test
  void infinitiesAndNanGiveLimits() {
    double infinity = Double.POSITIVE_INFINITY;
    assertEquals(1.0, SpecialFunctions.erf(infinity));
    assertEquals(-1.0, SpecialFunctions.erf(-infinity));
    assertEquals(0.0, SpecialFunctions.erfc(infinity));
    assertEquals(2.0, SpecialFunctions.erfc(-infinity));
    assertEquals(infinity, SpecialFunctions.lgamma(infinity));
    assertEquals(infinity, SpecialFunctions.lgamma(-infinity));
    assertEquals(infinity, SpecialFunctions.digamma(infinity));
    assertEquals(Double.NaN, SpecialFunctions.digamma(-infinity));
    assertEquals(0.0, SpecialFunctions.trigamma(infinity));
    assertEquals(Double.NaN, SpecialFunctions.trigamma(-infinity));
    assertEquals(Double.NaN, SpecialFunctions.erf(Double.NaN));
    assertEquals(Double.NaN, SpecialFunctions.erfc(Double.NaN));
    assertEquals(Double.NaN, SpecialFunctions.lgamma(Double.NaN));
    assertEquals(Double.NaN, SpecialFunctions.digamma(Double.NaN));
    assertEquals(Double.NaN, SpecialFunctions.polygamma(4, Double.NaN));
  }

  @Test
  void signedZeroKeepsItsSignUnderErf() {
    assertEquals(-0.0, SpecialFunctions.erf(-0.0));
    assertEquals(0.0, SpecialFunctions.erf(0.0));
  }

  @Test
  void negativeOrderIsRefused() {
    assertThrows(IllegalArgumentException.class, () -> SpecialFunctions.polygamma(-1, 2));
  }
}
