package org.autograd.ops;

import java.util.Arrays;
import org.autograd.tensor.Layout;
import org.autograd.tensor.MemoryOrder;

/**
 * The layout of a fresh result of an elementwise operator. As in PyTorch, operands of one shape
 * that agree keep their strides; else the dimensions are ordered as the operands have them in
 * memory, the first operand first, see {@link MemoryOrder}.
 */
public final class ResultLayout {
  private ResultLayout() {}

  /** Returns the layout of the result of an operator on one tensor. */
  public static Layout of(Layout a) {
    if (a.isRowMajor()) {
      return a.fresh();
    }
    if (a.isContiguous()) {
      return Layout.contiguous(a.sizes());
    }
    return isChannelsLast(a) ? channelsLast(a.sizes()) : a.fresh();
  }

  /**
   * Returns the layout of the result of an operator on several tensors.
   *
   * @param sizes to which the operands broadcast
   */
  public static Layout of(long[] sizes, Layout... operands) {
    boolean rowMajor = true;
    boolean contiguous = true;
    boolean channelsLast = true;
    boolean sameStrides = true;
    for (Layout l : operands) {
      boolean full = Arrays.equals(l.sizes(), sizes);
      rowMajor &= l.isRowMajor();
      contiguous &= full && l.isContiguous();
      channelsLast &= full && isChannelsLast(l);
      sameStrides &= full && Arrays.equals(l.strides(), operands[0].strides());
    }
    if (contiguous) {
      return Layout.contiguous(sizes);
    }
    if (channelsLast) {
      return channelsLast(sizes);
    }
    if (sameStrides && operands[0].isNonOverlappingAndDense()) {
      return Layout.of(sizes, operands[0].strides(), 0);
    }
    if (rowMajor) {
      return Layout.contiguous(sizes);
    }
    long[][] strides = new long[operands.length][];
    for (int i = 0; i < strides.length; i++) {
      strides[i] = broadcast(operands[i], sizes);
    }
    return MemoryOrder.dense(sizes, strides);
  }

  /** Returns an operand's strides in the sizes that it broadcasts to. */
  private static long[] broadcast(Layout l, long[] sizes) {
    int extra = sizes.length - l.dim();
    long[] strides = new long[sizes.length];
    for (int d = extra; d < sizes.length; d++) {
      boolean stretched = l.sizes()[d - extra] == 1 && sizes[d] != 1;
      strides[d] = stretched ? 0 : l.strides()[d - extra];
    }
    return strides;
  }

  /** Tells whether images have their channels, dimension 1 of 4, innermost. */
  private static boolean isChannelsLast(Layout l) {
    if (l.dim() != 4 || l.isContiguous()) {
      return false;
    }
    long[] strides = channelsLast(l.sizes()).strides();
    for (int d = 0; d < 4; d++) {
      if (l.sizes()[d] != 1 && l.strides()[d] != strides[d]) {
        return false;
      }
    }
    return true;
  }

  private static Layout channelsLast(long[] s) {
    return Layout.of(s, new long[] {s[1] * s[2] * s[3], 1, s[1] * s[3], s[1]}, 0);
  }
}
