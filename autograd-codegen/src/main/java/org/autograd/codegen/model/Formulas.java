package org.autograd.codegen.model;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.autograd.codegen.expr.Expr;
import org.autograd.codegen.formula.JavaType;
import org.autograd.codegen.formula.Names;
import org.autograd.codegen.model.SavedAttribute.Source;
import org.autograd.codegen.table.Argument;
import org.autograd.codegen.table.Result;
import org.autograd.codegen.table.Signature;

/** Questions about formulas and their rewriting. */
public final class Formulas {
  private static final Set<String> SIZES = Set.of("sizes", "size", "numel", "dim");

  private Formulas() {}

  /** Returns what a formula saves: exactly what it mentions. */
  static List<SavedAttribute> saved(Expr formula, Signature signature) {
    Map<String, SavedAttribute> found = new LinkedHashMap<>();
    collect(formula, signature, found);
    return List.copyOf(found.values());
  }

  private static void collect(Expr e, Signature signature, Map<String, SavedAttribute> found) {
    if (e instanceof Expr.Call c && !c.args().isEmpty() && c.args().get(0) instanceof Expr.Name n) {
      boolean sizes = SIZES.contains(c.function());
      boolean dtype = c.function().equals("dtype");
      boolean layout = c.function().equals("layout");
      JavaType type = tensorType(n.name(), signature);
      if (layout && type == JavaType.TENSOR) {
        String field = Names.camel(n.name()) + "Layout";
        found.putIfAbsent(
            field, new SavedAttribute(field, JavaType.LAYOUT, Source.LAYOUT, n.name()));
        return;
      }
      if ((sizes || dtype) && type != null) {
        boolean list = type == JavaType.TENSORS;
        String field = Names.camel(n.name()) + (sizes ? "Sizes" : "Dtype");
        JavaType kept =
            sizes
                ? list ? JavaType.LONG_ARRAYS : JavaType.LONGS
                : list ? JavaType.DTYPES : JavaType.DTYPE;
        found.putIfAbsent(
            field, new SavedAttribute(field, kept, sizes ? Source.SIZES : Source.DTYPE, n.name()));
        c.args().stream().skip(1).forEach(a -> collect(a, signature, found));
        return;
      }
    }
    if (e instanceof Expr.Name n) {
      SavedAttribute attribute = attribute(n.name(), signature);
      if (attribute != null) {
        found.putIfAbsent(attribute.field(), attribute);
      }
    }
    e.children().forEach(c -> collect(c, signature, found));
  }

  private static SavedAttribute attribute(String name, Signature signature) {
    if (name.equals("grad") || name.equals("grads")) {
      return null;
    }
    String field = Names.camel(name);
    Argument arg = signature.arg(name).orElse(null);
    if (arg != null) {
      return new SavedAttribute(
          field,
          JavaType.of(arg.type()),
          arg.type().isTensor() ? Source.INPUT : Source.VALUE,
          name);
    }
    JavaType type = tensorType(name, signature);
    return type == null ? null : new SavedAttribute(field, type, Source.OUTPUT, name);
  }

  /** Returns the type of a tensor argument or result, or null if there is none of that name. */
  private static JavaType tensorType(String name, Signature signature) {
    Argument arg = signature.arg(name).orElse(null);
    if (arg != null) {
      JavaType type = JavaType.of(arg.type());
      return type == JavaType.TENSOR || type == JavaType.TENSORS ? type : null;
    }
    if (!signature.result().names().contains(name)) {
      return null;
    }
    return signature.result().kind() == Result.Kind.LIST ? JavaType.TENSORS : JavaType.TENSOR;
  }

  /**
   * Turns a backward formula of an element-wise operator into its tangent formula: the Jacobian is
   * diagonal, so the conjugate of the backward formula, applied to the conjugate of the tangent, is
   * the tangent.
   */
  static Expr elementWise(Expr backward, String input, Signature signature) {
    Expr replaced =
        backward.replace(e -> {
          if (!(e instanceof Expr.Name n)) {
            return null;
          }
          if (n.name().equals("grad")) {
            return conj(new Expr.Name(input + "_t", n.column()));
          }
          boolean tensor = signature.arg(n.name()).map(a -> a.type().isTensor()).orElse(false);
          return tensor ? new Expr.Name(n.name() + "_p", n.column()) : n;
        });
    return conj(replaced);
  }

  private static Expr conj(Expr e) {
    return e instanceof Expr.Call c && c.function().equals("conj")
        ? c.args().get(0)
        : new Expr.Call("conj", List.of(e), e.column());
  }

  /** Tells whether a formula uses the value of a tensor, not only its sizes, dtype or layout. */
  public static boolean usesValue(Expr e, String name) {
    if (e instanceof Expr.Name n) {
      return n.name().equals(name);
    }
    if (e instanceof Expr.Call c
        && (SIZES.contains(c.function())
            || c.function().equals("dtype")
            || c.function().equals("layout")
            || c.function().endsWith("_like"))
        && c.args().get(0) instanceof Expr.Name) {
      return c.args().stream().skip(1).anyMatch(a -> usesValue(a, name));
    }
    return e.children().stream().anyMatch(c -> usesValue(c, name));
  }
}
