package org.autograd.ops;

import org.autograd.DType;
import org.autograd.Tensor;
import org.autograd.tensor.HeapStorage;
import org.autograd.tensor.Layout;
import org.autograd.tensor.Raw;

/**
 * Tells of operands that need neither conversion nor broadcasting, which is the common case and
 * dear to find out in the general way when there are many.
 */
final class Alike {
  private Alike() {}

  /** Tells whether all are row-major, of one shape, of this dtype and on the heap. */
  static boolean all(DType type, Tensor a, Tensor b, Tensor c) {
    Layout l = Raw.layout(a);
    return l.isContiguous() && is(type, l, a) && is(type, l, b) && is(type, l, c);
  }

  /** Tells whether all are row-major, of one shape, of this dtype and on the heap. */
  static boolean all(DType type, Tensor a, Tensor b, Tensor c, Tensor d) {
    return all(type, a, b, c) && is(type, Raw.layout(a), d);
  }

  private static boolean is(DType type, Layout layout, Tensor t) {
    Layout own = Raw.layout(t);
    return Raw.dtype(t) == type
        && (own == layout || own.isContiguous() && own.sameSizes(layout))
        && Raw.storage(t) instanceof HeapStorage;
  }
}
