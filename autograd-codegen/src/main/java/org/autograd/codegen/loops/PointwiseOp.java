package org.autograd.codegen.loops;

import java.util.List;
import java.util.Set;
import org.autograd.codegen.expr.Expr;

/**
 * A pointwise operator as the loops see it.
 *
 * @param name the Java name of the raw operator and of the kernel, for example {@code mul}
 * @param overload tells operators of one name apart, empty for the first
 * @param doc one sentence for the javadoc, without comment signs
 * @param args all arguments in order; at least one is a tensor. A tensor that the expression uses
 *     as a truth value only ({@code condition ? self : other}), while it uses others as numbers,
 *     must be of dtype bool and does not take part in promotion
 * @param result the dtype rule
 * @param dtypes what is accepted after promotion and before {@link ResultRule.Floating} takes
 *     effect
 * @param expr the value of one element; its names are arguments, or {@code inf}, {@code nan} and
 *     {@code pi}
 */
public record PointwiseOp(
    String name,
    String overload,
    String doc,
    List<Arg> args,
    ResultRule result,
    Set<DTypeKind> dtypes,
    Expr expr) {

  /** The kinds of arguments. */
  public enum ArgType {
    /** A tensor operand. */
    TENSOR("Tensor"),
    /** A number that takes part in promotion; the loops see it in the type they compute in. */
    SCALAR("Scalar"),
    /** A number that takes no part in promotion. */
    DOUBLE("double"),
    /** An integer that takes no part in promotion. */
    LONG("long"),
    /** An integer that takes no part in promotion. */
    INT("int"),
    /** A truth value. */
    BOOL("boolean");

    private final String java;

    ArgType(String java) {
      this.java = java;
    }

    /** Returns the Java type. */
    public String java() {
      return java;
    }
  }

  /**
   * An argument.
   *
   * @param name its name in Java and in the expression
   * @param type its kind
   * @param rule how a number meets the tensors
   */
  public record Arg(String name, ArgType type, NumberRule rule) {
    /** An argument that takes part in promotion if it is a number that can. */
    public Arg(String name, ArgType type) {
      this(name, type, NumberRule.PROMOTES);
    }

    boolean isTensor() {
      return type == ArgType.TENSOR;
    }
  }

  /** Copies the collections. */
  public PointwiseOp {
    args = List.copyOf(args);
    dtypes = Set.copyOf(dtypes);
  }

  /** Returns the name in the tables. */
  public String fullName() {
    return overload.isEmpty() ? name : name + "." + overload;
  }

  /** Returns the simple name of the class of the loops. */
  public String loopClass() {
    return capital(name) + capital(overload) + "Loop";
  }

  /** Returns the simple name of the class of the Vector API loops. */
  public String vectorClass() {
    return capital(name) + capital(overload) + "Vector";
  }

  List<Arg> tensors() {
    return args.stream().filter(Arg::isTensor).toList();
  }

  List<Arg> attributes() {
    return args.stream().filter(a -> !a.isTensor()).toList();
  }

  private static String capital(String s) {
    return s.isEmpty() ? s : Character.toUpperCase(s.charAt(0)) + s.substring(1);
  }
}
