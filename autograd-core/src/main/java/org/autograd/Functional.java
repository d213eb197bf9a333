package org.autograd;

import java.util.List;
import java.util.function.UnaryOperator;

/**
 * Derivatives of functions at a point, and derivatives as functions.
 *
 * <p>{@code jacobian}, {@code hessian}, {@code vjp}, {@code jvp}, {@code vhp} and {@code hvp} take
 * a function and the point, and give numbers. Without {@code createGraph} these are constants; with
 * it, they can be differentiated with respect to tensors outside that require grad: the inputs, the
 * vector, and what the function captures. Inside of another derivative, of a mapped function or of
 * an open dual level they are never constants: they can be differentiated there as the result of
 * any operator can, whatever {@code createGraph}. {@link #grad}, {@link #jacrev}, {@link #jacfwd}
 * and their like give functions, to be composed at will; their results behave as those of any
 * operator.
 *
 * <pre>{@code
 * Tensor h = Functional.hessian(x -> x.pow(3).sum(), Tensor.of(1.0, 2.0)); // [[6, 0], [0, 12]]
 * UnaryOperator<Tensor> third = Functional.grad(Functional.grad(Functional.grad(x -> x.sin())));
 * }</pre>
 *
 * <p>All of them work under {@code noGrad()}, in which nothing outside is recorded, and touch no
 * {@code .grad}. The function should do the same each time, and must not change its inputs in
 * place. What it returns as it was given shares memory with the argument: {@code clone()} before
 * writing to it. Inputs must be of floating point dtype. Common errors: {@link
 * IllegalArgumentException} for a null or empty list, or a null in it, given or returned; {@link
 * AutogradException} for inputs without derivatives, vectors that do not fit, a function that
 * changed an input, and in inference mode; {@link NullPointerException} for a null function or null
 * options.
 */
public final class Functional extends FunctionalTransforms {
  private Functional() {}

  private static ValueAndDerivative<Tensor, Tensor> firsts(
      ValueAndDerivative<List<Tensor>, List<Tensor>> lists) {
    return new ValueAndDerivative<>(lists.value().get(0), lists.derivative().get(0));
  }

  private static List<Tensor> oneOrNone(Tensor v) {
    return v == null ? null : one(v);
  }

  /** Same as {@link #jacobian(UnaryOperator, Tensor, JacobianOptions)} with the default options. */
  public static Tensor jacobian(UnaryOperator<Tensor> f, Tensor x) {
    return jacobian(f, x, JacobianOptions.DEFAULT);
  }

  /**
   * Returns the derivatives of all output elements with respect to all input elements.
   *
   * @return the output's shape followed by that of {@code x}; the dtype of {@code x} in reverse
   *     mode, that of the output in forward mode
   * @throws AutogradException as {@link #jacobian(TensorFunction, List, JacobianOptions)} does
   */
  public static Tensor jacobian(UnaryOperator<Tensor> f, Tensor x, JacobianOptions options) {
    return jacobian(TensorFunction.of(f), one(x), options).get(0).get(0);
  }

  /** Same as {@link #jacobian(TensorFunction, List, JacobianOptions)} with the default options. */
  public static List<List<Tensor>> jacobian(TensorFunction f, List<Tensor> inputs) {
    return jacobian(f, inputs, JacobianOptions.DEFAULT);
  }

  /**
   * Returns the derivatives of all elements of several outputs with respect to all elements of
   * several inputs.
   *
   * @return indexed by output and input; each of the output's shape followed by that of the input,
   *     and of the dtype of the input in reverse mode, of the output in forward mode
   * @throws AutogradException in strict mode, if an output does not depend on an input, or, with
   *     {@code createGraph}, a derivative depends on no input; if {@code strict} comes with {@code
   *     vectorize} or forward mode
   * @throws UnsupportedOperationException if forward mode is asked for with {@code createGraph}, or
   *     without {@code vectorize}
   */
  public static List<List<Tensor>> jacobian(
      TensorFunction f, List<Tensor> inputs, JacobianOptions options) {
    return Jacobians.jacobian("jacobian", f, inputs, options);
  }

  /** Same as {@link #hessian(UnaryOperator, Tensor, JacobianOptions)} with the default options. */
  public static Tensor hessian(UnaryOperator<Tensor> f, Tensor x) {
    return hessian(f, x, JacobianOptions.DEFAULT);
  }

  /**
   * Returns the second derivatives of a function whose result has one element.
   *
   * @return the shape of {@code x} twice
   * @throws AutogradException as {@link #hessian(TensorFunction, List, JacobianOptions)} does
   */
  public static Tensor hessian(UnaryOperator<Tensor> f, Tensor x, JacobianOptions options) {
    return hessian(TensorFunction.of(f), one(x), options).get(0).get(0);
  }

  /** Same as {@link #hessian(TensorFunction, List, JacobianOptions)} with the default options. */
  public static List<List<Tensor>> hessian(TensorFunction f, List<Tensor> inputs) {
    return hessian(f, inputs, JacobianOptions.DEFAULT);
  }

  /**
   * Returns the second derivatives of a function of several inputs that gives one tensor of one
   * element.
   *
   * @param options the strategy is that of the outer derivative; the inner one is in reverse mode
   * @return indexed by two inputs; each of the first one's shape followed by that of the second
   * @throws AutogradException if the function gives several tensors or several elements; in strict
   *     mode, if a first or second derivative depends on no input; for options as {@link
   *     #jacobian(TensorFunction, List, JacobianOptions)} does
   * @throws UnsupportedOperationException for options as {@code jacobian} does
   */
  public static List<List<Tensor>> hessian(
      TensorFunction f, List<Tensor> inputs, JacobianOptions options) {
    return Hessians.hessian(f, inputs, options);
  }

  /**
   * Same as {@link #vjp(UnaryOperator, Tensor, Tensor)} with one as {@code v}; needs a single
   * element.
   */
  public static ValueAndDerivative<Tensor, Tensor> vjp(UnaryOperator<Tensor> f, Tensor x) {
    return vjp(f, x, null);
  }

  /**
   * Same as {@link #vjp(UnaryOperator, Tensor, Tensor, ProductOptions)} with the default options.
   */
  public static ValueAndDerivative<Tensor, Tensor> vjp(
      UnaryOperator<Tensor> f, Tensor x, Tensor v) {
    return vjp(f, x, v, ProductOptions.DEFAULT);
  }

  /**
   * Returns the value and the product of a vector with the jacobian, in one backward pass.
   *
   * @param v weights of the output elements: of the output's shape, and may be null if that has one
   *     element
   * @return the derivative has the shape and dtype of {@code x}
   * @throws AutogradException if {@code v} does not fit; in strict mode, if an output does not
   *     depend on an input
   */
  public static ValueAndDerivative<Tensor, Tensor> vjp(
      UnaryOperator<Tensor> f, Tensor x, Tensor v, ProductOptions options) {
    return firsts(vjp(TensorFunction.of(f), one(x), oneOrNone(v), options));
  }

  /** Same as {@link #vjp(TensorFunction, List, List, ProductOptions)} with the default options. */
  public static ValueAndDerivative<List<Tensor>, List<Tensor>> vjp(
      TensorFunction f, List<Tensor> inputs, List<Tensor> v) {
    return vjp(f, inputs, v, ProductOptions.DEFAULT);
  }

  /** Same as {@link #vjp(UnaryOperator, Tensor, Tensor, ProductOptions)} for several tensors. */
  public static ValueAndDerivative<List<Tensor>, List<Tensor>> vjp(
      TensorFunction f, List<Tensor> inputs, List<Tensor> v, ProductOptions options) {
    return Products.vjp(f, inputs, v, options);
  }

  /**
   * Same as {@link #jvp(UnaryOperator, Tensor, Tensor)} with one as {@code v}; needs a single
   * element.
   */
  public static ValueAndDerivative<Tensor, Tensor> jvp(UnaryOperator<Tensor> f, Tensor x) {
    return jvp(f, x, null);
  }

  /**
   * Same as {@link #jvp(UnaryOperator, Tensor, Tensor, ProductOptions)} with the default options.
   */
  public static ValueAndDerivative<Tensor, Tensor> jvp(
      UnaryOperator<Tensor> f, Tensor x, Tensor v) {
    return jvp(f, x, v, ProductOptions.DEFAULT);
  }

  /**
   * Returns the value and the product of the jacobian with a vector: the derivative along it. The
   * function runs once, in forward mode; if something in it has no forward formula, such as a
   * custom function without {@code jvp}, it runs again to be differentiated twice in reverse mode.
   *
   * @param v a change of the input: of the shape of {@code x}, and may be null if that has one
   *     element
   * @return the derivative has the shape and dtype of the output
   * @throws AutogradException if {@code v} does not fit; in strict mode, if an output does not
   *     depend on an input
   */
  public static ValueAndDerivative<Tensor, Tensor> jvp(
      UnaryOperator<Tensor> f, Tensor x, Tensor v, ProductOptions options) {
    return firsts(jvp(TensorFunction.of(f), one(x), oneOrNone(v), options));
  }

  /** Same as {@link #jvp(TensorFunction, List, List, ProductOptions)} with the default options. */
  public static ValueAndDerivative<List<Tensor>, List<Tensor>> jvp(
      TensorFunction f, List<Tensor> inputs, List<Tensor> v) {
    return jvp(f, inputs, v, ProductOptions.DEFAULT);
  }

  /** Same as {@link #jvp(UnaryOperator, Tensor, Tensor, ProductOptions)} for several tensors. */
  public static ValueAndDerivative<List<Tensor>, List<Tensor>> jvp(
      TensorFunction f, List<Tensor> inputs, List<Tensor> v, ProductOptions options) {
    return Products.jvp(f, inputs, v, options);
  }

  /**
   * Same as {@link #vhp(UnaryOperator, Tensor, Tensor)} with one as {@code v}; needs a single
   * element.
   */
  public static ValueAndDerivative<Tensor, Tensor> vhp(UnaryOperator<Tensor> f, Tensor x) {
    return vhp(f, x, null);
  }

  /**
   * Same as {@link #vhp(UnaryOperator, Tensor, Tensor, ProductOptions)} with the default options.
   */
  public static ValueAndDerivative<Tensor, Tensor> vhp(
      UnaryOperator<Tensor> f, Tensor x, Tensor v) {
    return vhp(f, x, v, ProductOptions.DEFAULT);
  }

  /**
   * Returns the value and the product of a vector with the hessian of a function whose result has
   * one element.
   *
   * @param v of the shape of {@code x}, and may be null if that has one element
   * @return the derivative has the shape and dtype of {@code x}
   * @throws AutogradException if {@code v} does not fit; if the result does not have one element;
   *     in strict mode, if an output does not depend on an input
   */
  public static ValueAndDerivative<Tensor, Tensor> vhp(
      UnaryOperator<Tensor> f, Tensor x, Tensor v, ProductOptions options) {
    return first(vhp(TensorFunction.of(f), one(x), oneOrNone(v), options));
  }

  /** Same as {@link #vhp(TensorFunction, List, List, ProductOptions)} with the default options. */
  public static ValueAndDerivative<Tensor, List<Tensor>> vhp(
      TensorFunction f, List<Tensor> inputs, List<Tensor> v) {
    return vhp(f, inputs, v, ProductOptions.DEFAULT);
  }

  /** Same as {@link #vhp(UnaryOperator, Tensor, Tensor, ProductOptions)} for several tensors. */
  public static ValueAndDerivative<Tensor, List<Tensor>> vhp(
      TensorFunction f, List<Tensor> inputs, List<Tensor> v, ProductOptions options) {
    return Products.vhp(f, inputs, v, options);
  }

  /**
   * Same as {@link #hvp(UnaryOperator, Tensor, Tensor)} with one as {@code v}; needs a single
   * element.
   */
  public static ValueAndDerivative<Tensor, Tensor> hvp(UnaryOperator<Tensor> f, Tensor x) {
    return hvp(f, x, null);
  }

  /**
   * Same as {@link #hvp(UnaryOperator, Tensor, Tensor, ProductOptions)} with the default options.
   */
  public static ValueAndDerivative<Tensor, Tensor> hvp(
      UnaryOperator<Tensor> f, Tensor x, Tensor v) {
    return hvp(f, x, v, ProductOptions.DEFAULT);
  }

  /**
   * Returns the value and the product of the hessian with a vector; usually faster than {@code
   * vhp}, which it falls back on if something in the function has no forward formula.
   *
   * @param v of the shape of {@code x}, and may be null if that has one element
   * @return the derivative has the shape and dtype of {@code x}
   * @throws AutogradException if {@code v} does not fit; if the result does not have one element;
   *     in strict mode, if an output does not depend on an input
   */
  public static ValueAndDerivative<Tensor, Tensor> hvp(
      UnaryOperator<Tensor> f, Tensor x, Tensor v, ProductOptions options) {
    return first(hvp(TensorFunction.of(f), one(x), oneOrNone(v), options));
  }

  /** Same as {@link #hvp(TensorFunction, List, List, ProductOptions)} with the default options. */
  public static ValueAndDerivative<Tensor, List<Tensor>> hvp(
      TensorFunction f, List<Tensor> inputs, List<Tensor> v) {
    return hvp(f, inputs, v, ProductOptions.DEFAULT);
  }

  /** Same as {@link #hvp(UnaryOperator, Tensor, Tensor, ProductOptions)} for several tensors. */
  public static ValueAndDerivative<Tensor, List<Tensor>> hvp(
      TensorFunction f, List<Tensor> inputs, List<Tensor> v, ProductOptions options) {
    return Products.hvp(f, inputs, v, options);
  }
}
