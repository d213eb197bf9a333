package org.autograd.codegen.source;

import java.util.List;

/**
 * A static method of a hand-written class.
 *
 * @param owner the simple name of the class
 * @param name the method's name
 * @param result the result type as written
 * @param isPublic whether other packages can call it
 * @param params the parameter types as written, without annotations
 */
public record JavaMethod(
    String owner, String name, String result, boolean isPublic, List<String> params) {
  /** Copies the types. */
  public JavaMethod {
    params = List.copyOf(params);
  }

  @Override
  public String toString() {
    return result + " " + owner + "." + name + "(" + String.join(", ", params) + ")";
  }
}
