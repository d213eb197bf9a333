package org.autograd;

import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;

/** Whether backward and forward mode get along with gradients and tangents that are missing. */
final class GradcheckUndefined {
  private static final GradOptions UNUSED = GradOptions.DEFAULT.withAllowUnused(true);

  /** Lets values through, but no gradients back. */
  private static final CustomFunction<Tensor, Tensor> UNDEFINED_GRAD =
      CustomFunction.<Tensor, Tensor>named("UndefinedGrad")
          .forward((ctx, x) -> x)
          .backward((ctx, grads) -> CustomFunction.gradients((Tensor) null));

  private GradcheckUndefined() {}

  /**
   * Runs backward with all output gradients missing, and if there are several outputs, with one
   * after the other missing and the rest zero.
   *
   * @throws GradcheckException if it fails, or a gradient is neither missing nor zero
   */
  static void check(GradcheckCase c) {
    int count = c.differentiable().length;
    check(c, -1);
    for (int i = 0; count > 1 && i < count; i++) {
      check(c, i);
    }
  }

  /**
   * Runs backward once.
   *
   * @param missing which gradient is missing among those of the differentiable outputs; -1 for all
   */
  private static void check(GradcheckCase c, int missing) {
    List<Tensor> outputs = new ArrayList<>();
    for (Tensor o : c.freshDifferentiable()) {
      boolean cut = missing < 0 || outputs.size() == missing;
      outputs.add(cut ? GradMode.enableGrad(() -> UNDEFINED_GRAD.apply(o)) : o);
    }
    String when =
        missing < 0
            ? "the gradients of all outputs are missing (null)"
            : "the gradient of "
                + c.outputName(c.differentiable()[missing])
                + " is missing (null) and the others are zero";
    List<Tensor> zeros = outputs.stream().map(Tensor::zerosLike).toList();
    List<Tensor> grads;
    try {
      grads = Autograd.grad(outputs, c.checkedInputs(), zeros, UNUSED);
    } catch (RuntimeException e) {
      throw failure(c, "backward fails when " + when + ": " + e, e);
    }
    for (int j = 0; j < grads.size(); j++) {
      if (grads.get(j) != null && !GradcheckBackward.isZero(grads.get(j))) {
        throw failure(
            c,
            "when "
                + when
                + ", the gradient for "
                + c.inputName(c.checked()[j])
                + " should be null or zero, but is\n"
                + grads.get(j).detach(),
            null);
      }
    }
  }

  /**
   * Runs the function in forward mode with one input after the other having no tangent, and random
   * ones for the rest: the result must be that of a tangent of zeros.
   *
   * @throws GradcheckException if it fails, or a tangent differs
   */
  static void checkForward(GradcheckCase c) {
    Generator generator = GradcheckVectors.generator();
    Map<Tensor, Tensor> directions = new IdentityHashMap<>();
    for (Tensor x : c.checkedInputs()) {
      directions.computeIfAbsent(x, t -> GradcheckVectors.normal(t, generator));
    }
    for (int j : c.checked()) {
      Tensor without = c.input(j);
      String when = c.inputName(j) + " has no tangent";
      List<double[]> zeros = tangents(c, directions, without, Tensor.zerosLike(without));
      List<double[]> none;
      try {
        none = tangents(c, directions, without, null);
      } catch (RuntimeException e) {
        throw new GradcheckException(c.name() + ": forward mode fails when " + when + ": " + e, e);
      }
      for (int i = 0; i < zeros.size(); i++) {
        if (zeros.get(i) != null && none.get(i) != null) {
          compare(c, when + ", the tangent of output " + i, zeros.get(i), none.get(i));
        }
      }
    }
  }

  private static void compare(GradcheckCase c, String when, double[] expected, double[] found) {
    for (int e = 0; e < expected.length; e++) {
      double allowed = 1e-8 + 1e-5 * Math.abs(expected[e]);
      if (found[e] != expected[e]
          && !(Math.abs(found[e] - expected[e]) <= allowed)
          && !(Double.isNaN(found[e]) && Double.isNaN(expected[e]))) {
        throw new GradcheckException(
            c.name()
                + ": when "
                + when
                + " should be as with a tangent of zeros, where element "
                + e
                + " is "
                + expected[e]
                + ", but it is "
                + found[e]
                + ". Does jvp take a missing tangent for zeros?");
      }
    }
  }

  /** Returns the tangents of the outputs, null for none, if one input has the given tangent. */
  private static List<double[]> tangents(
      GradcheckCase c, Map<Tensor, Tensor> directions, Tensor input, Tensor tangent) {
    try (ForwardAD.Level level = ForwardAD.dualLevel()) {
      Map<Tensor, Tensor> duals = new IdentityHashMap<>();
      directions.forEach((x, direction) -> {
        Tensor t = x == input ? tangent : direction;
        duals.put(x, t == null ? x.detach() : ForwardAD.makeDual(x.detach(), t));
      });
      List<double[]> tangents = new ArrayList<>();
      for (Tensor o : c.evaluate(c.inputs().stream().map(x -> duals.getOrDefault(x, x)).toList())) {
        Tensor t = o.dtype().isFloating() ? ForwardAD.unpackDual(o).tangent() : null;
        tangents.add(t == null ? null : t.toDoubleArray());
      }
      return tangents;
    }
  }

  private static GradcheckException failure(GradcheckCase c, String what, RuntimeException cause) {
    Warnings.warn(
        c.name()
            + ": output gradients that are missing are checked by default. A backward that is"
            + " never run without one of them can do without: set checkUndefinedGrad = false.");
    return new GradcheckException(c.name() + ": " + what, cause);
  }
}
