package org.autograd.codegen.formula;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;

/**
 * What the identifiers of a formula stand for, and the attributes of tensors that are at hand
 * without the tensor.
 */
public final class Scope {
  private final Map<String, Code> names = new LinkedHashMap<>();
  private final Map<String, Code> attributes = new LinkedHashMap<>();

  /** Lets an identifier stand for a piece of code. */
  public Scope name(String identifier, Code code) {
    names.put(identifier, code);
    return this;
  }

  /**
   * Lets {@code function(identifier)} stand for a piece of code; function is {@code sizes} or
   * {@code dtype}.
   */
  public Scope attribute(String function, String identifier, Code code) {
    attributes.put(function + "(" + identifier + ")", code);
    return this;
  }

  Code find(String identifier) {
    return names.get(identifier);
  }

  Code attribute(String function, String identifier) {
    return attributes.get(function + "(" + identifier + ")");
  }

  Set<String> identifiers() {
    return names.keySet();
  }
}
