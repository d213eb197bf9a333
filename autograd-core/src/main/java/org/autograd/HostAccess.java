package org.autograd;

import java.util.Arrays;
import org.autograd.graph.Meta;
import org.autograd.mode.Bits;
import org.autograd.mode.ThreadState;
import org.autograd.ops.Copies;
import org.autograd.tensor.ElementType;
import org.autograd.tensor.Flags;
import org.autograd.tensor.HeapStorage;
import org.autograd.tensor.Layout;
import org.autograd.tensor.Raw;

/**
 * How elements leave a tensor: as numbers, as copied arrays, as the array behind it, or as a deep
 * copy.
 */
final class HostAccess {
  /** Sees the positions of elements in storage order of a row-major walk. */
  @FunctionalInterface
  private interface Visitor {
    void visit(int index, int position);
  }

  private HostAccess() {}

  /** Returns the only element as a double; see {@link #single}. */
  static double item(Tensor t) {
    return type(t).getDouble(heap("item", t), single("item", t));
  }

  /** Returns the only element as a long, cut off towards zero; see {@link #single}. */
  static long itemLong(Tensor t) {
    return type(t).getLong(heap("itemLong", t), single("itemLong", t));
  }

  /** Tells whether the only element is not zero; see {@link #single}. */
  static boolean itemBoolean(Tensor t) {
    return type(t).getDouble(heap("itemBoolean", t), single("itemBoolean", t)) != 0;
  }

  /**
   * Returns the position of the only element.
   *
   * @throws AutogradException if there is not exactly one element
   */
  private static int single(String op, Tensor t) {
    Layout l = Raw.layout(t);
    if (l.numel() != 1) {
      throw new AutogradException(
          op
              + ": only a tensor with one element can be read as a number, this one has shape "
              + Arrays.toString(l.sizes())
              + ". Select an element first, or copy all with toDoubleArray().");
    }
    return (int) l.offset();
  }

  static float[] toFloatArray(Tensor t) {
    Object array = heap("toFloatArray", t);
    ElementType type = type(t);
    Layout l = Raw.layout(t);
    if (array instanceof float[] a && l.isContiguous()) {
      return Arrays.copyOfRange(a, (int) l.offset(), (int) (l.offset() + l.numel()));
    }
    float[] out = new float[(int) l.numel()];
    walk(l, (i, p) -> out[i] = (float) type.getDouble(array, p));
    return out;
  }

  static double[] toDoubleArray(Tensor t) {
    Object array = heap("toDoubleArray", t);
    ElementType type = type(t);
    double[] out = new double[(int) Raw.layout(t).numel()];
    walk(Raw.layout(t), (i, p) -> out[i] = type.getDouble(array, p));
    return out;
  }

  static int[] toIntArray(Tensor t) {
    Object array = heap("toIntArray", t);
    ElementType type = type(t);
    int[] out = new int[(int) Raw.layout(t).numel()];
    walk(Raw.layout(t), (i, p) -> out[i] = (int) type.getLong(array, p));
    return out;
  }

  static long[] toLongArray(Tensor t) {
    Object array = heap("toLongArray", t);
    ElementType type = type(t);
    long[] out = new long[(int) Raw.layout(t).numel()];
    walk(Raw.layout(t), (i, p) -> out[i] = type.getLong(array, p));
    return out;
  }

  static boolean[] toBooleanArray(Tensor t) {
    Object array = heap("toBooleanArray", t);
    ElementType type = type(t);
    boolean[] out = new boolean[(int) Raw.layout(t).numel()];
    walk(Raw.layout(t), (i, p) -> out[i] = type.getDouble(array, p) != 0);
    return out;
  }

  static float[] floatArray(Tensor t) {
    return exposed("floatArray", t, float[].class, DType.FLOAT32);
  }

  static double[] doubleArray(Tensor t) {
    return exposed("doubleArray", t, double[].class, DType.FLOAT64);
  }

  static int[] intArray(Tensor t) {
    return exposed("intArray", t, int[].class, DType.INT32);
  }

  static long[] longArray(Tensor t) {
    return exposed("longArray", t, long[].class, DType.INT64);
  }

  static byte[] byteArray(Tensor t) {
    return exposed("byteArray", t, byte[].class, DType.UINT8);
  }

  /**
   * Returns the array behind a tensor, not a copy; its offset and strides tell where the elements
   * are.
   *
   * @throws AutogradException if the tensor requires grad while recording is on (changes of the
   *     array would not be seen), or if its elements are of another type
   */
  private static <T> T exposed(String op, Tensor t, Class<T> type, DType expected) {
    if (Raw.requiresGrad(t) && ThreadState.current().mode.has(Bits.GRAD)) {
      throw new AutogradException(
          op
              + ": the array behind a tensor that requires grad cannot be handed out, because"
              + " changes of it would not be recorded. Use detach()."
              + op
              + "().");
    }
    Object array = heap(op, t);
    if (!type.isInstance(array)) {
      throw new AutogradException(
          op
              + ": the elements are "
              + Raw.dtype(t)
              + ", not "
              + expected
              + ". Convert with to("
              + expected.name()
              + ") first.");
    }
    Raw.flag(t, Flags.OWNED, false);
    return type.cast(array);
  }

  /**
   * Copies a leaf with its flag and its gradient into memory of their own.
   *
   * @throws AutogradException if the tensor, or its gradient, is not a leaf
   */
  static Tensor deepCopy(Tensor t) {
    BatchedTensors.refuse("deepCopy", t, "Use clone(), or detach().clone() for no history.");
    requireLeaf(t, "the tensor");
    Meta meta = Meta.ifPresent(t);
    Tensor grad = meta == null ? null : meta.grad();
    if (grad != null) {
      requireLeaf(grad, "its gradient");
    }
    Tensor copy = copyFlag(t);
    if (grad != null) {
      Meta.of(copy).grad(copyFlag(grad));
    }
    return copy;
  }

  private static void requireLeaf(Tensor t, String which) {
    if (Raw.edge(t) != null) {
      throw new AutogradException(
          "deepCopy: only leaves can be copied together with their state, but "
              + which
              + " was made by "
              + Raw.edge(t).node().name()
              + ". Use clone() to stay in the graph, or detach() first.");
    }
  }

  private static Tensor copyFlag(Tensor t) {
    Tensor copy = Copies.clone(t);
    Raw.flag(copy, Flags.OWNED, false);
    Raw.flag(copy, Flags.REQUIRES_GRAD, Raw.requiresGrad(t));
    return copy;
  }

  /**
   * Returns the Java array behind a tensor, for reading.
   *
   * @throws UnsupportedOperationException if the tensor is not on the Java heap
   */
  static Object heap(String op, Tensor t) {
    if (BatchedTensors.is(t)) {
      throw new AutogradException(
          op
              + ": a batched tensor of shape "
              + Arrays.toString(Raw.layout(t).sizes())
              + " has other values for each element of the batch, so they cannot be read inside of"
              + " vmap. Use operators such as where instead of conditions on values. jacfwd and"
              + " hessian batch tangents and rows of gradients: with JacobianOptions.DEFAULT they take"
              + " one at a time.");
    }
    if (!(Raw.storage(t) instanceof HeapStorage h)) {
      throw new UnsupportedOperationException(
          op + ": the tensor is on " + Raw.storage(t).device() + ". Move it to the CPU first.");
    }
    return h.array;
  }

  private static ElementType type(Tensor t) {
    return ElementType.of(Raw.dtype(t));
  }

  private static void walk(Layout l, Visitor visitor) {
    int n = (int) l.numel();
    if (l.isContiguous()) {
      for (int i = 0, p = (int) l.offset(); i < n; i++, p++) {
        visitor.visit(i, p);
      }
      return;
    }
    long[] at = new long[l.dim()];
    long position = l.offset();
    for (int i = 0; i < n; i++) {
      visitor.visit(i, (int) position);
      for (int d = at.length - 1; d >= 0; d--) {
        position += l.strides()[d];
        if (++at[d] < l.sizes()[d]) {
          break;
        }
        position -= at[d] * l.strides()[d];
        at[d] = 0;
      }
    }
  }
}
