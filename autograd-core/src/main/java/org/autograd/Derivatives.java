package org.autograd;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.autograd.graph.AccumulateGrad;
import org.autograd.graph.Meta;

/**
 * The only place where {@link Functional} meets the recording of tensors: how the inputs of a
 * derivative are made, and how a derivative is taken with respect to them.
 */
final class Derivatives {
  private Derivatives() {}

  /**
   * Makes the inputs of one derivative: tensors of the same values that require grad and that
   * nothing else knows.
   *
   * @param connect whether they continue the histories and tangents of the given tensors
   */
  static List<Tensor> fresh(List<Tensor> inputs, boolean connect) {
    List<Tensor> fresh = new ArrayList<>(inputs.size());
    for (Tensor x : inputs) {
      fresh.add(fresh(x, connect));
    }
    return fresh;
  }

  private static Tensor fresh(Tensor x, boolean connect) {
    if (connect && x.requiresGrad()) {
      return GradMode.enableGrad(() -> x.view(x.sizes()));
    }
    return x.detach().requiresGrad_();
  }

  /** Says of fresh inputs that no derivative outside will be taken with respect to them. */
  static void spend(List<Tensor> fresh) {
    for (Tensor t : fresh) {
      if (Meta.gradientEdge(t).node() instanceof AccumulateGrad leaf) {
        leaf.spend();
      }
    }
  }

  /** Returns a tensor of the same values and tangents without a history. */
  static Tensor cut(Tensor t) {
    return t.requiresGrad() ? t.detach() : t;
  }

  /**
   * Takes the derivative of the outputs, weighted by {@code grads}, with respect to the inputs.
   * Outputs that do not require grad are left out.
   *
   * @param grads one for each output
   * @param batched whether dimension 0 of each of {@code grads} counts derivatives to be taken at
   *     once, and that of the results does, too
   * @return null for each input that no output depends on
   */
  static List<Tensor> vjp(
      List<Tensor> outputs,
      List<Tensor> inputs,
      List<Tensor> grads,
      GradOptions options,
      boolean batched) {
    List<Tensor> roots = new ArrayList<>(outputs.size());
    List<Tensor> weights = new ArrayList<>(outputs.size());
    for (int i = 0; i < outputs.size(); i++) {
      if (outputs.get(i).requiresGrad()) {
        roots.add(outputs.get(i));
        weights.add(grads.get(i));
      }
    }
    if (roots.isEmpty()) {
      return Collections.nCopies(inputs.size(), null);
    }
    GradOptions allowing = options.withAllowUnused(true);
    return batched
        ? oneByOne(roots, inputs, weights, allowing)
        : Autograd.grad(roots, inputs, weights, allowing);
  }

  private static List<Tensor> oneByOne(
      List<Tensor> roots, List<Tensor> inputs, List<Tensor> weights, GradOptions options) {
    List<List<Tensor>> rows = new ArrayList<>();
    for (long b = 0; b < weights.get(0).size(0); b++) {
      long row = b;
      rows.add(
          Autograd.grad(
              roots,
              inputs,
              weights.stream().map(w -> w.select(0, row)).toList(),
              options.withRetainGraph(true)));
    }
    List<Tensor> result = new ArrayList<>();
    for (int j = 0; j < inputs.size(); j++) {
      int input = j;
      result.add(
          rows.get(0).get(j) == null
              ? null
              : Tensor.stack(rows.stream().map(r -> r.get(input)).toList(), 0));
    }
    return result;
  }
}
