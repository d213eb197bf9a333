package org.autograd.formula;

import java.util.Arrays;
import java.util.List;
import org.autograd.AutogradException;
import org.autograd.DType;
import org.autograd.Reduction;
import org.autograd.Scalar;
import org.autograd.Tensor;
import org.autograd.batch.Batch;
import org.autograd.batch.BatchLevel;
import org.autograd.ops.Alloc;
import org.autograd.ops.Broadcast;
import org.autograd.ops.Reshapes;
import org.autograd.ops.Types;
import org.autograd.ops.Views;
import org.autograd.record.Sharing;
import org.autograd.tensor.Flags;
import org.autograd.tensor.Layout;
import org.autograd.tensor.Raw;

/** Operators made of other operators; they need no derivative of their own. */
final class Composites {
  private Composites() {}

  /** Raises a number to the power of each element. */
  public static Tensor powBase(Scalar self, Tensor exponent) {
    return Types.wrap(exponent, self).pow(exponent);
  }

  /** Same as maximum. */
  public static Tensor max(Tensor self, Tensor other) {
    return self.maximum(other);
  }

  /** Same as minimum. */
  public static Tensor min(Tensor self, Tensor other) {
    return self.minimum(other);
  }

  /** The Gaussian error linear unit. */
  public static Tensor gelu(Tensor self, String approximate) {
    return switch (approximate) {
      case "none" -> Operators.geluErf(self);
      case "tanh" -> Operators.geluTanh(self);
      default ->
          throw new IllegalArgumentException(
              "gelu: approximate must be \"none\" or \"tanh\", not \"" + approximate + "\"");
    };
  }

  /** Multiplies tensors of any rank from 1 on. */
  public static Tensor matmul(Tensor self, Tensor other) {
    return MatrixProducts.matmul(self, other);
  }

  /** Another shape: a view where the strides allow it, else a copy. */
  public static Tensor reshape(Tensor self, long[] shape) {
    if (Views.tryView(Raw.layout(self), shape) != null) {
      return self.view(shape);
    }
    return Operators.unsafeView(Operators.contiguousCopy(self), shape);
  }

  /** Joins dimensions into one. */
  public static Tensor flatten(Tensor self, int startDim, int endDim) {
    long[] shape = Reshapes.flattenSizes(Raw.layout(self), startDim, endDim);
    return shape.length == self.dim() ? self : self.reshape(shape);
  }

  /** Expands to another tensor's shape. */
  public static Tensor expandAs(Tensor self, Tensor other) {
    return self.expand(Raw.layout(other).sizes());
  }

  /** Takes a range of one dimension. */
  public static Tensor narrow(Tensor self, int dim, long start, long length) {
    if (self.dim() == 0) {
      throw new AutogradException(
          "narrow: a zero-dimensional tensor has no dimension to narrow. Use unsqueeze(0) first.");
    }
    long size = self.size(dim);
    long first = start < 0 ? start + size : start;
    if (length < 0) {
      throw new IllegalArgumentException("narrow: length must not be negative, got " + length);
    }
    if (first < 0 || first > size - length) {
      throw new AutogradException(
          "narrow: start "
              + start
              + " and length "
              + length
              + " do not fit into dimension "
              + dim
              + " of shape "
              + self.shape());
    }
    return self.slice(dim, first, first + length, 1);
  }

  /** The parts of a split, each with memory of its own. */
  public static List<Tensor> unsafeSplit(Tensor self, long splitSize, int dim) {
    return List.of(Operators.splitCopy(self, splitSize, dim));
  }

  /** The parts of a split into given sizes, each with memory of its own. */
  public static List<Tensor> unsafeSplitWithSizes(Tensor self, long[] splitSizes, int dim) {
    return List.of(Operators.splitWithSizesCopy(self, splitSizes, dim));
  }

  /** The parts of a chunk, each with memory of its own. */
  public static List<Tensor> unsafeChunk(Tensor self, long chunks, int dim) {
    long part = chunkSize("unsafeChunk", self, chunks, dim);
    return part == 0
        ? unsafeSplitWithSizes(self, new long[Math.toIntExact(chunks)], dim)
        : unsafeSplit(self, part, dim);
  }

  /** Cuts a dimension into parts of equal size. */
  public static List<Tensor> chunk(Tensor self, long chunks, int dim) {
    long part = chunkSize("chunk", self, chunks, dim);
    return part == 0
        ? self.splitWithSizes(new long[Math.toIntExact(chunks)], dim)
        : self.split(part, dim);
  }

  private static long chunkSize(String op, Tensor self, long chunks, int dim) {
    if (chunks < 1) {
      throw new IllegalArgumentException(op + ": chunks must be at least 1, got " + chunks);
    }
    if (self.dim() == 0) {
      throw new AutogradException(
          op + ": a zero-dimensional tensor has no dimension to cut. Use unsqueeze(0) first.");
    }
    return (self.size(dim) + chunks - 1) / chunks;
  }

  /** The tensor itself if it is row-major, else a copy that is. */
  public static Tensor contiguous(Tensor self) {
    return self.isContiguous() ? self : Operators.contiguousCopy(self);
  }

  /** The tensor itself if it has the dtype, else a copy in it. */
  public static Tensor to(Tensor self, DType dtype) {
    return self.dtype() == dtype ? self : Operators.toCopy(self, dtype);
  }

  /** The same memory without history. */
  public static Tensor detach(Tensor self) {
    if (BatchLevel.of(self) != null) {
      return Batch.with(self, Batch.of(self).value().detach());
    }
    Tensor alias = Raw.alias(Raw.storage(self), Raw.layout(self), Raw.dtype(self));
    Sharing.shared(self, alias);
    Raw.flag(alias, Flags.INFERENCE, Raw.has(self, Flags.INFERENCE));
    return alias;
  }

  /** The elements where a mask holds, as a vector. */
  public static Tensor maskedSelect(Tensor self, Tensor mask) {
    Types.checkBool("maskedSelect", "mask", mask);
    if (Raw.has(mask, Flags.BATCHED)) {
      throw IndexPlan.differingMasks("maskedSelect");
    }
    long[] shape = Broadcast.sizes("maskedSelect", self, mask);
    if (shape.length == 0) {
      shape = new long[] {1};
    }
    return Operators.index(expanded(self, shape), new Tensor[] {expanded(mask, shape)});
  }

  /**
   * Expands only if there is something to expand: a tensor with views is harder to change in place.
   */
  private static Tensor expanded(Tensor t, long[] shape) {
    return Arrays.equals(Raw.layout(t).sizes(), shape) ? t : t.expand(shape);
  }

  /** While training, sets elements to 0 at random and scales up the others. */
  public static Tensor dropout(Tensor self, double p, boolean train) {
    if (!(p >= 0 && p <= 1)) {
      throw new IllegalArgumentException("dropout: p must lie between 0 and 1, got " + p);
    }
    if (!self.dtype().isDifferentiable()) {
      throw new AutogradException(
          "dropout: takes a floating point tensor, not "
              + self.dtype()
              + ". Convert with to(FLOAT32).");
    }
    if (!train || p == 0) {
      return self;
    }
    Layout layout = Raw.layout(self).fresh();
    if (p == 1) {
      return self.mul(Alloc.zeros(layout, self.dtype(), self.device()));
    }
    Tensor mask = Alloc.empty(layout, self.dtype(), self.device());
    mask.bernoulli_(1 - p);
    return self.mul(mask.mul(1 / (1 - p)));
  }

  /** The cross entropy between scores and class indices or class probabilities. */
  public static Tensor crossEntropy(
      Tensor self,
      Tensor target,
      Tensor weight,
      Reduction reduction,
      long ignoreIndex,
      double labelSmoothing) {
    return CrossEntropy.of(self, target, weight, reduction, ignoreIndex, labelSmoothing);
  }
}
