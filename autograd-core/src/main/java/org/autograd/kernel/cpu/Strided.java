package org.autograd.kernel.cpu;

import java.util.Arrays;
import org.autograd.Tensor;
import org.autograd.tensor.Layout;
import org.autograd.tensor.Raw;

/**
 * Runs a {@link Loop} over the elements of tensors of any layout, the operands broadcast to the
 * sizes of the result. How the work is cut follows from sizes and strides alone, so it is the same
 * at any number of threads.
 */
final class Strided {
  /** How many elements a chunk of a parallel loop has, at least. */
  static final int GRAIN = 1 << 15;

  /**
   * The side of a block where operands run in different directions, which keeps both in the cache.
   */
  private static final int TILE = 64;

  /** A row shorter than this gives way to a longer dimension. */
  private static final int SHORT_ROW = 16;

  /** Work on a range of elements. */
  @FunctionalInterface
  interface Range {
    /** Works on {@code n} elements from {@code from} on. */
    void run(int from, int n);
  }

  private final Loop loop;
  private final Object[] arrays;
  private final int[] offsets;

  /**
   * Sizes and strides per operand, outermost first; the last two dimensions are cut into blocks.
   */
  private int[] sizes;

  private int[][] strides;
  private int rowBlock;
  private int columnBlock;

  private Strided(Loop loop, Tensor[] operands) {
    this.loop = loop;
    int k = operands.length;
    arrays = new Object[k];
    offsets = new int[k];
    for (int i = 0; i < k; i++) {
      arrays[i] = Raw.array(operands[i]);
      offsets[i] = (int) Raw.layout(operands[i]).offset();
    }
    align(operands);
  }

  /**
   * Returns how an operand steps through memory while the result is written in the order of its
   * memory: 1 in step with it, 0 if it has one element only, -1 if neither.
   */
  static int step(Layout result, Layout operand) {
    if (operand.numel() == 1) {
      return result.numel() == 1 ? 1 : 0;
    }
    if (result.isContiguous() && operand.isContiguous()) {
      return result.numel() == operand.numel() ? 1 : -1;
    }
    return result.sameSizes(operand)
            && Arrays.equals(result.strides(), operand.strides())
            && result.isNonOverlappingAndDense()
        ? 1
        : -1;
  }

  /** Cuts a range of elements into chunks, which may run at the same time. */
  static void chunks(int n, Range body) {
    if (n < 2 * GRAIN) {
      body.run(0, n);
    } else {
      int chunks = CpuThreads.chunks(n, GRAIN);
      CpuThreads.parallelFor(chunks, c -> body.run(c * GRAIN, Math.min(GRAIN, n - c * GRAIN)));
    }
  }

  /**
   * Runs the loop.
   *
   * @param operands the result, which has no two elements in one place, then what is read
   */
  static void run(Loop loop, Tensor... operands) {
    if (Raw.layout(operands[0]).numel() == 0) {
      return;
    }
    Strided s = new Strided(loop, operands);
    s.merge();
    s.chooseRow();
    s.block();
    s.run();
  }

  /** Takes the result's dimensions of more than one element, in the order of its memory. */
  private void align(Tensor[] operands) {
    Layout out = Raw.layout(operands[0]);
    int[] order = new int[out.dim()];
    int rank = 0;
    for (int d = 0; d < order.length; d++) {
      if (out.sizes()[d] > 1) {
        int j = rank++;
        for (; j > 0 && out.strides()[order[j - 1]] < out.strides()[d]; j--) {
          order[j] = order[j - 1];
        }
        order[j] = d;
      }
    }
    sizes = new int[rank];
    strides = new int[operands.length][rank];
    for (int i = 0; i < rank; i++) {
      sizes[i] = (int) out.sizes()[order[i]];
    }
    for (int k = 0; k < operands.length; k++) {
      Layout l = Raw.layout(operands[k]);
      for (int i = 0; i < rank; i++) {
        int d = order[i] - out.dim() + l.dim();
        strides[k][i] = d < 0 || l.sizes()[d] == 1 ? 0 : (int) l.strides()[d];
      }
    }
  }

  /** Makes one dimension of neighbours that all operands run through as if they were one. */
  private void merge() {
    int last = 0;
    for (int i = 1; i < sizes.length; i++) {
      boolean one = true;
      for (int[] s : strides) {
        one &= s[last] == s[i] * sizes[i];
      }
      if (one) {
        sizes[last] *= sizes[i];
      } else {
        sizes[++last] = sizes[i];
      }
      for (int[] s : strides) {
        s[last] = s[i];
      }
    }
    int rank = Math.min(last + 1, sizes.length);
    // Two dimensions at least, so that the rest need not tell cases apart.
    int pad = Math.max(0, 2 - rank);
    sizes = padded(sizes, rank, pad, 1);
    for (int k = 0; k < strides.length; k++) {
      strides[k] = padded(strides[k], rank, pad, 0);
    }
  }

  private static int[] padded(int[] values, int rank, int pad, int with) {
    int[] result = new int[pad + rank];
    Arrays.fill(result, 0, pad, with);
    System.arraycopy(values, 0, result, pad, rank);
    return result;
  }

  private void chooseRow() {
    int last = sizes.length - 1;
    if (sizes[last] < SHORT_ROW) {
      int longest = last;
      for (int i = 0; i < last; i++) {
        longest = sizes[i] > sizes[longest] ? i : longest;
      }
      swap(longest, last);
    }
  }

  private void swap(int a, int b) {
    if (a == b) {
      return;
    }
    int size = sizes[a];
    sizes[a] = sizes[b];
    sizes[b] = size;
    for (int[] s : strides) {
      int stride = s[a];
      s[a] = s[b];
      s[b] = stride;
    }
  }

  private void block() {
    int row = sizes.length - 1;
    int column = row - 1;
    rowBlock = Math.min(sizes[row], GRAIN);
    for (int[] s : strides) {
      for (int i = 0; i < row && s[row] > 1; i++) {
        if (s[i] == 1 && sizes[i] >= TILE / 4 && sizes[row] >= TILE / 4) {
          swap(i, column);
          rowBlock = Math.min(sizes[row], TILE);
          columnBlock = Math.min(sizes[column], TILE);
          return;
        }
      }
    }
    columnBlock = Math.min(sizes[column], Math.max(1, GRAIN / rowBlock));
  }

  private void run() {
    int row = sizes.length - 1;
    long blocks = CpuThreads.chunks(sizes[row], rowBlock);
    blocks *= CpuThreads.chunks(sizes[row - 1], columnBlock);
    for (int i = 0; i < row - 1; i++) {
      blocks *= sizes[i];
    }
    int total = (int) blocks;
    int each = Math.max(1, GRAIN / (rowBlock * columnBlock));
    if (total < 2 * each) {
      blocks(0, total);
    } else {
      CpuThreads.parallelFor(
          CpuThreads.chunks(total, each),
          c -> blocks(c * each, (int) Math.min(total, (c + 1L) * each)));
    }
  }

  private void blocks(int from, int to) {
    int k = arrays.length;
    int row = sizes.length - 1;
    int column = row - 1;
    int rowBlocks = CpuThreads.chunks(sizes[row], rowBlock);
    int columnBlocks = CpuThreads.chunks(sizes[column], columnBlock);
    int[] at = new int[k];
    int[] step = new int[k];
    for (int i = 0; i < k; i++) {
      step[i] = strides[i][row];
    }
    for (int b = from; b < to; b++) {
      int r = b % rowBlocks * rowBlock;
      int rest = b / rowBlocks;
      int c = rest % columnBlocks * columnBlock;
      rest /= columnBlocks;
      for (int i = 0; i < k; i++) {
        at[i] = offsets[i] + r * strides[i][row] + c * strides[i][column];
      }
      for (int d = column - 1; d >= 0; d--) {
        int index = rest % sizes[d];
        rest /= sizes[d];
        for (int i = 0; i < k; i++) {
          at[i] += index * strides[i][d];
        }
      }
      int n = Math.min(rowBlock, sizes[row] - r);
      int rows = Math.min(columnBlock, sizes[column] - c);
      for (int j = 0; j < rows; j++) {
        loop.row(arrays, at, step, n);
        for (int i = 0; i < k; i++) {
          at[i] += strides[i][column];
        }
      }
    }
  }
}
