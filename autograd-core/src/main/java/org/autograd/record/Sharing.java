package org.autograd.record;

import org.autograd.Tensor;
import org.autograd.graph.Meta;
import org.autograd.tensor.Flags;
import org.autograd.tensor.Made;
import org.autograd.tensor.Raw;

/** Memory that several tensors share of which none is known as a view of another. */
public final class Sharing {
  private Sharing() {}

  /** Notes that something else shares a tensor's memory. */
  public static void shared(Tensor t) {
    Raw.flag(t, Flags.OWNED, false);
    Raw.flag(t, Flags.SHARED, true);
    Tensor base = base(t);
    if (base != t) {
      Raw.flag(base, Flags.SHARED, true);
    }
  }

  /** Notes that an alias shares a tensor's memory; it counts as made where the tensor was. */
  public static void shared(Tensor t, Tensor alias) {
    shared(t);
    Raw.flag(alias, Flags.SHARED, true);
    Object layer = Raw.layer(base(t));
    Raw.layer(alias, layer instanceof Made tangents ? tangents.in() : layer);
  }

  private static Tensor base(Tensor t) {
    return Raw.has(t, Flags.VIEW) ? Meta.ifPresent(t).base() : t;
  }
}
