package org.autograd;

/** Compares Jacobians entry by entry: the slow mode. */
final class GradcheckJacobians implements GradcheckPairs {
  private final GradcheckCase c;
  private final GradcheckOptions options;
  private final GradcheckBackward backward;
  private final GradcheckForward forward;
  private final GradcheckNumerical numerical;

  /** For each checked input what {@link GradcheckNumerical#columns} gave, once known. */
  private final double[][][][] columns;

  GradcheckJacobians(
      GradcheckCase c,
      GradcheckOptions options,
      GradcheckBackward backward,
      GradcheckForward forward,
      GradcheckNumerical numerical) {
    this.c = c;
    this.options = options;
    this.backward = backward;
    this.forward = forward;
    this.numerical = numerical;
    columns = new double[c.checked().length][][][];
  }

  @Override
  public void compareReverse() {
    for (int output : c.differentiable()) {
      Tensor o = c.output(output);
      double[][][] analytical =
          backward.checkedProducts(output, (int) o.numel(), k -> GradcheckVectors.basis(o, k));
      for (int j = 0; j < analytical.length; j++) {
        check(comparison(false, output, j, analytical[j]));
      }
    }
  }

  @Override
  public void compareForward() {
    for (int j = 0; j < columns.length; j++) {
      double[][][] analytical = forward.columns(c.checked()[j]);
      for (int output : c.differentiable()) {
        check(comparison(true, output, j, jacobian(analytical, output)));
      }
    }
  }

  private void check(GradcheckComparison comparison) {
    if (comparison.countOff() > 0) {
      throw new GradcheckException(GradcheckReport.slow(c, comparison));
    }
  }

  /** Compares the Jacobian of an output with respect to checked input {@code j}. */
  GradcheckComparison compare(boolean isForward, int output, int j) {
    double[][] analytical =
        isForward
            ? jacobian(forward.columns(c.checked()[j]), output)
            : backward.jacobians(output)[j];
    return comparison(isForward, output, j, analytical);
  }

  private GradcheckComparison comparison(
      boolean isForward, int output, int j, double[][] analytical) {
    if (columns[j] == null) {
      columns[j] = numerical.columns(c.checked()[j]);
    }
    return new GradcheckComparison(
        isForward,
        output,
        c.checked()[j],
        analytical,
        jacobian(columns[j], output),
        options.atol(),
        options.rtol());
  }

  private double[][] jacobian(double[][][] columns, int output) {
    double[][] matrix = new double[(int) c.output(output).numel()][columns.length];
    for (int k = 0; k < columns.length; k++) {
      for (int r = 0; r < matrix.length; r++) {
        matrix[r][k] = columns[k][output][r];
      }
    }
    return matrix;
  }
}
