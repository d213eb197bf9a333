package org.autograd.tensor;

/**
 * In which order the dimensions of a fresh result lie in memory: in that of the operands, of which
 * the first one that can tell two dimensions apart decides. This is the rule of PyTorch's {@code
 * TensorIterator}, in its order of comparisons, so that results have the same strides.
 */
public final class MemoryOrder {
  private MemoryOrder() {}

  /**
   * Returns dense strides at offset 0.
   *
   * @param sizes the sizes of the result
   * @param operands the strides of each operand in these sizes, 0 in the dimensions in which it is
   *     broadcast
   */
  public static Layout dense(long[] sizes, long[]... operands) {
    int rank = sizes.length;
    // From the innermost dimension to the outermost one; row-major to begin with.
    int[] order = new int[rank];
    for (int i = 0; i < rank; i++) {
      order[i] = rank - 1 - i;
    }
    for (int i = 1; i < rank; i++) {
      int at = i;
      for (int j = i - 1; j >= 0; j--) {
        int compared = compare(order[j], order[at], sizes, operands);
        if (compared < 0) {
          break;
        }
        if (compared > 0) {
          int swap = order[j];
          order[j] = order[at];
          order[at] = swap;
          at = j;
        }
      }
    }
    return layout(sizes, order);
  }

  /** Tells which of two dimensions is the inner one; 0 if no operand can tell. */
  private static int compare(int a, int b, long[] sizes, long[][] operands) {
    for (long[] strides : operands) {
      if (strides[a] == 0 || strides[b] == 0) {
        continue;
      }
      if (strides[a] != strides[b]) {
        return strides[a] < strides[b] ? -1 : 1;
      }
      if (sizes[a] > sizes[b]) {
        return 1;
      }
    }
    return 0;
  }

  private static Layout layout(long[] sizes, int[] order) {
    long[] strides = new long[order.length];
    long step = 1;
    boolean rowMajor = true;
    for (int i = 0; i < order.length; i++) {
      strides[order[i]] = step;
      step *= sizes[order[i]];
      rowMajor &= order[i] == order.length - 1 - i;
    }
    return rowMajor ? Layout.contiguous(sizes) : Layout.of(sizes, strides, 0);
  }
}
