package org.autograd.record;

import java.util.Arrays;
import org.autograd.AutogradException;
import org.autograd.InplaceModificationException;
import org.autograd.Tensor;
import org.autograd.graph.Edge;
import org.autograd.graph.Meta;
import org.autograd.graph.Node;
import org.autograd.mode.Bits;
import org.autograd.mode.ThreadState;
import org.autograd.tensor.Flags;
import org.autograd.tensor.Layout;
import org.autograd.tensor.Raw;

/** Recording of operations: when to record, edges, histories of results, views and in-place changes. */
public final class Record {
  private Record() {}

  /** Tells whether an operation on this operand is recorded. */
  public static boolean on(ThreadState state, Tensor a) {
    return state.mode.has(Bits.GRAD) && requires(a);
  }

  /** Tells whether an operation on these operands is recorded. */
  public static boolean on(ThreadState state, Tensor a, Tensor b) {
    return state.mode.has(Bits.GRAD) && (requires(a) || requires(b));
  }

  /** Tells whether an operation on these operands is recorded. */
  public static boolean on(ThreadState state, Tensor a, Tensor b, Tensor c) {
    return state.mode.has(Bits.GRAD) && (requires(a) || requires(b) || requires(c));
  }

  /** Tells whether an operation on these operands is recorded. */
  public static boolean on(ThreadState state, Tensor... operands) {
    return state.mode.has(Bits.GRAD) && anyRequires(operands);
  }

  private static boolean requires(Tensor t) {
    return t != null && Raw.requiresGrad(t);
  }

  private static boolean anyRequires(Tensor[] operands) {
    for (Tensor t : operands) {
      if (requires(t)) {
        return true;
      }
    }
    return false;
  }

  /** Returns where the operand's gradient goes; null if it is absent or requires none. */
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

  /** Makes {@code node} the history of the operation's only result, unless its dtype cannot carry gradients. */
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
   * Makes a view of {@code self}: same storage, other layout, with the relation to its root base noted.
   *
   * @throws AutogradException if the layout reaches beyond the storage
   */
  public static Tensor view(Tensor self, Layout layout) {
    if (!layout.fits(Raw.storage(self).length())) {
      throw new AutogradException(
          "a view with "
              + layout
              + " reaches beyond the storage of "
              + Raw.storage(self).length()
              + " elements");
    }
    Tensor view = Raw.alias(Raw.storage(self), layout, Raw.dtype(self));
    Meta meta = Meta.ifPresent(self);
    Tensor base = meta != null && meta.base != null ? meta.base : self;
    Raw.flag(view, Flags.VIEW, true);
    Meta.of(view).base = base;
    Raw.flag(base, Flags.HAS_VIEWS, true);
    Raw.flag(base, Flags.OWNED, false);
    Raw.flag(self, Flags.OWNED, false);
    return view;
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
    if (!state.mode.has(Bits.GRAD)) {
      return;
    }
    boolean requires = requires(self);
    Meta meta = Meta.ifPresent(self);
    Tensor base = meta == null ? null : meta.base;
    if (Raw.has(self, Flags.REQUIRES_GRAD) && Raw.edge(self) == null) {
      throw new InplaceModificationException(
          op
              + ": "
              + describe(self)
              + " is a leaf that requires grad and cannot be changed in place while gradients are recorded. Do it"
              + " under noGrad(), or on a clone().");
    }
    if (base != null && requires(base) && Raw.edge(base) == null) {
      throw new InplaceModificationException(
          op
              + ": "
              + describe(self)
              + " is a view of a leaf that requires grad and cannot be changed in place while gradients are recorded."
              + " Do it under noGrad(), or on a clone().");
    }
    if (!requires && !anyRequires(operands) && (base == null || !requires(base))) {
      return;
    }
    if (base != null || Raw.has(self, Flags.HAS_VIEWS)) {
      throw new InplaceModificationException(
          op
              + ": "
              + describe(self)
              + (base != null ? " is a view of another tensor" : " has views")
              + " and cannot be changed in place while gradients are recorded. Use the operation that is not in place,"
              + " or clone() first.");
    }
  }

  private static void checkNoOverlap(String op, Tensor self) {
    Layout l = Raw.layout(self);
    if (l.isContiguous()) {
      return;
    }
    for (int d = 0; d < l.dim(); d++) {
      if (l.strides()[d] == 0 && l.sizes()[d] > 1) {
        throw new AutogradException(
            op
                + ": several elements of "
                + describe(self)
                + " share one place in memory (dimension "
                + d
                + " was expanded), so it cannot be written to. clone() it first.");
      }
    }
  }

  /**
   * Notes that {@code self} was changed in place.
   *
   * @param node the operation that is its history from now on, or null if it was not recorded
   */
  public static void modified(Tensor self, Node node) {
    Raw.storage(self).bump();
    if (node == null) {
      return;
    }
    Meta meta = Meta.ifPresent(self);
    boolean retained = meta != null && meta.retains();
    if (retained) {
      meta.retains(self, false);
    }
    history(self, node);
    if (retained) {
      meta.retains(self, true);
    }
  }

  /**
   * Checks that a result may be written to {@code out}; called before anything changes.
   *
   * @throws AutogradException if recording is on and the result tensor or an operand requires grad
   */
  public static void checkOut(String op, ThreadState state, Tensor out, Tensor... operands) {
    if (state.mode.has(Bits.GRAD) && (requires(out) || anyRequires(operands))) {
      throw new AutogradException(
          op
              + ": the form that writes to an output tensor is not differentiable, but "
              + (requires(out) ? "the output" : "an operand")
              + " requires grad. Use the form that returns a result, or run it under noGrad().");
    }
    checkNoOverlap(op, out);
  }

  /** Returns a short description of a tensor for messages. */
  public static String describe(Tensor t) {
    return "a " + Raw.dtype(t) + " tensor of shape " + Arrays.toString(Raw.layout(t).sizes());
  }
}
