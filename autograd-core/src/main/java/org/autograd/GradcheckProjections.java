package org.autograd;

import java.util.HashMap;
import java.util.Map;

/**
 * Compares projections of Jacobians on random vectors: the fast mode. Reverse mode gives vᵀJ, which
 * is multiplied by u; forward mode gives Ju. The vectors have length 1 and no negative elements; an
 * absolute tolerance for each entry makes one of the product of their sums.
 */
final class GradcheckProjections implements GradcheckPairs {
  private final GradcheckCase c;
  private final GradcheckOptions options;
  private final GradcheckBackward backward;
  private final GradcheckForward forward;
  private final double[][] us;
  private final Map<Integer, double[]> vs = new HashMap<>();

  /** For each checked input the derivatives of the outputs along its u. */
  private final double[][][] along;

  private final GradcheckJacobians full;

  GradcheckProjections(
      GradcheckCase c,
      GradcheckOptions options,
      GradcheckBackward backward,
      GradcheckForward forward,
      GradcheckNumerical numerical) {
    this.c = c;
    this.options = options;
    this.backward = backward;
    this.forward = forward;
    full = new GradcheckJacobians(c, options, backward, forward, numerical);
    Generator generator = GradcheckVectors.generator();
    int inputs = c.checked().length;
    us = new double[inputs][];
    along = new double[inputs][][];
    for (int j = 0; j < inputs; j++) {
      us[j] = GradcheckVectors.unit(c.input(c.checked()[j]), generator);
    }
    for (int output : c.differentiable()) {
      vs.put(output, GradcheckVectors.unit(c.output(output), generator));
    }
    for (int j = 0; j < inputs; j++) {
      along[j] = numerical.along(c.checked()[j], us[j]);
    }
  }

  @Override
  public void compareReverse() {
    for (int output : c.differentiable()) {
      double[] v = vs.get(output);
      Tensor vector = GradcheckVectors.of(c.output(output), v);
      double[][][] rows = backward.checkedProducts(output, 1, k -> vector);
      for (int j = 0; j < rows.length; j++) {
        double analytical = GradcheckVectors.dot(rows[j][0], us[j]);
        double numerical = GradcheckVectors.dot(along[j][output], v);
        double atol = options.atol() * GradcheckVectors.sum(us[j]) * GradcheckVectors.sum(v);
        check(false, output, j, new double[][] {{analytical}}, new double[][] {{numerical}}, atol);
      }
    }
  }

  @Override
  public void compareForward() {
    for (int j = 0; j < us.length; j++) {
      int input = c.checked()[j];
      double[][] tangents = forward.along(input, GradcheckVectors.of(c.input(input), us[j]));
      double atol = options.atol() * GradcheckVectors.sum(us[j]);
      for (int output : c.differentiable()) {
        check(true, output, j, column(tangents[output]), column(along[j][output]), atol);
      }
    }
  }

  private static double[][] column(double[] values) {
    double[][] column = new double[values.length][1];
    for (int r = 0; r < values.length; r++) {
      column[r][0] = values[r];
    }
    return column;
  }

  private void check(
      boolean isForward,
      int output,
      int j,
      double[][] analytical,
      double[][] numerical,
      double atol) {
    GradcheckComparison product =
        new GradcheckComparison(
            isForward, output, c.checked()[j], analytical, numerical, atol, options.rtol());
    if (product.countOff() > 0) {
      throw new GradcheckException(
          GradcheckReport.fast(c, product, full.compare(isForward, output, j)));
    }
  }
}
