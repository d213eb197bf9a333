package org.autograd.record;

import java.util.Arrays;
import org.autograd.AutogradException;
import org.autograd.CreationMeta;
import org.autograd.InplaceModificationException;
import org.autograd.Tensor;
import org.autograd.graph.Edge;
import org.autograd.graph.Meta;
import org.autograd.graph.Node;
import org.autograd.graph.ViewInfo;
import org.autograd.mode.Bits;
import org.autograd.mode.ThreadState;
import org.autograd.tensor.Flags;
import org.autograd.tensor.Layout;
import org.autograd.tensor.Raw;

/**
 * Recording of operations: when to record, edges, histories of results, views and in-place changes.
 */
public final class Record {
  private Record() {}

  /** Tells whether an operation on this operand is recorded. */
  public static boolean on(ThreadState state, Tensor a) {
    return Bits.records(state.mode.bits) && requires(a) && isNormal(a);
  }

  /** Tells whether an operation on these operands is recorded. */
  public static boolean on(ThreadState state, Tensor a, Tensor b) {
    return Bits.records(state.mode.bits)
        && (requires(a) || requires(b))
        && (isNormal(a) || isNormal(b));
  }

  /** Tells whether an operation on these operands is recorded. */
  public static boolean on(ThreadState state, Tensor a, Tensor b, Tensor c) {
    return Bits.records(state.mode.bits)
        && (requires(a) || requires(b) || requires(c))
        && (isNormal(a) || isNormal(b) || isNormal(c));
  }

  /** Tells whether an operation on these operands is recorded. */
  public static boolean on(ThreadState state, Tensor a, Tensor b, Tensor c, Tensor d) {
    return Bits.records(state.mode.bits)
        && (requires(a) || requires(b) || requires(c) || requires(d))
        && (isNormal(a) || isNormal(b) || isNormal(c) || isNormal(d));
  }

  /** Tells whether an operation on these operands is recorded. */
  public static boolean on(ThreadState state, Tensor... operands) {
    return Bits.records(state.mode.bits) && anyRequires(operands) && anyNormal(operands);
  }

  private static boolean requires(Tensor t) {
    return t != null && Raw.requiresGrad(t);
  }

  /** An operation on tensors made in inference mode alone is not recorded. */
  private static boolean isNormal(Tensor t) {
    return t != null && !Raw.has(t, Flags.INFERENCE);
  }

  private static boolean anyNormal(Tensor[] operands) {
    for (Tensor t : operands) {
      if (isNormal(t)) {
        return true;
      }
    }
    return false;
  }

  private static boolean anyRequires(Tensor[] operands) {
    for (Tensor t : operands) {
      if (requires(t)) {
        return true;
      }
    }
    return false;
  }

  /**
   * Returns where the operand's gradient goes; null if it is absent or its gradient goes nowhere,
   * see {@link Meta#gradientEdge}.
   */
  public static Edge edge(Tensor t) {
    return t == null ? null : Meta.gradientEdge(t);
  }

  /** Returns the edges of several operands, in order. */
  public static Edge[] edges(Tensor... operands) {
    Edge[] edges = new Edge[operands.length];
    for (int i = 0; i < edges.length; i++) {
      edges[i] = edge(operands[i]);
    }
    return edges;
  }

  /**
   * Makes {@code node} the history of the operation's only result, unless its dtype cannot carry
   * gradients.
   */
  public static void history(Tensor result, Node node) {
    node.describe(result);
    if (Raw.dtype(result).isDifferentiable()) {
      Raw.edge(result, new Edge(node, 0));
    }
  }

  /** Makes {@code node} the history of several results; null entries are not differentiable. */
  public static void history(Node node, Tensor... results) {
    node.describe(results);
    for (int i = 0; i < results.length; i++) {
      if (results[i] != null && Raw.dtype(results[i]).isDifferentiable()) {
        Raw.edge(results[i], new Edge(node, i));
      }
    }
  }

  /**
   * Makes a view of {@code self}: same storage, other layout, with the relation to its root base
   * noted.
   *
   * @throws AutogradException if the layout reaches beyond the storage
   */
  public static Tensor view(Tensor self, Layout layout) {
    return view(self, layout, false);
  }

  /**
   * Makes one of several views that one operation returns, which must not be changed in place while
   * gradients are recorded.
   *
   * @throws AutogradException if the layout reaches beyond the storage
   */
  public static Tensor viewOfSeveral(Tensor self, Layout layout) {
    return view(self, layout, true);
  }

  /**
   * Checks that a layout stays within a tensor's storage.
   *
   * @throws AutogradException if it reaches beyond
   */
  public static void checkFits(Layout layout, Tensor self) {
    if (!layout.fits(Raw.storage(self).length())) {
      throw new AutogradException(
          "asStrided: a view with "
              + layout
              + " reaches beyond the storage of "
              + Raw.storage(self).length()
              + " elements. Give smaller sizes, strides or a smaller offset.");
    }
  }

  private static Tensor view(Tensor self, Layout layout, boolean several) {
    checkFits(layout, self);
    Tensor view = Raw.alias(Raw.storage(self), layout, Raw.dtype(self));
    if (Raw.has(self, Flags.INFERENCE)) {
      Sharing.shared(self, view);
      Raw.flag(view, Flags.INFERENCE, true);
      return view;
    }
    Raw.flag(self, Flags.OWNED, false);
    relate(view, self, several, ThreadState.current());
    return view;
  }

  private static void relate(Tensor view, Tensor self, boolean several, ThreadState state) {
    CreationMeta kind =
        state.mode.has(Bits.INFERENCE)
            ? CreationMeta.INFERENCE_MODE
            : !state.mode.has(Bits.GRAD)
                ? CreationMeta.NO_GRAD_MODE
                : several ? CreationMeta.MULTI_OUTPUT_NODE : CreationMeta.DEFAULT;
    Meta meta = Meta.ifPresent(self);
    ViewInfo of = meta == null ? null : meta.view();
    Tensor base = of == null ? self : of.base();
    CreationMeta combined = of == null ? kind : kind.of(of.creation());
    ViewInfo info = new ViewInfo(base, combined, Raw.storage(self).version());
    if (of != null) {
      info.sameBases(of);
    }
    Meta.of(view).view(info);
    Raw.flag(view, Flags.VIEW, true);
    Raw.flag(base, Flags.OWNED, false);
  }

  /**
   * Checks that an in-place operation is allowed; called before anything changes.
   *
   * @param op the operator, with its underscore
   * @param self the tensor to change
   * @param operands the other tensor operands
   * @throws InplaceModificationException if it is not
   */
  public static void checkInplace(String op, ThreadState state, Tensor self, Tensor... operands) {
    checkNoOverlap(op, self);
    checkHistory(op, state, self, operands);
    keepSaved(state, self);
  }

  /**
   * Keeps the values that were saved of a tensor that is about to change, where that is asked for.
   */
  static void keepSaved(ThreadState state, Tensor self) {
    if (state.mode.has(Bits.MUTATION)) {
      Mutation.beforeWrite(state, self);
    }
  }

  static void checkHistory(String op, ThreadState state, Tensor self, Tensor... operands) {
    checkInference(op, state, self);
    if (!Bits.records(state.mode.bits) || !Raw.dtype(self).isDifferentiable()) {
      return;
    }
    boolean requires = requires(self);
    if (!requires && !anyRequires(operands)) {
      return;
    }
    Meta meta = Meta.ifPresent(self);
    ViewInfo view = meta == null ? null : meta.view();
    if (view != null) {
      view.checkRebase(op, self, false);
      if (requires && Raw.edge(view.base()) == null) {
        throw leaf(
            op,
            self,
            requires(view.base())
                ? " is a view of a leaf that requires grad"
                : " requires grad, but is a view of a leaf that does not (made one by detach_() or"
                    + " requiresGrad_(false))");
      }
    }
    if (requires && Raw.edge(self) == null) {
      throw leaf(op, self, " is a leaf that requires grad");
    }
  }

  private static void checkInference(String op, ThreadState state, Tensor self) {
    if (Raw.has(self, Flags.INFERENCE) && !state.mode.has(Bits.INFERENCE)) {
      throw new InplaceModificationException(
          op
              + ": "
              + describe(self)
              + " was made in inference mode and can be changed in place only there. clone() it to get a normal tensor.");
    }
  }

  private static InplaceModificationException leaf(String op, Tensor self, String what) {
    return new InplaceModificationException(
        op
            + ": "
            + describe(self)
            + what
            + " and cannot be changed in place while gradients are recorded. Do it under noGrad(), or on a clone().");
  }

  private static void checkNoOverlap(String op, Tensor self) {
    Layout l = Raw.layout(self);
    if (l.isContiguous()) {
      return;
    }
    if (l.overlapsItself()) {
      throw new AutogradException(
          op
              + ": several elements of "
              + describe(self)
              + " share one place in memory, as in an expanded tensor (strides "
              + Arrays.toString(l.strides())
              + "), so it cannot be written to. clone() it first.");
    }
  }

  /**
   * Notes that {@code self} was changed in place.
   *
   * @param op the operator, with its underscore
   * @param node the operation that is its history from now on, unless its dtype cannot carry
   *     gradients; null if it was not recorded
   */
  public static void modified(String op, Tensor self, Node node) {
    Raw.storage(self).bump(Change.by(op));
    if (node == null || !Raw.dtype(self).isDifferentiable()) {
      return;
    }
    Meta meta = Meta.ifPresent(self);
    ViewInfo view = meta == null ? null : meta.view();
    if (view == null) {
      rebase(self, node);
      return;
    }
    node.describe(self);
    rebase(view, self, node, 0);
  }

  private static void rebase(ViewInfo view, Tensor self, Node node, int operand) {
    Tensor base = view.base();
    rebase(base, new CopySlices(ThreadState.current(), base, Raw.layout(self), node, operand));
    Raw.edge(self);
  }

  /**
   * Makes result {@code nr} of {@code node}, whose results have been described, the history of an
   * operand that was changed in place and counted as such.
   *
   * @param operand which edge of the node is that of the changed tensor
   */
  public static void changed(Tensor self, Node node, int nr, int operand) {
    Meta meta = Meta.ifPresent(self);
    if (meta != null && meta.view() != null) {
      rebase(meta.view(), self, node, operand);
    } else {
      move(self, new Edge(node, nr));
    }
  }

  /** Makes {@code node} the history of a tensor that is no view. */
  private static void rebase(Tensor self, Node node) {
    node.describe(self);
    move(self, new Edge(node, 0));
  }

  /** Gives a tensor another edge; a retained gradient is that of the new value. */
  static void move(Tensor self, Edge edge) {
    Meta meta = Meta.ifPresent(self);
    boolean retained = meta != null && meta.retains();
    if (retained) {
      meta.retains(self, false);
    }
    Raw.edge(self, edge);
    if (retained) {
      meta.retains(self, true);
    }
  }

  /**
   * Checks that a result may be written to {@code out}; called before anything changes.
   *
   * @throws AutogradException if recording is on and the result tensor or an operand requires grad
   * @throws InplaceModificationException if {@code out} may be changed only in inference mode
   */
  public static void checkOut(String op, ThreadState state, Tensor out, Tensor... operands) {
    checkInference(op, state, out);
    if (Bits.records(state.mode.bits) && (requires(out) || anyRequires(operands))) {
      throw new AutogradException(
          op
              + ": the form that writes to an output tensor is not differentiable, but "
              + (requires(out) ? "the output" : "an operand")
              + " requires grad. Use the form that returns a result, or run it under noGrad().");
    }
    checkNoOverlap(op, out);
    keepSaved(state, out);
  }

  /** Returns a short description of a tensor for messages. */
  public static String describe(Tensor t) {
    return "a " + Raw.dtype(t) + " tensor of shape " + Arrays.toString(Raw.layout(t).sizes());
  }
}
