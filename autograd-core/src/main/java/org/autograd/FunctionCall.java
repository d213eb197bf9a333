package org.autograd;

import org.autograd.batch.BatchLevel;
import org.autograd.graph.Edge;
import org.autograd.mode.Bits;
import org.autograd.mode.ThreadState;
import org.autograd.record.Record;

/**
 * One call of a {@link CustomFunction}: notes the arguments, runs forward unrecorded, and gives the
 * results their history and their tangents.
 */
final class FunctionCall {
  private FunctionCall() {}

  @SuppressWarnings("unchecked")
  static <A, R> R apply(CustomFunction<A, R> function, A in) {
    String name = function.name();
    Object[] arguments = function.flatten(in);
    ThreadState state = ThreadState.current();
    if (BatchLevel.innermost(state) != null) {
      // Whether an argument is batched may depend on the data; whether it is mapped does not.
      FunctionVmap.check(function);
    }
    if (FunctionVmap.isBatched(arguments)) {
      return FunctionVmap.apply(function, in, arguments);
    }
    boolean[] needs = new boolean[arguments.length];
    boolean anyNeeds = false;
    for (int i = 0; i < arguments.length; i++) {
      needs[i] = arguments[i] instanceof Tensor t && t.requiresGrad();
      anyNeeds |= needs[i];
    }
    FunctionForward tangents = FunctionForward.of(state, function, arguments);
    boolean recording = Bits.records(state.mode.bits);
    // Edges are taken before forward may change its arguments.
    BackwardCFunction node = recording && anyNeeds ? node(state, function, arguments) : null;
    FunctionCtx ctx = new FunctionCtx(name, arguments, needs, node);

    FunctionResults results;
    R output;
    try (Scope noGrad = GradMode.noGrad();
        Scope noForward = ForwardAD.setForwardGradEnabled(false)) {
      output = function.forward(ctx, in);
      Object[] flat = function.flatten(output);
      if (node != null) {
        node.start(ctx, flat);
      }
      results =
          new FunctionResults(name, ctx, node, recording, !function.fillsContextInForward(), flat);
      results.finish();
    }
    ctx.filled();
    if (tangents != null) {
      tangents.run(ctx, results);
    }
    ctx.forget();
    return results.changed() ? (R) function.rebuild(output, results.flat()) : output;
  }

  private static BackwardCFunction node(
      ThreadState state, CustomFunction<?, ?> function, Object[] arguments) {
    int tensors = 0;
    for (Object a : arguments) {
      tensors += a instanceof Tensor ? 1 : 0;
    }
    Edge[] edges = new Edge[tensors];
    int[] edgeOf = new int[arguments.length];
    int e = 0;
    for (int i = 0; i < arguments.length; i++) {
      edgeOf[i] = -1;
      if (arguments[i] instanceof Tensor t) {
        edges[e] = Record.edge(t);
        edgeOf[i] = e++;
      }
    }
    return new BackwardCFunction(state, function, edgeOf, edges);
  }
}
