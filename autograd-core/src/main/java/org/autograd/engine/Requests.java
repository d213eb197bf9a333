package org.autograd.engine;

import java.util.Arrays;
import java.util.List;
import org.autograd.AutogradException;
import org.autograd.BackwardOptions;
import org.autograd.GradOptions;
import org.autograd.Tensor;
import org.autograd.graph.Edge;
import org.autograd.graph.GradMath;
import org.autograd.graph.Meta;
import org.autograd.mode.Bits;
import org.autograd.mode.Mode;
import org.autograd.mode.ThreadState;
import org.autograd.tensor.Layout;
import org.autograd.tensor.Raw;

/** Checks what users ask for and prepares the pass. Nothing is changed before everything is checked. */
public final class Requests {
  private Requests() {}

  /**
   * Prepares {@code backward}.
   *
   * @param roots what is differentiated
   * @param grads their gradients; null, or null entries, for implicit ones
   * @param parallel whether several threads will run it
   */
  public static GraphTask backward(
      List<Tensor> roots, List<Tensor> grads, BackwardOptions options, boolean parallel) {
    if (options.inputs() != null && options.inputs().isEmpty()) {
      throw new AutogradException("backward: the list of inputs is empty. Leave it out to mean all leaves.");
    }
    Edge[] edges = roots("backward", roots);
    Tensor[] gradients = gradients("backward", roots, grads, options.createGraph());
    Edge[] inputs = null;
    if (options.inputs() != null) {
      inputs = inputs("backward", options.inputs());
      for (Tensor t : options.inputs()) {
        t.retainGrad();
      }
    }
    return new GraphTask(
        edges, gradients, inputs, false, options.keepsGraph(), options.createGraph(), parallel);
  }

  /** Prepares {@code grad}; the result is completed by {@link #complete}. */
  public static GraphTask grad(
      List<Tensor> outputs,
      List<Tensor> inputs,
      List<Tensor> gradOutputs,
      GradOptions options,
      boolean parallel) {
    if (inputs.isEmpty()) {
      throw new IllegalArgumentException("grad: the list of inputs is empty; give at least one tensor.");
    }
    Edge[] edges = roots("grad", outputs);
    Tensor[] gradients = gradients("grad", outputs, gradOutputs, options.createGraph());
    return new GraphTask(
        edges,
        gradients,
        inputs("grad", inputs),
        true,
        options.keepsGraph(),
        options.createGraph(),
        parallel);
  }

  /** Turns captured gradients into the result of {@code grad}: checks or fills what is missing. */
  public static List<Tensor> complete(List<Tensor> inputs, Tensor[] captured, GradOptions options) {
    for (int i = 0; i < captured.length; i++) {
      if (captured[i] == null) {
        if (!options.allowsUnused()) {
          throw new AutogradException(
              "grad: the outputs do not depend on input "
                  + i
                  + " (or only through paths without a gradient). Set allowUnused = true if null is wanted for it.");
        }
        if (options.materializeGrads()) {
          Tensor t = inputs.get(i);
          Tensor zeros =
              GradMath.get().zeros(Raw.layout(t).fresh(), Raw.dtype(t), Raw.storage(t).device());
          captured[i] = zeros.requiresGrad_();
        }
      }
    }
    return Arrays.asList(captured);
  }

  private static Edge[] roots(String op, List<Tensor> roots) {
    Edge[] edges = new Edge[roots.size()];
    for (int i = 0; i < edges.length; i++) {
      edges[i] = Meta.gradientEdge(roots.get(i));
      if (edges[i] == null) {
        throw new AutogradException(
            op
                + ": tensor "
                + i
                + " does not require grad and has no gradFn, so there is nothing to differentiate. Was it made under"
                + " noGrad(), or from tensors that do not require grad?");
      }
    }
    return edges;
  }

  private static Edge[] inputs(String op, List<Tensor> inputs) {
    Edge[] edges = new Edge[inputs.size()];
    for (int i = 0; i < edges.length; i++) {
      edges[i] = Meta.gradientEdge(inputs.get(i));
      if (edges[i] == null) {
        throw new AutogradException(op + ": input " + i + " does not require grad.");
      }
    }
    return edges;
  }

  private static Tensor[] gradients(
      String op, List<Tensor> roots, List<Tensor> grads, boolean createGraph) {
    int n = roots.size();
    if (grads != null && grads.size() != n) {
      throw new AutogradException(op + ": got " + n + " tensors but " + grads.size() + " gradients for them.");
    }
    Tensor[] result = new Tensor[n];
    for (int i = 0; i < n; i++) {
      check(op, i, roots.get(i), grads == null ? null : grads.get(i));
    }
    ThreadState state = ThreadState.current();
    Mode before = state.mode;
    state.mode = before.with(Bits.GRAD, createGraph);
    try {
      for (int i = 0; i < n; i++) {
        result[i] = gradient(roots.get(i), grads == null ? null : grads.get(i));
      }
    } finally {
      state.mode = before;
    }
    return result;
  }

  private static void check(String op, int i, Tensor root, Tensor grad) {
    Layout layout = Raw.layout(root);
    if (grad == null) {
      if (layout.numel() != 1) {
        throw new AutogradException(
            op
                + ": a gradient can be created implicitly only for scalar outputs, but tensor "
                + i
                + " has shape "
                + Arrays.toString(layout.sizes())
                + ". Give its gradient, or sum() it first.");
      }
      return;
    }
    if (!layout.sameSizes(Raw.layout(grad))) {
      throw new AutogradException(
          op
              + ": gradient "
              + i
              + " has shape "
              + Arrays.toString(Raw.layout(grad).sizes())
              + ", but tensor "
              + i
              + " has shape "
              + Arrays.toString(layout.sizes())
              + "; they must be equal.");
    }
    if (Raw.dtype(grad).isComplex() != Raw.dtype(root).isComplex()) {
      throw new AutogradException(
          op
              + ": gradient "
              + i
              + " has dtype "
              + Raw.dtype(grad)
              + ", but tensor "
              + i
              + " has dtype "
              + Raw.dtype(root)
              + "; both must be real, or both complex.");
    }
    if (!grad.device().equals(root.device())) {
      throw new AutogradException(
          op + ": gradient " + i + " is on " + grad.device() + ", but tensor " + i + " is on " + root.device() + ".");
    }
  }

  private static Tensor gradient(Tensor root, Tensor grad) {
    GradMath math = GradMath.get();
    if (grad == null) {
      return math.ones(Raw.layout(root).fresh(), Raw.dtype(root), root.device());
    }
    return Raw.dtype(grad) == Raw.dtype(root) ? grad : math.convert(grad, Raw.dtype(root), root.device());
  }
}
