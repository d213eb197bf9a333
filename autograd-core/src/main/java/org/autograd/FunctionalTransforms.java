package org.autograd;

import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.function.BiFunction;
import java.util.function.BinaryOperator;
import java.util.function.Function;
import java.util.function.UnaryOperator;

/** The part of {@link Functional} that makes functions from functions. */
abstract class FunctionalTransforms {
  /** For {@link Functional}. */
  FunctionalTransforms() {}

  /**
   * Returns the gradient of a function whose result has one element, as a function. What it gives
   * can be differentiated with respect to its argument and to what {@code f} captures, if they
   * require grad and recording is on; else it has no history.
   *
   * @throws AutogradException when called, if the result has several elements
   */
  public static UnaryOperator<Tensor> grad(UnaryOperator<Tensor> f) {
    TensorFunction gradient = grad(TensorFunction.of(f));
    return x -> gradient.apply(one(x)).get(0);
  }

  /** Same as {@link #grad(BinaryOperator, int)} for argument 0. */
  public static BinaryOperator<Tensor> grad(BinaryOperator<Tensor> f) {
    return grad(f, 0);
  }

  /**
   * Returns the gradient with respect to one of two arguments; see {@link #grad(UnaryOperator)}.
   *
   * @param argnum 0 or 1; negative numbers count from the end
   */
  public static BinaryOperator<Tensor> grad(BinaryOperator<Tensor> f, int argnum) {
    TensorFunction gradient = grad(TensorFunction.of(f), argnum);
    return (x, y) -> gradient.apply(two(x, y)).get(0);
  }

  /**
   * Returns the gradients with respect to some of several arguments, as a function; see {@link
   * #grad(UnaryOperator)}. The others may be of any dtype.
   *
   * @param f gives a single tensor of one element
   * @param argnums the positions of the arguments; negative ones count from the end; none mean
   *     argument 0
   * @return gives one gradient for each of {@code argnums}, in their order
   * @throws IllegalArgumentException when called, if there is no such argument, or one is named
   *     twice
   */
  public static TensorFunction grad(TensorFunction f, int... argnums) {
    Argnums which = Argnums.of(argnums);
    return args -> Transforms.valueAndGrad("grad", f, args, which).grad();
  }

  /**
   * Same as {@link #grad(UnaryOperator)}, with the value; the function runs once. The value comes
   * first, see {@link #gradAndValue(UnaryOperator)} for the other order.
   */
  public static Function<Tensor, ValueAndGrad<Tensor>> valueAndGrad(UnaryOperator<Tensor> f) {
    Function<List<Tensor>, ValueAndGrad<List<Tensor>>> both = valueAndGrad(TensorFunction.of(f));
    return x -> first(both.apply(one(x)));
  }

  /** Same as {@link #valueAndGrad(BinaryOperator, int)} for argument 0. */
  public static BiFunction<Tensor, Tensor, ValueAndGrad<Tensor>> valueAndGrad(
      BinaryOperator<Tensor> f) {
    return valueAndGrad(f, 0);
  }

  /** Same as {@link #grad(BinaryOperator, int)}, with the value. The value comes first. */
  public static BiFunction<Tensor, Tensor, ValueAndGrad<Tensor>> valueAndGrad(
      BinaryOperator<Tensor> f, int argnum) {
    Function<List<Tensor>, ValueAndGrad<List<Tensor>>> both =
        valueAndGrad(TensorFunction.of(f), argnum);
    return (x, y) -> first(both.apply(two(x, y)));
  }

  /** Same as {@link #grad(TensorFunction, int...)}, with the value. The value comes first. */
  public static Function<List<Tensor>, ValueAndGrad<List<Tensor>>> valueAndGrad(
      TensorFunction f, int... argnums) {
    Argnums which = Argnums.of(argnums);
    return args -> Transforms.valueAndGrad("valueAndGrad", f, args, which);
  }

  /**
   * Same as {@link #grad(UnaryOperator)}, with the value; the function runs once. The gradient
   * comes first, as in {@code torch.func.grad_and_value}, see {@link #valueAndGrad(UnaryOperator)}
   * for the other order.
   */
  public static Function<Tensor, GradAndValue<Tensor>> gradAndValue(UnaryOperator<Tensor> f) {
    Function<List<Tensor>, GradAndValue<List<Tensor>>> both = gradAndValue(TensorFunction.of(f));
    return x -> first(both.apply(one(x)));
  }

  /** Same as {@link #gradAndValue(BinaryOperator, int)} for argument 0. */
  public static BiFunction<Tensor, Tensor, GradAndValue<Tensor>> gradAndValue(
      BinaryOperator<Tensor> f) {
    return gradAndValue(f, 0);
  }

  /**
   * Same as {@link #grad(BinaryOperator, int)}, with the value. The gradient comes first, as in
   * {@code torch.func.grad_and_value}.
   */
  public static BiFunction<Tensor, Tensor, GradAndValue<Tensor>> gradAndValue(
      BinaryOperator<Tensor> f, int argnum) {
    Function<List<Tensor>, GradAndValue<List<Tensor>>> both =
        gradAndValue(TensorFunction.of(f), argnum);
    return (x, y) -> first(both.apply(two(x, y)));
  }

  /**
   * Same as {@link #grad(TensorFunction, int...)}, with the value. The gradient comes first, as in
   * {@code torch.func.grad_and_value}.
   */
  public static Function<List<Tensor>, GradAndValue<List<Tensor>>> gradAndValue(
      TensorFunction f, int... argnums) {
    Argnums which = Argnums.of(argnums);
    return args -> {
      ValueAndGrad<List<Tensor>> r = Transforms.valueAndGrad("gradAndValue", f, args, which);
      return new GradAndValue<>(r.grad(), r.value());
    };
  }

  /** Same as {@link #jacrev(UnaryOperator, JacobianOptions)} with all rows at once. */
  public static UnaryOperator<Tensor> jacrev(UnaryOperator<Tensor> f) {
    return jacrev(f, JacobianOptions.VECTORIZED);
  }

  /**
   * Returns the jacobian, computed in reverse mode, as a function. Its results behave as those of
   * {@link #grad(UnaryOperator)} do.
   *
   * @param options whether rows are computed in batches, and how many at once; the others must be
   *     as in {@link JacobianOptions#DEFAULT}
   * @return gives the output's shape followed by the argument's
   * @throws IllegalArgumentException for other options
   */
  public static UnaryOperator<Tensor> jacrev(UnaryOperator<Tensor> f, JacobianOptions options) {
    Function<List<Tensor>, List<List<Tensor>>> jacobian =
        jacrev(TensorFunction.of(f), List.of(0), options);
    return x -> jacobian.apply(one(x)).get(0).get(0);
  }

  /** Returns the jacobian with respect to one of two arguments; see the other forms. */
  public static BinaryOperator<Tensor> jacrev(BinaryOperator<Tensor> f, int argnum) {
    Function<List<Tensor>, List<List<Tensor>>> jacobian = jacrev(TensorFunction.of(f), argnum);
    return (x, y) -> jacobian.apply(two(x, y)).get(0).get(0);
  }

  /**
   * Returns the jacobian of several outputs with respect to some of several arguments; see {@link
   * #jacrev(UnaryOperator, JacobianOptions)}.
   *
   * @param argnums as for {@link #grad(TensorFunction, int...)}; empty for argument 0
   * @return gives tensors indexed by output and position in {@code argnums}
   * @throws IllegalArgumentException for other options
   */
  public static Function<List<Tensor>, List<List<Tensor>>> jacrev(
      TensorFunction f, List<Integer> argnums, JacobianOptions options) {
    Transforms.check("jacrev", options, JacobianStrategy.REVERSE_MODE);
    Argnums which = Argnums.of(argnums.stream().mapToInt(i -> i).toArray());
    return args -> Transforms.jacrev(f, args, which, options);
  }

  /**
   * Same as {@link #jacrev(TensorFunction, List, JacobianOptions)} with all rows at once.
   *
   * @param argnums as for {@link #grad(TensorFunction, int...)}
   */
  public static Function<List<Tensor>, List<List<Tensor>>> jacrev(
      TensorFunction f, int... argnums) {
    return jacrev(f, Arrays.stream(argnums).boxed().toList(), JacobianOptions.VECTORIZED);
  }

  /** Same as {@link #jacfwd(UnaryOperator, JacobianOptions)} with all columns at once. */
  public static UnaryOperator<Tensor> jacfwd(UnaryOperator<Tensor> f) {
    return jacfwd(f, JacobianOptions.VECTORIZED);
  }

  /**
   * Same as {@link #jacrev(UnaryOperator, JacobianOptions)}, computed in forward mode: cheaper if
   * the argument has fewer elements than the result.
   *
   * <p>In batches the function is mapped over directions. Only tangents are batched: values are
   * computed once for all directions, can be read and written into any tensor, and conditions may
   * depend on them. What {@link Vmap} refuses is refused of tangents, and so are custom functions
   * without a rule. {@link JacobianOptions#DEFAULT} takes one direction at a time, in which these
   * are allowed.
   *
   * @throws UnsupportedOperationException if something in the function has no forward formula
   */
  public static UnaryOperator<Tensor> jacfwd(UnaryOperator<Tensor> f, JacobianOptions options) {
    Function<List<Tensor>, List<List<Tensor>>> jacobian =
        jacfwd(TensorFunction.of(f), List.of(0), options);
    return x -> jacobian.apply(one(x)).get(0).get(0);
  }

  /** Returns the jacobian with respect to one of two arguments; see the other forms. */
  public static BinaryOperator<Tensor> jacfwd(BinaryOperator<Tensor> f, int argnum) {
    Function<List<Tensor>, List<List<Tensor>>> jacobian = jacfwd(TensorFunction.of(f), argnum);
    return (x, y) -> jacobian.apply(two(x, y)).get(0).get(0);
  }

  /**
   * Same as {@link #jacrev(TensorFunction, List, JacobianOptions)}, computed in forward mode:
   * cheaper if the arguments have fewer elements than the results.
   */
  public static Function<List<Tensor>, List<List<Tensor>>> jacfwd(
      TensorFunction f, List<Integer> argnums, JacobianOptions options) {
    Transforms.check("jacfwd", options, JacobianStrategy.FORWARD_MODE);
    Argnums which = Argnums.of(argnums.stream().mapToInt(i -> i).toArray());
    return args -> Transforms.jacfwd(f, args, which, options);
  }

  /**
   * Same as {@link #jacfwd(TensorFunction, List, JacobianOptions)} with all columns at once.
   *
   * @param argnums as for {@link #grad(TensorFunction, int...)}
   */
  public static Function<List<Tensor>, List<List<Tensor>>> jacfwd(
      TensorFunction f, int... argnums) {
    return jacfwd(f, Arrays.stream(argnums).boxed().toList(), JacobianOptions.VECTORIZED);
  }

  /**
   * Returns the second derivatives as a function: {@code jacfwd(jacrev(f))}. The result of {@code
   * f} may have any shape.
   *
   * @return gives the result's shape followed by the argument's, twice
   */
  public static UnaryOperator<Tensor> hessian(UnaryOperator<Tensor> f) {
    return hessian(f, JacobianOptions.VECTORIZED);
  }

  /**
   * Same as {@link #hessian(UnaryOperator)} with options, which hold for the outer and the inner
   * derivative; see {@link #jacfwd(UnaryOperator, JacobianOptions)} for what batches do not allow.
   *
   * @param options whether rows and columns are computed in batches, and how many at once; the
   *     others must be as in {@link JacobianOptions#DEFAULT}
   * @throws IllegalArgumentException for other options
   */
  public static UnaryOperator<Tensor> hessian(UnaryOperator<Tensor> f, JacobianOptions options) {
    return jacfwd(jacrev(f, options), options);
  }

  /** Returns the second derivatives with respect to one of two arguments. */
  public static BinaryOperator<Tensor> hessian(BinaryOperator<Tensor> f, int argnum) {
    return jacfwd(jacrev(f, argnum), argnum);
  }

  /**
   * Returns the second derivatives of several outputs with respect to some of several arguments.
   *
   * @param argnums as for {@link #grad(TensorFunction, int...)}
   * @return gives tensors indexed by output and two positions in {@code argnums}
   */
  public static Function<List<Tensor>, List<List<List<Tensor>>>> hessian(
      TensorFunction f, int... argnums) {
    Argnums which = Argnums.of(argnums);
    return args -> Transforms.hessian(f, args, which);
  }

  /**
   * Evaluates a function and returns with its value the map from weights of the output elements to
   * their product with the jacobian, {@code torch.func.vjp}. The function is not run again when the
   * map is applied, and the map can be applied many times; it keeps what was recorded alive.
   * Results behave as those of {@link #grad(UnaryOperator)} do.
   *
   * @return the map takes a tensor of the output's shape, or null for one if that has a single
   *     element, and gives one of the shape of {@code x}
   */
  public static ValueAndDerivative<Tensor, UnaryOperator<Tensor>> pullback(
      UnaryOperator<Tensor> f, Tensor x) {
    return unary(pullback(TensorFunction.of(f), one(x)));
  }

  /** Same as {@link #pullback(UnaryOperator, Tensor)} for several tensors. */
  public static ValueAndDerivative<List<Tensor>, TensorFunction> pullback(
      TensorFunction f, List<Tensor> inputs) {
    return Transforms.pullback(f, inputs);
  }

  /**
   * Evaluates a function and returns with its value the map from changes of {@code x} to changes of
   * the output, their product with the jacobian. The function is not run again when the map is
   * applied: the map differentiates a recorded pullback, which costs about two backward passes each
   * time and needs a function that can be differentiated twice. For a single vector {@link
   * Functional#jvp} is cheaper. The map can be applied many times; it keeps what was recorded
   * alive. Results behave as those of {@link #grad(UnaryOperator)} do.
   *
   * @return the map takes a tensor of the shape of {@code x}, or null for one if that has a single
   *     element, and gives one of the output's shape
   */
  public static ValueAndDerivative<Tensor, UnaryOperator<Tensor>> linearize(
      UnaryOperator<Tensor> f, Tensor x) {
    return unary(linearize(TensorFunction.of(f), one(x)));
  }

  /** Same as {@link #linearize(UnaryOperator, Tensor)} for several tensors. */
  public static ValueAndDerivative<List<Tensor>, TensorFunction> linearize(
      TensorFunction f, List<Tensor> inputs) {
    return Transforms.linearize(f, inputs);
  }

  /** Returns a list of one tensor, which may be null. */
  static List<Tensor> one(Tensor t) {
    return Collections.singletonList(t);
  }

  private static List<Tensor> two(Tensor x, Tensor y) {
    return Arrays.asList(x, y);
  }

  static ValueAndDerivative<Tensor, Tensor> first(ValueAndDerivative<Tensor, List<Tensor>> both) {
    return new ValueAndDerivative<>(both.value(), both.derivative().get(0));
  }

  private static ValueAndGrad<Tensor> first(ValueAndGrad<List<Tensor>> both) {
    return new ValueAndGrad<>(both.value(), both.grad().get(0));
  }

  private static GradAndValue<Tensor> first(GradAndValue<List<Tensor>> both) {
    return new GradAndValue<>(both.grad().get(0), both.value());
  }

  private static ValueAndDerivative<Tensor, UnaryOperator<Tensor>> unary(
      ValueAndDerivative<List<Tensor>, TensorFunction> both) {
    TensorFunction map = both.derivative();
    return new ValueAndDerivative<>(
        both.value().get(0), v -> map.apply(v == null ? null : one(v)).get(0));
  }
}
