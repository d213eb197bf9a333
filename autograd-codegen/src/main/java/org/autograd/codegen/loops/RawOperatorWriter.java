package org.autograd.codegen.loops;

import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.autograd.codegen.loops.PointwiseOp.Arg;
import org.autograd.codegen.loops.PointwiseOp.ArgType;

/** Writes the raw operators: promotion, checks, result and the call of the kernel. */
final class RawOperatorWriter {
  private final Lines out = new Lines();

  private RawOperatorWriter() {}

  static String write(List<PointwiseOp> ops) {
    return new RawOperatorWriter().source(ops);
  }

  private String source(List<PointwiseOp> ops) {
    out.add("package org.autograd.ops;").gap();
    Set<String> imports = new TreeSet<>(Set.of("DType", "Tensor", "kernel.Backends", "tensor.Raw"));
    if (ops.stream().flatMap(o -> o.args().stream()).anyMatch(a -> a.type() == ArgType.SCALAR)) {
      imports.add("Scalar");
    }
    imports.forEach(i -> out.add("import org.autograd." + i + ";"));
    out.gap().add("/** Generated: the raw pointwise operators. None of them records anything. */");
    out.add("public final class Pointwise {");
    out.add("private Pointwise() {}");
    for (PointwiseOp op : ops) {
      fresh(op);
      check(op);
      into(op);
    }
    out.add("}");
    return out.toString();
  }

  private void fresh(PointwiseOp op) {
    String op0 = "\"" + op.name() + "\"";
    out.gap().add("/** " + op.doc() + " */");
    out.add("public static Tensor " + op.name() + "(" + parameters(op) + ") {");
    types(op, op0);
    alike(op);
    List<String> operands = operands(op);
    for (int k = 0; k < operands.size(); k++) {
      Arg a = op.tensors().get(k);
      out.add("Tensor " + operands.get(k) + " = " + cast(op, a) + ";");
    }
    String all = String.join(", ", operands);
    String layout =
        operands.size() == 1
            ? "Broadcast.layout(" + all + ")"
            : "Broadcast.layout(" + op0 + ", " + all + ")";
    String like = operands.size() == 1 ? all : op0 + ", " + all;
    out.add("Tensor target = Alloc.result(" + layout + ", " + resultType(op) + ", " + like + ");");
    out.add(kernels(op0, "", operands) + "." + op.name() + "(target, " + arguments(op) + ");");
    out.add("return target;\n}");
  }

  /** Operators of three and four tensors have a short way for operands that are alike. */
  private void alike(PointwiseOp op) {
    int count = op.tensors().size();
    boolean plain =
        Operands.masks(op).isEmpty()
            && !(op.result() instanceof ResultRule.Bool)
            && !(op.result() instanceof ResultRule.Same);
    if (count < 3 || count > 4 || !plain) {
      return;
    }
    String tensors = op.tensors().stream().map(Arg::name).collect(Collectors.joining(", "));
    String given = op.args().stream().map(Arg::name).collect(Collectors.joining(", "));
    String first = op.tensors().get(0).name();
    out.add("if (Alike.all(loopType, " + tensors + ")) {");
    out.add(
        "Tensor target = Alloc.empty(Raw.layout(" + first + ").fresh(), loopType, " + first + ");");
    out.add("Backends.kernels(" + first + ")." + op.name() + "(target, " + given + ");");
    out.add("return target;\n}");
  }

  private void check(PointwiseOp op) {
    out.gap();
    out.add("/**\n* Checks what {@code " + op.name() + "Into} is given, without computing.\n*");
    out.add("* @return the dtype that it computes in\n*/");
    out.add(
        "public static DType "
            + op.name()
            + "Check(String op, Tensor out, "
            + parameters(op)
            + ") {");
    types(op, "op");
    out.add("Types.checkCast(op, " + resultType(op) + ", Raw.dtype(out));");
    String given = op.tensors().stream().map(Arg::name).collect(Collectors.joining(", "));
    out.add("Broadcast.checkInto(op, out, " + given + ");");
    out.add("return loopType;\n}");
  }

  private void into(PointwiseOp op) {
    out.gap();
    out.add("/**\n* As {@link #" + op.name() + "}, but writes the result to a tensor.\n*");
    out.add("* @param op the operator's name for error messages");
    out.add("* @param out receives the result; may be one of the operands\n*/");
    out.add(
        "public static void "
            + op.name()
            + "Into(String op, Tensor out, "
            + parameters(op)
            + ") {");
    String given = op.args().stream().map(Arg::name).collect(Collectors.joining(", "));
    out.add("DType loopType = " + op.name() + "Check(op, out, " + given + ");");
    List<String> operands = operands(op);
    for (int k = 0; k < operands.size(); k++) {
      Arg a = op.tensors().get(k);
      out.add("Tensor " + operands.get(k) + " = Overlap.resolve(op, out, " + cast(op, a) + ");");
    }
    out.add("Tensor target = Alloc.target(out, " + resultType(op) + ");");
    out.add(
        kernels("op", "target, ", operands) + "." + op.name() + "(target, " + arguments(op) + ");");
    out.add("if (target != out) {\nCopies.copyInto(out, target);\n}\n}");
  }

  /** Declares {@code loopType} and checks it. */
  private void types(PointwiseOp op, String name) {
    Set<String> masks = Operands.masks(op);
    for (Arg a : op.tensors()) {
      if (masks.contains(a.name())) {
        out.add("Types.checkBool(" + name + ", \"" + a.name() + "\", " + a.name() + ");");
      }
    }
    if (op.result() instanceof ResultRule.Same s) {
      out.add("DType loopType = Raw.dtype(" + s.arg() + ");");
    } else {
      List<String> promoted =
          op.tensors().stream().map(Arg::name).filter(a -> !masks.contains(a)).toList();
      out.add(
          "DType loopType = "
              + (promoted.size() == 1
                  ? "Raw.dtype(" + promoted.get(0) + ")"
                  : "Types.promote(" + name + ", " + String.join(", ", promoted) + ")")
              + ";");
      for (Arg a : op.attributes()) {
        number(a, name);
      }
    }
    if (op.dtypes().size() < DTypeKind.values().length) {
      out.add("if (" + refused(op) + ") {");
      out.add("throw Types.refuse(" + name + ", loopType, \"" + accepted(op) + "\");\n}");
    }
    if (op.result() instanceof ResultRule.Floating) {
      out.add("loopType = Types.floating(loopType);");
    }
  }

  private static String resultType(PointwiseOp op) {
    return op.result() instanceof ResultRule.Bool ? "DType.BOOL" : "loopType";
  }

  private void number(Arg a, String op) {
    if (a.type() != ArgType.SCALAR) {
      return;
    }
    String given = op + ", \"" + a.name() + "\", loopType, " + a.name();
    if (a.rule() == NumberRule.AS_TENSORS) {
      out.add("Types.checkAsTensors(" + given + ");");
      return;
    }
    out.add("loopType = Types.promote(loopType, " + a.name() + ");");
    if (a.rule() == NumberRule.NO_NEGATIVE_INTEGER) {
      out.add("Types.checkNoNegativeInteger(" + given + ");");
    }
  }

  private static String refused(PointwiseOp op) {
    return java.util.Arrays.stream(DTypeKind.values())
        .filter(k -> !op.dtypes().contains(k))
        .map(k -> "loopType.category() == DType.Category." + k.name())
        .collect(Collectors.joining(" || "));
  }

  private static String accepted(PointwiseOp op) {
    return java.util.Arrays.stream(DTypeKind.values())
            .filter(op.dtypes()::contains)
            .map(k -> k == DTypeKind.FLOATING ? "floating point" : k.table())
            .collect(Collectors.joining(" and "))
        + " tensors";
  }

  private static String cast(PointwiseOp op, Arg a) {
    return Operands.masks(op).contains(a.name())
        ? a.name()
        : "Types.cast(" + a.name() + ", loopType)";
  }

  private static String kernels(String name, String target, List<String> operands) {
    if (target.isEmpty() && operands.size() == 1) {
      return "Backends.kernels(" + operands.get(0) + ")";
    }
    return "Backends.kernels(" + name + ", " + target + String.join(", ", operands) + ")";
  }

  /** The names of the operands in the dtype of the loop. */
  private static List<String> operands(PointwiseOp op) {
    return op.tensors().stream().map(a -> a.name() + "0").toList();
  }

  private static String arguments(PointwiseOp op) {
    return op.args().stream()
        .map(a -> a.isTensor() ? a.name() + "0" : a.name())
        .collect(Collectors.joining(", "));
  }

  private static String parameters(PointwiseOp op) {
    return op.args().stream()
        .map(a -> a.type().java() + " " + a.name())
        .collect(Collectors.joining(", "));
  }
}
