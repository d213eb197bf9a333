package org.autograd.graph;

import java.util.function.Function;
import org.autograd.AutogradException;
import org.autograd.Tensor;
import org.autograd.tensor.Raw;

/** One tensor that a node keeps, named but not read: what {@link SavedValues#raw} returns. */
public final class SavedValue {
  private final Node owner;
  private final String name;
  private final int index;

  SavedValue(Node owner, String name, int index) {
    this.owner = owner;
    this.name = name;
    this.index = index;
  }

  /** Returns the node that keeps the value. */
  public Node owner() {
    return owner;
  }

  /** Returns the name it is saved under. */
  public String name() {
    return name;
  }

  /** Tells whether a value is kept now: false for an absent one and for one that has been freed. */
  public boolean isPresent() {
    return now() != null;
  }

  /**
   * Reads the value as the node's formula does.
   *
   * @return null for an absent value
   * @throws org.autograd.AutogradException if the value has been freed
   * @throws org.autograd.InplaceModificationException if the value was changed in place since
   */
  public Tensor unpack() {
    Saved now = now();
    return now == null ? null : now.read(owner);
  }

  /**
   * Returns how many bytes of elements the value has; 0 if none is kept, or user code keeps it in a
   * form of its own.
   */
  public long bytes() {
    Saved now = owner.isReleased() ? null : now();
    Tensor kept = now == null ? null : now.kept();
    return kept == null ? 0 : Raw.layout(kept).numel() * Raw.dtype(kept).bytes();
  }

  /**
   * Returns what is kept, or null for an absent value. For the library.
   *
   * @throws org.autograd.AutogradException if the value has been freed
   */
  public Saved now() {
    Saved now = owner.saved().now(name, index);
    if (now == null && owner.isReleased()) {
      throw owner.released();
    }
    return now;
  }

  /** Same as {@link #registerHooks(SavedTensorHooks)}, from two functions. */
  public <P> void registerHooks(
      Function<? super Tensor, ? extends P> pack, Function<? super P, ? extends Tensor> unpack) {
    registerHooks(SavedTensorHooks.<P>of(pack, unpack));
  }

  /**
   * Packs this one value with hooks of its own, at once; from now on reading it unpacks it. Not
   * while a pass is running.
   *
   * @throws AutogradException if the value has hooks already, is absent, or has been freed
   * @throws org.autograd.InplaceModificationException if it was changed in place since
   */
  public void registerHooks(SavedTensorHooks<?> hooks) {
    Saved now = now();
    if (now == null) {
      throw new AutogradException(
          this + ": nothing is saved here, so there is nothing that hooks could pack.");
    }
    now.hooks(owner, hooks);
  }

  @Override
  public String toString() {
    return owner.name() + "." + name;
  }
}
