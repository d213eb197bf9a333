package org.autograd.ops;

import java.util.Arrays;
import org.autograd.AutogradException;
import org.autograd.Tensor;
import org.autograd.tensor.Layout;
import org.autograd.tensor.Raw;

/**
 * The broadcasting rule: dimensions are lined up from the last one, and two sizes fit if they are
 * equal or one of them is 1.
 */
public final class Broadcast {
  private Broadcast() {}

  /** Returns the layout of a fresh result of an elementwise operator on one tensor. */
  public static Layout layout(Tensor a) {
    return ResultLayout.of(Raw.layout(a));
  }

  /**
   * Returns the layout of a fresh result of an elementwise operator on two tensors: the broadcast
   * sizes, in the memory order that the operands have, see {@link ResultLayout}.
   *
   * @throws AutogradException if the shapes do not fit
   */
  public static Layout layout(String op, Tensor a, Tensor b) {
    Layout x = Raw.layout(a);
    Layout y = Raw.layout(b);
    if (x.isRowMajor() && y.isRowMajor()) {
      // An operand of one element and no more dimensions than the other has no say.
      if (x == y || x.sameSizes(y) || y.numel() == 1 && y.dim() <= x.dim()) {
        return x.fresh();
      }
      if (x.numel() == 1 && x.dim() <= y.dim()) {
        return y.fresh();
      }
    }
    return ResultLayout.of(sizes(op, a, b), x, y);
  }

  /**
   * Returns the layout of a fresh result of an elementwise operator on several tensors; null
   * operands do not count.
   *
   * @throws AutogradException if the shapes do not fit
   */
  public static Layout layout(String op, Tensor... operands) {
    Layout first = operands[0] == null ? null : Raw.layout(operands[0]);
    for (Tensor t : operands) {
      if (t == null || !Raw.layout(t).isRowMajor() || !Raw.layout(t).sameSizes(first)) {
        return general(op, operands);
      }
    }
    return first.fresh();
  }

  private static Layout general(String op, Tensor... operands) {
    Layout[] layouts = new Layout[operands.length];
    int n = 0;
    for (Tensor t : operands) {
      if (t != null) {
        layouts[n++] = Raw.layout(t);
      }
    }
    return ResultLayout.of(sizes(op, operands), Arrays.copyOf(layouts, n));
  }

  /**
   * Returns the broadcast sizes of several tensors; null operands do not count.
   *
   * @throws AutogradException if the shapes do not fit
   */
  public static long[] sizes(String op, Tensor... operands) {
    int dim = 0;
    for (Tensor t : operands) {
      dim = t == null ? dim : Math.max(dim, Raw.layout(t).dim());
    }
    long[] sizes = new long[dim];
    Arrays.fill(sizes, 1);
    for (int i = 0; i < operands.length; i++) {
      if (operands[i] == null) {
        continue;
      }
      long[] s = Raw.layout(operands[i]).sizes();
      for (int d = 0; d < s.length; d++) {
        int at = dim - s.length + d;
        if (sizes[at] == 1) {
          sizes[at] = s[d];
        } else if (s[d] != 1 && s[d] != sizes[at]) {
          throw mismatch(op, at - dim, operands, i);
        }
      }
    }
    return sizes;
  }

  /** Names the operand that does not fit and an earlier one that it contradicts. */
  private static AutogradException mismatch(String op, int fromEnd, Tensor[] operands, int second) {
    long[] b = Raw.layout(operands[second]).sizes();
    long theirs = b[b.length + fromEnd];
    for (int i = 0; i < second; i++) {
      if (operands[i] != null) {
        long[] a = Raw.layout(operands[i]).sizes();
        long ours = a.length + fromEnd < 0 ? 1 : a[a.length + fromEnd];
        if (ours != 1 && ours != theirs) {
          return new AutogradException(
              op
                  + ": shapes "
                  + Arrays.toString(a)
                  + " and "
                  + Arrays.toString(b)
                  + " do not broadcast: sizes "
                  + ours
                  + " and "
                  + theirs
                  + " at dimension "
                  + fromEnd
                  + ". Sizes must be equal or 1; insert dimensions with unsqueeze().");
        }
      }
    }
    throw new AssertionError(fromEnd);
  }

  /**
   * Checks that the result of an operator has the shape of the tensor it is to be written to.
   *
   * @throws AutogradException if the operands do not broadcast to exactly that shape
   */
  public static void checkInto(String op, Tensor out, Tensor a) {
    if (!Raw.layout(out).sameSizes(Raw.layout(a))) {
      throw wrongOutput(op, out, Raw.layout(a).sizes());
    }
  }

  /**
   * Checks that the result of an operator has the shape of the tensor it is to be written to.
   *
   * @throws AutogradException if the operands do not broadcast to exactly that shape
   */
  public static void checkInto(String op, Tensor out, Tensor... operands) {
    Layout l = Raw.layout(out);
    boolean same = false;
    boolean easy = true;
    for (Tensor t : operands) {
      Layout m = Raw.layout(t);
      boolean full = l.sameSizes(m);
      same |= full;
      easy &= full || (m.numel() == 1 && m.dim() <= l.dim());
    }
    if (!same || !easy) {
      long[] sizes = sizes(op, operands);
      if (!Arrays.equals(sizes, l.sizes())) {
        throw wrongOutput(op, out, sizes);
      }
    }
  }

  private static AutogradException wrongOutput(String op, Tensor out, long[] sizes) {
    return new AutogradException(
        op
            + ": output with shape "
            + Arrays.toString(Raw.layout(out).sizes())
            + " does not match the broadcast shape "
            + Arrays.toString(sizes)
            + ". Write to a tensor of that shape, or use the form that returns a new one.");
  }

  /**
   * Checks that a tensor of layout {@code from} broadcasts to {@code sizes}, which stay as they
   * are.
   *
   * @throws AutogradException if it does not
   */
  public static void checkTo(String op, Layout from, long[] sizes) {
    long[] s = from.sizes();
    boolean fits = s.length <= sizes.length;
    for (int d = 0; fits && d < s.length; d++) {
      fits = s[d] == 1 || s[d] == sizes[sizes.length - s.length + d];
    }
    if (!fits) {
      throw new AutogradException(
          op
              + ": shape "
              + Arrays.toString(s)
              + " does not broadcast to "
              + Arrays.toString(sizes)
              + ". Lined up from the last dimension, each of its sizes must be equal or 1.");
    }
  }
}
