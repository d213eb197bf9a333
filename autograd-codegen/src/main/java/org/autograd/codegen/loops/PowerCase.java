package org.autograd.codegen.loops;

import java.util.ArrayList;
import java.util.List;
import org.autograd.codegen.expr.BinaryOp;
import org.autograd.codegen.expr.Expr;

/**
 * A loop for some values of an attribute. Raising to the common powers 1, 2, 3, 0.5 and -0.5 has
 * faster loops than the general power has.
 *
 * @param suffix tells the loop's method from the others
 * @param condition when it applies, null for the general one
 * @param expr what it computes
 */
record PowerCase(String suffix, String condition, Expr expr) {

  static List<PowerCase> of(PointwiseOp op, LoopType type) {
    List<PowerCase> cases = new ArrayList<>();
    cases.add(new PowerCase("", null, op.expr()));
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
          cases.add(new PowerCase("First", "p" + i + " == 1", base));
          cases.add(new PowerCase("Square", "p" + i + " == 2", square));
          cases.add(new PowerCase("Cube", "p" + i + " == 3", cube));
          cases.add(new PowerCase("Root", "p" + i + " == 0.5", root));
          cases.add(new PowerCase("InverseRoot", "p" + i + " == -0.5", inverse));
        }
      }
    }
    return cases;
  }
}
