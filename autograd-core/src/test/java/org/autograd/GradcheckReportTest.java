package org.autograd;

import static org.assertj.core.api.Assertions.assertThat;
import static org.autograd.GradcheckFunctions.square;
import static org.autograd.TestTensors.leaf;

import java.util.List;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

class GradcheckReportTest {
  private static String message(UnaryOperator<Tensor> f, Tensor x, GradcheckOptions options) {
    return GradCheck.that(f, x).with(options).failsGradcheck().getMessage();
  }

  @Test
  @Tag("GC-01")
  void jacobiansStandSideBySideAndWrongEntriesAreMarked() {
    // The rows of the Jacobian of x² at (1, 2) are (2, 0) and (0, 4). The backward gives
    // g * x * (2, 3), so the second is (0, 6).
    UnaryOperator<Tensor> wrong = square((x, g) -> g.mul(x).mul(Tensor.of(2.0, 3.0)));
    String[] lines = message(wrong, leaf(1, 2), GradcheckOptions.DEFAULT).split("\n");
    assertThat(lines)
        .contains(
            "Largest absolute error: 2.0 at output element [1], input element [1]",
            "Largest relative error: 0.333333 at output element [1], input element [1]");
    assertThat(lines[0])
        .isEqualTo(
            "gradcheck: the analytical Jacobian, by reverse mode, of output 0 with respect to input 0"
                + " differs from the numerical one.");
    assertThat(lines[1]).contains("atol = 1.0E-5", "rtol = 0.001", "1 of 4 entries");
    assertThat(lines[4])
        .startsWith("Furthest out of tolerance: output element [1], input element [1]")
        .contains("analytical 6.0, numerical ");
    assertThat(lines[lines.length - 5])
        .contains("elements of output 0 (float64 [2])", "those of input 0 (float64 [2])");
    assertThat(List.of(lines).subList(lines.length - 4, lines.length))
        .containsExactly(
            "    analytical                  | numerical",
            "            [0]           [1]   |         [0]           [1]",
            "[0]         2.0           0.0   |         2.0           0.0",
            "[1]         0.0           6.0** |         0.0           4.0");
  }

  @Test
  void ofLargeJacobiansTheWorstPartsAreShown() {
    // Only the gradient that arrives for element (3, 5) of x is wrong, by its 100-fold.
    Tensor scale = Tensor.ones(DType.FLOAT64, 4, 6);
    scale.set(100.0, Index.at(3), Index.at(5));
    UnaryOperator<Tensor> wrong = square((x, g) -> g.mul(x).mul(2.0).mul(scale));
    Tensor x = Tensor.ones(DType.FLOAT64, 4, 6).requiresGrad_();
    String message = message(wrong, x, GradcheckOptions.DEFAULT);
    assertThat(message)
        .contains("1 of 576 entries")
        .contains("Shown are 10 of 24 rows and 5 of 24 columns")
        .contains("Largest absolute error: 198.0 at output element [3, 5], input element [3, 5]");
    assertThat(message.lines().filter(l -> l.startsWith("[3, 5]")).toList())
        .singleElement()
        .asString()
        .contains("200.0**");
    assertThat(message.lines().filter(l -> l.startsWith("[")).count()).isEqualTo(10);
  }

  @Test
  void whatIsNotANumberIsTheWorst() {
    UnaryOperator<Tensor> wrong =
        square((x, g) -> g.mul(x).mul(Tensor.of(1000.0, Double.NaN, Double.POSITIVE_INFINITY)));
    String message = message(wrong, leaf(1, 1, 1), GradcheckOptions.DEFAULT);
    assertThat(message).contains("NaN**", "Infinity*", "1000.0*");
  }

  @Test
  void numbersHaveSixDigits() {
    assertThat(GradcheckReport.number(0.0)).isEqualTo("0.0");
    assertThat(GradcheckReport.number(-0.0)).isEqualTo("0.0");
    assertThat(GradcheckReport.number(2)).isEqualTo("2.0");
    assertThat(GradcheckReport.number(100)).isEqualTo("100.0");
    assertThat(GradcheckReport.number(2.9999999995)).isEqualTo("3.0");
    assertThat(GradcheckReport.number(-1.0 / 3)).isEqualTo("-0.333333");
    assertThat(GradcheckReport.number(1.5e-7)).isEqualTo("1.5e-07");
    assertThat(GradcheckReport.number(1e10)).isEqualTo("1.0e+10");
    assertThat(GradcheckReport.number(Double.NaN)).isEqualTo("NaN");
  }

  @Test
  @Tag("GC-15")
  void fastModeAddsTheSlowComparison() {
    UnaryOperator<Tensor> wrong = square((x, g) -> g.mul(x).mul(Tensor.of(2.0, 3.0)));
    GradcheckOptions fast = GradcheckOptions.DEFAULT.withFastMode(true);
    assertThat(message(wrong, leaf(1, 2), fast))
        .contains("fast mode")
        .contains("Projection")
        .contains("The comparison of all entries (slow mode):")
        .contains("1 of 4 entries")
        .contains("[1]         0.0           6.0** |         0.0           4.0");
  }
}
