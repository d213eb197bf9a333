package org.autograd.codegen.loops;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.IntFunction;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.autograd.codegen.expr.Expr;
import org.autograd.codegen.loops.PointwiseOp.Arg;
import org.autograd.codegen.loops.PointwiseOp.ArgType;

/**
 * Writes the loops themselves, one method per dtype; for the names in them see {@link
 * LoopClassWriter}.
 */
final class LoopMethodWriter {
  private final PointwiseOp op;
  private final List<Arg> tensors;
  private final List<Arg> attributes;
  private final boolean wide;
  private final Lines out;

  LoopMethodWriter(PointwiseOp op, Lines out) {
    this.op = op;
    this.out = out;
    tensors = op.tensors();
    attributes = op.attributes();
    wide = VectorPrinter.possible(op);
  }

  void write() {
    LoopType.of(op).forEach(this::rows);
  }

  private boolean mask(int k) {
    return Operands.masks(op).contains(tensors.get(k).name());
  }

  private String element(LoopType t, int k) {
    return Operands.element(op, t, k);
  }

  private String operands(IntFunction<String> text) {
    return joined("", text);
  }

  /** The attributes of a method's signature or call. */
  private String attributes(LoopType t, boolean typed) {
    StringBuilder s = new StringBuilder();
    for (int i = 0; i < attributes.size(); i++) {
      String type = attributes.get(i).type() == ArgType.BOOL ? "boolean" : t.value;
      s.append(typed ? type + " " : "").append("p" + i + ", ");
    }
    return s.toString();
  }

  private void rows(LoopType t) {
    List<PowerCase> cases = PowerCase.of(op, t);
    for (PowerCase c : cases) {
      method(t, c, cases);
    }
  }

  private void method(LoopType t, PowerCase c, List<PowerCase> cases) {
    String signature =
        attributes(c.exact() ? LoopType.F64 : t, true)
            + Operands.element(op, t)
            + "[] out, int o, int os, "
            + operands(k -> "%s[] a%d, int i%d, int s%d, ".formatted(element(t, k), k, k, k))
            + "int n";
    out.gap().add("private static void " + t.method + c.suffix() + "(" + signature + ") {");
    String pass =
        attributes(t, false)
            + "out, o, "
            + operands(k -> "a%d, i%d, s%d, ".formatted(k, k, k))
            + "n";
    boolean first = c.condition() == null && !c.exact();
    if (first) {
      for (PowerCase other : cases) {
        if (other.condition() != null) {
          out.add("if (" + other.condition() + ") {");
          out.add(
              t.method + other.suffix() + "(" + pass.replace("out, o, ", "out, o, os, ") + ");");
          out.add("return;\n}");
        }
      }
    }
    boolean general = first && wide && t.isFloating();
    out.add("if (os == 1 && n >= WideLoops.LEAST) {");
    if (general && VectorPrinter.pays(op)) {
      wide(t, pass);
    }
    for (List<Boolean> steps : forms(tensors.size())) {
      out.add("if (" + stepTest(steps) + ") {");
      loop(t, c.expr(), steps);
      out.add("return;\n}");
    }
    if (general && !VectorPrinter.pays(op)) {
      wide(t, pass);
    }
    boolean copied = general && !VectorPrinter.pays(op) && tensors.size() <= 3;
    if (copied) {
      out.add("if (" + t.method + "Copied(" + pass + ")) {\nreturn;\n}");
    }
    out.add("}");
    loop(t, c.expr(), null);
    out.add("}");
    if (copied) {
      copied(t, signature.replace("int o, int os, ", "int o, "), pass);
    }
  }

  /**
   * The way of neighbouring elements that lie at another place than the results: they are copied
   * there, which makes them in step. Only one operand can be, and none may share the results'
   * array.
   */
  private void copied(LoopType t, String signature, String pass) {
    out.gap()
        .add("/** Brings one operand to the place of the results; false if that is no help. */");
    out.add("private static boolean " + t.method + "Copied(" + signature + ") {");
    out.add("if (" + joined(" || ", k -> "a" + k + " == out") + ") {\nreturn false;\n}");
    for (int k = 0; k < tensors.size(); k++) {
      int moved = k;
      String others =
          joined(
              " && ",
              j ->
                  j == moved
                      ? "s%d == 1".formatted(j)
                      : "(s%d == 0 || s%d == 1 && i%d == o)".formatted(j, j, j));
      String own = "a%d, i%d, s%d, ".formatted(k, k, k);
      out.add("if (" + others + ") {");
      out.add("System.arraycopy(a" + k + ", i" + k + ", out, o, n);");
      out.add(
          t.method
              + "("
              + pass.replace("out, o, ", "out, o, 1, ").replace(own, "out, o, 1, ")
              + ");");
      out.add("return true;\n}");
    }
    out.add("return false;\n}");
  }

  private String joined(String separator, IntFunction<String> text) {
    return IntStream.range(0, tensors.size()).mapToObj(text).collect(Collectors.joining(separator));
  }

  private void wide(LoopType t, String pass) {
    out.add("if (WIDE != null && WIDE." + t.method + "(" + pass + ")) {\nreturn;\n}");
  }

  /**
   * The cases worth a loop of their own: per operand, whether it is in step or the same throughout.
   * Those in step have to begin at the same place as the result: the compiler makes vector code of
   * such loops only, as with other places the arrays might overlap. Short rows go elsewhere, or
   * their profile would keep the compiler from unrolling these loops.
   */
  private static List<List<Boolean>> forms(int operands) {
    List<List<Boolean>> forms = new ArrayList<>();
    int all = (1 << operands) - 1;
    for (int bits = all; bits > 0; bits--) {
      boolean worth = bits == all || operands <= 3;
      if (worth) {
        int fixed = bits;
        forms.add(
            IntStream.range(0, operands)
                .mapToObj(k -> (fixed >> (operands - 1 - k) & 1) == 1)
                .toList());
      }
    }
    return forms;
  }

  private static String stepTest(List<Boolean> steps) {
    return IntStream.range(0, steps.size())
        .mapToObj(k -> "s" + k + (steps.get(k) ? " == 1 && i" + k + " == o" : " == 0"))
        .collect(Collectors.joining(" && "));
  }

  /** A loop; {@code steps} is null for any steps. */
  private void loop(LoopType t, Expr expr, List<Boolean> steps) {
    for (int k = 0; k < tensors.size(); k++) {
      if (steps != null && !steps.get(k)) {
        out.add(element(t, k, "i" + k));
      }
    }
    out.add(
        steps == null
            ? "for (int i = 0; i < n; i++) {"
            : "for (int i = o, end = o + n; i < end; i++) {");
    for (int k = 0; k < tensors.size(); k++) {
      if (steps == null || steps.get(k)) {
        out.add(element(t, k, steps == null ? "i" + k + " + i * s" + k : "i"));
      }
    }
    Map<String, Code> names = new HashMap<>();
    for (int k = 0; k < tensors.size(); k++) {
      names.put(tensors.get(k).name(), new Code("x" + k, mask(k) || t == LoopType.BOOL));
    }
    for (int i = 0; i < attributes.size(); i++) {
      boolean truth = t == LoopType.BOOL || attributes.get(i).type() == ArgType.BOOL;
      names.put(attributes.get(i).name(), new Code("p" + i, truth));
    }
    Map<String, String> shared = new HashMap<>();
    ScalarPrinter printer = new ScalarPrinter(op, t, names, shared);
    for (Expr.Call c : Operands.repeated(expr)) {
      String name = "t" + shared.size();
      boolean truth = Function.of(c.function()) != null && Function.of(c.function()).truth();
      String type = truth ? "boolean" : t.value;
      out.add(type + " " + name + " = " + (truth ? printer.truth(c) : printer.number(c)) + ";");
      shared.put(c.text(), name);
    }
    String at = "out[" + (steps == null ? "o + i * os" : "i") + "] = ";
    if (op.result() instanceof ResultRule.Bool) {
      out.add(at + "(byte) (" + printer.truth(expr) + " ? 1 : 0);");
    } else {
      String value = printer.number(expr);
      out.add(at + t.store(value) + ";");
    }
    out.add("}");
  }

  private String element(LoopType t, int k, String index) {
    LoopType type = mask(k) ? LoopType.BOOL : t;
    return type.value + " x" + k + " = " + type.load("a" + k, index) + ";";
  }
}
