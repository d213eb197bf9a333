package org.autograd;

import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;
import org.autograd.batch.Physical;
import org.autograd.graph.Node;
import org.autograd.graph.SavedVisitor;
import org.autograd.mode.ThreadState;
import org.autograd.record.SavedTensor;

/**
 * Keeps the arguments of a checkpoint: a node that no gradient reaches, so that they are saved like
 * any operand.
 */
final class CheckpointArguments extends Node {
  private SavedTensor[] args;

  /** Makes what was batched of its values again; null where an argument is absent. */
  private final List<UnaryOperator<Tensor>> wrapping = new ArrayList<>();

  CheckpointArguments(ThreadState state, Tensor[] args) {
    super(state);
    Tensor[] values = new Tensor[args.length];
    for (int i = 0; i < args.length; i++) {
      values[i] = args[i] == null ? null : Physical.value(args[i]);
      wrapping.add(args[i] == null ? null : Physical.wrapping(args[i]));
    }
    this.args = SavedTensor.inputs(state, values);
  }

  /** Returns the arguments as they were; fails if one was changed in place. */
  Tensor[] unpack() {
    Tensor[] values = SavedTensor.unpack(args, this);
    for (int i = 0; i < values.length; i++) {
      values[i] = values[i] == null ? null : wrapping.get(i).apply(values[i]);
    }
    return values;
  }

  @Override
  public String name() {
    return "checkpoint";
  }

  @Override
  public Tensor[] apply(Tensor[] grads, long needed) {
    return new Tensor[0];
  }

  @Override
  protected void visitSaved(SavedVisitor visitor) {
    visitor.tensors("args", args);
  }

  @Override
  protected boolean hasSavedValues() {
    return true;
  }

  @Override
  protected void releaseSaved() {
    SavedTensor.release(args);
    args = null;
  }
}
