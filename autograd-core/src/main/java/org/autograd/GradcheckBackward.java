package org.autograd;

import java.util.Arrays;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.IntFunction;
import org.autograd.engine.Conversions;
import org.autograd.mode.Mode;
import org.autograd.mode.ThreadState;

/** Derivatives by reverse mode: rows of Jacobians as vector-Jacobian products. */
final class GradcheckBackward {
  private static final GradOptions KEEP =
      GradOptions.DEFAULT.withRetainGraph(true).withAllowUnused(true);

  private final GradcheckCase c;
  private final GradcheckOptions options;

  GradcheckBackward(GradcheckCase c, GradcheckOptions options) {
    this.c = c;
    this.options = options;
  }

  /**
   * Returns products of vectors with the Jacobians of an output for all checked inputs, each
   * computed twice and compared.
   *
   * @param vectors gives vector {@code k}, of the output's shape
   * @return for each checked input and each vector the elements of the product
   * @throws GradcheckException if two runs differ, or a gradient does not fit its input
   */
  double[][][] checkedProducts(int output, int count, IntFunction<Tensor> vectors) {
    double[][][] first = products(output, count, vectors);
    double[][][] second = products(output, count, vectors);
    for (int j = 0; j < first.length; j++) {
      checkSame(output, c.checked()[j], first[j], second[j]);
    }
    return first;
  }

  /** Returns the Jacobians of an output for all checked inputs, computed once. */
  double[][][] jacobians(int output) {
    Tensor o = c.output(output);
    return products(output, (int) o.numel(), k -> GradcheckVectors.basis(o, k));
  }

  private double[][][] products(int output, int count, IntFunction<Tensor> vectors) {
    List<Tensor> inputs = c.checkedInputs();
    double[][][] products = new double[inputs.size()][count][];
    for (int k = 0; k < count; k++) {
      List<Tensor> grads = pass(output, inputs, vectors.apply(k));
      for (int j = 0; j < grads.size(); j++) {
        products[j][k] = elements(c.checked()[j], grads.get(j));
      }
    }
    return products;
  }

  private List<Tensor> pass(int output, List<Tensor> inputs, Tensor vector) {
    if (!options.has(GradcheckOptions.Switch.CHECK_GRAD_DTYPES)) {
      return Autograd.grad(List.of(c.output(output)), inputs, List.of(vector), KEEP);
    }
    AtomicReference<String> seen = new AtomicReference<>();
    Conversions watch =
        (from, edge, given, expected) -> {
          // Formulas of mixed dtypes leave it to the engine to convert; those of users should not.
          if (from instanceof BackwardCFunction) {
            seen.compareAndSet(
                null,
                from.name()
                    + " returned a gradient of dtype "
                    + given
                    + " for its tensor argument "
                    + edge
                    + ", whose dtype is "
                    + expected);
          }
        };
    ThreadState state = ThreadState.current();
    Mode before = state.mode;
    state.mode = before.with(Conversions.SLOT, watch);
    List<Tensor> grads;
    try {
      grads = Autograd.grad(List.of(c.output(output)), inputs, List.of(vector), KEEP);
    } finally {
      ThreadState.current().mode = before;
    }
    if (seen.get() != null) {
      throw new GradcheckException(
          c.name()
              + ": a gradient of "
              + c.outputName(output)
              + " has another dtype than what it belongs to: "
              + seen.get()
              + ". Convert it in backward, or set checkGradDtypes = false.");
    }
    return grads;
  }

  private double[] elements(int input, Tensor grad) {
    if (grad == null) {
      return new double[(int) c.input(input).numel()];
    }
    checkFits(input, grad);
    return grad.toDoubleArray();
  }

  private void checkFits(int input, Tensor grad) {
    Tensor x = c.input(input);
    if (!grad.shape().equals(x.shape())
        || grad.dtype() != x.dtype()
        || !grad.device().equals(x.device())) {
      throw new GradcheckException(
          c.name()
              + ": the gradient for "
              + c.inputName(input)
              + " is "
              + GradcheckReport.describe(grad)
              + " on "
              + grad.device()
              + ", but the input is "
              + GradcheckReport.describe(x)
              + " on "
              + x.device()
              + "; they must agree.");
    }
  }

  private void checkSame(int output, int input, double[][] first, double[][] second) {
    double largest = 0;
    for (int k = 0; k < first.length; k++) {
      for (int e = 0; e < first[k].length; e++) {
        double a = first[k][e];
        double b = second[k][e];
        if (Double.compare(a, b) != 0 && a != b) {
          double difference = Math.abs(a - b);
          largest =
              Double.isNaN(difference) ? Double.POSITIVE_INFINITY : Math.max(largest, difference);
        }
      }
    }
    if (largest > options.nondetTol()) {
      throw new GradcheckException(
          c.name()
              + ": backward is not deterministic. Two runs with the same output gradient gave"
              + " gradients of "
              + c.outputName(output)
              + " for "
              + c.inputName(input)
              + " that differ by up to "
              + largest
              + ", more than nondetTol = "
              + options.nondetTol()
              + ". If that is intended, allow it with withNondetTol.");
    }
  }

  /**
   * Checks that gradients are zero, or none, when all output gradients are zero, and that they fit
   * their inputs.
   *
   * @throws GradcheckException if not
   */
  void checkZeroOutputGradients() {
    List<Tensor> outputs = Arrays.stream(c.differentiable()).mapToObj(c::output).toList();
    List<Tensor> zeros = outputs.stream().map(Tensor::zerosLike).toList();
    List<Tensor> grads = Autograd.grad(outputs, c.checkedInputs(), zeros, KEEP);
    for (int j = 0; j < grads.size(); j++) {
      Tensor grad = grads.get(j);
      int input = c.checked()[j];
      if (grad == null) {
        continue;
      }
      checkFits(input, grad);
      if (!isZero(grad)) {
        throw new GradcheckException(
            c.name()
                + ": backward does not multiply by the output gradient: with zeros for all output"
                + " gradients, the gradient for "
                + c.inputName(input)
                + " is not zero, but\n"
                + grad.detach());
      }
    }
  }

  static boolean isZero(Tensor grad) {
    return Arrays.stream(grad.toDoubleArray()).allMatch(v -> v == 0);
  }
}
