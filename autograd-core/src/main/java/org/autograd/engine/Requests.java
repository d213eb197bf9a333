package org.autograd.engine;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.autograd.AutogradException;
import org.autograd.BackwardOptions;
import org.autograd.DType;
import org.autograd.Device;
import org.autograd.GradOptions;
import org.autograd.GradientEdge;
import org.autograd.Tensor;
import org.autograd.TensorOrEdge;
import org.autograd.batch.BatchLevel;
import org.autograd.graph.Edge;
import org.autograd.graph.GradMath;
import org.autograd.graph.Meta;
import org.autograd.mode.Bits;
import org.autograd.mode.Mode;
import org.autograd.mode.ThreadState;
import org.autograd.tensor.Layout;
import org.autograd.tensor.Raw;

/**
 * Checks what users ask for and prepares the pass. Nothing is changed before everything is checked.
 */
public final class Requests {
  private static final String HIDDEN =
      " requires grad, but is a view of a leaf that was made without being recorded (under noGrad(),"
          + " in inference mode or before the leaf required grad), so it has no gradient of its own."
          + " Make the view while recording is on, or detach() it and let that require grad.";

  private Requests() {}

  /**
   * Prepares {@code backward}.
   *
   * @param roots what is differentiated
   * @param grads their gradients; null, or null entries, for implicit ones
   * @param parallel whether several threads will run it
   */
  public static GraphTask backward(
      List<? extends TensorOrEdge> roots,
      List<Tensor> grads,
      BackwardOptions options,
      boolean parallel) {
    BatchedGrads.refuseInside(ThreadState.current());
    BatchedGrads.refuse("backward", "tensor", roots);
    if (options.inputs() != null) {
      BatchedGrads.refuse("backward", "input", options.inputs());
    }
    if (options.inputs() != null && options.inputs().isEmpty()) {
      throw new AutogradException(
          "backward: the list of inputs is empty. Leave it out to mean all leaves.");
    }
    Edge[] edges = roots("backward", roots);
    Tensor[] gradients = gradients("backward", roots, grads, options.createGraph());
    Edge[] inputs = null;
    Tensor[] into = null;
    if (options.inputs() != null) {
      inputs = inputs("backward", options.inputs());
      into = new Tensor[inputs.length];
      for (int i = 0; i < into.length; i++) {
        into[i] = options.inputs().get(i) instanceof Tensor t && !t.isLeaf() ? t : null;
      }
    }
    return new GraphTask(
        edges,
        gradients,
        inputs,
        into,
        options.keepsGraph(),
        options.createGraph(),
        parallel,
        null);
  }

  /** Prepares {@code grad}; the result is what the pass captures. */
  public static GraphTask grad(
      List<? extends TensorOrEdge> outputs,
      List<? extends TensorOrEdge> inputs,
      List<Tensor> gradOutputs,
      GradOptions options,
      boolean parallel) {
    if (inputs.isEmpty()) {
      throw new IllegalArgumentException(
          "grad: the list of inputs is empty; give at least one tensor.");
    }
    BatchedGrads.refuse("grad", "output", outputs);
    BatchedGrads.refuse("grad", "input", inputs);
    Edge[] edges = roots("grad", outputs);
    if (!options.isGradsBatched()) {
      return grad(outputs, edges, inputs, gradOutputs, options, parallel, null);
    }
    long size = BatchedGrads.size(layouts(outputs), gradOutputs);
    ThreadState state = ThreadState.current();
    Mode before = state.mode;
    BatchLevel level = BatchedGrads.enter(state, size);
    try {
      List<Tensor> elements = BatchedGrads.elements(level, gradOutputs);
      return grad(outputs, edges, inputs, elements, options, parallel, level);
    } finally {
      // The pass has the mode with the level.
      state.mode = before;
    }
  }

  private static GraphTask grad(
      List<? extends TensorOrEdge> outputs,
      Edge[] edges,
      List<? extends TensorOrEdge> inputs,
      List<Tensor> gradOutputs,
      GradOptions options,
      boolean parallel,
      BatchLevel level) {
    Tensor[] gradients = gradients("grad", outputs, gradOutputs, options.createGraph());
    Edge[] wanted = inputs("grad", inputs);
    GraphTask task =
        new GraphTask(
            edges,
            gradients,
            wanted,
            null,
            options.keepsGraph(),
            options.createGraph(),
            parallel,
            level);
    task.given = gradOutputs;
    int unused = options.allowsUnused() ? -1 : task.nodes.firstOutside(wanted);
    if (unused >= 0) {
      Engine.close(task);
      throw unused(unused);
    }
    task.completeBy(() -> complete(task, inputs, options));
    return task;
  }

  private static List<Layout> layouts(List<? extends TensorOrEdge> outputs) {
    List<Layout> layouts = new ArrayList<>();
    for (int i = 0; i < outputs.size(); i++) {
      Layout layout = Form.of(outputs.get(i)).layout;
      checkDifferentiable("grad", i, layout);
      layouts.add(layout);
    }
    return layouts;
  }

  /** Checks or fills what is missing among the captured gradients. */
  private static void complete(
      GraphTask task, List<? extends TensorOrEdge> inputs, GradOptions options) {
    Distinct.separate(task);
    Tensor[] captured = task.captured();
    for (int i = 0; i < captured.length; i++) {
      if (captured[i] == null && !options.allowsUnused()) {
        throw unused(i);
      }
      if (captured[i] == null && options.materializeGrads()) {
        if (!(inputs.get(i) instanceof Tensor t)) {
          throw new AutogradException(
              "grad: materializeGrads needs a tensor to make zeros for, but input "
                  + i
                  + ", on which the outputs do not depend, is a GradientEdge. Give the tensor, or set allowUnused.");
        }
        captured[i] = BatchedGrads.zeros(t, task.batch).requiresGrad_();
      }
    }
  }

  private static AutogradException unused(int input) {
    return new AutogradException(
        "grad: the outputs do not depend on input "
            + input
            + " (or only through paths without a gradient). Set the option"
            + " allowUnused (withAllowUnused(true)) if null is wanted for it.");
  }

  private static Edge edge(TensorOrEdge t) {
    return switch (t) {
      case Tensor tensor -> Meta.gradientEdge(tensor);
      case GradientEdge e -> new Edge(e.node(), e.outputNr());
    };
  }

  /** Tells whether a tensor whose gradient goes nowhere requires grad nevertheless. */
  private static boolean isHidden(TensorOrEdge t) {
    return t instanceof Tensor tensor && Raw.requiresGrad(tensor);
  }

  private static Edge[] roots(String op, List<? extends TensorOrEdge> roots) {
    Edge[] edges = new Edge[roots.size()];
    for (int i = 0; i < edges.length; i++) {
      edges[i] = edge(roots.get(i));
      if (edges[i] == null) {
        throw new AutogradException(
            op
                + ": tensor "
                + i
                + (isHidden(roots.get(i))
                    ? HIDDEN
                    : " does not require grad and has no gradFn, so there is nothing to differentiate. Was it made under"
                        + " noGrad(), from tensors that do not require grad, or from a gradient that grad or"
                        + " backward gave without the option createGraph (withCreateGraph(true))?"));
      }
    }
    return edges;
  }

  private static Edge[] inputs(String op, List<? extends TensorOrEdge> inputs) {
    Edge[] edges = new Edge[inputs.size()];
    for (int i = 0; i < edges.length; i++) {
      edges[i] = edge(inputs.get(i));
      if (edges[i] == null) {
        throw new AutogradException(
            op + ": input " + i + (isHidden(inputs.get(i)) ? HIDDEN : " does not require grad."));
      }
    }
    return edges;
  }

  /** What the gradient of a root must look like; {@code layout} is null if that is not known. */
  private record Form(Layout layout, DType dtype, Device device) {
    static Form of(TensorOrEdge root) {
      return switch (root) {
        case Tensor t -> new Form(Raw.layout(t), Raw.dtype(t), Raw.storage(t).device());
        case GradientEdge e -> {
          int nr = e.outputNr();
          yield new Form(
              e.node().inputLayout(nr), e.node().inputDtype(nr), e.node().inputDevice(nr));
        }
      };
    }
  }

  private static Tensor[] gradients(
      String op, List<? extends TensorOrEdge> roots, List<Tensor> grads, boolean createGraph) {
    int n = roots.size();
    if (grads != null && grads.size() != n) {
      throw new AutogradException(
          op + ": got " + n + " tensors but " + grads.size() + " gradients for them.");
    }
    Form[] forms = new Form[n];
    for (int i = 0; i < n; i++) {
      forms[i] = Form.of(roots.get(i));
      check(op, i, forms[i], grads == null ? null : grads.get(i));
    }
    Tensor[] result = new Tensor[n];
    ThreadState state = ThreadState.current();
    Mode before = state.mode;
    state.mode = before.with(Bits.GRAD, createGraph);
    try {
      for (int i = 0; i < n; i++) {
        result[i] = gradient(forms[i], grads == null ? null : grads.get(i));
      }
    } finally {
      state.mode = before;
    }
    return result;
  }

  private static void checkDifferentiable(String op, int i, Layout layout) {
    if (layout == null) {
      throw new AutogradException(
          op
              + ": root "
              + i
              + " is an edge to an output that is not differentiable, so it has no gradient.");
    }
  }

  private static void check(String op, int i, Form root, Tensor grad) {
    Layout layout = root.layout;
    checkDifferentiable(op, i, layout);
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
    if (Raw.dtype(grad).isComplex() != root.dtype.isComplex()) {
      throw new AutogradException(
          op
              + ": gradient "
              + i
              + " has dtype "
              + Raw.dtype(grad)
              + ", but tensor "
              + i
              + " has dtype "
              + root.dtype
              + "; both must be real, or both complex.");
    }
    if (!grad.device().equals(root.device)) {
      throw new AutogradException(
          op
              + ": gradient "
              + i
              + " is on "
              + grad.device()
              + ", but tensor "
              + i
              + " is on "
              + root.device
              + ".");
    }
  }

  private static Tensor gradient(Form root, Tensor grad) {
    GradMath math = GradMath.get();
    if (grad == null) {
      return Lending.exclusive(math.ones(root.layout.fresh(), root.dtype, root.device));
    }
    Lending.shared(grad);
    return Raw.dtype(grad) == root.dtype ? grad : math.convert(grad, root.dtype, root.device);
  }
}
