package org.autograd.ops;

import java.util.Arrays;
import org.autograd.AutogradException;
import org.autograd.DType;
import org.autograd.Device;
import org.autograd.Tensor;
import org.autograd.kernel.Backends;
import org.autograd.kernel.Kernels;
import org.autograd.tensor.Layout;
import org.autograd.tensor.Raw;

/** Raw joining of tensors; never recorded. The dtype is what all promote to. */
public final class Concat {
  private Concat() {}

  /**
   * Joins tensors along a dimension that they have. Empty vectors are left out, whatever the shape
   * of the others.
   *
   * @throws AutogradException if shapes do not fit
   * @throws IllegalArgumentException if there are no tensors, or there is no such dimension
   */
  public static Tensor cat(Tensor[] tensors, int dim) {
    checkSome("cat", tensors);
    Tensor first = null;
    for (int i = 0; i < tensors.length; i++) {
      if (Raw.layout(tensors[i]).dim() == 0) {
        throw new AutogradException(
            "cat: tensor " + i + " has no dimensions to join along. Use stack().");
      }
      first = first == null && !leftOut(tensors[i]) ? tensors[i] : first;
    }
    first = first == null ? tensors[0] : first;
    int d = Dims.wrap("cat", dim, Raw.layout(first));
    long[] sizes = Raw.layout(first).sizes().clone();
    sizes[d] = 0;
    for (int i = 0; i < tensors.length; i++) {
      if (!leftOut(tensors[i])) {
        check(first, tensors[i], i, d);
        sizes[d] += Raw.layout(tensors[i]).sizes()[d];
      }
    }
    DType dtype = Types.promote("cat", tensors);
    Device device = Backends.device("cat", tensors);
    Layout layout = Layout.contiguous(sizes);
    Tensor out = Alloc.empty(layout, dtype, device);
    Kernels kernels = Backends.kernels(device);
    long at = 0;
    for (Tensor t : tensors) {
      if (Raw.layout(t).numel() > 0) {
        long offset = at * layout.strides()[d];
        Layout part = Layout.of(Raw.layout(t).sizes(), layout.strides(), offset);
        kernels.copy(Fits.alias(out, part), t);
        at += Raw.layout(t).sizes()[d];
      }
    }
    return out;
  }

  private static void checkSome(String op, Tensor[] tensors) {
    if (tensors.length == 0) {
      throw new IllegalArgumentException(op + ": expected at least one tensor, got none");
    }
  }

  private static boolean leftOut(Tensor t) {
    return Raw.layout(t).dim() == 1 && Raw.layout(t).numel() == 0;
  }

  private static void check(Tensor first, Tensor t, int i, int dim) {
    long[] a = Raw.layout(first).sizes();
    long[] b = Raw.layout(t).sizes();
    boolean fits = a.length == b.length;
    for (int d = 0; fits && d < a.length; d++) {
      fits = d == dim || a[d] == b[d];
    }
    if (!fits) {
      throw new AutogradException(
          "cat: tensor "
              + i
              + " has shape "
              + Arrays.toString(b)
              + ", which does not fit "
              + Arrays.toString(a)
              + ": all sizes but that of dimension "
              + dim
              + " must be equal");
    }
  }

  /**
   * Joins tensors of one shape along a new dimension.
   *
   * @param dim where the new dimension goes; negative ones count from the end of the result
   * @throws AutogradException if shapes differ
   * @throws IllegalArgumentException if there are no tensors, or there is no such dimension
   */
  public static Tensor stack(Tensor[] tensors, int dim) {
    checkSome("stack", tensors);
    Layout one = Raw.layout(tensors[0]);
    int rank = one.dim() + 1;
    int d = Dims.wrap("stack", dim, rank);
    for (int i = 1; i < tensors.length; i++) {
      if (!one.sameSizes(Raw.layout(tensors[i]))) {
        throw new AutogradException(
            "stack: tensor "
                + i
                + " has shape "
                + Fits.shape(tensors[i])
                + ", and tensor 0 has "
                + Fits.shape(tensors[0])
                + "; all shapes must be equal");
      }
    }
    DType dtype = Types.promote("stack", tensors);
    Device device = Backends.device("stack", tensors);
    Layout layout = Layout.contiguous(with(one.sizes(), d, tensors.length));
    Tensor out = Alloc.empty(layout, dtype, device);
    long[] strides = new long[rank - 1];
    System.arraycopy(layout.strides(), 0, strides, 0, d);
    System.arraycopy(layout.strides(), d + 1, strides, d, rank - 1 - d);
    Kernels kernels = Backends.kernels(device);
    for (int i = 0; i < tensors.length && one.numel() > 0; i++) {
      Layout part = Layout.of(one.sizes(), strides, i * layout.strides()[d]);
      kernels.copy(Fits.alias(out, part), tensors[i]);
    }
    return out;
  }

  /** Inserts the size of a new dimension. */
  private static long[] with(long[] sizes, int dim, long size) {
    long[] longer = new long[sizes.length + 1];
    System.arraycopy(sizes, 0, longer, 0, dim);
    longer[dim] = size;
    System.arraycopy(sizes, dim, longer, dim + 1, sizes.length - dim);
    return longer;
  }
}
