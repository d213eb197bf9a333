package org.autograd;

import java.util.ArrayList;
import java.util.List;

/** Whether backward gets along with output gradients that are missing. */
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

  private static GradcheckException failure(GradcheckCase c, String what, RuntimeException cause) {
    Warnings.warn(
        c.name()
            + ": output gradients that are missing are checked by default. A backward that is"
            + " never run without one of them can do without: set checkUndefinedGrad = false.");
    return new GradcheckException(c.name() + ": " + what, cause);
  }
}
