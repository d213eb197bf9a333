package org.autograd.ops;

import java.util.Arrays;
import org.autograd.AutogradException;
import org.autograd.DType;
import org.autograd.Reduction;
import org.autograd.Tensor;
import org.autograd.Warnings;
import org.autograd.kernel.Backends;
import org.autograd.tensor.Layout;
import org.autograd.tensor.Raw;

/** Raw losses and their derivatives; never recorded. Results are fresh and row-major. */
public final class Losses {
  private Losses() {}

  /**
   * Returns the negative log likelihood of target classes.
   *
   * @param self log probabilities, {@code [C]}, {@code [N, C]} or {@code [N, C, d1, …]}
   * @param target int64 (or uint8) classes of self's shape without C
   * @param weight {@code [C]}, or null for ones; a mean is divided by the weights that count
   * @param ignoreIndex targets of this value count nothing
   * @throws AutogradException if shapes or dtypes do not fit, or a target is no class
   */
  public static Tensor nllLoss(
      Tensor self, Tensor target, Tensor weight, Reduction reduction, long ignoreIndex) {
    Types.checkFloating("nllLoss", Raw.dtype(self));
    long[] sizes = Raw.layout(self).sizes();
    checkTargets("nllLoss", sizes, target, weight, Raw.dtype(self));
    Layout layout =
        reduction == Reduction.NONE ? Layout.contiguous(withoutClasses(sizes)) : Layout.SCALAR;
    Tensor out = Alloc.empty(layout, Raw.dtype(self), self);
    Backends.kernels("nllLoss", self, target, weight)
        .nllLoss(out, self, target, weight, reduction, ignoreIndex);
    return out;
  }

  /**
   * Returns the gradient of {@link #nllLoss} for self, of which only the sizes matter.
   *
   * @throws AutogradException if shapes or dtypes do not fit, or a target is no class
   */
  public static Tensor nllLossBackward(
      Tensor gradOutput,
      Tensor self,
      Tensor target,
      Tensor weight,
      Reduction reduction,
      long ignoreIndex) {
    DType dtype = Raw.dtype(gradOutput);
    long[] selfSizes = Raw.layout(self).sizes();
    checkTargets("nllLossBackward", selfSizes, target, weight, dtype);
    long[] expected = reduction == Reduction.NONE ? withoutClasses(selfSizes) : new long[0];
    if (!Arrays.equals(Raw.layout(gradOutput).sizes(), expected)) {
      throw new AutogradException(
          "nllLossBackward: gradOutput must have shape "
              + Arrays.toString(expected)
              + ", got "
              + Fits.shape(gradOutput));
    }
    Layout layout = Layout.contiguous(selfSizes.clone());
    Tensor out = Alloc.zeros(layout, dtype, Raw.storage(gradOutput).device());
    Backends.kernels("nllLossBackward", gradOutput, target, weight)
        .nllLossBackward(out, gradOutput, target, weight, reduction, ignoreIndex);
    return out;
  }

  /**
   * Checks targets and weights of {@link #nllLoss}.
   *
   * @param sizes those of the log probabilities
   * @param dtype that of the log probabilities
   * @throws AutogradException if shapes or dtypes do not fit
   */
  public static void checkTargets(
      String op, long[] sizes, Tensor target, Tensor weight, DType dtype) {
    if (sizes.length == 0) {
      throw new AutogradException(op + ": self must have a dimension of classes, got shape []");
    }
    DType targets = Raw.dtype(target);
    if (targets != DType.INT64 && targets != DType.UINT8) {
      throw new AutogradException(
          op + ": target must be an int64 or uint8 tensor, got " + targets + ". Use to().");
    }
    if (!Arrays.equals(Raw.layout(target).sizes(), withoutClasses(sizes))) {
      throw new AutogradException(
          op
              + ": self "
              + Arrays.toString(sizes)
              + " takes a target of shape "
              + Arrays.toString(withoutClasses(sizes))
              + ", got "
              + Fits.shape(target));
    }
    long classes = sizes[sizes.length == 1 ? 0 : 1];
    if (weight == null) {
      return;
    }
    if (Raw.layout(weight).dim() != 1 || Raw.layout(weight).sizes()[0] != classes) {
      throw new AutogradException(
          op
              + ": weight must have shape ["
              + classes
              + "], an element for each class, got "
              + Fits.shape(weight));
    }
    if (Raw.dtype(weight) != dtype) {
      throw new AutogradException(
          op + ": self is " + dtype + " and weight is " + Raw.dtype(weight) + ". Use to().");
    }
  }

  private static long[] withoutClasses(long[] sizes) {
    if (sizes.length == 1) {
      return new long[0];
    }
    long[] left = new long[sizes.length - 1];
    left[0] = sizes[0];
    System.arraycopy(sizes, 2, left, 1, sizes.length - 2);
    return left;
  }

  /**
   * Returns the squared differences, reduced; the operands broadcast.
   *
   * @throws AutogradException if shapes do not fit or the common dtype is not floating point
   */
  public static Tensor mseLoss(Tensor self, Tensor target, Reduction reduction) {
    DType dtype = Types.promote("mseLoss", self, target);
    Types.checkFloating("mseLoss", dtype);
    Layout full = meet("mseLoss", self, target);
    warnIfBroadcast("mseLoss", self, target);
    Tensor a = Fits.expand(Types.cast(self, dtype), full.sizes());
    Tensor b = Fits.expand(Types.cast(target, dtype), full.sizes());
    Tensor out = Alloc.empty(reduction == Reduction.NONE ? full : Layout.SCALAR, dtype, self);
    Backends.kernels("mseLoss", self, target).mseLoss(out, a, b, reduction);
    return out;
  }

  /**
   * Returns the gradient of {@link #mseLoss} for self, in the shape that the operands broadcast to.
   *
   * @throws AutogradException if shapes do not fit
   */
  public static Tensor mseLossBackward(
      Tensor gradOutput, Tensor self, Tensor target, Reduction reduction) {
    DType dtype = Types.promote("mseLossBackward", self, target);
    Layout full = meet("mseLossBackward", self, target);
    Broadcast.checkTo("mseLossBackward", Raw.layout(gradOutput), full.sizes());
    Tensor g = Fits.expand(Types.cast(gradOutput, dtype), full.sizes());
    Tensor a = Fits.expand(Types.cast(self, dtype), full.sizes());
    Tensor b = Fits.expand(Types.cast(target, dtype), full.sizes());
    Tensor out = Alloc.empty(full, dtype, self);
    Backends.kernels("mseLossBackward", gradOutput, self, target)
        .mseLossBackward(out, g, a, b, reduction);
    return out;
  }

  /** Warns of a loss whose operands have different shapes, which is rarely meant. */
  public static void warnIfBroadcast(String op, Tensor self, Tensor target) {
    if (!Raw.layout(self).sameSizes(Raw.layout(target))) {
      Warnings.warn(
          op
              + ": the target has shape "
              + Arrays.toString(Raw.layout(target).sizes())
              + ", but the input has shape "
              + Arrays.toString(Raw.layout(self).sizes())
              + ". They are broadcast, which likely gives an incorrect loss; give tensors of the"
              + " same shape.");
    }
  }

  private static Layout meet(String op, Tensor a, Tensor b) {
    Layout x = Raw.layout(a);
    return x.sameSizes(Raw.layout(b))
        ? Fits.rowMajor(x.sizes())
        : Layout.contiguous(Broadcast.sizes(op, a, b));
  }
}
