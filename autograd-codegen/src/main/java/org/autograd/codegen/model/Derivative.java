package org.autograd.codegen.model;

import java.util.List;
import org.autograd.codegen.expr.Expr;
import org.autograd.codegen.table.Text;

/**
 * A formula for the gradient of one argument, or of several with one call.
 *
 * @param inputs the arguments it serves
 * @param formula the tree, or null if the derivative is not implemented
 * @param text the formula as written
 * @param saved what must be saved for it
 */
public record Derivative(
    List<DifferentiableInput> inputs, Expr formula, Text text, List<SavedAttribute> saved) {
  /** Copies the lists. */
  public Derivative {
    inputs = List.copyOf(inputs);
    saved = List.copyOf(saved);
  }

  /** Tells whether the derivative is not implemented. */
  public boolean isNotImplemented() {
    return formula == null;
  }

  /** Tells whether the formula uses an identifier. */
  public boolean uses(String identifier) {
    return formula != null && formula.mentions(identifier);
  }

  /** Tells whether the formula looks at which gradients are needed. */
  public boolean usesNeeded() {
    return uses("needed");
  }

  /** Tells whether the formula gives an array: one gradient for each of several tensors. */
  public boolean givesArray() {
    return inputs.size() > 1 || inputs.get(0).isList();
  }
}
