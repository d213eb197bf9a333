package org.autograd.codegen.loops;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.IntFunction;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.autograd.codegen.loops.PointwiseOp.Arg;
import org.autograd.codegen.loops.PointwiseOp.ArgType;

/**
 * Writes the class of an operator's loops over Java arrays. Per dtype there is one method that
 * tells the common cases apart by how operands step: all in step with the result, some the same
 * throughout, anything else. The compiler makes vector code of the first ones. Names: {@code a0,
 * i0, s0, x0} are array, position, step and element of operand 0, {@code p0} is attribute 0.
 */
final class LoopClassWriter {
  private final PointwiseOp op;
  private final List<Arg> tensors;
  private final List<Arg> attributes;
  private final Set<String> masks;
  private final List<LoopType> types;
  private final boolean wide;
  private final Lines out = new Lines();

  private LoopClassWriter(PointwiseOp op) {
    this.op = op;
    tensors = op.tensors();
    attributes = op.attributes();
    masks = Operands.masks(op);
    types = LoopType.of(op);
    wide = VectorPrinter.possible(op);
  }

  static String write(PointwiseOp op) {
    return new LoopClassWriter(op).source();
  }

  private String source() {
    String name = op.loopClass();
    out.add("package org.autograd.kernel.cpu;").gap();
    out.add("import org.autograd.DType;");
    if (attributes.stream().anyMatch(a -> a.type() == ArgType.SCALAR)) {
      out.add("import org.autograd.Scalar;");
    }
    out.add("import org.autograd.Tensor;");
    out.add("import org.autograd.tensor.Layout;");
    out.add("import org.autograd.tensor.Raw;").gap();
    out.add("/** Generated: the loops of {@code " + op.fullName() + "}. */");
    String fields = "DType type" + attributes("", (a, i) -> ", " + a.type().java() + " p" + i);
    out.add("public record " + name + "(" + fields + ") implements Loop {");
    if (wide) {
      wide();
    }
    run();
    out.gap().add("@Override\npublic void row(Object[] arrays, int[] at, int[] step, int n) {");
    out.add(
        "row(type, "
            + each(attributes, ", ", i -> "p" + i + ", ", "")
            + "arrays[0], at[0], step[0], "
            + operands(k -> "arrays[" + (k + 1) + "], at[" + (k + 1) + "], step[" + (k + 1) + "], ")
            + "n);");
    out.add("}");
    dispatch();
    new LoopMethodWriter(op, out).write();
    out.add("}");
    return out.toString();
  }

  private interface AttributeText {
    String of(Arg a, int index);
  }

  private String attributes(String separator, AttributeText text) {
    return IntStream.range(0, attributes.size())
        .mapToObj(i -> text.of(attributes.get(i), i))
        .collect(Collectors.joining(separator));
  }

  private static String each(List<Arg> args, String sep, IntFunction<String> text, String end) {
    return args.isEmpty()
        ? ""
        : IntStream.range(0, args.size()).mapToObj(text).collect(Collectors.joining()) + end;
  }

  private String operands(IntFunction<String> text) {
    return IntStream.range(0, tensors.size()).mapToObj(text).collect(Collectors.joining());
  }

  private boolean mask(int k) {
    return masks.contains(tensors.get(k).name());
  }

  /** The interface of the Vector API form and the place where it is kept. */
  private void wide() {
    out.add("private static final Wide WIDE =");
    out.add("    WideLoops.load(");
    out.add("        Wide.class,");
    out.add("        \"org.autograd.kernel.cpu.vector." + op.vectorClass() + "\",");
    out.add("        " + VectorPrinter.needsMath(op) + ");");
    out.gap().add("/** The form for the Vector API; false if it does not know the steps. */");
    out.add("public interface Wide {");
    for (LoopType t : types) {
      if (t.isFloating()) {
        out.add("/** Works on {@code n} neighbouring results. */");
        out.add("boolean " + t.method + "(" + wideParameters(op, t) + ");");
      }
    }
    out.add("}").gap();
  }

  /** The parameters of a method of the Vector API form. */
  static String wideParameters(PointwiseOp op, LoopType t) {
    StringBuilder s = new StringBuilder();
    for (int i = 0; i < op.attributes().size(); i++) {
      s.append(t.value + " p" + i + ", ");
    }
    s.append(t.element + "[] out, int o, ");
    for (int k = 0; k < op.tensors().size(); k++) {
      s.append(t.element + "[] a" + k + ", int i" + k + ", int s" + k + ", ");
    }
    return s + "int n";
  }

  private void run() {
    out.add("static void run(Tensor out, " + parameters() + ") {");
    out.add("DType t = Raw.dtype(x" + typed() + ");");
    out.add("Layout l = Raw.layout(out);");
    for (int k = 0; k < tensors.size(); k++) {
      out.add("Layout l" + k + " = Raw.layout(x" + k + ");");
      out.add("int s" + k + " = Strided.step(l, l" + k + ");");
    }
    String steps =
        IntStream.range(0, tensors.size())
            .mapToObj(k -> "s" + k)
            .collect(Collectors.joining(" | "));
    out.add("if ((" + steps + ") < 0 || !l.isNonOverlappingAndDense()) {");
    String made = attributes("", (a, i) -> ", p" + i);
    String all = operands(k -> ", x" + k);
    out.add("Strided.run(new " + op.loopClass() + "(t" + made + "), out" + all + ");");
    out.add("return;\n}");
    out.add("int n = (int) l.numel();");
    out.add("int o = (int) l.offset();");
    out.add("Object r = Raw.array(out);");
    for (int k = 0; k < tensors.size(); k++) {
      out.add("int i" + k + " = (int) l" + k + ".offset();");
      out.add("Object a" + k + " = Raw.array(x" + k + ");");
    }
    String given = attributes("", (a, i) -> "p" + i + ", ");
    out.add("if (n < 2 * Strided.GRAIN) {");
    out.add(
        "row(t, "
            + given
            + "r, o, 1, "
            + operands(k -> "a%d, i%d, s%d, ".formatted(k, k, k))
            + "n);");
    out.add("} else {");
    out.add("Strided.chunks(n, (j, m) ->");
    out.add(
        "    row(t, "
            + given
            + "r, o + j, 1, "
            + operands(k -> "a%d, i%d + j * s%d, s%d, ".formatted(k, k, k, k))
            + "m));");
    out.add("}\n}");
  }

  /** The first operand that has the dtype the loop computes in. */
  private int typed() {
    return IntStream.range(0, tensors.size()).filter(k -> !mask(k)).findFirst().orElseThrow();
  }

  /** The parameters of {@code run}: tensors are named x0, x1, attributes p0, p1. */
  private String parameters() {
    List<String> parameters = new ArrayList<>();
    int tensor = 0;
    int attribute = 0;
    for (Arg a : op.args()) {
      parameters.add(a.type().java() + " " + (a.isTensor() ? "x" + tensor++ : "p" + attribute++));
    }
    return String.join(", ", parameters);
  }

  private void dispatch() {
    out.gap()
        .add(
            "private static void row(DType type, "
                + attributes("", (a, i) -> a.type().java() + " p" + i + ", ")
                + "Object out, int o, int os, "
                + operands(k -> "Object a%d, int i%d, int s%d, ".formatted(k, k, k))
                + "int n) {");
    out.add("switch (type) {");
    for (LoopType t : types) {
      String call = call(t, t, "");
      if (PowerCase.hasExact(op, t)) {
        out.add("case " + t.dtype + " -> {");
        out.add("if (Scalars.isRoundedToWhole(" + attributes(", ", (a, i) -> "p" + i) + ")) {");
        out.add(call(t, LoopType.F64, PowerCase.EXACT));
        out.add("} else {\n" + call + "\n}\n}");
      } else {
        out.add("case " + t.dtype + " -> " + call);
      }
    }
    if (types.size() < LoopType.values().length) {
      out.add("default -> throw new AssertionError(type);");
    }
    out.add("}\n}");
  }

  private String call(LoopType t, LoopType given, String suffix) {
    return t.method
        + suffix
        + "("
        + attributes("", (a, i) -> attribute(a, given, "p" + i) + ", ")
        + "("
        + element(t)
        + "[]) out, o, os, "
        + operands(k -> "(%s[]) a%d, i%d, s%d, ".formatted(element(t, k), k, k, k))
        + "n);";
  }

  /** An attribute in the type of the loop. */
  private static String attribute(Arg a, LoopType t, String name) {
    String number =
        switch (a.type()) {
          case SCALAR -> name + (t.isFloating() ? ".toDouble()" : ".toLong()");
          default -> name;
        };
    if (a.type() == ArgType.BOOL) {
      return name;
    }
    return t == LoopType.BOOL ? number + " != 0" : "(" + t.value + ") " + number;
  }

  private String element(LoopType t) {
    return Operands.element(op, t);
  }

  private String element(LoopType t, int k) {
    return Operands.element(op, t, k);
  }
}
