package org.autograd.codegen.model;

import java.util.List;
import java.util.Set;
import org.autograd.codegen.expr.Expr;
import org.autograd.codegen.formula.Names;
import org.autograd.codegen.table.ArgType;
import org.autograd.codegen.table.Argument;
import org.autograd.codegen.table.Entry;
import org.autograd.codegen.table.Entry.Implementation.Kind;
import org.autograd.codegen.table.Result;
import org.autograd.codegen.table.Signature;

/**
 * A checked operator.
 *
 * @param entry the entry it comes from
 * @param variants the forms to generate
 * @param strategy how the entry point treats recording
 * @param info its derivatives, or null for {@link DispatchStrategy#COMPOSITE} and {@link
 *     DispatchStrategy#NO_RECORD}
 * @param batch its batching rule, or null where it needs none
 * @param pointwise the expression of a pointwise operator, else null
 */
public record Operator(
    Entry entry,
    Set<Variant> variants,
    DispatchStrategy strategy,
    DifferentiabilityInfo info,
    BatchRule batch,
    Expr pointwise) {
  /** Copies the variants. */
  public Operator {
    variants = Set.copyOf(variants);
  }

  /** Returns the signature. */
  public Signature signature() {
    return entry.signature();
  }

  /** Returns the arguments. */
  public List<Argument> args() {
    return entry.signature().args();
  }

  /** Returns what it returns. */
  public Result result() {
    return entry.signature().result();
  }

  /** Returns the name in Java. */
  public String javaName() {
    return Names.camel(entry.signature().name());
  }

  /** Returns how it is computed. */
  public Kind kind() {
    return entry.implementation().kind();
  }

  /** Returns the class and method that compute it, such as {@code Views.transpose}. */
  public String implementation() {
    return kind() == Kind.POINTWISE
        ? "Pointwise." + javaName()
        : entry.implementation().text().value();
  }

  /** Tells whether a form is to be generated. */
  public boolean has(Variant variant) {
    return variants.contains(variant);
  }

  /** Tells whether a public method of the first argument exists. */
  public boolean isMethod() {
    return !entry.internal() && has(Variant.METHOD);
  }

  /** Tells whether the operator itself changes its first argument, as {@code fill_} does. */
  public boolean isInplace() {
    return entry.signature().name().endsWith("_");
  }

  /**
   * Returns the argument that numbers can stand for in the scalar form, or null if there is no such
   * form.
   */
  public String scalarArg() {
    if (!has(Variant.SCALAR)) {
      return null;
    }
    String found = null;
    for (Argument a : args().subList(1, args().size())) {
      if (a.type() == ArgType.TENSOR && !"other".equals(found)) {
        found = a.name();
      }
    }
    return found;
  }

  /** Returns the Java class of a result with several named tensors. */
  public String resultClass() {
    return result().names().stream()
        .map(Names::upperCamel)
        .collect(java.util.stream.Collectors.joining("And"));
  }
}
