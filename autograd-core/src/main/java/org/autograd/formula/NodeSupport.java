package org.autograd.formula;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import org.autograd.AutogradException;
import org.autograd.DType;
import org.autograd.Tensor;
import org.autograd.graph.Edge;
import org.autograd.graph.GradMath;
import org.autograd.graph.Node;
import org.autograd.mode.Bits;
import org.autograd.mode.ThreadState;
import org.autograd.ops.Broadcast;
import org.autograd.ops.Conversions;
import org.autograd.ops.Copies;
import org.autograd.ops.Overlap;
import org.autograd.record.Record;
import org.autograd.record.SavedTensor;
import org.autograd.tensor.Layout;
import org.autograd.tensor.Raw;

/** What generated nodes and entry points share. */
final class NodeSupport {
  private NodeSupport() {}

  /** Tells whether any gradient that the node computes goes anywhere. */
  static boolean leadsOn(Node node) {
    for (int i = 0; i < node.numEdges(); i++) {
      if (node.edge(i) != null) {
        return true;
      }
    }
    return false;
  }

  /** Tells whether there is no tensor at all. */
  static boolean allNull(Tensor[] tensors) {
    if (tensors == null) {
      return true;
    }
    for (Tensor t : tensors) {
      if (t != null) {
        return false;
      }
    }
    return true;
  }

  /** Returns a gradient that came in, or zeros in its place if none did. */
  static Tensor gradOrZeros(Node node, Tensor[] grads, int i) {
    if (grads[i] != null) {
      return grads[i];
    }
    return GradMath.get().zeros(node.inputLayout(i), node.inputDtype(i), node.inputDevice(i));
  }

  /** Tells whether the gradient of one edge of a range is needed. */
  static boolean anyNeeded(long needed, int from, int to) {
    for (int i = from; i < to; i++) {
      if (bit(needed, i)) {
        return true;
      }
    }
    return false;
  }

  /** Tells for each edge of a range whether its gradient is needed. */
  static boolean[] needed(long needed, int from, int to) {
    boolean[] flags = new boolean[to - from];
    for (int i = 0; i < flags.length; i++) {
      flags[i] = bit(needed, from + i);
    }
    return flags;
  }

  private static boolean bit(long needed, int i) {
    return (needed >>> Math.min(i, 63) & 1) != 0;
  }

  /** Puts gradients into their places from {@code at} on. */
  static void put(Tensor[] out, int at, Tensor[] grads) {
    System.arraycopy(grads, 0, out, at, grads.length);
  }

  /** Returns all edges in one array. */
  static Edge[] join(Edge[]... parts) {
    int count = 0;
    for (Edge[] part : parts) {
      count += part.length;
    }
    Edge[] all = new Edge[count];
    int at = 0;
    for (Edge[] part : parts) {
      System.arraycopy(part, 0, all, at, part.length);
      at += part.length;
    }
    return all;
  }

  /** Returns the sizes of several tensors; null for an absent one. */
  static long[][] sizes(Tensor[] tensors) {
    long[][] sizes = new long[tensors.length][];
    for (int i = 0; i < sizes.length; i++) {
      sizes[i] = tensors[i] == null ? null : Raw.layout(tensors[i]).sizes();
    }
    return sizes;
  }

  /** Returns the dtypes of several tensors; null for an absent one. */
  static DType[] dtypes(Tensor[] tensors) {
    DType[] dtypes = new DType[tensors.length];
    for (int i = 0; i < dtypes.length; i++) {
      dtypes[i] = tensors[i] == null ? null : Raw.dtype(tensors[i]);
    }
    return dtypes;
  }

  /** Returns the size of a dimension, which may count from the end. */
  static long size(long[] sizes, int dim) {
    return sizes[dim < 0 ? dim + sizes.length : dim];
  }

  /** Returns the number of elements of a tensor of these sizes. */
  static long numel(long[] sizes) {
    long n = 1;
    for (long s : sizes) {
      n *= s;
    }
    return n;
  }

  /** Saves the results of an operation that returns a list. */
  static SavedTensor[] outputs(ThreadState state, Tensor[] results) {
    SavedTensor[] saved = new SavedTensor[results.length];
    for (int i = 0; i < saved.length; i++) {
      saved[i] = SavedTensor.output(state, results[i], i);
    }
    return saved;
  }

  /**
   * Returns the tensor that an in-place form writes its result to: {@code self}, or a copy of it
   * where the result is saved and hooks pack it, so that nothing has changed if they fail.
   */
  static Tensor changed(ThreadState state, Tensor self, boolean saves) {
    return saves && state.mode.has(Bits.SAVED_HOOKS) ? Copies.clone(self) : self;
  }

  /**
   * Tells whether a change of {@code self} counts as a change of an operand, which may be absent.
   */
  static boolean sameMemory(Tensor self, Tensor operand) {
    return operand != null && Raw.storage(self).countsWith(Raw.storage(operand));
  }

  /**
   * Returns the operands of a form that changes lists one element after the other, with copies of
   * those that lie in memory which is changed before they are read.
   *
   * @param changed the tensors to change, in this order
   * @param operands one for each of them
   */
  static Tensor[] readFirst(Tensor[] changed, Tensor[] operands) {
    Map<Object, List<Tensor>> before = new IdentityHashMap<>();
    Tensor[] safe = operands;
    for (int i = 0; i < operands.length; i++) {
      Tensor operand = operands[i];
      List<Tensor> sharing = before.getOrDefault(Raw.storage(operand).memory(), List.of());
      if (sharing.stream().anyMatch(t -> Raw.layered(t, operand) || Overlap.meets(t, operand))) {
        safe = safe == operands ? operands.clone() : safe;
        safe[i] = Operators.clone(operand);
      }
      before
          .computeIfAbsent(Raw.storage(changed[i]).memory(), m -> new ArrayList<>())
          .add(changed[i]);
    }
    return safe;
  }

  /** Makes several views. */
  static Tensor[] views(Tensor self, Layout[] layouts) {
    Tensor[] views = new Tensor[layouts.length];
    for (int i = 0; i < views.length; i++) {
      views[i] = Record.viewOfSeveral(self, layouts[i]);
    }
    return views;
  }

  /** Makes a copy of what a view would show. */
  static Tensor viewCopy(Tensor self, Layout layout) {
    return Conversions.contiguousCopy(Raw.alias(Raw.storage(self), layout, Raw.dtype(self)));
  }

  /** Makes copies of what several views would show. */
  static Tensor[] viewCopies(Tensor self, Layout[] layouts) {
    Tensor[] copies = new Tensor[layouts.length];
    for (int i = 0; i < copies.length; i++) {
      copies[i] = viewCopy(self, layouts[i]);
    }
    return copies;
  }

  /** Returns the sum of two tangents, of which the first may be absent. */
  static Tensor add(Tensor a, Tensor b) {
    return a == null ? b : a.add(b);
  }

  /**
   * Returns a tangent, or zeros if there is none; null if there is no tensor that it could belong
   * to.
   */
  static Tensor orZeros(Tensor tangent, Tensor primal) {
    return tangent != null || primal == null ? tangent : Tensor.zerosLike(primal);
  }

  /** Returns tangents with zeros in the place of absent ones. */
  static Tensor[] orZeros(Tensor[] tangents, Tensor[] primals) {
    Tensor[] all = new Tensor[primals.length];
    for (int i = 0; i < all.length; i++) {
      all[i] = orZeros(tangents[i], primals[i]);
    }
    return all;
  }

  /** Expands a tangent to the shape that the operands are broadcast to; null stays null. */
  static Tensor broadcast(Tensor tangent, Tensor... operands) {
    if (tangent == null || sameSizes(tangent, operands)) {
      return tangent;
    }
    long[] sizes = Broadcast.sizes("broadcast", operands);
    return Arrays.equals(Raw.layout(tangent).sizes(), sizes) ? tangent : tangent.expand(sizes);
  }

  private static boolean sameSizes(Tensor t, Tensor[] operands) {
    for (Tensor operand : operands) {
      if (!Raw.layout(t).sameSizes(Raw.layout(operand))) {
        return false;
      }
    }
    return true;
  }

  /**
   * Checks that two lists are of the same length.
   *
   * @throws AutogradException if not
   */
  static void checkLengths(String op, Tensor[] a, Tensor[] b) {
    if (a.length != b.length) {
      throw new AutogradException(
          op
              + ": the lists have "
              + a.length
              + " and "
              + b.length
              + " tensors; give lists of the same length.");
    }
  }
}
