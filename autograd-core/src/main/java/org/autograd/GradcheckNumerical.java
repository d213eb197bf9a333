package org.autograd;

import java.util.List;
import java.util.function.DoubleConsumer;
import java.util.function.IntUnaryOperator;

/**
 * Derivatives by central differences. Elements of an input are moved in place, behind the back of
 * its version counter, and put back however the function ends; so an input that is given twice, or
 * that the function also knows otherwise, moves everywhere.
 */
final class GradcheckNumerical {
  private final GradcheckCase c;
  private final double eps;

  GradcheckNumerical(GradcheckCase c, double eps) {
    this.c = c;
    this.eps = eps;
  }

  /**
   * Returns the derivatives of all outputs for one element of an input after the other.
   *
   * @return for each element of the input and each output its elements, null for an output that is
   *     not of floating point dtype
   */
  double[][][] columns(int input) {
    Tensor data = c.input(input).data();
    long[] position = new long[data.dim()];
    double[][][] columns = new double[(int) data.numel()][][];
    for (int k = 0; k < columns.length; k++) {
      Tensor element = data.get(position);
      double value = element.item();
      columns[k] = differences(h -> element.fill_(h == 0 ? value : value + h));
      next(position, d -> (int) data.size(d));
    }
    return columns;
  }

  /** Goes to the next position in row-major order. */
  static void next(long[] position, IntUnaryOperator size) {
    for (int d = position.length - 1; d >= 0; d--) {
      if (++position[d] < size.applyAsInt(d)) {
        return;
      }
      position[d] = 0;
    }
  }

  /**
   * Returns the derivatives of all outputs when an input moves in a direction.
   *
   * @return for each output its elements, null for one that is not of floating point dtype
   */
  double[][] along(int input, double[] direction) {
    Tensor data = c.input(input).data();
    Tensor start = data.clone();
    Tensor u = GradcheckVectors.of(data, direction);
    return differences(h -> data.copy_(h == 0 ? start : start.add(u.mul(h))));
  }

  /**
   * Returns (f(+eps) - f(-eps)) / (2 eps).
   *
   * @param move goes to a distance from the start; to exactly the start for 0
   */
  private double[][] differences(DoubleConsumer move) {
    double[][] below;
    double[][] above;
    try {
      GradMode.noGrad(() -> move.accept(-eps));
      below = values();
      GradMode.noGrad(() -> move.accept(eps));
      above = values();
    } finally {
      GradMode.noGrad(() -> move.accept(0));
    }
    for (int o = 0; o < above.length; o++) {
      for (int i = 0; above[o] != null && i < above[o].length; i++) {
        above[o][i] = (above[o][i] - below[o][i]) / (2 * eps);
      }
    }
    return above;
  }

  private double[][] values() {
    List<Tensor> outputs = c.evaluate(c.inputs());
    if (outputs.size() != c.outputs().size()) {
      throw new IllegalStateException(
          c.name()
              + ": the function gave "
              + c.outputs().size()
              + " outputs at its inputs, but "
              + outputs.size()
              + " when an element was moved by eps = "
              + eps
              + ". Their number must not depend on the values.");
    }
    double[][] values = new double[outputs.size()][];
    for (int i = 0; i < values.length; i++) {
      Tensor output = outputs.get(i);
      checkSame(i, c.output(i), output);
      if (output.dtype().isFloating()) {
        values[i] = output.toDoubleArray();
      }
    }
    return values;
  }

  private void checkSame(int i, Tensor before, Tensor now) {
    if (!before.shape().equals(now.shape()) || before.dtype() != now.dtype()) {
      throw new IllegalStateException(
          c.name()
              + ": "
              + c.outputName(i)
              + " was "
              + GradcheckReport.describe(before)
              + " at the inputs, but "
              + GradcheckReport.describe(now)
              + " when an element was moved by eps = "
              + eps
              + ". Shape and dtype must not depend on the values.");
    }
  }
}
