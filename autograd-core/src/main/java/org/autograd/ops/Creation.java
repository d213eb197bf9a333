package org.autograd.ops;

import java.util.function.LongToDoubleFunction;
import java.util.function.LongUnaryOperator;
import org.autograd.DType;
import org.autograd.Tensor;
import org.autograd.tensor.ElementType;
import org.autograd.tensor.HeapStorage;
import org.autograd.tensor.Layout;
import org.autograd.tensor.Raw;

/** New tensors on the CPU whose elements follow from their position. */
public final class Creation {
  private Creation() {}

  /**
   * Counts from start to before end.
   *
   * @throws IllegalArgumentException if the step is 0 or leads away from the end
   */
  public static Tensor arange(long start, long end, long step, DType dtype) {
    checkRange(step == 0, end > start && step < 0 || end < start && step > 0, start, end, step);
    long last = step > 0 ? -1 : 1;
    long n = start == end ? 0 : Math.subtractExact(end + last, start) / step + 1;
    return fromLongs("arange", dtype, i -> start + i * step, n);
  }

  /**
   * Counts from start to before end; the number of elements is (end - start) / step, rounded up.
   *
   * @throws IllegalArgumentException if the step is 0 or leads away from the end, or an argument is
   *     not finite
   */
  public static Tensor arange(double start, double end, double step, DType dtype) {
    if (!Double.isFinite(start) || !Double.isFinite(end) || Double.isNaN(step)) {
      throw new IllegalArgumentException(
          "arange: start, end and step must be finite, got " + start + ", " + end + ", " + step);
    }
    checkRange(step == 0, end > start && step < 0 || end < start && step > 0, start, end, step);
    long n = (long) Math.ceil((end - start) / step);
    return fromDoubles("arange", dtype, i -> start + i * step, n);
  }

  private static void checkRange(
      boolean zero, boolean away, Number start, Number end, Number step) {
    if (zero || away) {
      throw new IllegalArgumentException(
          "arange: step "
              + step
              + (zero ? " must not be 0" : " does not lead from " + start + " to " + end));
    }
  }

  /**
   * Gives {@code steps} evenly spaced numbers from start to end, both included.
   *
   * @throws IllegalArgumentException if {@code steps} is negative
   */
  public static Tensor linspace(double start, double end, long steps, DType dtype) {
    double step = steps > 1 ? (end - start) / (steps - 1) : 0;
    // Counting from both ends keeps the result symmetric and its last element exact.
    return fromDoubles(
        "linspace",
        dtype,
        i -> i < steps / 2 || steps == 1 ? start + step * i : end - step * (steps - 1 - i),
        steps);
  }

  /** Ones on the main diagonal of an n by m matrix. */
  public static Tensor eye(long n, long m, DType dtype) {
    return fromLongs("eye", dtype, i -> i / m == i % m ? 1 : 0, n, m);
  }

  /** Makes an int64 tensor of zeros. */
  public static Tensor longs(Layout layout) {
    return Raw.fresh(HeapStorage.allocate(DType.INT64, layout.numel()), layout, DType.INT64);
  }

  /** Makes a row-major tensor from a function of the position. */
  public static Tensor fromDoubles(
      String op, DType dtype, LongToDoubleFunction value, long... sizes) {
    if (!dtype.isFloating()) {
      return fromLongs(
          op,
          dtype,
          dtype == DType.BOOL
              ? i -> value.applyAsDouble(i) != 0 ? 1 : 0
              : i -> (long) value.applyAsDouble(i),
          sizes);
    }
    Layout layout = Dims.contiguous(op, sizes);
    HeapStorage storage = HeapStorage.allocate(dtype, layout.numel());
    ElementType type = ElementType.of(dtype);
    for (int i = 0; i < layout.numel(); i++) {
      type.put(storage.array, i, value.applyAsDouble(i));
    }
    return Raw.fresh(storage, layout, dtype);
  }

  /**
   * Makes a row-major tensor from a function of the position; bool elements tell whether it is not
   * 0.
   */
  public static Tensor fromLongs(String op, DType dtype, LongUnaryOperator value, long... sizes) {
    Layout layout = Dims.contiguous(op, sizes);
    HeapStorage storage = HeapStorage.allocate(dtype, layout.numel());
    ElementType type = ElementType.of(dtype);
    for (int i = 0; i < layout.numel(); i++) {
      type.put(storage.array, i, value.applyAsLong(i));
    }
    return Raw.fresh(storage, layout, dtype);
  }
}
