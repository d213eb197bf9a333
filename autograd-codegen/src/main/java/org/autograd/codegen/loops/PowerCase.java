package org.autograd.codegen.loops;

import java.util.ArrayList;
import java.util.List;
import org.autograd.codegen.expr.BinaryOp;
import org.autograd.codegen.expr.Expr;

/**
 * A loop for some values of an attribute. Raising to the common powers 1, 2, 3, 0.5 and -0.5 has
 * faster loops than the general power has. An exponent that float32 would round to a whole number
 * makes another power of it, with another sign of negative bases, so it stays a double.
 *
 * @param suffix tells the loop's method from the others
 * @param condition when it applies, null for the general one
 * @param expr what it computes
 * @param exact whether the attribute is a double in a float32 loop
 */
record PowerCase(String suffix, String condition, Expr expr, boolean exact) {
  static final String EXACT = "Exact";

  static List<PowerCase> of(PointwiseOp op, LoopType type) {
    List<PowerCase> cases = new ArrayList<>();
    cases.add(new PowerCase("", null, op.expr(), false));
    if (type.isFloating()
        && op.expr() instanceof Expr.Call c
        && c.function().equals("pow")
        && c.args().size() == 2
        && c.args().get(0) instanceof Expr.Name base
        && c.args().get(1) instanceof Expr.Name exponent) {
      for (int i = 0; i < op.attributes().size(); i++) {
        if (op.attributes().get(i).name().equals(exponent.name())) {
          Expr square = new Expr.Binary(BinaryOp.MUL, base, base, c.column());
          Expr cube = new Expr.Binary(BinaryOp.MUL, square, base, c.column());
          Expr root = new Expr.Call("sqrt", List.of(base), c.column());
          Expr inverse = new Expr.Call("rsqrt", List.of(base), c.column());
          cases.add(new PowerCase("First", "p" + i + " == 1", base, false));
          cases.add(new PowerCase("Square", "p" + i + " == 2", square, false));
          cases.add(new PowerCase("Cube", "p" + i + " == 3", cube, false));
          cases.add(new PowerCase("Root", "p" + i + " == 0.5", root, false));
          cases.add(new PowerCase("InverseRoot", "p" + i + " == -0.5", inverse, false));
          if (type == LoopType.F32) {
            cases.add(new PowerCase(EXACT, null, op.expr(), true));
          }
        }
      }
    }
    return cases;
  }

  /** Tells whether a loop has a form for exponents that its type cannot hold. */
  static boolean hasExact(PointwiseOp op, LoopType type) {
    return of(op, type).stream().anyMatch(PowerCase::exact);
  }
}
