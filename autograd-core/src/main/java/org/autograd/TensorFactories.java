package org.autograd;

import org.autograd.ops.Creation;
import org.autograd.tensor.Layout;
import org.autograd.tensor.Raw;
import org.autograd.tensor.Storage;

/**
 * The static factories of {@link Tensor}. All make leaves, also while recording is off. Where sizes
 * are given, a negative one, or more elements than can be counted, are an {@link
 * IllegalArgumentException}; asking for a tensor of an integer or bool dtype that requires grad is
 * an {@link AutogradException}. Like-factories never inherit that the source requires grad.
 */
public abstract class TensorFactories extends RandomFactories {
  /** Makes a tensor's state. */
  protected TensorFactories(Storage storage, Layout layout, DType dtype, int flags) {
    super(storage, layout, dtype, flags);
  }

  /** Makes a float32 tensor of zeros. */
  public static Tensor zeros(long... sizes) {
    return zeros(TensorOptions.DEFAULT, sizes);
  }

  /** Makes a tensor of zeros. */
  public static Tensor zeros(DType dtype, long... sizes) {
    return zeros(TensorOptions.of(dtype), sizes);
  }

  /** Makes a tensor of zeros; float32 if no dtype is stated. */
  public static Tensor zeros(TensorOptions options, long... sizes) {
    TensorOptions full = Factories.resolve("zeros", options);
    return Factories.zeros(full, Factories.layout("zeros", sizes));
  }

  /** Makes a tensor of zeros with the source's shape and dtype, and its strides if dense. */
  public static Tensor zerosLike(Tensor source) {
    return zerosLike(source, TensorOptions.DEFAULT);
  }

  /** Same as {@link #zerosLike(Tensor)} but for what the options state. */
  public static Tensor zerosLike(Tensor source, TensorOptions options) {
    TensorOptions full = Factories.resolveLike("zerosLike", options, source);
    return Factories.zeros(full, Raw.layout(source).fresh());
  }

  /** Makes a float32 tensor of ones. */
  public static Tensor ones(long... sizes) {
    return ones(TensorOptions.DEFAULT, sizes);
  }

  /** Makes a tensor of ones. */
  public static Tensor ones(DType dtype, long... sizes) {
    return ones(TensorOptions.of(dtype), sizes);
  }

  /** Makes a tensor of ones; float32 if no dtype is stated. */
  public static Tensor ones(TensorOptions options, long... sizes) {
    TensorOptions full = Factories.resolve("ones", options);
    return Factories.full(full, Factories.layout("ones", sizes), Scalar.of(1));
  }

  /** Makes a tensor of ones with the source's shape and dtype, and its strides if dense. */
  public static Tensor onesLike(Tensor source) {
    return onesLike(source, TensorOptions.DEFAULT);
  }

  /** Same as {@link #onesLike(Tensor)} but for what the options state. */
  public static Tensor onesLike(Tensor source, TensorOptions options) {
    TensorOptions full = Factories.resolveLike("onesLike", options, source);
    return Factories.full(full, Raw.layout(source).fresh(), Scalar.of(1));
  }

  /** Makes a float32 tensor of elements that are not stated (on the CPU: zeros). */
  public static Tensor empty(long... sizes) {
    return empty(TensorOptions.DEFAULT, sizes);
  }

  /** Makes a tensor of elements that are not stated (on the CPU: zeros). */
  public static Tensor empty(DType dtype, long... sizes) {
    return empty(TensorOptions.of(dtype), sizes);
  }

  /**
   * Makes a tensor of elements that are not stated (on the CPU: zeros); float32 if no dtype is
   * stated.
   */
  public static Tensor empty(TensorOptions options, long... sizes) {
    TensorOptions full = Factories.resolve("empty", options);
    return Factories.empty(full, Factories.layout("empty", sizes));
  }

  /**
   * Makes a tensor of elements that are not stated (on the CPU: zeros) with the source's shape and
   * dtype, and its strides if dense.
   */
  public static Tensor emptyLike(Tensor source) {
    return emptyLike(source, TensorOptions.DEFAULT);
  }

  /** Same as {@link #emptyLike(Tensor)} but for what the options state. */
  public static Tensor emptyLike(Tensor source, TensorOptions options) {
    TensorOptions full = Factories.resolveLike("emptyLike", options, source);
    return Factories.empty(full, Raw.layout(source).fresh());
  }

  /** Makes a float32 tensor of one value. */
  public static Tensor full(long[] sizes, double value) {
    return full(TensorOptions.of(DType.FLOAT32), sizes, value);
  }

  /** Makes a int64 tensor of one value. */
  public static Tensor full(long[] sizes, long value) {
    return full(TensorOptions.of(DType.INT64), sizes, value);
  }

  /** Makes a bool tensor of one value. */
  public static Tensor full(long[] sizes, boolean value) {
    return full(TensorOptions.of(DType.BOOL), sizes, value ? 1 : 0);
  }

  /** Makes a tensor of one value; float32 if no dtype is stated. */
  public static Tensor full(TensorOptions options, long[] sizes, double value) {
    return Factories.full(
        Factories.resolve("full", options), Factories.layout("full", sizes), Scalar.of(value));
  }

  /** Makes a tensor of one value; int64 if no dtype is stated. */
  public static Tensor full(TensorOptions options, long[] sizes, long value) {
    return Factories.full(
        Factories.resolve("full", options, DType.INT64, Device.CPU),
        Factories.layout("full", sizes),
        Scalar.of(value));
  }

  /** Makes a tensor of one value with the source's shape and dtype, and its strides if dense. */
  public static Tensor fullLike(Tensor source, double value) {
    return fullLike(source, value, TensorOptions.DEFAULT);
  }

  /** Same as {@link #fullLike(Tensor, double)} but for what the options state. */
  public static Tensor fullLike(Tensor source, double value, TensorOptions options) {
    return Factories.full(
        Factories.resolveLike("fullLike", options, source),
        Raw.layout(source).fresh(),
        Scalar.of(value));
  }

  /** Makes a tensor of one value with the source's shape and dtype, and its strides if dense. */
  public static Tensor fullLike(Tensor source, long value) {
    return fullLike(source, value, TensorOptions.DEFAULT);
  }

  /** Same as {@link #fullLike(Tensor, long)} but for what the options state. */
  public static Tensor fullLike(Tensor source, long value, TensorOptions options) {
    return Factories.full(
        Factories.resolveLike("fullLike", options, source),
        Raw.layout(source).fresh(),
        Scalar.of(value));
  }

  /** Makes the int64 vector 0, 1, ... before end. */
  public static Tensor arange(long end) {
    return arange(TensorOptions.DEFAULT, 0, end, 1);
  }

  /** Makes the int64 vector start, start + 1, ... before end. */
  public static Tensor arange(long start, long end) {
    return arange(TensorOptions.DEFAULT, start, end, 1);
  }

  /** Makes the int64 vector start, start + step, ... before end. */
  public static Tensor arange(long start, long end, long step) {
    return arange(TensorOptions.DEFAULT, start, end, step);
  }

  /**
   * Makes the vector start, start + step, ... before end; int64 if no dtype is stated.
   *
   * @throws IllegalArgumentException if the step is 0 or leads away from the end
   */
  public static Tensor arange(TensorOptions options, long start, long end, long step) {
    TensorOptions full = Factories.resolve("arange", options, DType.INT64, Device.CPU);
    return Factories.finish(Creation.arange(start, end, step, full.dtype()), full);
  }

  /** Makes the float32 vector 0, 1, ... before end. */
  public static Tensor arange(double end) {
    return arange(TensorOptions.DEFAULT, 0, end, 1);
  }

  /** Makes the float32 vector start, start + 1, ... before end. */
  public static Tensor arange(double start, double end) {
    return arange(TensorOptions.DEFAULT, start, end, 1);
  }

  /** Makes the float32 vector start, start + step, ... before end. */
  public static Tensor arange(double start, double end, double step) {
    return arange(TensorOptions.DEFAULT, start, end, step);
  }

  /**
   * Makes the vector start, start + step, ... before end; float32 if no dtype is stated.
   *
   * @throws IllegalArgumentException if the step is 0 or leads away from the end
   */
  public static Tensor arange(TensorOptions options, double start, double end, double step) {
    TensorOptions full = Factories.resolve("arange", options);
    return Factories.finish(Creation.arange(start, end, step, full.dtype()), full);
  }

  /**
   * Makes a float32 vector of {@code steps} evenly spaced numbers from start to end, both included.
   */
  public static Tensor linspace(double start, double end, long steps) {
    return linspace(TensorOptions.DEFAULT, start, end, steps);
  }

  /** Same as {@link #linspace(double, double, long)} with all options. */
  public static Tensor linspace(TensorOptions options, double start, double end, long steps) {
    TensorOptions full = Factories.resolve("linspace", options);
    return Factories.finish(Creation.linspace(start, end, steps, full.dtype()), full);
  }

  /** Makes a float32 n by n matrix with ones on the diagonal. */
  public static Tensor eye(long n) {
    return eye(TensorOptions.DEFAULT, n, n);
  }

  /** Makes a float32 n by m matrix with ones on the diagonal. */
  public static Tensor eye(long n, long m) {
    return eye(TensorOptions.DEFAULT, n, m);
  }

  /** Same as {@link #eye(long, long)} with all options. */
  public static Tensor eye(TensorOptions options, long n, long m) {
    TensorOptions full = Factories.resolve("eye", options);
    return Factories.finish(Creation.eye(n, m, full.dtype()), full);
  }
}
