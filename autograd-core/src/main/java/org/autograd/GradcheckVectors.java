package org.autograd;

import java.util.Arrays;

/** Tensors to multiply Jacobians by, of the shape and dtype of another one. */
final class GradcheckVectors {
  private static final long SEED = 42;

  private GradcheckVectors() {}

  /** Returns a source of the same random numbers for every check. */
  static Generator generator() {
    return new Generator(SEED);
  }

  /** Returns zeros but for a one at a position of the row-major order. */
  static Tensor basis(Tensor like, int position) {
    double[] values = new double[(int) like.numel()];
    values[position] = 1;
    return of(like, values);
  }

  /** Returns a random vector of length 1 without negative elements. */
  static double[] unit(Tensor like, Generator generator) {
    double[] values =
        Tensor.rand(generator, TensorOptions.of(DType.FLOAT64), like.numel()).toDoubleArray();
    double norm = Math.sqrt(Arrays.stream(values).map(v -> v * v).sum());
    return Arrays.stream(values).map(v -> v / norm).toArray();
  }

  /** Returns normally distributed numbers. */
  static Tensor normal(Tensor like, Generator generator) {
    return Tensor.randn(generator, TensorOptions.of(like.dtype()), like.sizes());
  }

  /** Returns a tensor of these elements in row-major order. */
  static Tensor of(Tensor like, double[] values) {
    return Tensor.of(values, like.sizes()).to(like.dtype());
  }

  static double dot(double[] a, double[] b) {
    double sum = 0;
    for (int i = 0; i < a.length; i++) {
      sum += a[i] * b[i];
    }
    return sum;
  }

  static double sum(double[] a) {
    return Arrays.stream(a).sum();
  }
}
