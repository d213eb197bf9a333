package org.autograd.codegen.model;

import java.util.ArrayList;
import java.util.List;
import org.autograd.codegen.expr.BinaryOp;
import org.autograd.codegen.expr.Expr;
import org.autograd.codegen.formula.JavaType;
import org.autograd.codegen.table.Argument;
import org.autograd.codegen.table.Result;

/** Shapes of forward formulas. */
public final class ForwardFormula {
  private ForwardFormula() {}

  /**
   * One summand of a tangent.
   *
   * @param input the only argument whose tangent it mentions
   * @param formula the summand, with its sign
   */
  public record Term(DifferentiableInput input, Expr formula) {}

  /** Returns the operator applied to the tangents. */
  public static Expr linear(Operator op) {
    List<Expr> args = new ArrayList<>();
    for (Argument a : op.args()) {
      boolean tangent = op.info().input(a.name()).isPresent();
      args.add(new Expr.Name(tangent ? a.name() + "_t" : a.name(), 1));
    }
    return new Expr.Call(op.signature().name(), args, 1);
  }

  /** Returns the Java type of a tangent formula. */
  public static JavaType type(Operator op) {
    return op.result().kind() == Result.Kind.LIST ? JavaType.TENSORS : JavaType.TENSOR;
  }

  /** Splits a sum into terms with one tangent each; empty if a term mentions several. */
  public static List<Term> terms(Expr formula, List<DifferentiableInput> inputs) {
    List<Expr> parts = new ArrayList<>();
    split(formula, false, parts);
    List<Term> terms = new ArrayList<>();
    for (Expr part : parts) {
      List<DifferentiableInput> mentioned =
          inputs.stream().filter(i -> part.mentions(i.name() + "_t")).toList();
      if (mentioned.size() != 1 || mentioned.get(0).isList()) {
        return List.of();
      }
      terms.add(new Term(mentioned.get(0), part));
    }
    return terms;
  }

  private static void split(Expr e, boolean negative, List<Expr> parts) {
    if (e instanceof Expr.Binary b && (b.op() == BinaryOp.ADD || b.op() == BinaryOp.SUB)) {
      split(b.left(), negative, parts);
      split(b.right(), negative ^ b.op() == BinaryOp.SUB, parts);
    } else {
      parts.add(
          negative ? new Expr.Unary(org.autograd.codegen.expr.UnaryOp.NEG, e, e.column()) : e);
    }
  }
}
