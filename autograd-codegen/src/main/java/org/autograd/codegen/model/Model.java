package org.autograd.codegen.model;

import java.util.List;
import org.autograd.codegen.formula.Functions;
import org.autograd.codegen.source.SourceIndex;

/**
 * All checked operators, with what the writers need besides.
 *
 * @param operators the operators in table order
 * @param functions what formulas can call
 * @param sources the hand-written sources
 */
public record Model(List<Operator> operators, Functions functions, SourceIndex sources) {
  /** Copies the operators. */
  public Model {
    operators = List.copyOf(operators);
  }
}
