package org.autograd.codegen.formula;

import java.util.List;
import org.autograd.codegen.source.JavaMethod;
import org.autograd.codegen.table.Signature;

/** A function that formulas can call. */
public sealed interface Callable {

  /**
   * An operator of the tables.
   *
   * @param signature its signature
   * @param javaName its Java name
   * @param method whether it is a public method of its first argument
   * @param scalarArg the argument that has overloads for numbers, or null
   */
  record Operator(Signature signature, String javaName, boolean method, String scalarArg)
      implements Callable {
    @Override
    public String toString() {
      return signature.text();
    }
  }

  /**
   * A hand-written function.
   *
   * @param method the method of {@code Formulas}
   * @param params its parameter types
   * @param result its result type
   */
  record Formula(JavaMethod method, List<JavaType> params, JavaType result) implements Callable {
    @Override
    public String toString() {
      return method.toString();
    }
  }
}
