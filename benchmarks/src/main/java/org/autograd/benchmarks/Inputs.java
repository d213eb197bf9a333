package org.autograd.benchmarks;

import java.util.SplittableRandom;

/** The same numbers for every side. */
public final class Inputs {

  private Inputs() {}

  /**
   * Draws floats evenly.
   *
   * @param seed same seed, same numbers
   * @param count how many
   * @param low smallest
   * @param high bound above
   * @return a new array
   */
  public static float[] uniform(long seed, long count, double low, double high) {
    SplittableRandom random = new SplittableRandom(seed);
    float[] values = new float[Math.toIntExact(count)];
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) (low + (high - low) * random.nextDouble());
    }
    return values;
  }

  /**
   * Weighs magnitudes by position, so that nothing cancels and a permutation shows.
   *
   * @param values what was computed
   * @return the weighted sum
   */
  public static double checksum(float[] values) {
    double sum = 0;
    for (int i = 0; i < values.length; i++) {
      sum += Math.abs((double) values[i]) * (1 + i % 7);
    }
    return sum;
  }

  /** Leaf of a chain: near one, so that a thousand factors neither vanish nor overflow. */
  static float[] chain(Case.Chain chain) {
    return uniform(1, Sizes.numel(chain.sizes()), 0.9995, 1.0005);
  }

  /** Operand number {@code index} of an element-wise case. */
  static float[] operand(Case.Elementwise work, int index) {
    return uniform(10 + index, work.size(), 0, 1);
  }

  /** Operand number {@code index} of a product, or a leaf of a branch; products keep its scale. */
  static float[] matrix(int n, int index) {
    double bound = Math.sqrt(3.0 / n);
    return uniform(20 + index, (long) n * n, -bound, bound);
  }

  /** X of an MLP. */
  static float[] batch(Case.MlpStep step) {
    return uniform(30, (long) step.batch() * step.in(), -1, 1);
  }

  /** W1, b1, W2, b2 of an MLP: rows, columns (none for a bias) by {@link #parameterSizes}. */
  static float[] parameter(Case.MlpStep step, int index) {
    double bound = 1 / Math.sqrt(index < 2 ? step.in() : step.hidden());
    return uniform(40 + index, Sizes.numel(parameterSizes(step, index)), -bound, bound);
  }

  /** Shape of parameter number {@code index}. */
  static long[] parameterSizes(Case.MlpStep step, int index) {
    return switch (index) {
      case 0 -> new long[] {step.in(), step.hidden()};
      case 1 -> new long[] {step.hidden()};
      case 2 -> new long[] {step.hidden(), step.out()};
      case 3 -> new long[] {step.out()};
      default -> throw new IllegalArgumentException("an MLP has 4 parameters, not " + (index + 1));
    };
  }

  /** The base of a power: near one, so that a thousand factors neither vanish nor overflow. */
  static float[] base() {
    return uniform(1, 1, 0.9995, 1.0005);
  }

  /** Input of layers. */
  static float[] points(TransformCase.Layers layers) {
    return uniform(50, (long) layers.batch() * layers.width(), -1, 1);
  }

  /** The vector along which layers are differentiated. */
  static float[] vectors(TransformCase.Layers layers) {
    return uniform(51, (long) layers.batch() * layers.width(), -1, 1);
  }

  /** W of layer number {@code index}. */
  static float[] weight(TransformCase.Layers layers, int index) {
    double bound = 1 / Math.sqrt(layers.width());
    return uniform(60 + index, (long) layers.width() * layers.width(), -bound, bound);
  }

  /** The bias of layer number {@code index}. */
  static float[] bias(TransformCase.Layers layers, int index) {
    double bound = 1 / Math.sqrt(layers.width());
    return uniform(70 + index, layers.width(), -bound, bound);
  }

  /** Where a hessian is taken. */
  static double[] point(TransformCase.Rosenbrock work) {
    return new SplittableRandom(80).doubles(work.n(), -1.5, 1.5).toArray();
  }
}
