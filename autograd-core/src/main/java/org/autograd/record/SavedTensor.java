package org.autograd.record;

import java.lang.invoke.VarHandle;
import org.autograd.AutogradException;
import org.autograd.InplaceModificationException;
import org.autograd.Tensor;
import org.autograd.graph.CreationSite;
import org.autograd.graph.Edge;
import org.autograd.graph.Node;
import org.autograd.graph.Saved;
import org.autograd.tensor.Flags;
import org.autograd.tensor.Raw;

/**
 * A tensor that a node keeps for its formula, with the version it had.
 *
 * <p>An operand is kept as it is. A result is kept as another object over the same memory, so that
 * the node does not keep the caller's tensor alive; when read it gets its edge back.
 */
public final class SavedTensor implements Saved {
  private final Tensor data;
  private final int version;
  private final int outputNr;
  private final boolean hadHistory;

  /** The edge of a saved result that is a view changed in place; else null. */
  private final Edge viewEdge;

  private SavedTensor(Tensor data, int outputNr, Edge viewEdge) {
    this.viewEdge = viewEdge;
    this.data = data;
    this.hadHistory = Raw.edge(data) != null;
    this.version = Raw.storage(data).version();
    this.outputNr = outputNr;
  }

  /** Saves an operand; null for an absent one. */
  public static SavedTensor input(Tensor t) {
    if (t == null) {
      return null;
    }
    if (Raw.has(t, Flags.INFERENCE)) {
      throw new AutogradException(
          "a tensor made in inference mode cannot be saved for backward, because changes of it would not be noticed:"
              + " shape "
              + java.util.Arrays.toString(Raw.layout(t).sizes())
              + ", "
              + Raw.dtype(t)
              + ". Use a clone() of it, made outside of inference mode.");
    }
    Raw.flag(t, Flags.OWNED, false);
    return new SavedTensor(t, -1, null);
  }

  /** Saves operands. */
  public static SavedTensor[] inputs(Tensor[] ts) {
    SavedTensor[] saved = new SavedTensor[ts.length];
    for (int i = 0; i < saved.length; i++) {
      saved[i] = input(ts[i]);
    }
    return saved;
  }

  /** Saves result number {@code outputNr} of the operation. */
  public static SavedTensor output(Tensor t, int outputNr) {
    if (t == null) {
      return null;
    }
    Raw.flag(t, Flags.OWNED, false);
    // A view that was changed in place has its history through its base, not from this node
    // directly.
    Edge own = Raw.has(t, Flags.VIEW) ? Raw.edge(t) : null;
    return new SavedTensor(Raw.alias(Raw.storage(t), Raw.layout(t), Raw.dtype(t)), outputNr, own);
  }

  /**
   * Reads a saved value.
   *
   * @param saved what was saved, null for an absent value
   * @param owner the node that saved it
   * @throws org.autograd.AutogradException if the node's values have been freed
   * @throws InplaceModificationException if the value was changed in place since
   */
  public static Tensor unpack(SavedTensor saved, Node owner) {
    if (saved == null) {
      // Another thread may be freeing the node: what it marked before it cleared the field must be seen.
      VarHandle.loadLoadFence();
      if (owner.isReleased()) {
        throw owner.released();
      }
      return null;
    }
    Tensor t = saved.data;
    int now = Raw.storage(t).version();
    if (now != saved.version) {
      throw saved.modified(owner, now);
    }
    if (saved.hadHistory && Raw.edge(t) == null) {
      throw new AutogradException(
          owner.name()
              + ": a tensor that it saved has been detached in place since, so gradients through it are lost. Use"
              + " detach() instead of detach_().");
    }
    if (saved.outputNr >= 0) {
      t = Raw.alias(Raw.storage(t), Raw.layout(t), Raw.dtype(t));
      Raw.edge(t, saved.viewEdge != null ? saved.viewEdge : new Edge(owner, saved.outputNr));
    }
    return t;
  }

  @Override
  public Tensor read(Node owner) {
    return unpack(this, owner);
  }

  @Override
  public Tensor kept() {
    return data;
  }

  /** Reads several saved values. */
  public static Tensor[] unpack(SavedTensor[] saved, Node owner) {
    if (saved == null) {
      throw owner.released();
    }
    Tensor[] ts = new Tensor[saved.length];
    for (int i = 0; i < ts.length; i++) {
      ts[i] = unpack(saved[i], owner);
    }
    return ts;
  }

  private InplaceModificationException modified(Node owner, int now) {
    Edge made = Raw.edge(data);
    String producer =
        outputNr >= 0
            ? "output " + outputNr + " of " + owner.name()
            : made != null
                ? "output " + made.inputNr() + " of " + made.node().name()
                : "a tensor that no recorded operation made";
    return new InplaceModificationException(
        owner.name()
            + ": a tensor that it needs to compute its gradient was changed in place: "
            + Raw.dtype(data)
            + " "
            + java.util.Arrays.toString(Raw.layout(data).sizes())
            + ", "
            + producer
            + ", is at version "
            + now
            + "; expected version "
            + version
            + ". "
            + history(owner)
            + " Use an operation that is not in place, or clone() the tensor before changing it.");
  }

  /** Tells which operators saved and changed the value, and where if that was recorded. */
  private String history(Node owner) {
    CreationSite site = owner.creationSite();
    Object changed = Raw.storage(data).changedBy();
    return "It was saved by "
        + owner.operator()
        + (site == null ? "" : " at " + site.line())
        + " and last changed by "
        + (changed == null ? "an operation that is not known" : changed)
        + "."
        + (site == null ? " Switch anomaly detection on (AnomalyMode) to see where." : "");
  }
}
