package org.autograd;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Matrices of first derivatives, row by row or column by column. */
final class Jacobians {
  private Jacobians() {}

  /** Computes the jacobian, indexed by output and input. */
  static List<List<Tensor>> jacobian(
      String op, TensorFunction f, List<Tensor> inputs, JacobianOptions o) {
    check(op, o);
    Link link = Link.of(o.createGraph());
    if (o.strategy() == JacobianStrategy.FORWARD_MODE) {
      return forward(op, f, inputs, o, link);
    }
    Recorded r = Recorded.of(op, f, inputs, link);
    if (o.strict()) {
      FunctionalChecks.dependent(op, r.outputs);
    }
    if (link == Link.NONE && prefersForward(r, o)) {
      try {
        return forward(op, f, inputs, o, link);
      } catch (AutogradException | UnsupportedOperationException e) {
        // Something has no rule for forward mode or for batches, or reads values; the choice is
        // free.
        return reverse(r, o, link);
      }
    }
    return reverse(r, o, link);
  }

  private static List<List<Tensor>> forward(
      String op, TensorFunction f, List<Tensor> inputs, JacobianOptions o, Link link) {
    List<Tensor> points =
        Argnums.ALL.select(op, inputs).stream()
            .map(x -> link == Link.NONE ? x.detach() : x)
            .toList();
    try (Scope scope = GradMode.enableGrad()) {
      return Pushforwards.jacobian(op, f, points, Argnums.ALL, o).stream()
          .map(row -> row.stream().map(link::settle).toList())
          .toList();
    }
  }

  private static void check(String op, JacobianOptions o) {
    boolean forward = o.strategy() == JacobianStrategy.FORWARD_MODE;
    if (o.strict() && (forward || o.vectorize())) {
      throw new AutogradException(
          op
              + ": strict does not go together with "
              + (forward ? "forward mode" : "vectorize")
              + ". Leave one of them out.");
    }
    if (forward && o.createGraph()) {
      throw new UnsupportedOperationException(
          op
              + ": forward mode does not offer createGraph. Use reverse mode, or jacfwd, whose results"
              + " can be differentiated.");
    }
    if (forward && !o.vectorize()) {
      throw new UnsupportedOperationException(
          op + ": forward mode is offered with vectorize = true only. Set it, or use jacfwd.");
    }
  }

  /** Tells whether forward mode, if the choice is free, gives the same for less. */
  private static boolean prefersForward(Recorded r, JacobianOptions o) {
    DType dtype = r.inputs.get(0).dtype();
    return o.strategy() == null
        && o.vectorize()
        && !o.createGraph()
        && Bases.numel(r.inputs) < Bases.numel(r.outputs)
        && r.inputs.stream().allMatch(t -> t.dtype() == dtype)
        && r.outputs.stream().allMatch(t -> t.dtype() == dtype);
  }

  /** Computes the jacobian of a recorded function, one or several rows in a pass. */
  static List<List<Tensor>> reverse(Recorded r, JacobianOptions o, Link link) {
    List<List<Tensor>> jacobian = new ArrayList<>(r.outputs.size());
    boolean record = r.records(List.of(), link) || o.strict() && o.createGraph();
    try (Scope scope = GradMode.setGradEnabled(record)) {
      for (int i = 0; i < r.outputs.size(); i++) {
        jacobian.add(rows(r, i, o, record).stream().map(link::settle).toList());
      }
    }
    return jacobian;
  }

  private static List<Tensor> rows(Recorded r, int output, JacobianOptions o, boolean record) {
    Tensor out = r.outputs.get(output);
    List<Tensor> inputs = r.inputs;
    List<List<Tensor>> parts = new ArrayList<>();
    inputs.forEach(x -> parts.add(new ArrayList<>()));
    long rows = out.requiresGrad() ? out.numel() : 0;
    long step = step(o, rows);
    for (long from = 0; from < rows; from += step) {
      long to = Math.min(rows, from + step);
      Tensor basis = Bases.rows(List.of(out), from, to).get(0);
      Tensor v = o.isBatched() ? basis : basis.select(0, 0);
      List<Tensor> pulled = r.pullRows(output, v, o.isBatched(), record);
      for (int j = 0; j < pulled.size(); j++) {
        Tensor g = pulled.get(j);
        if (o.strict()) {
          FunctionalChecks.present(r.op, g, "output " + output + " of the function", j);
          if (o.createGraph()) {
            FunctionalChecks.again(r.op, g, "jacobian", j, inputs);
          }
        }
        parts
            .get(j)
            .add(
                g == null
                    ? Bases.zeros(new long[] {to - from}, inputs.get(j))
                    : o.isBatched() ? g : g.unsqueeze(0));
      }
    }
    List<Tensor> result = new ArrayList<>();
    for (int j = 0; j < inputs.size(); j++) {
      Tensor x = inputs.get(j);
      result.add(
          rows == 0
              ? Bases.zeros(out.sizes(), x)
              : join(parts.get(j)).reshape(Bases.sizes(out.sizes(), x.sizes())));
    }
    return result;
  }

  /** Returns how many rows or columns are computed at once. */
  static long step(JacobianOptions o, long all) {
    return !o.isBatched() ? 1 : o.chunkSize() == null ? Math.max(1, all) : o.chunkSize();
  }

  static Tensor join(List<Tensor> parts) {
    return parts.size() == 1 ? parts.get(0) : Tensors.cat(parts, 0);
  }

  /** Turns the dimension that counts the elements of an input, which is the first, into its own. */
  static Tensor columnsLast(Tensor columns, Tensor input) {
    int[] order = new int[columns.dim()];
    for (int d = 0; d < order.length; d++) {
      order[d] = (d + 1) % order.length;
    }
    long[] out = Arrays.copyOfRange(columns.sizes(), 1, order.length);
    return columns.permute(order).reshape(Bases.sizes(out, input.sizes()));
  }
}
