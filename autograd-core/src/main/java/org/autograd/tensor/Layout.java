package org.autograd.tensor;

import java.util.Arrays;
import java.util.BitSet;

/**
 * How a tensor's elements lie in its storage: sizes, strides and offset, all counted in elements.
 * Immutable; the arrays it hands out must not be written to.
 */
public final class Layout {
  private static final long[] NONE = {};

  /** The layout of a zero-dimensional tensor at offset 0. */
  public static final Layout SCALAR = new Layout(NONE, NONE, 0);

  private final long[] sizes;
  private final long[] strides;
  private final long offset;
  private final long numel;
  private final boolean contiguous;
  private final boolean rowMajor;

  private Layout(long[] sizes, long[] strides, long offset) {
    this.sizes = sizes;
    this.strides = strides;
    this.offset = offset;
    long n = 1;
    boolean dense = true;
    boolean exact = true;
    for (int i = sizes.length - 1; i >= 0; i--) {
      boolean as = strides[i] == n;
      exact &= as;
      dense &= as | sizes[i] == 1;
      n *= sizes[i];
    }
    this.numel = n;
    this.contiguous = dense || n == 0;
    this.rowMajor = exact && n != 0;
  }

  /** Makes a layout; takes over the arrays. */
  public static Layout of(long[] sizes, long[] strides, long offset) {
    return new Layout(sizes, strides, offset);
  }

  /** Makes a row-major layout at offset 0; takes over the array. */
  public static Layout contiguous(long... sizes) {
    return sizes.length == 0 ? SCALAR : new Layout(sizes, rowMajor(sizes), 0);
  }

  /** Returns the strides of a row-major tensor of these sizes. */
  public static long[] rowMajor(long[] sizes) {
    long[] strides = new long[sizes.length];
    long step = 1;
    for (int i = sizes.length - 1; i >= 0; i--) {
      strides[i] = step;
      step *= Math.max(sizes[i], 1);
    }
    return strides;
  }

  /** Returns the number of dimensions. */
  public int dim() {
    return sizes.length;
  }

  /** Returns the sizes; do not write to the array. */
  public long[] sizes() {
    return sizes;
  }

  /** Returns the strides in elements; do not write to the array. */
  public long[] strides() {
    return strides;
  }

  /** Returns the position of the first element in the storage. */
  public long offset() {
    return offset;
  }

  /** Returns the number of elements. */
  public long numel() {
    return numel;
  }

  /**
   * Tells whether the elements lie in row-major order without gaps (the offset does not matter).
   */
  public boolean isContiguous() {
    return contiguous;
  }

  /**
   * Tells whether there are elements and the strides, those of dimensions of size 1 included, are
   * the ones of a fresh row-major tensor (the offset does not matter).
   */
  public boolean isRowMajor() {
    return rowMajor;
  }

  /**
   * Tells whether every element lies within a storage of {@code length} elements; strides must not
   * be negative.
   */
  public boolean fits(long length) {
    if (numel == 0) {
      return true;
    }
    long room = length - 1 - offset;
    for (int i = 0; i < sizes.length && room >= 0; i++) {
      long steps = sizes[i] - 1;
      if (steps > 0 && strides[i] > room / steps) {
        return false;
      }
      room -= steps * strides[i];
    }
    return room >= 0;
  }

  /** Returns the position behind the last element; strides must not be negative. */
  public long end() {
    if (numel == 0) {
      return offset;
    }
    long last = offset;
    for (int i = 0; i < sizes.length; i++) {
      last += (sizes[i] - 1) * strides[i];
    }
    return last + 1;
  }

  /** Tells whether the sizes are equal. */
  public boolean sameSizes(Layout other) {
    return sizes == other.sizes || equal(sizes, other.sizes);
  }

  /** For the few dimensions that tensors have, a loop is faster than what compares long arrays. */
  private static boolean equal(long[] a, long[] b) {
    if (a.length != b.length) {
      return false;
    }
    for (int d = 0; d < a.length; d++) {
      if (a[d] != b[d]) {
        return false;
      }
    }
    return true;
  }

  /**
   * Tells whether the elements fill a block of memory without gaps or overlaps, in any order of
   * dimensions.
   */
  public boolean isNonOverlappingAndDense() {
    if (contiguous) {
      return true;
    }
    int[] order = ascendingStrides();
    long step = 1;
    for (int d : order) {
      if (sizes[d] == 1) {
        continue;
      }
      if (strides[d] != step) {
        return false;
      }
      step *= sizes[d];
    }
    return true;
  }

  /**
   * Tells whether some place in memory belongs to several elements, so that they cannot be written
   * to one by one; strides must not be negative.
   */
  public boolean overlapsItself() {
    if (contiguous) {
      return false;
    }
    boolean apart = true;
    long reach = 0;
    for (int d : ascendingStrides()) {
      long steps = sizes[d] - 1;
      if (steps > 0) {
        if (strides[d] == 0) {
          return true;
        }
        apart &= strides[d] > reach;
        reach += steps * strides[d];
      }
    }
    // Dimensions may interleave without overlapping; then only counting tells.
    return !apart && (numel > reach + 1 || reach >= Integer.MAX_VALUE || meetsAgain((int) reach));
  }

  private boolean meetsAgain(int reach) {
    BitSet taken = new BitSet(reach + 1);
    long[] at = new long[sizes.length];
    int position = 0;
    for (long i = 0; i < numel; i++) {
      if (taken.get(position)) {
        return true;
      }
      taken.set(position);
      for (int d = at.length - 1; d >= 0; d--) {
        position += (int) strides[d];
        if (++at[d] < sizes[d]) {
          break;
        }
        position -= (int) (at[d] * strides[d]);
        at[d] = 0;
      }
    }
    return false;
  }

  /** Returns the dimensions from the one with the largest stride to the one with the smallest. */
  public int[] descendingStrides() {
    int[] order = ascendingStrides();
    for (int i = 0, j = order.length - 1; i < j; i++, j--) {
      int swap = order[i];
      order[i] = order[j];
      order[j] = swap;
    }
    return order;
  }

  private int[] ascendingStrides() {
    int[] order = new int[sizes.length];
    for (int i = 0; i < order.length; i++) {
      int j = i;
      for (; j > 0 && strides[order[j - 1]] > strides[i]; j--) {
        order[j] = order[j - 1];
      }
      order[j] = i;
    }
    return order;
  }

  /**
   * Returns the layout of a fresh copy, at offset 0: these strides if they are non-overlapping and
   * dense, else dense ones with the dimensions in the same order in memory.
   */
  public Layout fresh() {
    if (contiguous && offset == 0) {
      return this;
    }
    return isNonOverlappingAndDense()
        ? new Layout(sizes, strides, 0)
        : MemoryOrder.dense(sizes, strides);
  }

  @Override
  public boolean equals(Object o) {
    return o instanceof Layout l
        && offset == l.offset
        && Arrays.equals(sizes, l.sizes)
        && Arrays.equals(strides, l.strides);
  }

  @Override
  public int hashCode() {
    return 31 * (31 * Arrays.hashCode(sizes) + Arrays.hashCode(strides)) + Long.hashCode(offset);
  }

  @Override
  public String toString() {
    return "sizes "
        + Arrays.toString(sizes)
        + ", strides "
        + Arrays.toString(strides)
        + ", offset "
        + offset;
  }
}
