package org.autograd;

import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.function.BinaryOperator;
import java.util.function.UnaryOperator;
import org.autograd.GradcheckOptions.Switch;

/**
 * Checks gradients against finite differences, which need nothing but the function itself.
 *
 * <pre>{@code
 * Tensor x = Tensor.of(0.5, -1.5).requiresGrad_();
 * GradCheck.gradcheck(t -> t.sin().mul(t), x); // true, or throws
 * GradCheck.that(t -> t.sin().mul(t), x).passesGradcheck(); // for tests
 * }</pre>
 *
 * <p>Every input that requires grad is checked with every output that does. The inputs should be
 * float64. While a check runs, their elements are moved in place by {@code eps} and put back, so no
 * other thread should use them.
 */
public final class GradCheck {
  private GradCheck() {}

  /**
   * Checks the derivative of a function of one tensor.
   *
   * @throws GradcheckException if it is wrong
   * @throws AutogradException as {@link #gradcheck(TensorFunction, List, GradcheckOptions)} does
   */
  public static boolean gradcheck(UnaryOperator<Tensor> f, Tensor x) {
    return gradcheck(f, x, GradcheckOptions.DEFAULT);
  }

  /** Same as {@link #gradcheck(TensorFunction, List, GradcheckOptions)} for one tensor. */
  public static boolean gradcheck(UnaryOperator<Tensor> f, Tensor x, GradcheckOptions options) {
    return gradcheck(TensorFunction.of(f), Collections.singletonList(x), options);
  }

  /** Checks the derivatives of a function of two tensors, as the form for one does. */
  public static boolean gradcheck(BinaryOperator<Tensor> f, Tensor a, Tensor b) {
    return gradcheck(TensorFunction.of(f), Arrays.asList(a, b));
  }

  /** Same as {@link #gradcheck(TensorFunction, List, GradcheckOptions)} with default options. */
  public static boolean gradcheck(TensorFunction f, List<Tensor> inputs) {
    return gradcheck(f, inputs, GradcheckOptions.DEFAULT);
  }

  /**
   * Checks the derivatives of a function: each output that requires grad with respect to each input
   * that does.
   *
   * @param f must give the same values, shapes and dtypes whenever it is given the same inputs
   * @param inputs of any dtype; at least one requires grad
   * @return whether all is right; false only if {@code raiseException} is off
   * @throws GradcheckException if something is wrong
   * @throws IllegalArgumentException if no input requires grad, or an input or output is null
   * @throws IllegalStateException if the options ask for nothing, or for a check of batches without
   *     the mode it belongs to, or if the shape or dtype of an output depends on the values
   * @throws AutogradException if the elements of an input to be checked share memory, or inference
   *     mode is on
   */
  public static boolean gradcheck(TensorFunction f, List<Tensor> inputs, GradcheckOptions options) {
    GradcheckRun.checkOptions("gradcheck", options, "checkForwardAd", "checkBackwardAd");
    return verdict(
        options,
        () -> GradcheckRun.run(new GradcheckCase(GradcheckNames.PLAIN, f, inputs), options));
  }

  /**
   * Checks the second derivative of a function of one tensor.
   *
   * @throws GradcheckException if it is wrong
   * @throws AutogradException as {@link #gradgradcheck(TensorFunction, List, List,
   *     GradcheckOptions)} does
   */
  public static boolean gradgradcheck(UnaryOperator<Tensor> f, Tensor x) {
    return gradgradcheck(f, x, GradcheckOptions.DEFAULT);
  }

  /** Same as {@link #gradgradcheck(TensorFunction, List, GradcheckOptions)} for one tensor. */
  public static boolean gradgradcheck(UnaryOperator<Tensor> f, Tensor x, GradcheckOptions options) {
    return gradgradcheck(TensorFunction.of(f), Collections.singletonList(x), options);
  }

  /** Checks the second derivatives of a function of two tensors, as the form for one does. */
  public static boolean gradgradcheck(BinaryOperator<Tensor> f, Tensor a, Tensor b) {
    return gradgradcheck(TensorFunction.of(f), Arrays.asList(a, b));
  }

  /** Checks second derivatives with default options and random output gradients. */
  public static boolean gradgradcheck(TensorFunction f, List<Tensor> inputs) {
    return gradgradcheck(f, inputs, null, GradcheckOptions.DEFAULT);
  }

  /** Checks second derivatives with random output gradients. */
  public static boolean gradgradcheck(
      TensorFunction f, List<Tensor> inputs, GradcheckOptions options) {
    return gradgradcheck(f, inputs, null, options);
  }

  /**
   * Checks second derivatives: those of the function that takes the inputs and the gradients of the
   * outputs, and gives the gradients of the inputs.
   *
   * @param f must give the same values, shapes and dtypes whenever it is given the same inputs
   * @param inputs of any dtype; at least one requires grad
   * @param gradOutputs one for each output that requires grad, of its shape; those that require
   *     grad are checked too. Null for random ones in [-1, 1], the same in every call, which
   *     require grad
   * @param options {@code checkFwdOverRev} and {@code checkRevOverRev} say what is checked
   * @return whether all is right; false only if {@code raiseException} is off
   * @throws GradcheckException if something is wrong
   * @throws IllegalArgumentException if no input requires grad, or the number of gradients is wrong
   * @throws IllegalStateException if the options ask for nothing, or for a check of batches without
   *     the mode it belongs to, or if the shape or dtype of a gradient depends on the values
   * @throws AutogradException if the elements of an input to be checked share memory
   */
  public static boolean gradgradcheck(
      TensorFunction f, List<Tensor> inputs, List<Tensor> gradOutputs, GradcheckOptions options) {
    GradcheckOptions inner =
        options
            .withCheckForwardAd(options.has(Switch.CHECK_FWD_OVER_REV))
            .withCheckBackwardAd(options.has(Switch.CHECK_REV_OVER_REV));
    GradcheckRun.checkOptions("gradgradcheck", inner, "checkFwdOverRev", "checkRevOverRev");
    return verdict(
        inner,
        () -> {
          GradcheckGradient gradient =
              new GradcheckGradient(
                  f, inputs, gradOutputs, options.has(Switch.GEN_NON_CONTIG_GRAD_OUTPUTS));
          GradcheckRun.run(new GradcheckCase(gradient, gradient, gradient.arguments()), inner);
        });
  }

  private static boolean verdict(GradcheckOptions options, Runnable check) {
    if (options.has(Switch.RAISE_EXCEPTION)) {
      check.run();
      return true;
    }
    try {
      check.run();
      return true;
    } catch (GradcheckException e) {
      return false;
    }
  }

  /**
   * Starts an assertion about the derivative of a function of one tensor, for tests.
   *
   * <pre>{@code
   * GradCheck.that(x -> x.exp(), x)
   *     .with(o -> o.withCheckForwardAd(true))
   *     .passesGradcheck()
   *     .passesGradgradcheck();
   * }</pre>
   */
  public static GradcheckAssert that(UnaryOperator<Tensor> f, Tensor x) {
    return that(TensorFunction.of(f), Collections.singletonList(x));
  }

  /** Starts an assertion about the derivatives of a function of two tensors, for tests. */
  public static GradcheckAssert that(BinaryOperator<Tensor> f, Tensor a, Tensor b) {
    return that(TensorFunction.of(f), Arrays.asList(a, b));
  }

  /** Starts an assertion about the derivatives of a function, for tests. */
  public static GradcheckAssert that(TensorFunction f, List<Tensor> inputs) {
    return new GradcheckAssert(f, inputs);
  }
}
