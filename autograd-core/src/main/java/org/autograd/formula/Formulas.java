package org.autograd.formula;

import java.util.Arrays;
import java.util.List;
import org.autograd.DType;
import org.autograd.Scalar;
import org.autograd.Tensor;
import org.autograd.ops.Alloc;
import org.autograd.ops.Dims;
import org.autograd.ops.Types;
import org.autograd.tensor.Layout;

/**
 * Derivatives of shapes, views and joins that take more than a line. All of them are made of public
 * operators, so they can be differentiated again. The tables call them by their names in
 * snake_case.
 */
final class Formulas {
  private Formulas() {}

  /** Complex conjugate: the identity on real tensors, the only ones there are. */
  static Tensor conj(Tensor t) {
    return t;
  }

  /** Multiplies by the conjugate of a number, unless that is 1. */
  public static Tensor maybeMultiply(Tensor t, Scalar factor) {
    if (factor.toDouble() == 1) {
      return t;
    }
    return switch (factor) {
      case Scalar.OfLong l -> t.mul(l.value());
      case Scalar.OfDouble d -> t.mul(d.value());
    };
  }

  /**
   * Multiplies a term of a sum by its factor. A term with the factor 0 is not read: it is 0 also
   * where it is infinite or NaN, and so are its derivatives.
   */
  public static Tensor scaledTerm(Tensor t, Scalar factor) {
    return factor.toDouble() == 0
        ? t.maskedFill(Tensor.onesLike(t).to(DType.BOOL), 0)
        : maybeMultiply(t, factor);
  }

  /** Gives a reduced tensor its reduced dimensions back, with size 1. */
  static Tensor restore(Tensor t, long[] sizes, int[] dim, boolean keepdim) {
    if (keepdim || sizes.length == 0) {
      return t;
    }
    boolean[] reduced = reduced(sizes, dim);
    long[] kept = sizes.clone();
    for (int d = 0; d < kept.length; d++) {
      if (reduced[d]) {
        kept[d] = 1;
      }
    }
    return t.view(kept);
  }

  /** Returns how many elements go into each element of a reduction. */
  static long reducedNumel(long[] sizes, int[] dim) {
    boolean[] reduced = reduced(sizes, dim);
    long n = 1;
    for (int d = 0; d < sizes.length; d++) {
      n *= reduced[d] ? sizes[d] : 1;
    }
    return n;
  }

  private static boolean[] reduced(long[] sizes, int[] dim) {
    boolean[] reduced = Dims.mask("backward", dim, sizes.length);
    if (dim.length == 0) {
      Arrays.fill(reduced, true);
    }
    return reduced;
  }

  /** Expands the gradient of a sum back over the dimensions that were added up. */
  public static Tensor expandReduced(Tensor grad, long[] sizes, int[] dim, boolean keepdim) {
    return restore(grad, sizes, dim, keepdim).expand(sizes);
  }

  /** The gradient of a mean along dimensions. */
  public static Tensor meanBackward(Tensor grad, long[] sizes, int[] dim, boolean keepdim) {
    return expandReduced(grad.div(reducedNumel(sizes, dim)), sizes, dim, keepdim);
  }

  /** Adds up the dimensions along which a tensor of {@code sizes} was broadcast. */
  public static Tensor sumToSize(Tensor grad, long[] sizes) {
    int extra = grad.dim() - sizes.length;
    int[] dims = new int[grad.dim()];
    int n = 0;
    for (int d = 0; d < dims.length; d++) {
      if (d < extra || (sizes[d - extra] == 1 && grad.size(d) != 1)) {
        dims[n++] = d;
      }
    }
    if (n == 0) {
      return grad;
    }
    Tensor sum = grad.sum(Arrays.copyOf(dims, n), true);
    return extra == 0 ? sum : sum.view(sizes);
  }

  /** Undoes a permutation of dimensions. */
  public static Tensor permuteBackward(Tensor grad, int[] dims) {
    int[] back = new int[dims.length];
    for (int i = 0; i < dims.length; i++) {
      back[Dims.wrap("permute", dims[i], dims.length)] = i;
    }
    return grad.permute(back);
  }

  /** Sends the gradient of selected elements to where they were along a dimension. */
  public static Tensor valueSelectingBackward(
      Tensor grad, int dim, Tensor indices, long[] sizes, boolean keepdim) {
    if (keepdim || sizes.length == 0) {
      return Operators.gatherBackward(grad, sizes, dim, indices);
    }
    int d = Dims.wrap("backward", dim, sizes.length);
    return Operators.gatherBackward(grad.unsqueeze(d), sizes, d, indices.unsqueeze(d));
  }

  /** Reads along a dimension at the indices of a reduction. */
  public static Tensor gatherKept(Tensor t, int dim, Tensor indices, boolean keepdim) {
    if (keepdim || t.dim() == 0) {
      return t.gather(dim, indices);
    }
    int d = Dims.wrap("forward", dim, t.dim());
    return t.gather(d, indices.unsqueeze(d)).squeeze(d);
  }

  /** The gradient of the source of scatter; elements beyond the index were not read. */
  public static Tensor scatterSrcBackward(Tensor grad, long[] sizes, int dim, Tensor index) {
    Tensor result = grad.gather(dim, index);
    long[] reached = result.sizes();
    for (int d = 0; d < reached.length; d++) {
      long part = reached[d];
      if (part != sizes[d]) {
        reached[d] = sizes[d];
        result = Operators.sliceBackward(result, reached.clone(), d, 0, part, 1);
      }
    }
    return result;
  }

  /** The gradient of split. */
  public static Tensor splitBackward(Tensor[] grads, long splitSize, int dim, long[] sizes) {
    int d = Dims.wrap("split", dim, sizes.length);
    long[] parts = new long[grads.length];
    long rest = sizes[d];
    for (int i = 0; i < parts.length; i++) {
      parts[i] = Math.min(splitSize, rest);
      rest -= parts[i];
    }
    return splitWithSizesBackward(grads, parts, d, sizes);
  }

  /** The gradient of splitWithSizes. */
  public static Tensor splitWithSizesBackward(
      Tensor[] grads, long[] splitSizes, int dim, long[] sizes) {
    int d = Dims.wrap("split", dim, sizes.length);
    Tensor like = present(grads);
    Tensor[] parts = new Tensor[grads.length];
    for (int i = 0; i < parts.length; i++) {
      if (grads[i] != null) {
        parts[i] = grads[i];
      } else {
        long[] part = sizes.clone();
        part[d] = splitSizes[i];
        parts[i] = zeros(part, like);
      }
    }
    return Operators.cat(parts, d);
  }

  /** The gradient of unbind. */
  public static Tensor unbindBackward(Tensor[] grads, int dim) {
    Tensor like = present(grads);
    Tensor[] parts = grads.clone();
    for (int i = 0; i < parts.length; i++) {
      if (parts[i] == null) {
        parts[i] = zeros(like.sizes(), like);
      }
    }
    return Operators.stack(parts, dim);
  }

  /** The gradients of the tensors that were joined by cat. */
  public static Tensor[] catBackward(Tensor grad, long[][] sizes, int dim) {
    int d = Dims.wrap("cat", dim, grad.dim());
    Tensor[] result = new Tensor[sizes.length];
    long start = 0;
    for (int i = 0; i < result.length; i++) {
      if (sizes[i].length == 1 && sizes[i][0] == 0) {
        result[i] = zeros(sizes[i], grad);
      } else {
        result[i] = grad.narrow(d, start, sizes[i][d]);
        start += sizes[i][d];
      }
    }
    return result;
  }

  /** The gradients of the tensors that were joined by stack. */
  public static Tensor[] stackBackward(Tensor grad, int dim) {
    List<Tensor> parts = grad.unbind(dim);
    return parts.toArray(new Tensor[0]);
  }

  /** The gradient of the tensor that indexPut writes to. */
  public static Tensor indexPutSelfBackward(Tensor grad, Tensor[] indices, boolean accumulate) {
    return accumulate ? grad : Operators.indexPut(grad, indices, Types.wrap(grad, 0.0), false);
  }

  /**
   * The gradient of the values that indexPut writes, as broadcast.
   *
   * @param sizes those of the values, which may have dimensions of size 1 in front of what is
   *     written
   */
  public static Tensor indexPutValuesBackward(Tensor grad, long[] sizes, Tensor[] indices) {
    Tensor written = Operators.index(grad, indices);
    if (sizes.length <= written.dim()) {
      return written;
    }
    long[] raised = new long[sizes.length];
    Arrays.fill(raised, 1);
    int more = sizes.length - written.dim();
    System.arraycopy(written.sizes(), 0, raised, more, written.dim());
    return written.reshape(raised);
  }

  private static Tensor present(Tensor[] grads) {
    for (Tensor g : grads) {
      if (g != null) {
        return g;
      }
    }
    throw new IllegalArgumentException("backward: no output has a gradient");
  }

  static Tensor zeros(long[] sizes, Tensor like) {
    return Alloc.zeros(Layout.contiguous(sizes.clone()), like.dtype(), like.device());
  }
}
