package org.autograd;

import java.util.EnumSet;
import java.util.Objects;
import java.util.Set;

/**
 * Options of {@link GradCheck}.
 *
 * @param eps how far an element is moved to either side for a numerical derivative
 * @param atol the absolute tolerance: a difference of {@code atol + rtol * |numerical|} is allowed
 * @param rtol the relative tolerance
 * @param nondetTol how far two runs of the same backward may differ
 * @param switches what is checked, and how
 */
public record GradcheckOptions(
    double eps, double atol, double rtol, double nondetTol, Set<Switch> switches) {
  /** What can be switched on and off, see the {@code with} methods for each. */
  public enum Switch {
    /** A failed check throws. */
    RAISE_EXCEPTION,
    /** Missing output gradients, and in forward mode missing tangents, are tried. */
    CHECK_UNDEFINED_GRAD,
    /** Gradients must come in the dtype of their input. */
    CHECK_GRAD_DTYPES,
    /** Batched gradients are compared with a loop. */
    CHECK_BATCHED_GRAD,
    /** Batched tangents are compared with a loop. */
    CHECK_BATCHED_FORWARD_GRAD,
    /** Forward mode is checked. */
    CHECK_FORWARD_AD,
    /** Reverse mode is checked. */
    CHECK_BACKWARD_AD,
    /** Forward mode over the gradient function is checked. */
    CHECK_FWD_OVER_REV,
    /** Reverse mode over the gradient function is checked. */
    CHECK_REV_OVER_REV,
    /** Random projections are compared. */
    FAST_MODE,
    /** Only elements that a sparse input specifies are compared. */
    MASKED,
    /** Output gradients that are made up are not contiguous. */
    GEN_NON_CONTIG_GRAD_OUTPUTS
  }

  /**
   * {@code eps} 1e-6, {@code atol} 1e-5, {@code rtol} 1e-3, {@code nondetTol} 0; reverse mode with
   * missing output gradients, in full; failures throw.
   */
  public static final GradcheckOptions DEFAULT =
      new GradcheckOptions(
          1e-6,
          1e-5,
          1e-3,
          0,
          EnumSet.of(
              Switch.RAISE_EXCEPTION,
              Switch.CHECK_UNDEFINED_GRAD,
              Switch.CHECK_BACKWARD_AD,
              Switch.CHECK_REV_OVER_REV));

  /**
   * Checks the numbers and copies the set.
   *
   * @throws IllegalArgumentException if {@code eps} is not a positive finite number, or a tolerance
   *     is negative or NaN
   */
  public GradcheckOptions {
    if (!(eps > 0) || Double.isInfinite(eps)) {
      throw new IllegalArgumentException("gradcheck: eps must be positive and finite, not " + eps);
    }
    checkTolerance("atol", atol);
    checkTolerance("rtol", rtol);
    checkTolerance("nondetTol", nondetTol);
    switches = Set.copyOf(Objects.requireNonNull(switches, "switches"));
  }

  private static void checkTolerance(String name, double value) {
    if (!(value >= 0)) {
      throw new IllegalArgumentException(
          "gradcheck: " + name + " must not be negative, but is " + value);
    }
  }

  /** Returns options that differ in {@code eps}. */
  public GradcheckOptions withEps(double eps) {
    return new GradcheckOptions(eps, atol, rtol, nondetTol, switches);
  }

  /** Returns options that differ in {@code atol}. */
  public GradcheckOptions withAtol(double atol) {
    return new GradcheckOptions(eps, atol, rtol, nondetTol, switches);
  }

  /** Returns options that differ in {@code rtol}. */
  public GradcheckOptions withRtol(double rtol) {
    return new GradcheckOptions(eps, atol, rtol, nondetTol, switches);
  }

  /** Returns options that differ in {@code nondetTol}. */
  public GradcheckOptions withNondetTol(double nondetTol) {
    return new GradcheckOptions(eps, atol, rtol, nondetTol, switches);
  }

  /**
   * Returns options with which a failed check throws {@link GradcheckException}, or gives false.
   */
  public GradcheckOptions withRaiseException(boolean on) {
    return with(Switch.RAISE_EXCEPTION, on);
  }

  /**
   * Returns options with or without a check that backward accepts missing output gradients, all or
   * one at a time, and then gives none or zeros; and in checks of forward mode that inputs without
   * a tangent give what tangents of zeros do.
   */
  public GradcheckOptions withCheckUndefinedGrad(boolean on) {
    return with(Switch.CHECK_UNDEFINED_GRAD, on);
  }

  /**
   * Returns options with or without a check that gradients are computed in the dtype of their
   * input. Elsewhere a gradient of another dtype is converted without notice.
   */
  public GradcheckOptions withCheckGradDtypes(boolean on) {
    return with(Switch.CHECK_GRAD_DTYPES, on);
  }

  /** Returns options with or without a check of batched gradients; needs reverse mode. */
  public GradcheckOptions withCheckBatchedGrad(boolean on) {
    return with(Switch.CHECK_BATCHED_GRAD, on);
  }

  /** Returns options with or without a check of batched tangents; needs forward mode. */
  public GradcheckOptions withCheckBatchedForwardGrad(boolean on) {
    return with(Switch.CHECK_BATCHED_FORWARD_GRAD, on);
  }

  /** Returns options with or without a check of forward mode; {@code gradcheck} only. */
  public GradcheckOptions withCheckForwardAd(boolean on) {
    return with(Switch.CHECK_FORWARD_AD, on);
  }

  /** Returns options with or without a check of reverse mode; {@code gradcheck} only. */
  public GradcheckOptions withCheckBackwardAd(boolean on) {
    return with(Switch.CHECK_BACKWARD_AD, on);
  }

  /**
   * Returns options with or without a check of forward mode over the gradient function; {@code
   * gradgradcheck} only.
   */
  public GradcheckOptions withCheckFwdOverRev(boolean on) {
    return with(Switch.CHECK_FWD_OVER_REV, on);
  }

  /**
   * Returns options with or without a check of reverse mode over the gradient function; {@code
   * gradgradcheck} only.
   */
  public GradcheckOptions withCheckRevOverRev(boolean on) {
    return with(Switch.CHECK_REV_OVER_REV, on);
  }

  /**
   * Returns options that compare random projections of the Jacobians, or all their entries. The
   * former takes a number of runs that does not depend on the number of elements.
   */
  public GradcheckOptions withFastMode(boolean on) {
    return with(Switch.FAST_MODE, on);
  }

  /** Returns options that differ in {@code masked}, which changes nothing for dense tensors. */
  public GradcheckOptions withMasked(boolean on) {
    return with(Switch.MASKED, on);
  }

  /**
   * Returns options with which {@code gradgradcheck} makes up output gradients that are not
   * contiguous, or are.
   */
  public GradcheckOptions withGenNonContigGradOutputs(boolean on) {
    return with(Switch.GEN_NON_CONTIG_GRAD_OUTPUTS, on);
  }

  /** Tells whether a switch is on. */
  public boolean has(Switch which) {
    return switches.contains(which);
  }

  /** Returns options that differ in one switch at most. */
  public GradcheckOptions with(Switch which, boolean on) {
    EnumSet<Switch> changed = EnumSet.noneOf(Switch.class);
    changed.addAll(switches);
    if (on) {
      changed.add(which);
    } else {
      changed.remove(which);
    }
    return new GradcheckOptions(eps, atol, rtol, nondetTol, changed);
  }
}
