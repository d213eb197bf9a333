package org.autograd.benchmarks;

/** Work that is a transformation of a function, or the function itself. */
public sealed interface TransformCase extends Case {

  /**
   * {@code y = x}; {@code nodes} times {@code y = y * x} with the same {@code x} of one element,
   * which requires no gradient.
   *
   * @param nodes number of multiplications; times are per multiplication
   */
  record Power(int nodes) implements TransformCase {
    @Override
    public String label() {
      return "mul of 1 element";
    }

    @Override
    public int parts() {
      return nodes;
    }
  }

  /** What {@link Layers} come to. */
  enum Outcome {
    /** All outputs. */
    OUTPUTS,
    /** The sum of their squares. */
    SUM_OF_SQUARES
  }

  /**
   * {@code x = x·W + b} for each layer, tanh in between, in float32. Derivatives are with respect
   * to the input.
   *
   * @param count number of layers
   * @param width rows and columns of each W
   * @param batch rows of x
   * @param outcome what is done with the outputs
   */
  record Layers(int count, int width, int batch, Outcome outcome) implements TransformCase {
    @Override
    public String label() {
      return "MLP of "
          + count
          + " layers "
          + width
          + "×"
          + width
          + ", batch "
          + batch
          + (outcome == Outcome.SUM_OF_SQUARES ? ", sum of squares" : "");
    }
  }

  /**
   * For each row of X the gradients of the loss of a {@link Case.MlpStep} of that row alone with
   * respect to W1, b1, W2 and b2, stacked.
   *
   * @param network the network; its batch is the number of samples
   */
  record PerSample(Case.MlpStep network) implements TransformCase {
    @Override
    public String label() {
      return "gradients of %d samples, MLP %d×%d×%d"
          .formatted(network.batch(), network.in(), network.hidden(), network.out());
    }
  }

  /**
   * The matrix of second derivatives of {@code Σ 100·(x[i+1] − x[i]²)² + (1 − x[i])²} in float64.
   *
   * @param n number of elements of x
   */
  record Rosenbrock(int n) implements TransformCase {
    @Override
    public String label() {
      return "hessian of the Rosenbrock function in " + n + " dimensions";
    }
  }
}
