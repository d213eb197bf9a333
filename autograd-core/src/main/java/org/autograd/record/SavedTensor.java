package org.autograd.record;

import org.autograd.AutogradException;
import org.autograd.InplaceModificationException;
import org.autograd.Tensor;
import org.autograd.forward.Carriers;
import org.autograd.forward.DualLevel;
import org.autograd.graph.CreationSite;
import org.autograd.graph.Edge;
import org.autograd.graph.Meta;
import org.autograd.graph.Node;
import org.autograd.graph.Saved;
import org.autograd.graph.SavedTensorHooks;
import org.autograd.mode.Bits;
import org.autograd.mode.ThreadState;
import org.autograd.tensor.Flags;
import org.autograd.tensor.Raw;

/**
 * A tensor that a node keeps for its formula, with the version it had.
 *
 * <p>An operand is kept as it is. A result is kept as another object over the same memory, so that
 * the node does not keep the caller's tensor alive; when read it gets its edge back.
 */
public final class SavedTensor implements Saved {
  /** An operand without history; one that had a history; else the number of the result. */
  private static final int LEAF = -1;

  private static final int WITH_HISTORY = -2;

  /** The value; null once hooks have packed it. */
  private Tensor data;

  private final int version;
  private final int outputNr;

  /** The edge of a saved result that is a view changed in place; else null. */
  private final Edge viewEdge;

  /** What hooks made of the value; null if there are none. */
  private Packed<?> packed;

  /** What has the tangents of a value that hooks packed, or has them partly hidden; else null. */
  private Tangential tangential;

  /**
   * Tangents to be read with the value.
   *
   * @param carried what has them
   * @param limited whether only those visible from {@code from} are read
   */
  private record Tangential(Object carried, boolean limited, DualLevel from) {}

  private SavedTensor(Tensor data, int version, int outputNr, Edge viewEdge) {
    this.viewEdge = viewEdge;
    this.data = data;
    this.version = version;
    this.outputNr = outputNr;
  }

  /** Saves an operand; null for an absent one. */
  public static SavedTensor input(Tensor t) {
    return input(ThreadState.current(), t);
  }

  /** Saves an operand; null for an absent one. Hooks that are in force pack it. */
  public static SavedTensor input(ThreadState state, Tensor t) {
    if (t == null) {
      return null;
    }
    check(t);
    Raw.flag(t, Flags.OWNED, false);
    int kind = Raw.edge(t) != null ? WITH_HISTORY : LEAF;
    SavedTensor saved = new SavedTensor(t, Raw.storage(t).version(), kind, null);
    if (Raw.layered(t)) {
      saved.keepTangents(state, t);
    }
    if (state.mode.has(Bits.SAVED_HOOKS) && !Raw.has(t, Flags.WRAPPED_NUMBER)) {
      saved.pack(SavedHooks.top(state), t, state);
    }
    return saved;
  }

  /**
   * Checks that a tensor can be saved.
   *
   * @throws AutogradException if it was made in inference mode
   */
  public static void check(Tensor t) {
    if (Raw.has(t, Flags.INFERENCE)) {
      throw new AutogradException(
          "a tensor made in inference mode cannot be saved for backward, because changes of it"
              + " would not be noticed: shape "
              + java.util.Arrays.toString(Raw.layout(t).sizes())
              + ", "
              + Raw.dtype(t)
              + ". Use a clone() of it, made outside of inference mode.");
    }
  }

  /** Saves operands. */
  public static SavedTensor[] inputs(ThreadState state, Tensor[] ts) {
    SavedTensor[] saved = new SavedTensor[ts.length];
    for (int i = 0; i < saved.length; i++) {
      saved[i] = input(state, ts[i]);
    }
    return saved;
  }

  /** Saves result number {@code outputNr} of the operation. */
  public static SavedTensor output(Tensor t, int outputNr) {
    return output(ThreadState.current(), t, outputNr);
  }

  /** Saves result number {@code outputNr} of the operation. Hooks that are in force pack it. */
  public static SavedTensor output(ThreadState state, Tensor t, int outputNr) {
    if (t == null) {
      return null;
    }
    Raw.flag(t, Flags.OWNED, false);
    // A view that was changed in place has its history through its base, not from this node
    // directly.
    Edge own = Raw.has(t, Flags.VIEW) ? Raw.edge(t) : null;
    int version = Raw.storage(t).version();
    DualLevel level = DualLevel.active(state);
    if (state.mode.has(Bits.SAVED_HOOKS) && !Raw.has(t, Flags.WRAPPED_NUMBER)) {
      SavedTensor saved = new SavedTensor(null, version, outputNr, own);
      if (level != null) {
        saved.keepClones(t);
      }
      saved.pack(SavedHooks.top(state), t, state);
      return saved;
    }
    Tensor alias = Raw.alias(Raw.storage(t), Raw.layout(t), Raw.dtype(t));
    if (level != null || Raw.has(t, Flags.DUAL)) {
      Carriers.shareResult(level, t, alias);
    }
    return new SavedTensor(alias, version, outputNr, own);
  }

  /**
   * Notes which tangents belong to the value: those that the operation saw. A rule of forward mode
   * does not see those of its own level, and neither does the formula of what it records.
   */
  private void keepTangents(ThreadState state, Tensor t) {
    DualLevel from = DualLevel.innermost(state);
    if (state.mode.has(Bits.SAVED_HOOKS)) {
      tangential = new Tangential(Carriers.snapshot(state, t), false, from);
    } else if (Carriers.hasHidden(from, t)) {
      tangential = new Tangential(Carriers.carried(t), true, from);
    }
  }

  /** Same for a result that hooks pack. They may keep the value of now while it is changed. */
  private void keepClones(Tensor t) {
    tangential = new Tangential(Carriers.clonesOfResult(t), false, null);
  }

  /**
   * Saves the only result of an in-place operation, after {@code self} was changed and got its new
   * history.
   *
   * @param packed what hooks packed of the result before the change; null if there were none
   */
  public static SavedTensor changed(ThreadState state, Tensor self, SavedTensor packed) {
    if (packed == null) {
      return output(state, self, 0);
    }
    // As in output: a view has its history through its base.
    if (Raw.has(self, Flags.VIEW) && packed.packed != null) {
      packed.packed.edge(Raw.edge(self));
    }
    DualLevel level = DualLevel.active(state);
    if (level != null) {
      packed.keepClones(self);
    }
    return packed;
  }

  private void pack(SavedTensorHooks<?> hooks, Tensor t, ThreadState state) {
    Edge edge = outputNr >= 0 ? viewEdge : Meta.gradientEdge(t);
    packed = Packed.of(hooks, t, edge, outputNr == LEAF, state);
    data = null;
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
      if (owner.isReleased()) {
        throw owner.released();
      }
      return null;
    }
    return saved.read(owner);
  }

  @Override
  public Tensor read(Node owner) {
    Tangential also = tangential;
    if (packed != null) {
      Tensor t = packed.unpack(owner, outputNr, also == null);
      if (also != null) {
        Carriers.give(also.carried, t);
      }
      return limited(also, t);
    }
    Tensor t = data;
    check(owner, t);
    if (outputNr >= 0) {
      Tensor alias = Raw.alias(Raw.storage(t), Raw.layout(t), Raw.dtype(t));
      if (Raw.has(t, Flags.DUAL)) {
        Carriers.share(t, alias);
      }
      t = alias;
      Raw.edge(t, viewEdge != null ? viewEdge : new Edge(owner, outputNr));
    }
    return limited(also, t);
  }

  private static Tensor limited(Tangential also, Tensor t) {
    return also != null && also.limited && also.carried != null
        ? Carriers.visible(also.from, t)
        : t;
  }

  @Override
  public Tensor kept() {
    return packed != null ? packed.kept() : data;
  }

  private void check(Node owner, Tensor t) {
    int now = Raw.storage(t).version();
    if (now != version) {
      throw modified(owner, now);
    }
    if (outputNr == WITH_HISTORY && Raw.edge(t) == null) {
      throw new AutogradException(
          owner.name()
              + ": a tensor that it saved has been detached in place since, so gradients through it"
              + " are lost. Use detach() instead of detach_().");
    }
  }

  @Override
  public void hooks(Node owner, SavedTensorHooks<?> hooks) {
    if (packed != null) {
      throw new AutogradException(
          owner.name()
              + ": this saved value has hooks already, which were set with registerHooks or were in"
              + " force when it was saved; it can have one pair only.");
    }
    Tensor t = data;
    check(owner, t);
    Tensor shown = Raw.alias(Raw.storage(t), Raw.layout(t), Raw.dtype(t));
    Edge edge = outputNr >= 0 ? viewEdge : Meta.gradientEdge(t);
    ThreadState state = ThreadState.current();
    if (Raw.layered(t)) {
      // Not those of now once it is read: the hooks may keep the value while it is changed.
      boolean limited = tangential != null;
      Object now = Carriers.snapshot(state, t);
      tangential = new Tangential(now, limited, limited ? tangential.from : null);
    }
    packed = Packed.of(hooks, shown, edge, outputNr == LEAF, state);
    data = null;
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

  /** Lets a value go: hooks that packed it are told. The caller drops its reference. */
  public static void release(SavedTensor saved) {
    if (saved != null && saved.packed != null) {
      saved.packed.release();
    }
  }

  /** Lets several values go. */
  public static void release(SavedTensor[] saved) {
    if (saved != null) {
      for (SavedTensor s : saved) {
        release(s);
      }
    }
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
    String changed = Raw.storage(data).changedBy();
    return "It was saved by "
        + owner.operator()
        + (site == null ? "" : " at " + site.line())
        + " and last changed by "
        + (changed == null ? "an operation that is not known" : changed)
        + "."
        + (site == null ? " Switch anomaly detection on (AnomalyMode) to see where." : "");
  }
}
