package org.autograd;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Set;
import java.util.function.Function;
import org.autograd.engine.Engine;
import org.autograd.forward.DualLevel;
import org.autograd.forward.Duals;
import org.autograd.graph.Node;
import org.autograd.graph.SavedVisitor;
import org.autograd.mode.ThreadState;
import org.autograd.ops.RandomTape;
import org.autograd.record.Record;
import org.autograd.record.SavedTensor;
import org.autograd.tensor.Raw;

/**
 * The node of a checkpoint of the reentrant kind: runs the block again and differentiates it by a
 * pass of its own.
 */
final class ReentrantCheckpoint extends Node {
  private final Function<Tensor[], ?> block;
  private final RandomTape random;
  private SavedTensor[] args;

  private ReentrantCheckpoint(
      ThreadState state, Function<Tensor[], ?> block, Tensor[] args, RandomTape random) {
    super(state, Record.edges(args));
    this.block = block;
    this.random = random;
    this.args = SavedTensor.inputs(state, args);
  }

  static <R> R run(
      CheckpointOptions options, Function<Tensor[], ? extends R> block, Tensor[] args) {
    if (Arrays.stream(args).noneMatch(t -> t != null && t.requiresGrad())) {
      Warnings.warn(
          "checkpoint: none of the arguments requires grad, so with the reentrant kind no gradients"
              + " are computed.");
    }
    for (Tensor arg : args) {
      BatchedTensors.refuse(
          "checkpoint", arg, "Use CheckpointOptions.NON_REENTRANT, which works there.");
    }
    checkPlain(args);
    RandomTape random = options.preserveRngState() ? new RandomTape() : null;
    R result;
    try (Scope draws = RandomTape.recording(random);
        Scope scope = GradMode.noGrad()) {
      result = block.apply(args);
    }
    Tensor[] results = tensors(result).toArray(new Tensor[0]);
    ThreadState state = ThreadState.current();
    if (!Record.on(state, args)) {
      return result;
    }
    Set<Tensor> old = Collections.newSetFromMap(new IdentityHashMap<>());
    Collections.addAll(old, args);
    for (int i = 0; i < results.length; i++) {
      Tensor t = results[i];
      // What the block did not make itself keeps its own history; the result is another object over
      // the same memory.
      if (t != null && (!old.add(t) || t.isView() || t.requiresGrad())) {
        results[i] = Raw.alias(Raw.storage(t), Raw.layout(t), Raw.dtype(t));
      }
    }
    Record.history(new ReentrantCheckpoint(state, block, args, random), results);
    return like(result, results);
  }

  private static void checkPlain(Tensor[] args) {
    ThreadState state = ThreadState.current();
    if (Record.on(state, args) && Duals.innermost(DualLevel.active(state), args) != null) {
      throw new UnsupportedOperationException(
          "checkpoint: the reentrant kind does not support forward mode, but an argument has a"
              + " tangent. Use CheckpointOptions.NON_REENTRANT.");
    }
  }

  private static List<Tensor> tensors(Object result) {
    if (result instanceof Tensor t) {
      return List.of(t);
    }
    if (result instanceof Tensor[] ts) {
      return Arrays.asList(ts);
    }
    if (result instanceof List<?> list
        && list.stream().allMatch(t -> t == null || t instanceof Tensor)) {
      List<Tensor> all = new ArrayList<>();
      list.forEach(t -> all.add((Tensor) t));
      return all;
    }
    throw new AutogradException(
        "checkpoint: with the reentrant kind a block returns a tensor, or an array or list of"
            + " tensors, not "
            + (result == null ? "null" : "a " + result.getClass().getName())
            + ". Use CheckpointOptions.NON_REENTRANT for anything else.");
  }

  /**
   * Puts tensors into the form that the block's result had; that form tells that the cast is right.
   */
  @SuppressWarnings("unchecked")
  private static <R> R like(R result, Tensor[] tensors) {
    if (result instanceof Tensor) {
      return (R) tensors[0];
    }
    return (R)
        (result instanceof Tensor[]
            ? tensors
            : Collections.unmodifiableList(Arrays.asList(tensors)));
  }

  @Override
  public String name() {
    return "CheckpointBackward";
  }

  @Override
  public Tensor[] apply(Tensor[] grads, long needed) {
    if (!Engine.current().isWhole()) {
      throw new AutogradException(
          "checkpoint: the reentrant kind works with backward() for all leaves only, not with"
              + " grad() or with inputs. Use CheckpointOptions.NON_REENTRANT, or call backward()"
              + " without inputs.");
    }
    Tensor[] given = SavedTensor.unpack(args, this);
    Tensor[] copies = new Tensor[given.length];
    for (int i = 0; i < copies.length; i++) {
      copies[i] = given[i] == null ? null : leafLike(given[i]);
    }
    List<Tensor> results;
    try (Scope draws = RandomTape.replaying(random);
        Scope scope = GradMode.enableGrad()) {
      results = tensors(block.apply(copies));
    }
    differentiate(results, grads);
    Tensor[] out = new Tensor[copies.length];
    for (int i = 0; i < out.length; i++) {
      out[i] = copies[i] == null ? null : copies[i].grad();
    }
    return out;
  }

  private static Tensor leafLike(Tensor t) {
    Tensor copy = Raw.alias(Raw.storage(t), Raw.layout(t), Raw.dtype(t));
    return copy.requiresGrad_(t.requiresGrad());
  }

  private static void differentiate(List<Tensor> results, Tensor[] grads) {
    if (results.size() != grads.length) {
      throw new AutogradException(
          "checkpoint: the block returned "
              + results.size()
              + " tensors when it was recomputed, but "
              + grads.length
              + " in forward. It must do the same each time it runs.");
    }
    boolean any = false;
    List<Tensor> roots = new ArrayList<>();
    List<Tensor> rootGrads = new ArrayList<>();
    for (int i = 0; i < grads.length; i++) {
      Tensor t = results.get(i);
      if (t != null && t.requiresGrad()) {
        any = true;
        if (grads[i] != null) {
          roots.add(t);
          rootGrads.add(grads[i]);
        }
      }
    }
    if (!any) {
      throw new AutogradException(
          "checkpoint: none of the tensors that the block returned when it was recomputed requires"
              + " grad, so this checkpoint is not needed. Remove it, or do not detach what the"
              + " block returns.");
    }
    if (!roots.isEmpty()) {
      Autograd.backward(roots, rootGrads, BackwardOptions.DEFAULT);
    }
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
