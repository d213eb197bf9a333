package org.autograd.codegen.model;

import org.autograd.codegen.formula.JavaType;

/**
 * Something a backward node keeps for its formulas.
 *
 * @param field the name of the node's field
 * @param type the type of its value when it is used
 * @param source what it is taken from
 * @param variable the argument or result it is taken from
 */
public record SavedAttribute(String field, JavaType type, Source source, String variable) {
  /** What an attribute is taken from. */
  public enum Source {
    /** A tensor argument. */
    INPUT,
    /** A tensor argument as it was before the operator changed it. */
    ORIGINAL_INPUT,
    /** A result. */
    OUTPUT,
    /** The sizes of a tensor argument or result. */
    SIZES,
    /** The layout of a tensor argument or result. */
    LAYOUT,
    /** The element type of a tensor argument or result. */
    DTYPE,
    /** An argument that is no tensor. */
    VALUE
  }

  /** Tells whether it keeps a tensor, which is what is dropped after a pass. */
  public boolean isTensor() {
    return source == Source.INPUT || source == Source.ORIGINAL_INPUT || source == Source.OUTPUT;
  }

  /** Returns the Java type of the field. */
  public String fieldType() {
    if (!isTensor()) {
      return type.java();
    }
    return type == JavaType.TENSORS ? "SavedTensor[]" : "SavedTensor";
  }

  /** Returns the same attribute for the in-place form, in which {@code self} is about to change. */
  SavedAttribute ofOriginal() {
    return new SavedAttribute(field, type, Source.ORIGINAL_INPUT, variable);
  }
}
