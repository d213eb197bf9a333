package org.autograd.record;

import java.util.function.Supplier;
import org.autograd.Tensor;
import org.autograd.forward.Carriers;
import org.autograd.forward.DualLevel;
import org.autograd.forward.Duals;
import org.autograd.graph.Edge;
import org.autograd.graph.Meta;
import org.autograd.mode.Bits;
import org.autograd.mode.Mode;
import org.autograd.mode.ThreadState;
import org.autograd.tensor.Flags;
import org.autograd.tensor.Raw;

/** Operators that change the layout of a tensor in place. */
public final class InplaceViews {
  private InplaceViews() {}

  /**
   * Gives {@code self} the layout of a view of itself, as the in-place forms of view operators do.
   *
   * @param op the operator, with its underscore
   * @param view the operator that is not in place, applied to {@code self}
   */
  public static Tensor reshaped(String op, Tensor self, Supplier<Tensor> view) {
    ThreadState state = ThreadState.current();
    Record.checkHistory(op, state, self);
    Record.keepSaved(state, self);
    Tensor viewed = view.get();
    if (Raw.has(viewed, Flags.BATCHED)) {
      // The values that nodes saved of it are as they were.
      Raw.set(self, Raw.storage(viewed), Raw.layout(viewed), Raw.dtype(self));
      Raw.layer(self, Raw.layer(viewed));
      return self;
    }
    Object tangents = Carriers.carried(self) == null ? null : tangents(state, viewed, view);
    Edge edge = Raw.edge(viewed);
    Raw.set(self, Raw.storage(self), Raw.layout(viewed), Raw.dtype(self));
    Duals.drop(self);
    Carriers.give(tangents, self);
    Raw.storage(self).bump(Change.by(op));
    Meta.dataReplaced(self);
    Meta meta = Meta.ifPresent(self);
    if (meta != null && meta.view() != null) {
      // The memory is as it was, so neither is the base's history changed: the view's edge is made
      // anew when read.
      return self;
    }
    if (edge != null) {
      Record.move(self, edge);
    }
    return self;
  }

  /** Returns the tangents of a view, whether or not operators pass tangents on now. */
  private static Object tangents(ThreadState state, Tensor viewed, Supplier<Tensor> view) {
    if (DualLevel.active(state) != null) {
      return Carriers.carried(viewed);
    }
    Mode before = state.mode;
    state.mode =
        before.with(Bits.NO_FORWARD, false).with(Bits.INFERENCE, false).with(Bits.GRAD, false);
    try {
      return Carriers.carried(view.get());
    } finally {
      state.mode = before;
    }
  }
}
