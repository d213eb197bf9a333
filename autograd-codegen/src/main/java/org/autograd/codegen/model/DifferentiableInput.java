package org.autograd.codegen.model;

import org.autograd.codegen.table.ArgType;

/**
 * A tensor argument that can receive a gradient.
 *
 * @param name the argument
 * @param type one tensor, an optional one, or a list
 * @param index its place among the differentiable inputs
 */
public record DifferentiableInput(String name, ArgType type, int index) {
  /** Tells whether the argument is a list and has one edge for each element. */
  public boolean isList() {
    return type.isTensorList();
  }
}
