package org.autograd.codegen.loops;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.autograd.codegen.expr.Expr;
import org.autograd.codegen.expr.UnaryOp;

/** How an expression uses its operands. */
final class Operands {
  private Operands() {}

  /**
   * Returns the tensors that are used as truth values only; none if all tensors are, for then they
   * are what the operator computes with.
   */
  static Set<String> masks(PointwiseOp op) {
    Set<String> numbers = new HashSet<>();
    collect(op.expr(), op.result() instanceof ResultRule.Bool, numbers);
    Set<String> masks = new HashSet<>();
    for (PointwiseOp.Arg a : op.tensors()) {
      if (op.expr().mentions(a.name()) && !numbers.contains(a.name())) {
        masks.add(a.name());
      }
    }
    return masks.size() == op.tensors().size() ? Set.of() : masks;
  }

  private static void collect(Expr e, boolean truth, Set<String> numbers) {
    switch (e) {
      case Expr.Name n -> {
        if (!truth) {
          numbers.add(n.name());
        }
      }
      case Expr.Conditional c -> {
        collect(c.condition(), true, numbers);
        collect(c.yes(), truth, numbers);
        collect(c.no(), truth, numbers);
      }
      case Expr.Unary u -> collect(u.operand(), u.op() == UnaryOp.NOT, numbers);
      case Expr.Binary b -> {
        collect(b.left(), b.op().isLogical(), numbers);
        collect(b.right(), b.op().isLogical(), numbers);
      }
      default -> e.children().forEach(c -> collect(c, false, numbers));
    }
  }

  /**
   * Returns the calls that occur more than once, inner ones first; they are evaluated ahead of the
   * rest.
   */
  static List<Expr.Call> repeated(Expr e) {
    List<Expr.Call> calls = new ArrayList<>();
    postOrder(e, calls);
    List<Expr.Call> repeated = new ArrayList<>();
    Set<String> seen = new HashSet<>();
    Set<String> listed = new HashSet<>();
    for (Expr.Call c : calls) {
      if (!seen.add(c.text())) {
        listed.add(c.text());
      }
    }
    for (Expr.Call c : calls) {
      if (listed.remove(c.text())) {
        repeated.add(c);
      }
    }
    return repeated;
  }

  private static void postOrder(Expr e, List<Expr.Call> calls) {
    e.children().forEach(c -> postOrder(c, calls));
    if (e instanceof Expr.Call c) {
      calls.add(c);
    }
  }

  /** The type of the elements of the result's array. */
  static String element(PointwiseOp op, LoopType t) {
    return op.result() instanceof ResultRule.Bool ? "byte" : t.element;
  }

  /** The type of the elements of an operand's array. */
  static String element(PointwiseOp op, LoopType t, int k) {
    return masks(op).contains(op.tensors().get(k).name()) ? "byte" : t.element;
  }

  /** Checks what the loops rely on. */
  static void check(PointwiseOp op) {
    if (op.tensors().isEmpty()) {
      throw new LoopException(op.fullName(), "a pointwise operator needs a tensor argument");
    }
    if (op.result() instanceof ResultRule.Same s
        && op.tensors().stream().noneMatch(a -> a.name().equals(s.arg()))) {
      throw new LoopException(op.fullName(), "'result: same(" + s.arg() + ")' names no tensor");
    }
    if (LoopType.of(op).isEmpty()) {
      throw new LoopException(op.fullName(), "no dtype is accepted; state dtypes");
    }
  }
}
