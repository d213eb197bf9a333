package org.autograd;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.autograd.engine.Unwinding;
import org.autograd.graph.SavedTensorHooks;
import org.autograd.record.SavedHooks;
import org.autograd.tensor.Raw;

/**
 * One recomputation of a checkpointed block. It is the hooks in force meanwhile, which see what is
 * saved again.
 */
final class Recomputation implements SavedTensorHooks<Tensor> {
  /**
   * Ends the block, through passes inside it too. No {@code Exception}, which the block might
   * handle.
   */
  private static final class Stop extends Error implements Unwinding {
    private static final long serialVersionUID = 1L;
    private final transient Recomputation of;

    Stop(Recomputation of) {
      super("recomputation of a checkpoint ends early", null, false, false);
      this.of = of;
    }
  }

  /** A value and the version it had when it was saved. */
  private record Value(Tensor tensor, int version) {}

  private final CheckpointFrame frame;
  private final Map<Integer, Value> values = new HashMap<>();
  private final List<SavedNote> notes = new ArrayList<>();
  private final BitSet taken = new BitSet();
  private boolean done;
  private boolean mayDiffer;

  Recomputation(CheckpointFrame frame) {
    this.frame = frame;
  }

  /** Returns a value, recomputing all if that has not been done. */
  Tensor take(int index) {
    if (!done) {
      recompute();
    }
    Value value = values.remove(index);
    if (value == null) {
      throw new AutogradException(
          taken.get(index)
              ? "checkpoint: a value of the block was read twice in one pass, but is kept for one"
                  + " reading only. Read saved values once in a backward, or outside of the pass."
              : "checkpoint: a value of the block that is asked for was not recomputed.");
    }
    taken.set(index);
    if (Raw.storage(value.tensor).version() != value.version) {
      throw new InplaceModificationException(
          "checkpoint: "
              + notes.get(index)
              + " that the block saves for backward was changed in place later in the block: it is"
              + " at version "
              + Raw.storage(value.tensor).version()
              + "; expected version "
              + value.version
              + ". Use an operation that is not in place, or clone() the tensor before changing"
              + " it.");
    }
    return value.tensor;
  }

  private void recompute() {
    values.clear();
    notes.clear();
    mayDiffer = false;
    try (Scope scope = SavedHooks.scope(this)) {
      frame.runAgain();
    } catch (Stop stop) {
      if (stop.of != this) {
        throw stop;
      }
    }
    if (!mayDiffer) {
      check();
    }
    done = true;
  }

  @Override
  public Tensor pack(Tensor t) {
    Tensor plain = Raw.alias(Raw.storage(t), Raw.layout(t), Raw.dtype(t));
    int index = notes.size();
    int count = frame.count();
    if (index >= count) {
      if (frame.stopsEarly()) {
        throw new Stop(this);
      }
      if (frame.isCompleted()) {
        notes.add(SavedNote.of(t, frame.debugs()));
        throw new AutogradException(
            "checkpoint: the block saves more tensors when it is recomputed than in forward, where"
                + " it saved "
                + count
                + ". "
                + explanation());
      }
      // A pass inside the block: what comes after it has not been saved in forward either.
      mayDiffer = true;
      return plain;
    }
    notes.add(SavedNote.of(t, frame.debugs()));
    if (frame.isWanted(index)) {
      Tensor kept = frame.isOriginal(index, t) ? t : plain;
      values.put(index, new Value(kept, Raw.storage(t).version()));
    }
    if (frame.stopsEarly() && notes.size() == count) {
      throw new Stop(this);
    }
    return plain;
  }

  @Override
  public Tensor unpack(Tensor t) {
    return t;
  }

  private void check() {
    List<SavedNote> before = frame.notes();
    if (notes.size() != before.size()) {
      throw new AutogradException(
          "checkpoint: the block saved "
              + notes.size()
              + " tensors when it was recomputed, but "
              + before.size()
              + " in forward. "
              + explanation());
    }
    StringBuilder different = new StringBuilder();
    for (int i = 0; i < notes.size(); i++) {
      if (!notes.get(i).matches(before.get(i))) {
        different
            .append(" Value ")
            .append(i)
            .append(": ")
            .append(before.get(i))
            .append(" in forward, ")
            .append(notes.get(i))
            .append(" when recomputed.");
      }
    }
    if (!different.isEmpty()) {
      throw new AutogradException(
          "checkpoint: tensors that the block saved when it was recomputed are not like those of"
              + " the forward."
              + different
              + " "
              + explanation());
    }
  }

  private String explanation() {
    String rule =
        "The block must do the same each time it runs: see to it that it depends on nothing that"
            + " changes.";
    return frame.debugs()
        ? rule
            + "\nSaved in forward:"
            + list(frame.notes())
            + "\nSaved when recomputed:"
            + list(notes)
        : rule + " Use withDebug(true) to see what it saved each time.";
  }

  private static String list(List<SavedNote> notes) {
    StringBuilder lines = new StringBuilder();
    for (int i = 0; i < notes.size(); i++) {
      lines.append("\n  ").append(i).append(": ").append(notes.get(i));
    }
    return lines.toString();
  }
}
