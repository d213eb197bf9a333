package org.autograd;

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

  CheckpointArguments(ThreadState state, Tensor[] args) {
    super(state);
    this.args = SavedTensor.inputs(state, args);
  }

  /** Returns the arguments as they were; fails if one was changed in place. */
  Tensor[] unpack() {
    return SavedTensor.unpack(args, this);
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
