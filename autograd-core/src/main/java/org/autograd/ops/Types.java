package org.autograd.ops;

import org.autograd.AutogradException;
import org.autograd.DType;
import org.autograd.DType.Category;
import org.autograd.Scalar;
import org.autograd.Tensor;
import org.autograd.tensor.ElementType;
import org.autograd.tensor.Flags;
import org.autograd.tensor.HeapStorage;
import org.autograd.tensor.Layout;
import org.autograd.tensor.Promotion;
import org.autograd.tensor.Raw;

/**
 * Type promotion, with PyTorch's rules: operands have three ranks, tensors with dimensions before
 * zero-dimensional ones before host numbers, and a lower rank counts only if its category is higher
 * than that of all higher ranks.
 */
public final class Types {
  /** The dtype of results that are floating point where no operand is. */
  public static final DType DEFAULT = DType.FLOAT32;

  private Types() {}

  /** Returns the dtype in which an operator on two tensors computes. */
  public static DType promote(String op, Tensor a, Tensor b) {
    DType x = Raw.dtype(a);
    DType y = Raw.dtype(b);
    return x == y ? x : mixed(a, b);
  }

  /**
   * Returns the dtype in which an operator on several tensors computes; null operands do not count.
   */
  public static DType promote(String op, Tensor... operands) {
    DType first = operands[0] == null ? null : Raw.dtype(operands[0]);
    for (Tensor t : operands) {
      if (t == null || Raw.dtype(t) != first) {
        return mixed(operands);
      }
    }
    return first;
  }

  private static DType mixed(Tensor... operands) {
    DType[] ranks = new DType[3];
    for (Tensor t : operands) {
      if (t != null) {
        int rank = Raw.has(t, Flags.WRAPPED_NUMBER) ? 2 : Raw.layout(t).dim() == 0 ? 1 : 0;
        ranks[rank] =
            ranks[rank] == null ? Raw.dtype(t) : Promotion.join(ranks[rank], Raw.dtype(t));
      }
    }
    return combine(ranks[0], combine(ranks[1], ranks[2]));
  }

  /** Joins the dtypes of two ranks, of which the second is the lower one; either may be absent. */
  private static DType combine(DType high, DType low) {
    if (high == null || low == null) {
      return high == null ? low : high;
    }
    return low.category().compareTo(high.category()) > 0 ? low : high;
  }

  /** Returns the dtype in which a tensor of dtype {@code type} and a host number meet. */
  public static DType promote(DType type, Scalar number) {
    return promote(type, number.category());
  }

  private static DType promote(DType type, Category number) {
    if (number.compareTo(type.category()) <= 0) {
      return type;
    }
    return number == Category.INTEGRAL ? DType.INT64 : DEFAULT;
  }

  /** Returns the dtype itself if it is floating point or complex, else {@link #DEFAULT}. */
  public static DType floating(DType type) {
    return type.isDifferentiable() ? type : DEFAULT;
  }

  /**
   * Makes a zero-dimensional tensor of a host integer that is to meet {@code partner}: in its dtype
   * if that can hold the number, else in int64, from which it is converted to what is computed in.
   */
  public static Tensor wrap(Tensor partner, long value) {
    DType type = promote(Raw.dtype(partner), Category.INTEGRAL);
    if (!ElementType.of(type).holds(value)) {
      type = DType.INT64;
    }
    HeapStorage storage = HeapStorage.allocate(type, 1);
    ElementType.of(type).put(storage.array, 0, value);
    return wrapped(storage, type);
  }

  /**
   * Makes a zero-dimensional tensor of a host floating point number that is to meet {@code
   * partner}.
   */
  public static Tensor wrap(Tensor partner, double value) {
    DType type = promote(Raw.dtype(partner), Category.FLOATING);
    HeapStorage storage = HeapStorage.allocate(type, 1);
    ElementType.of(type).put(storage.array, 0, value);
    return wrapped(storage, type);
  }

  /** Makes a zero-dimensional tensor of a host number that is to meet {@code partner}. */
  public static Tensor wrap(Tensor partner, Scalar value) {
    return switch (value) {
      case Scalar.OfLong l -> wrap(partner, l.value());
      case Scalar.OfDouble d -> wrap(partner, d.value());
    };
  }

  private static Tensor wrapped(HeapStorage storage, DType type) {
    Tensor t = Raw.fresh(storage, Layout.SCALAR, type);
    Raw.flag(t, Flags.WRAPPED_NUMBER, true);
    return t;
  }

  /**
   * Returns the tensor in another dtype: the tensor itself if it has that one already, else a copy.
   */
  public static Tensor cast(Tensor t, DType type) {
    if (Raw.dtype(t) == type) {
      return t;
    }
    Tensor result = Alloc.empty(Raw.layout(t).fresh(), type, t);
    Copies.copyInto(result, t);
    return result;
  }

  /**
   * Tells whether a result computed in one dtype may be written to a tensor of another: neither
   * from floating point to integers, nor from anything else to bool, nor from complex to real.
   */
  public static boolean castableTo(DType from, DType to) {
    if (from.isComplex() && !to.isComplex()) {
      return false;
    }
    if (from.isDifferentiable() && !to.isDifferentiable()) {
      return false;
    }
    return from == DType.BOOL || to != DType.BOOL;
  }

  /**
   * Checks that a result may be written to a tensor.
   *
   * @throws AutogradException if not, see {@link #castableTo}
   */
  public static void checkCast(String op, DType from, DType to) {
    if (!castableTo(from, to)) {
      throw new AutogradException(
          op
              + ": result type "
              + from
              + " can't be cast to the desired output type "
              + to
              + ". Write to a "
              + from
              + " tensor, or use the form that returns a new one.");
    }
  }

  /**
   * Returns the error of an operator that does not compute in a dtype.
   *
   * @param accepted the kinds of dtypes it takes, for the message
   */
  public static AutogradException refuse(String op, DType type, String accepted) {
    return new AutogradException(
        op + ": not implemented for " + type + "; it takes " + accepted + ". Convert with to().");
  }

  /**
   * Checks a number that has the dtype of the tensors it meets.
   *
   * @param type what the tensors are promoted to
   * @throws AutogradException if they are integral and the number is a floating point number
   */
  public static void checkAsTensors(String op, String argument, DType type, Scalar number) {
    if (number.category() == Category.FLOATING && !type.isDifferentiable()) {
      throw new AutogradException(
          op
              + ": for integral tensors, "
              + argument
              + " must not be a floating point number; got "
              + number
              + " with "
              + type
              + ". Give an integer, or convert the tensors with to().");
    }
  }

  /**
   * Checks that an operator is not given a negative number where it computes in integers.
   *
   * @param type the dtype in which it computes
   * @throws AutogradException if it is
   */
  public static void checkNoNegativeInteger(String op, String argument, DType type, Scalar number) {
    if (type.category() == Category.INTEGRAL && number.toLong() < 0) {
      throw new AutogradException(
          op
              + ": integers to negative integer powers are not allowed; got "
              + argument
              + " "
              + number
              + " with "
              + type
              + ". Give a floating point number, or convert the tensor with to().");
    }
  }

  /**
   * Checks that an argument is a bool tensor.
   *
   * @throws AutogradException if it is not
   */
  public static void checkBool(String op, String argument, Tensor t) {
    if (Raw.dtype(t) != DType.BOOL) {
      throw new AutogradException(
          op
              + ": argument "
              + argument
              + " must be a bool tensor, got "
              + Raw.dtype(t)
              + ". Compare it with something, or convert with to(BOOL).");
    }
  }

  /**
   * Checks that a dtype is floating point.
   *
   * @throws AutogradException if it is not
   */
  public static void checkFloating(String op, DType dtype) {
    if (!dtype.isFloating()) {
      throw new AutogradException(
          op
              + ": expected a floating point tensor, got "
              + dtype
              + ". Convert it first, for example with to(DType.FLOAT32).");
    }
  }
}
