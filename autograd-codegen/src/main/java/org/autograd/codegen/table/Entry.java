package org.autograd.codegen.table;

import java.util.List;
import java.util.Map;

/**
 * One operator's entry as it is written; absent keys are null or empty.
 *
 * @param signature the signature
 * @param where where the entry begins
 * @param doc one line of documentation
 * @param implementation how it is computed
 * @param result the dtype rule of a pointwise operator
 * @param shape {@code self} if the result always has the shape of the first argument
 * @param layout how a native operator's result lies in memory: {@code self} as a copy of the first
 *     argument, {@code elementwise} as that of a pointwise operator, or by a function of the
 *     arguments; null for row-major
 * @param dtypes the kinds of numbers it accepts
 * @param numbers how number arguments of a pointwise operator meet the tensors, by argument name
 * @param variants the forms to generate, null for the default ones
 * @param kotlin the Kotlin operator function
 * @param derivatives formulas by argument name or names
 * @param forward tangent formulas by result name; under the empty name if there is only one
 * @param batch how it maps over a batch: a word or method under the empty name, or roles by
 *     argument name
 * @param samples sample arguments of the generated test
 * @param outputsDifferentiable which results can carry a gradient, empty for all
 * @param internal whether the operator is only for formulas
 * @param nativeInplace the hand-written raw operator of the in-place form, if it has one of its own
 * @param expanded the hand-written form in {@code formula} that changes a first argument of which
 *     several elements share one place because it was expanded; null if that is refused
 * @param nondeterministic whether two calls with the same arguments may differ
 * @param node the name of its backward node
 */
public record Entry(
    Signature signature,
    Where where,
    Text doc,
    Implementation implementation,
    Text result,
    Text shape,
    Text layout,
    List<Text> dtypes,
    Map<String, Text> numbers,
    List<Text> variants,
    Text kotlin,
    Map<String, Text> derivatives,
    Map<String, Text> forward,
    Map<String, Text> batch,
    List<Sample> samples,
    List<Boolean> outputsDifferentiable,
    boolean internal,
    Text nativeInplace,
    Text expanded,
    boolean nondeterministic,
    Text node) {
  /** The key under which a formula for every argument stands. */
  public static final String ALL = "*";

  /** The layout of a copy of the first argument. */
  public static final String SELF = "self";

  /** The layout of an elementwise operator's result. */
  public static final String ELEMENTWISE = "elementwise";

  /** Returns the operator's name with overload. */
  public String name() {
    return signature.fullName();
  }

  /**
   * How an operator is computed.
   *
   * @param kind by which of the four ways
   * @param text the expression, or the class and method
   */
  public record Implementation(Kind kind, Text text) {
    /** The ways to compute an operator. */
    public enum Kind {
      /** By an expression for one element. */
      POINTWISE,
      /** By a hand-written raw operator. */
      NATIVE,
      /** By a hand-written function of the layout; the result shares the memory. */
      VIEW,
      /** By other operators. */
      COMPOSITE
    }
  }

  /**
   * Sample arguments.
   *
   * @param where the place
   * @param args the value of each argument named
   */
  public record Sample(Where where, Map<String, Value> args) {}

  /**
   * The value of a sample argument.
   *
   * @param items one text, or the elements of a list
   * @param list whether it was written as a list
   */
  public record Value(List<Text> items, boolean list) {}
}
