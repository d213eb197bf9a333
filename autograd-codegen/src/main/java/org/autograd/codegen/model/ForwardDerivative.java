package org.autograd.codegen.model;

import java.util.List;
import org.autograd.codegen.expr.Expr;
import org.autograd.codegen.table.Text;

/**
 * How the tangent of a result follows from the tangents of the arguments.
 *
 * @param output the result
 * @param kind how the formula was given
 * @param formula the tree over {@code x_t} and {@code x_p}; null for {@link Kind#LINEAR}
 * @param text as written
 * @param inputs the arguments whose tangents matter
 */
public record ForwardDerivative(
    DifferentiableOutput output,
    Kind kind,
    Expr formula,
    Text text,
    List<DifferentiableInput> inputs) {
  /** How a forward formula is given. */
  public enum Kind {
    /** Written out. */
    FORMULA,
    /** The operator itself, applied to the tangents. */
    LINEAR,
    /** The backward formulas, applied to the tangents. */
    ELEMENT_WISE
  }

  /** Copies the inputs. */
  public ForwardDerivative {
    inputs = List.copyOf(inputs);
  }
}
