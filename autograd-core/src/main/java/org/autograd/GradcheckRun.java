package org.autograd;

import java.util.Arrays;
import org.autograd.GradcheckOptions.Switch;

/** One check, from its options to its verdict. */
final class GradcheckRun {
  private final GradcheckCase c;
  private final GradcheckOptions options;
  private final GradcheckBackward backward;
  private final GradcheckForward forward;
  private final GradcheckNumerical numerical;

  private GradcheckRun(GradcheckCase c, GradcheckOptions options) {
    this.c = c;
    this.options = options;
    backward = new GradcheckBackward(c, options);
    forward = new GradcheckForward(c);
    numerical = new GradcheckNumerical(c, options.eps());
  }

  /**
   * Refuses options that contradict each other.
   *
   * @throws IllegalStateException if nothing is checked, or a check lacks what it builds on
   */
  static void checkOptions(String check, GradcheckOptions options, String forward, String reverse) {
    boolean isForward = options.has(Switch.CHECK_FORWARD_AD);
    boolean isReverse = options.has(Switch.CHECK_BACKWARD_AD);
    if (!isForward && !isReverse) {
      throw new IllegalStateException(
          check + ": " + forward + " and " + reverse + " are both off; switch one of them on.");
    }
    if (options.has(Switch.CHECK_BATCHED_GRAD) && !isReverse) {
      throw new IllegalStateException(check + ": checkBatchedGrad needs " + reverse + ".");
    }
    if (options.has(Switch.CHECK_BATCHED_FORWARD_GRAD) && !isForward) {
      throw new IllegalStateException(check + ": checkBatchedForwardGrad needs " + forward + ".");
    }
  }

  /**
   * Runs the check.
   *
   * @throws GradcheckException if it fails
   */
  static void run(GradcheckCase c, GradcheckOptions options) {
    new GradcheckRun(c, options).run();
  }

  private void run() {
    if (c.differentiable().length == 0) {
      checkNothingToDifferentiate();
      return;
    }
    boolean fast = options.has(Switch.FAST_MODE);
    GradcheckPairs pairs =
        fast
            ? new GradcheckProjections(c, options, backward, forward, numerical)
            : new GradcheckJacobians(c, options, backward, forward, numerical);
    if (options.has(Switch.CHECK_BACKWARD_AD)) {
      pairs.compareReverse();
    }
    if (options.has(Switch.CHECK_FORWARD_AD)) {
      pairs.compareForward();
      if (options.has(Switch.CHECK_UNDEFINED_GRAD)) {
        GradcheckUndefined.checkForward(c);
      }
    }
    if (options.has(Switch.CHECK_BATCHED_FORWARD_GRAD)) {
      GradcheckBatched.checkForward(c);
    }
    if (!options.has(Switch.CHECK_BACKWARD_AD)) {
      return;
    }
    if (options.has(Switch.CHECK_BATCHED_GRAD)) {
      GradcheckBatched.checkReverse(c);
    }
    backward.checkZeroOutputGradients();
    if (options.has(Switch.CHECK_UNDEFINED_GRAD)) {
      GradcheckUndefined.check(c);
    }
  }

  private void checkNothingToDifferentiate() {
    boolean fast = options.has(Switch.FAST_MODE);
    Generator generator = GradcheckVectors.generator();
    for (int input : c.checked()) {
      if (fast) {
        double[] u = GradcheckVectors.unit(c.input(input), generator);
        checkZero(input, numerical.along(input, u), options.nondetTol());
      } else {
        for (double[][] column : numerical.columns(input)) {
          checkZero(input, column, 0);
        }
      }
    }
  }

  private void checkZero(int input, double[][] derivatives, double allowed) {
    for (int o = 0; o < derivatives.length; o++) {
      double[] d = derivatives[o];
      if (d != null && !Arrays.stream(d).allMatch(v -> Math.abs(v) <= allowed)) {
        throw new GradcheckException(
            c.name()
                + ": no output requires grad, so the numerical gradient is expected to be zero, but "
                + c.outputName(o)
                + " changes with "
                + c.inputName(input)
                + ", by "
                + GradcheckReport.number(Arrays.stream(d).map(Math::abs).max().orElse(0))
                + " for each unit. Is the function recorded: not under noGrad, detached, or computed"
                + " on the host?");
      }
    }
  }
}
