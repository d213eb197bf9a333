package org.autograd.record;

import java.util.Arrays;
import java.util.Objects;
import org.autograd.AutogradException;
import org.autograd.DType;
import org.autograd.Tensor;
import org.autograd.graph.Edge;
import org.autograd.graph.Meta;
import org.autograd.graph.Node;
import org.autograd.graph.SavedTensorHooks;
import org.autograd.mode.Bits;
import org.autograd.mode.Mode;
import org.autograd.mode.ThreadState;
import org.autograd.tensor.Flags;
import org.autograd.tensor.Layout;
import org.autograd.tensor.Raw;

/** A saved value that hooks have packed, and what it needs to get its place in the graph back. */
final class Packed<P> {
  private final SavedTensorHooks<P> hooks;

  /** Where the value's gradient goes: its node, a leaf's accumulator, or null. */
  private Edge edge;

  private final boolean leaf;

  /** What the value must look like when it is unpacked. */
  private final Layout layout;

  private final DType dtype;

  /** Null once hooks were told to release it. Guarded by this, like the two below. */
  private P value;

  private boolean released;

  /** How many threads are unpacking the value: it is released when none is. */
  private int readers;

  private Packed(SavedTensorHooks<P> hooks, P value, Edge edge, boolean leaf, Tensor t) {
    this.hooks = hooks;
    this.layout = Raw.layout(t);
    this.dtype = Raw.dtype(t);
    this.value = value;
    this.edge = edge;
    this.leaf = leaf;
  }

  /**
   * Packs a tensor.
   *
   * @param edge where its gradient goes; for a result of the saving node null, or the edge to use
   *     instead of that node's
   * @param leaf whether it has no history
   */
  static <P> Packed<P> of(
      SavedTensorHooks<P> hooks, Tensor t, Edge edge, boolean leaf, ThreadState state) {
    int version = Raw.storage(t).version();
    Mode before = state.mode;
    P value;
    // Without the bit of the hooks: what pack itself saves, if it switches recording on, is not
    // packed again.
    state.mode = before.with(Bits.GRAD, false).with(Bits.SAVED_HOOKS, false);
    try {
      value = hooks.pack(t);
    } finally {
      state.mode = before;
    }
    if (Raw.storage(t).version() != version) {
      hooks.release(value);
      throw new AutogradException(
          "saved-tensor hooks: pack changed the tensor that it was given in place ("
              + Record.describe(t)
              + "). Pack a clone(), or use operations that are not in place.");
    }
    return new Packed<>(hooks, value, edge, leaf, t);
  }

  /** Says where the gradient goes, while nobody else knows this value yet. */
  void edge(Edge to) {
    edge = to;
  }

  /** Returns the tensor that is kept; null if it is let go, or kept in a form of the hooks' own. */
  synchronized Tensor kept() {
    return value instanceof HostSpill.Kept onHost ? onHost.value() : null;
  }

  /**
   * Makes the value again.
   *
   * @param owner the node that saved it
   * @param outputNr the number of a result of that node, negative for an operand
   * @param plain whether it may be the object that the hooks return, if that has the right history
   */
  Tensor unpack(Node owner, int outputNr, boolean plain) {
    P packed;
    synchronized (this) {
      if (released) {
        throw owner.released();
      }
      packed = value;
      readers++;
    }
    try {
      return unpack(packed, owner, outputNr, plain);
    } finally {
      boolean last;
      synchronized (this) {
        last = --readers == 0 && released;
      }
      if (last) {
        releaseValue();
      }
    }
  }

  private Tensor unpack(P packed, Node owner, int outputNr, boolean plain) {
    ThreadState state = ThreadState.current();
    Mode before = state.mode;
    Tensor made;
    try {
      made = hooks.unpack(packed);
    } finally {
      state.mode = before;
    }
    if (made == null) {
      throw new AutogradException(
          owner.name()
              + ": the unpack hook of a saved tensor returned null; it must return a tensor.");
    }
    if (!Raw.layout(made).sameSizes(layout) || Raw.dtype(made) != dtype) {
      throw new AutogradException(
          owner.name()
              + ": the unpack hook of a saved tensor returned "
              + Record.describe(made)
              + ", but what was packed was "
              + dtype
              + " of shape "
              + Arrays.toString(layout.sizes())
              + ". Unpack must give back that shape and dtype; the hooks are "
              + hooks
              + ".");
    }
    Raw.flag(made, Flags.OWNED, false);
    if (plain
        && outputNr < 0
        && !Raw.layered(made)
        && Objects.equals(Meta.gradientEdge(made), edge)) {
      return made;
    }
    Tensor t = Raw.alias(Raw.storage(made), Raw.layout(made), Raw.dtype(made));
    if (outputNr >= 0) {
      Raw.edge(t, edge != null ? edge : new Edge(owner, outputNr));
    } else if (!leaf) {
      Raw.edge(t, edge);
    } else if (edge != null) {
      Meta.standFor(t, edge);
    }
    return t;
  }

  /** Lets the value go, at once or as soon as nobody is unpacking it; the hooks are told once. */
  void release() {
    synchronized (this) {
      if (released) {
        return;
      }
      released = true;
      if (readers > 0) {
        return;
      }
    }
    releaseValue();
  }

  private void releaseValue() {
    P last;
    synchronized (this) {
      last = value;
      value = null;
    }
    hooks.release(last);
  }
}
