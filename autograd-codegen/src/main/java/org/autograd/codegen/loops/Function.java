package org.autograd.codegen.loops;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A function of the expression language. The templates hold {@code $0}, {@code $1} for arguments;
 * null where there is no such form.
 *
 * @param arity how many arguments
 * @param floating the form for float and double; {@code $B} stands for {@code Float} or {@code
 *     Double}
 * @param inDouble whether that form gives a double also for float arguments, so must be narrowed
 * @param integral the form for integers; {@code $B} stands for {@code Integer} or {@code Long}
 * @param bool the form for truth values
 * @param vector the form for vectors of floating point numbers
 * @param truth whether it gives a truth value
 * @param costly whether the scalar form is so slow that the vector form pays
 */
record Function(
    int arity,
    String floating,
    boolean inDouble,
    String integral,
    String bool,
    String vector,
    boolean truth,
    boolean costly) {

  private static final Map<String, Function> ALL = new LinkedHashMap<>();

  static {
    for (String f :
        List.of(
            "exp", "log", "log10", "log1p", "expm1", "sin", "cos", "tan", "asin", "acos", "atan",
            "sinh", "cosh", "tanh", "cbrt")) {
      math(f, 1, "Math." + f + "($0)", lanewise(f, 1));
    }
    math("pow", 2, "Scalars.pow($0, $1)", "VectorFunctions.pow($0, $1)");
    put("pow", ALL.get("pow").withIntegral("Scalars.pow($0, $1)"));
    math("atan2", 2, "Math.atan2($0, $1)", lanewise("atan2", 2));
    math("hypot", 2, "Math.hypot($0, $1)", lanewise("hypot", 2));
    for (String f : List.of("log2", "exp2", "erfinv", "asinh", "acosh", "atanh")) {
      math(f, 1, "Scalars." + f + "($0)", null);
    }
    for (String f : List.of("xlogy", "logaddexp")) {
      math(f, 2, "Scalars." + f + "($0, $1)", null);
    }
    for (String f : List.of("erf", "erfc", "lgamma", "digamma", "trigamma")) {
      math(f, 1, "SpecialFunctions." + f + "($0)", null);
    }
    math("polygamma", 2, "SpecialFunctions.polygamma((int) $0, $1)", null);
    math("sigmoid", 1, "Scalars.sigmoid($0)", "VectorFunctions.sigmoid($0)");

    String sqrt = "$0.lanewise(VectorOperators.SQRT)";
    put("sqrt", new Function(1, "Math.sqrt($0)", true, null, null, sqrt, false, false));
    put("rsqrt", new Function(1, "(1 / Math.sqrt($0))", true, null, null, null, false, false));
    for (String f : List.of("floor", "ceil")) {
      put(f, new Function(1, "Math." + f + "($0)", true, "$0", null, null, false, false));
    }
    put("round", new Function(1, "Math.rint($0)", true, "$0", null, null, false, false));
    put("trunc", new Function(1, "Scalars.trunc($0)", false, "$0", null, null, false, false));
    String sign = "Scalars.sign($0)";
    put("sign", new Function(1, sign, false, "$B.signum($0)", "$0", null, false, false));
    String abs = "Math.abs($0)";
    put("abs", new Function(1, abs, false, abs, "$0", lanewise("abs", 1), false, false));
    String min = "Math.min($0, $1)";
    put("min", new Function(2, min, false, min, "($0 & $1)", lanewise("min", 2), false, false));
    String max = "Math.max($0, $1)";
    put("max", new Function(2, max, false, max, "($0 | $1)", lanewise("max", 2), false, false));
    String copySign = "Math.copySign($0, $1)";
    put("copysign", new Function(2, copySign, false, null, null, null, false, false));
    put("fmod", new Function(2, "($0 % $1)", false, "($0 % $1)", null, null, false, false));
    for (String f : List.of("remainder", "floor_div")) {
      String call = "Scalars." + (f.equals("floor_div") ? "floorDiv" : f) + "($0, $1)";
      put(f, new Function(2, call, false, call, null, null, false, false));
    }
    put("bit_and", new Function(2, null, false, "($0 & $1)", "($0 & $1)", null, false, false));
    put("bit_or", new Function(2, null, false, "($0 | $1)", "($0 | $1)", null, false, false));
    put("bit_xor", new Function(2, null, false, "($0 ^ $1)", "($0 ^ $1)", null, false, false));
    put("bit_not", new Function(1, null, false, "(~$0)", "(!$0)", null, false, false));
    test("isnan", "$B.isNaN($0)", "false", "$0.test(VectorOperators.IS_NAN)");
    test("isinf", "$B.isInfinite($0)", "false", "$0.test(VectorOperators.IS_INFINITE)");
    test("isfinite", "$B.isFinite($0)", "true", "$0.test(VectorOperators.IS_FINITE)");
  }

  /** Returns a function, or null if there is none of that name. */
  static Function of(String name) {
    return ALL.get(name);
  }

  /** Returns the names of all functions. */
  static Iterable<String> names() {
    return ALL.keySet();
  }

  private static void put(String name, Function f) {
    ALL.put(name, f);
  }

  private static void math(String name, int arity, String form, String vector) {
    put(name, new Function(arity, form, true, null, null, vector, false, true));
  }

  private static void test(String name, String floating, String otherwise, String vector) {
    put(name, new Function(1, floating, false, otherwise, otherwise, vector, true, false));
  }

  private static String lanewise(String name, int arity) {
    String operator = "VectorOperators." + name.toUpperCase(java.util.Locale.ROOT);
    return "$0.lanewise(" + operator + (arity == 2 ? ", $1)" : ")");
  }

  private Function withIntegral(String form) {
    return new Function(arity, floating, inDouble, form, bool, vector, truth, costly);
  }

  /** Puts arguments into a template. */
  static String fill(String template, LoopType type, List<String> args) {
    String box =
        switch (type) {
          case F32 -> "Float";
          case F64 -> "Double";
          case I64 -> "Long";
          default -> "Integer";
        };
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < template.length(); i++) {
      char c = template.charAt(i);
      if (c == '$') {
        char next = template.charAt(++i);
        text.append(next == 'B' ? box : args.get(next - '0'));
      } else {
        text.append(c);
      }
    }
    return text.toString();
  }
}
