package org.autograd.ops;

import java.util.Arrays;
import org.autograd.AutogradException;
import org.autograd.DType;
import org.autograd.Tensor;
import org.autograd.kernel.Backends;
import org.autograd.tensor.Layout;
import org.autograd.tensor.Raw;

/**
 * Raw indexing by tensors; never recorded. There is one entry for each leading dimension: null for
 * all of it, or an int64 or int32 index, of which negative ones count from the end; a bool (or
 * uint8) mask stands for as many dimensions as it has. The indices broadcast together. Their
 * dimensions appear in the result where the indexed ones were if these are neighbours, else first.
 */
public final class AdvancedIndex {
  private AdvancedIndex() {}

  /**
   * Returns what the indices name.
   *
   * @throws AutogradException if shapes or dtypes do not fit or an index is out of range
   */
  public static Tensor index(Tensor self, Tensor[] indices) {
    Tensor[] at = resolve("index", Raw.layout(self).sizes(), indices);
    Layout layout = Fits.rowMajor(resultSizes(Raw.layout(self).sizes(), at));
    Tensor out = Alloc.empty(layout, Raw.dtype(self), self);
    if (layout.numel() > 0) {
      Backends.kernels(self).index("index", out, self, at, true);
    }
    return out;
  }

  /**
   * Returns a copy of self with values written to the places that the indices name.
   *
   * @param values broadcast to the shape that {@link #index} would give; of self's dtype, or
   *     zero-dimensional of a dtype that converts to it
   * @param accumulate whether to add, also several times to one place
   * @throws AutogradException if shapes or dtypes do not fit or an index is out of range
   */
  public static Tensor indexPut(Tensor self, Tensor[] indices, Tensor values, boolean accumulate) {
    return put("indexPut", self, indices, values, accumulate, true);
  }

  /** Same as {@link #indexPut}, but changes self. */
  public static void indexPutInto(
      Tensor self, Tensor[] indices, Tensor values, boolean accumulate) {
    put("indexPut_", self, indices, values, accumulate, false);
  }

  private static Tensor put(
      String op, Tensor self, Tensor[] indices, Tensor values, boolean accumulate, boolean fresh) {
    if (Raw.layout(values).dim() == 0) {
      Types.checkCast(op, Raw.dtype(values), Raw.dtype(self));
    } else {
      Fits.sameDType(op, "self", self, "values", values);
    }
    long[] sizes = Raw.layout(self).sizes();
    Tensor[] at = resolve(op, sizes, indices);
    long[] indexed = resultSizes(sizes, at);
    Tensor from = Fits.dropLeadingOnes(values, indexed.length);
    Broadcast.checkTo(op, Raw.layout(from), indexed);
    from = Fits.expand(Types.cast(from, Raw.dtype(self)), indexed);
    Tensor out = fresh ? Copies.clone(self) : self;
    if (Raw.layout(from).numel() > 0) {
      for (int i = 0; i < at.length; i++) {
        at[i] = Overlap.readFirst(out, at[i]);
      }
      from = Overlap.readFirst(out, from);
      Backends.kernels(op, self, values).indexPut(op, out, at, from, accumulate, true);
    }
    return out;
  }

  /**
   * Returns zeros of the given sizes with the gradient added at the places that {@link #index}
   * read.
   *
   * @throws AutogradException if shapes or dtypes do not fit or an index is out of range
   */
  public static Tensor indexBackward(Tensor gradOutput, long[] sizes, Tensor[] indices) {
    Layout layout = Fits.rowMajor(sizes.clone());
    DType dtype = Raw.dtype(gradOutput);
    Tensor out = Alloc.zeros(layout, dtype, Raw.storage(gradOutput).device());
    put("indexBackward", out, indices, gradOutput, true, false);
    return out;
  }

  /** Returns the int64 indices of the elements that are not zero, a row for each. */
  public static Tensor nonzero(Tensor self) {
    long n = Backends.kernels(self).countNonzero(self);
    Tensor out = Alloc.empty(Layout.contiguous(n, Raw.layout(self).dim()), DType.INT64, self);
    Backends.kernels(self).nonzero(out, self);
    return out;
  }

  /**
   * Turns masks into indices and broadcasts all together. The result has one entry for each
   * dimension up to the last indexed one.
   */
  private static Tensor[] resolve(String op, long[] sizes, Tensor[] indices) {
    Tensor[] at = new Tensor[sizes.length];
    int d = 0;
    int used = 0;
    for (Tensor index : indices) {
      int width = index == null || !isMask(index) ? 1 : Raw.layout(index).dim();
      if (d + width > sizes.length) {
        throw new AutogradException(
            op
                + ": too many indices for self "
                + Arrays.toString(sizes)
                + ": they name "
                + (d + width)
                + " dimensions or more");
      }
      if (index == null) {
        d++;
      } else if (isMask(index)) {
        checkMask(op, sizes, d, index);
        Tensor found = nonzero(index);
        Layout rows = Raw.layout(found);
        for (int i = 0; i < width; i++) {
          long[] n = {rows.sizes()[0]};
          at[d + i] = Fits.alias(found, Layout.of(n, new long[] {width}, i));
        }
        d += width;
        used = d;
      } else {
        Fits.index(op, index);
        at[d++] = index;
        used = d;
      }
    }
    if (used == 0) {
      throw new AutogradException(op + ": at least one index must not be null");
    }
    return together(op, Arrays.copyOf(at, used));
  }

  private static boolean isMask(Tensor index) {
    return Raw.dtype(index) == DType.BOOL || Raw.dtype(index) == DType.UINT8;
  }

  private static void checkMask(String op, long[] sizes, int d, Tensor mask) {
    long[] m = Raw.layout(mask).sizes();
    if (m.length == 0 || !Arrays.equals(m, Arrays.copyOfRange(sizes, d, d + m.length))) {
      throw new AutogradException(
          op
              + ": a mask of shape "
              + Arrays.toString(m)
              + " does not fit self "
              + Arrays.toString(sizes)
              + " at dimension "
              + d
              + ": it needs dimensions, and their sizes must be equal");
    }
  }

  private static Tensor[] together(String op, Tensor[] at) {
    long[] sizes = Broadcast.sizes(op, at);
    for (int i = 0; i < at.length; i++) {
      at[i] = at[i] == null ? null : Fits.expand(at[i], sizes);
    }
    return at;
  }

  private static long[] resultSizes(long[] self, Tensor[] at) {
    int first = -1;
    int last = -1;
    int named = 0;
    long[] common = null;
    for (int d = 0; d < at.length; d++) {
      if (at[d] != null) {
        first = first < 0 ? d : first;
        last = d;
        named++;
        common = Raw.layout(at[d]).sizes();
      }
    }
    int before = last - first + 1 == named ? first : 0;
    long[] sizes = new long[self.length - named + common.length];
    System.arraycopy(common, 0, sizes, before, common.length);
    int to = 0;
    for (int d = 0; d < self.length; d++) {
      if (d >= at.length || at[d] == null) {
        to = to == before ? to + common.length : to;
        sizes[to++] = self[d];
      }
    }
    return sizes;
  }
}
