package org.autograd;

import java.util.List;
import java.util.function.UnaryOperator;
import org.autograd.GradcheckOptions.Switch;

/**
 * An assertion about the derivatives of a function, see {@link GradCheck#that}. It fails with an
 * {@link AssertionError}, as every test framework expects, whose message is that of the check.
 * Misuse, and what the function throws, comes through as it is.
 */
public final class GradcheckAssert {
  private final TensorFunction function;
  private final List<Tensor> inputs;
  private GradcheckOptions options = GradcheckOptions.DEFAULT;

  GradcheckAssert(TensorFunction function, List<Tensor> inputs) {
    this.function = function;
    this.inputs = inputs;
  }

  /**
   * Sets the options; whether exceptions are raised does not matter.
   *
   * @return this
   */
  public GradcheckAssert with(GradcheckOptions options) {
    this.options = options.with(Switch.RAISE_EXCEPTION, true);
    return this;
  }

  /**
   * Changes the options: {@code with(o -> o.withFastMode(true))}.
   *
   * @return this
   */
  public GradcheckAssert with(UnaryOperator<GradcheckOptions> change) {
    return with(change.apply(options));
  }

  /**
   * Asserts that the derivatives are right, see {@link GradCheck#gradcheck(TensorFunction, List,
   * GradcheckOptions)}.
   *
   * @return this
   * @throws AssertionError if they are wrong
   */
  public GradcheckAssert passesGradcheck() {
    return passes(this::gradcheck);
  }

  /**
   * Asserts that the second derivatives are right, see {@link
   * GradCheck#gradgradcheck(TensorFunction, List, GradcheckOptions)}.
   *
   * @return this
   * @throws AssertionError if they are wrong
   */
  public GradcheckAssert passesGradgradcheck() {
    return passes(this::gradgradcheck);
  }

  /**
   * Asserts that the derivatives are wrong.
   *
   * @return what the check has to say, to look at its message
   * @throws AssertionError if they are right
   */
  public GradcheckException failsGradcheck() {
    return fails("gradcheck", this::gradcheck);
  }

  /**
   * Asserts that the second derivatives are wrong.
   *
   * @return what the check has to say, to look at its message
   * @throws AssertionError if they are right
   */
  public GradcheckException failsGradgradcheck() {
    return fails("gradgradcheck", this::gradgradcheck);
  }

  private void gradcheck() {
    GradCheck.gradcheck(function, inputs, options);
  }

  private void gradgradcheck() {
    GradCheck.gradgradcheck(function, inputs, options);
  }

  private GradcheckAssert passes(Runnable check) {
    try {
      check.run();
    } catch (GradcheckException e) {
      throw new AssertionError(e.getMessage(), e);
    }
    return this;
  }

  private static GradcheckException fails(String name, Runnable check) {
    try {
      check.run();
    } catch (GradcheckException e) {
      return e;
    }
    throw new AssertionError(name + ": expected to fail, but all derivatives are right.");
  }
}
