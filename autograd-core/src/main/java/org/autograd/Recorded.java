package org.autograd;

import java.util.List;
import org.autograd.graph.Edge;
import org.autograd.mode.Bits;
import org.autograd.mode.ThreadState;

/** A function that was evaluated and recorded at inputs of its own. */
final class Recorded {
  private static final GradOptions KEEP = GradOptions.DEFAULT.withRetainGraph(true);

  final String op;

  /** What derivatives are taken with respect to. */
  final List<Tensor> inputs;

  final List<Tensor> outputs;
  final Link link;

  /** Whether the outputs depend on tensors outside that require grad. */
  private final boolean connected;

  private Recorded(String op, List<Tensor> inputs, List<Tensor> outputs, Link link) {
    this.op = op;
    this.inputs = inputs;
    this.outputs = outputs;
    this.link = link;
    this.connected = link.records() && outputs.stream().anyMatch(Reach::isLive);
  }

  /** Evaluates a function, to be differentiated with respect to all arguments. */
  static Recorded of(String op, TensorFunction f, List<Tensor> args, Link link) {
    return of(op, f, args, Argnums.ALL, link);
  }

  /** Evaluates a function, to be differentiated with respect to some arguments. */
  static Recorded of(String op, TensorFunction f, List<Tensor> args, Argnums which, Link link) {
    List<Tensor> inputs = which.select(op, args);
    try (Scope scope = GradMode.enableGrad()) {
      Recorded r = of(op, f, args, which, link, inputs, true);
      // Values that differ between the elements of a batch have come in: each needs its own input.
      return Derivatives.differ(r.outputs, r.inputs)
          ? of(op, f, args, which, link, inputs, false)
          : r;
    }
  }

  private static Recorded of(
      String op,
      TensorFunction f,
      List<Tensor> args,
      Argnums which,
      Link link,
      List<Tensor> inputs,
      boolean once) {
    List<Tensor> fresh = Derivatives.fresh(inputs, link != Link.NONE, once);
    List<Edge> edges = edges(fresh);
    try {
      List<Tensor> outputs =
          List.copyOf(FunctionalChecks.outputs(op, apply(f, which.replace(args, fresh))));
      if (!edges.equals(edges(fresh))) {
        throw FunctionalChecks.changedInput(op);
      }
      return new Recorded(op, fresh, outputs, link);
    } finally {
      Derivatives.spend(fresh);
    }
  }

  private static List<Tensor> apply(TensorFunction f, List<Tensor> args) {
    ThreadState state = ThreadState.current();
    boolean before = state.mode.has(Bits.DERIVED);
    state.mode = state.mode.with(Bits.DERIVED, true);
    try {
      return f.apply(args);
    } finally {
      state.mode = state.mode.with(Bits.DERIVED, before);
    }
  }

  private static List<Edge> edges(List<Tensor> tensors) {
    return tensors.stream().map(Derivatives::edge).toList();
  }

  /** Returns what the function gave, connected as it should be. */
  List<Tensor> values() {
    return outputs.stream().map(link::settle).toList();
  }

  /** Returns what a function of one result gave. */
  Tensor value() {
    return link.settle(outputs.get(0));
  }

  /** Tells whether derivatives have to be recorded for the sake of what is outside. */
  boolean records(List<Tensor> v, Link now) {
    return now.records() && (connected || v.stream().anyMatch(Reach::isLive));
  }

  /**
   * Takes the derivative once, as the last use of the record.
   *
   * @param v one for each output
   * @return not connected as it should be yet; null for inputs that no output depends on
   */
  List<Tensor> pull(List<Tensor> v, boolean createGraph) {
    return Derivatives.vjp(
        outputs, inputs, v, GradOptions.DEFAULT.withCreateGraph(createGraph), false);
  }

  /** Same as {@link #pull}, but the record can be used again. */
  List<Tensor> pullAndKeep(List<Tensor> v, boolean createGraph) {
    return Derivatives.vjp(outputs, inputs, v, KEEP.withCreateGraph(createGraph), false);
  }

  /** Takes derivatives of one output, at once if {@code v} has a dimension more for them. */
  List<Tensor> pullRows(int output, Tensor v, boolean batched, boolean createGraph) {
    GradOptions options = KEEP.withCreateGraph(createGraph);
    return Derivatives.vjp(List.of(outputs.get(output)), inputs, List.of(v), options, batched);
  }

  /** Returns derivatives with zeros for what is missing, connected as they should be. */
  List<Tensor> complete(List<Tensor> derivatives, Link to) {
    return Products.complete(derivatives, inputs, to);
  }
}
