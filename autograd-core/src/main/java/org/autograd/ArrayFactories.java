package org.autograd;

import org.autograd.tensor.Layout;
import org.autograd.tensor.Storage;
import org.autograd.tensor.TensorBase;

/**
 * The static factories of {@link Tensor} that take values from the host. A Java type keeps its
 * width: float becomes float32, double float64, int int32, long int64, boolean bool, byte uint8.
 */
public abstract class ArrayFactories extends TensorBase {
  /** Makes a tensor's state. */
  protected ArrayFactories(Storage storage, Layout layout, DType dtype, int flags) {
    super(storage, layout, dtype, flags);
  }

  /** Makes a float32 vector of copied values. */
  public static Tensor of(float... values) {
    return of(values, values.length);
  }

  /** Makes a float64 vector of copied values. */
  public static Tensor of(double... values) {
    return of(values, values.length);
  }

  /** Makes a int32 vector of copied values. */
  public static Tensor of(int... values) {
    return of(values, values.length);
  }

  /** Makes a int64 vector of copied values. */
  public static Tensor of(long... values) {
    return of(values, values.length);
  }

  /** Makes a bool vector of copied values. */
  public static Tensor of(boolean... values) {
    return of(values, values.length);
  }

  /**
   * Makes a float32 tensor of copied values in row-major order.
   *
   * @throws IllegalArgumentException if the number of values does not fit the sizes
   */
  public static Tensor of(float[] values, long... sizes) {
    return Factories.of("of", values.clone(), values.length, DType.FLOAT32, sizes);
  }

  /**
   * Makes a float64 tensor of copied values in row-major order.
   *
   * @throws IllegalArgumentException if the number of values does not fit the sizes
   */
  public static Tensor of(double[] values, long... sizes) {
    return Factories.of("of", values.clone(), values.length, DType.FLOAT64, sizes);
  }

  /**
   * Makes a int32 tensor of copied values in row-major order.
   *
   * @throws IllegalArgumentException if the number of values does not fit the sizes
   */
  public static Tensor of(int[] values, long... sizes) {
    return Factories.of("of", values.clone(), values.length, DType.INT32, sizes);
  }

  /**
   * Makes a int64 tensor of copied values in row-major order.
   *
   * @throws IllegalArgumentException if the number of values does not fit the sizes
   */
  public static Tensor of(long[] values, long... sizes) {
    return Factories.of("of", values.clone(), values.length, DType.INT64, sizes);
  }

  /**
   * Makes a bool tensor of copied values in row-major order.
   *
   * @throws IllegalArgumentException if the number of values does not fit the sizes
   */
  public static Tensor of(boolean[] values, long... sizes) {
    byte[] bytes = new byte[values.length];
    for (int i = 0; i < bytes.length; i++) {
      bytes[i] = (byte) (values[i] ? 1 : 0);
    }
    return Factories.of("of", bytes, bytes.length, DType.BOOL, sizes);
  }

  /**
   * Makes a tensor of copied values from nested arrays of one primitive type, such as {@code
   * float[][]}.
   *
   * @throws IllegalArgumentException if it is no such array, or arrays beside each other differ in
   *     length
   */
  public static Tensor ofArray(Object nested) {
    return ofArray(TensorOptions.DEFAULT, nested);
  }

  /**
   * Same as {@link #ofArray(Object)}, converted to what the options state.
   *
   * @throws AutogradException if an integer or bool tensor is to require grad
   */
  public static Tensor ofArray(TensorOptions options, Object nested) {
    Tensor raw = NestedArrays.read(nested);
    return Factories.finish(raw, Factories.resolveLike("ofArray", options, raw));
  }

  /** Makes a zero-dimensional float32 tensor. */
  public static Tensor scalar(double value) {
    return scalar(TensorOptions.DEFAULT, value);
  }

  /** Makes a zero-dimensional int64 tensor. */
  public static Tensor scalar(long value) {
    return scalar(TensorOptions.of(DType.INT64), value);
  }

  /** Makes a zero-dimensional bool tensor. */
  public static Tensor scalar(boolean value) {
    return scalar(TensorOptions.of(DType.BOOL), value ? 1 : 0);
  }

  /**
   * Makes a zero-dimensional tensor, float32 if no dtype is stated.
   *
   * @throws AutogradException if an integer or bool tensor is to require grad
   */
  public static Tensor scalar(TensorOptions options, double value) {
    return Factories.full(Factories.resolve("scalar", options), Layout.SCALAR, Scalar.of(value));
  }

  /**
   * Makes a zero-dimensional tensor, int64 if no dtype is stated.
   *
   * @throws AutogradException if an integer or bool tensor is to require grad
   */
  public static Tensor scalar(TensorOptions options, long value) {
    return Factories.full(
        Factories.resolve("scalar", options, DType.INT64, Device.CPU),
        Layout.SCALAR,
        Scalar.of(value));
  }

  /** Makes a float32 vector over an array; see {@link #wrap(float[], long...)}. */
  public static Tensor wrap(float[] data) {
    return wrap(data, data.length);
  }

  /**
   * Makes a float32 tensor over an array in row-major order. Nothing is copied: later changes of
   * the array are seen by the tensor and the other way round, but not by its version counter.
   *
   * @throws IllegalArgumentException if the array's length does not fit the sizes
   */
  public static Tensor wrap(float[] data, long... sizes) {
    return Factories.over("wrap", data, data.length, DType.FLOAT32, sizes);
  }

  /** Makes a float64 vector over an array; see {@link #wrap(double[], long...)}. */
  public static Tensor wrap(double[] data) {
    return wrap(data, data.length);
  }

  /**
   * Makes a float64 tensor over an array in row-major order. Nothing is copied: later changes of
   * the array are seen by the tensor and the other way round, but not by its version counter.
   *
   * @throws IllegalArgumentException if the array's length does not fit the sizes
   */
  public static Tensor wrap(double[] data, long... sizes) {
    return Factories.over("wrap", data, data.length, DType.FLOAT64, sizes);
  }

  /** Makes a int32 vector over an array; see {@link #wrap(int[], long...)}. */
  public static Tensor wrap(int[] data) {
    return wrap(data, data.length);
  }

  /**
   * Makes a int32 tensor over an array in row-major order. Nothing is copied: later changes of the
   * array are seen by the tensor and the other way round, but not by its version counter.
   *
   * @throws IllegalArgumentException if the array's length does not fit the sizes
   */
  public static Tensor wrap(int[] data, long... sizes) {
    return Factories.over("wrap", data, data.length, DType.INT32, sizes);
  }

  /** Makes a int64 vector over an array; see {@link #wrap(long[], long...)}. */
  public static Tensor wrap(long[] data) {
    return wrap(data, data.length);
  }

  /**
   * Makes a int64 tensor over an array in row-major order. Nothing is copied: later changes of the
   * array are seen by the tensor and the other way round, but not by its version counter.
   *
   * @throws IllegalArgumentException if the array's length does not fit the sizes
   */
  public static Tensor wrap(long[] data, long... sizes) {
    return Factories.over("wrap", data, data.length, DType.INT64, sizes);
  }

  /** Makes a uint8 vector over an array; see {@link #wrap(byte[], long...)}. */
  public static Tensor wrap(byte[] data) {
    return wrap(data, data.length);
  }

  /**
   * Makes a uint8 tensor over an array in row-major order. Nothing is copied: later changes of the
   * array are seen by the tensor and the other way round, but not by its version counter. The bytes
   * are taken as unsigned.
   *
   * @throws IllegalArgumentException if the array's length does not fit the sizes
   */
  public static Tensor wrap(byte[] data, long... sizes) {
    return Factories.over("wrap", data, data.length, DType.UINT8, sizes);
  }
}
