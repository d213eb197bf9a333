package org.autograd;

import java.util.Arrays;
import org.autograd.graph.Edge;
import org.autograd.graph.GradMath;
import org.autograd.graph.Node;
import org.autograd.graph.SavedVisitor;
import org.autograd.mode.Bits;
import org.autograd.mode.ThreadState;
import org.autograd.record.Record;
import org.autograd.tensor.Flags;
import org.autograd.tensor.Layout;
import org.autograd.tensor.Raw;

/**
 * The node of a {@link CustomFunction}: calls the user's backward. Its edges are those of the
 * tensors among the arguments, in their order.
 */
public final class BackwardCFunction extends Node {
  /** What the gradient of a result looks like. */
  private record Result(Layout layout, DType dtype, Device device) {}

  private final CustomFunction<?, ?> function;
  private final int[] edgeOf;
  private FunctionCtx ctx;
  private Result[] results;

  /**
   * Makes the node of a call.
   *
   * @param edgeOf for each position of the arguments the number of its edge, -1 for what is no
   *     tensor
   */
  BackwardCFunction(ThreadState state, CustomFunction<?, ?> function, int[] edgeOf, Edge[] edges) {
    super(state, edges);
    this.function = function;
    this.edgeOf = edgeOf;
  }

  /** Notes what forward returned. */
  void start(FunctionCtx context, Object[] returned) {
    ctx = context;
    results = new Result[returned.length];
    for (int i = 0; i < returned.length; i++) {
      if (returned[i] instanceof Tensor t) {
        results[i] = new Result(Raw.layout(t), t.dtype(), t.device());
      }
    }
  }

  /**
   * Makes this node the history of a tensor that forward changed and returned as result {@code nr}.
   *
   * @param position which argument it is, or -1 if none
   */
  void changes(Tensor t, int nr, int position) {
    if (position < 0) {
      Raw.edge(t, new Edge(this, nr));
    } else {
      Record.changed(t, this, nr, edgeOf[position]);
    }
  }

  /** Returns the context of the call. */
  public FunctionCtx ctx() {
    return ctx;
  }

  /** Returns the name of the function's class followed by {@code Backward}. */
  @Override
  public String name() {
    return function.name() + "Backward";
  }

  /**
   * Calls the user's backward and checks what it returns.
   *
   * @throws AutogradException if the gradients do not fit the arguments in number or shape
   */
  @Override
  public Tensor[] apply(Tensor[] grads, long needed) {
    for (int i = 0; i < grads.length; i++) {
      if (grads[i] != null) {
        Raw.flag(grads[i], Flags.OWNED, false);
      } else if (results[i] != null && ctx.materializesGrads()) {
        Result r = results[i];
        grads[i] = GradMath.get().zeros(Layout.contiguous(r.layout.sizes()), r.dtype, r.device);
        Raw.flag(grads[i], Flags.OWNED, false);
      }
    }
    Tensor[] returned =
        function.isOnceDifferentiable() ? once(grads) : function.runBackward(ctx, grads);
    return checked(returned == null ? new Tensor[1] : returned);
  }

  private Tensor[] once(Tensor[] grads) {
    boolean record = Bits.records(ThreadState.current().mode.bits);
    Tensor[] returned;
    Edge[] edges = record ? Record.edges(grads) : null;
    try (Scope scope = GradMode.noGrad()) {
      returned = function.runBackward(ctx, grads);
    }
    if (record && returned != null && Arrays.stream(edges).anyMatch(e -> e != null)) {
      return DelayedError.guard(returned, edges, function.name());
    }
    return returned;
  }

  private Tensor[] checked(Tensor[] returned) {
    int expected = edgeOf.length;
    int count = returned.length;
    while (count > expected && returned[count - 1] == null) {
      count--;
    }
    if (count != expected) {
      throw new AutogradException(
          name()
              + ": returned an incorrect number of gradients: expected "
              + expected
              + ", one for each position of the arguments (null where there is none), got "
              + count
              + ".");
    }
    Tensor[] out = new Tensor[numEdges()];
    for (int i = 0; i < expected; i++) {
      if (returned[i] == null) {
        continue;
      }
      if (edgeOf[i] < 0) {
        throw new AutogradException(
            name()
                + ": returned a gradient at position "
                + i
                + ", but that argument is not a tensor. Return null there.");
      }
      Edge edge = edge(edgeOf[i]);
      if (edge != null) {
        check(name(), returned[i], i, edge.node().inputLayout(edge.inputNr()));
        out[edgeOf[i]] = returned[i];
      }
    }
    return out;
  }

  /**
   * Checks what the user's backward returned.
   *
   * @param expected the layout of the argument, null if it is not known
   */
  static void check(String name, Tensor grad, int position, Layout expected) {
    Layout found = Raw.layout(grad);
    if (expected != null
        && !found.sameSizes(expected)
        && !GradMath.get().canSumTo(found, expected)) {
      throw new AutogradException(
          name
              + ": returned an invalid gradient at position "
              + position
              + ": got shape "
              + Arrays.toString(found.sizes())
              + " but expected shape "
              + Arrays.toString(expected.sizes())
              + ", that of the argument, or one that it broadcasts to.");
    }
  }

  /**
   * Tells the tensors as {@code savedTensors}, and what else the context keeps under its own names.
   */
  @Override
  protected void visitSaved(SavedVisitor visitor) {
    ctx.visitSaved(visitor);
  }

  @Override
  protected boolean hasSavedValues() {
    return ctx.hasSaved();
  }

  @Override
  protected void releaseSaved() {
    ctx.releaseSaved();
  }
}
