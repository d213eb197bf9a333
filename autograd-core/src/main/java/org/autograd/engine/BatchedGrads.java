package org.autograd.engine;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import org.autograd.AutogradException;
import org.autograd.DType;
import org.autograd.Device;
import org.autograd.Randomness;
import org.autograd.Tensor;
import org.autograd.TensorOrEdge;
import org.autograd.batch.BatchLevel;
import org.autograd.graph.GradMath;
import org.autograd.mode.Mode;
import org.autograd.mode.ThreadState;
import org.autograd.tensor.Flags;
import org.autograd.tensor.Layout;
import org.autograd.tensor.Raw;

/**
 * What a pass has to do with batches: refuses what is batched where the pass works on whole values,
 * and carries several gradients at once by a level of its own.
 */
final class BatchedGrads {
  private BatchedGrads() {}

  /**
   * Refuses to start {@code backward} inside of a mapped function.
   *
   * @throws AutogradException inside of one
   */
  static void refuseInside(ThreadState state) {
    if (BatchLevel.innermost(state) != null) {
      throw new AutogradException(
          "backward: cannot be called inside of a function given to vmap, because gradients of"
              + " single elements cannot be stored. Use Functional.grad or Functional.vjp there, or"
              + " call backward() on the result, outside.");
    }
  }

  /**
   * Refuses batched tensors.
   *
   * @param what what the tensors are
   * @throws AutogradException if one is batched
   */
  static void refuse(String op, String what, List<? extends TensorOrEdge> tensors) {
    for (int i = 0; i < tensors.size(); i++) {
      if (tensors.get(i) instanceof Tensor t && BatchLevel.of(t) != null) {
        throw new AutogradException(
            op
                + ": "
                + what
                + " "
                + i
                + " stands for one element of a batch (shape "
                + Arrays.toString(Raw.layout(t).sizes())
                + ") inside of a function given to vmap, which cannot be differentiated there by "
                + op
                + "(). Use Functional.grad, vjp or jacrev, or differentiate the result of vmap.");
      }
    }
  }

  /**
   * Returns how many gradients a batch has.
   *
   * @param layouts those of the outputs
   * @throws AutogradException if one is missing or does not fit its output
   */
  static long size(List<Layout> layouts, List<Tensor> grads) {
    if (grads == null
        || grads.size() != layouts.size()
        || grads.stream().anyMatch(Objects::isNull)) {
      throw new AutogradException(
          "grad: with isGradsBatched each of the "
              + layouts.size()
              + " outputs needs a gradient that is given, with the batch in dimension 0.");
    }
    if (grads.isEmpty()) {
      throw new AutogradException("grad: with isGradsBatched at least one output is needed.");
    }
    long size = -1;
    for (int i = 0; i < grads.size(); i++) {
      long[] found = Raw.layout(grads.get(i)).sizes();
      long[] expected = layouts.get(i).sizes();
      if (found.length != expected.length + 1
          || !Arrays.equals(found, 1, found.length, expected, 0, expected.length)) {
        throw new AutogradException(
            "grad: gradient "
                + i
                + " has shape "
                + Arrays.toString(found)
                + ", but output "
                + i
                + " has shape "
                + Arrays.toString(expected)
                + ". With isGradsBatched, dimension 0 of a gradient counts the gradients of the"
                + " batch; the other dimensions must be those of the output.");
      }
      if (size >= 0 && found[0] != size) {
        throw new AutogradException(
            "grad: gradient "
                + i
                + " has a batch of "
                + found[0]
                + " in dimension 0, but those before have one of "
                + size
                + "; they must be equal.");
      }
      size = found[0];
    }
    return size;
  }

  /** Opens the level that gradients are batched at, the innermost one from here on. */
  static BatchLevel enter(ThreadState state, long size) {
    return BatchLevel.enter(state, size, Randomness.ERROR);
  }

  /** Returns the elements of gradients with the batch in front. */
  static List<Tensor> elements(BatchLevel level, List<Tensor> grads) {
    List<Tensor> elements = new ArrayList<>(grads.size());
    for (Tensor g : grads) {
      elements.add(level.wrap(g));
    }
    return elements;
  }

  /** Puts the batch in front of captured gradients; null stays null. */
  static void restore(ThreadState state, BatchLevel level, Tensor[] captured) {
    Mode before = level.outside(state);
    try {
      for (int i = 0; i < captured.length; i++) {
        captured[i] = level.front(captured[i]);
      }
    } finally {
      state.mode = before;
    }
  }

  /**
   * Checks that a gradient can be stored with a tensor.
   *
   * @throws AutogradException if it is one of a batch of gradients, and the tensor is not
   */
  static void checkStored(Tensor grad) {
    if (Raw.has(grad, Flags.BATCHED)) {
      throw new AutogradException(
          "grad: a batch of gradients was propagated, but a tensor on the way keeps its gradient"
              + " (retainGrad, or an accumulating hook), which can be a single one only: shape "
              + Arrays.toString(Raw.layout(grad).sizes())
              + ". Remove that, or propagate the gradients one by one.");
    }
  }

  /** Makes zeros for an input that the outputs do not depend on. */
  static Tensor zeros(Tensor input, BatchLevel level) {
    Layout layout = Raw.layout(input);
    DType dtype = Raw.dtype(input);
    Device device = Raw.storage(input).device();
    if (level == null) {
      return GradMath.get().zeros(layout.fresh(), dtype, device);
    }
    long[] sizes = new long[layout.dim() + 1];
    sizes[0] = level.size();
    System.arraycopy(layout.sizes(), 0, sizes, 1, layout.dim());
    return GradMath.get().zeros(Layout.contiguous(sizes), dtype, device);
  }
}
