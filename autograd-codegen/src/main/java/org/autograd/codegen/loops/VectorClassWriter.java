package org.autograd.codegen.loops;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.autograd.codegen.expr.Expr;
import org.autograd.codegen.loops.PointwiseOp.Arg;

/**
 * Writes the class of an operator's loops in the Vector API. The last, partial vector goes through
 * a mask.
 */
final class VectorClassWriter {
  private final PointwiseOp op;
  private final List<Arg> tensors;
  private final Lines out = new Lines();

  private VectorClassWriter(PointwiseOp op) {
    this.op = op;
    tensors = op.tensors();
  }

  static String write(PointwiseOp op) {
    return new VectorClassWriter(op).source();
  }

  private String source() {
    out.add("package org.autograd.kernel.cpu.vector;").gap();
    out.add("import jdk.incubator.vector.DoubleVector;");
    out.add("import jdk.incubator.vector.FloatVector;");
    out.add("import jdk.incubator.vector.VectorMask;");
    out.add("import jdk.incubator.vector.VectorOperators;");
    out.add("import jdk.incubator.vector.VectorSpecies;");
    out.add("import org.autograd.kernel.cpu." + op.loopClass() + ";").gap();
    out.add("/** Generated: the loops of {@code " + op.fullName() + "} in the Vector API. */");
    out.add("public final class " + op.vectorClass() + " implements " + op.loopClass() + ".Wide {");
    out.add("private static final VectorSpecies<Float> F32 = FloatVector.SPECIES_PREFERRED;");
    out.add("private static final VectorSpecies<Double> F64 = DoubleVector.SPECIES_PREFERRED;");
    out.gap().add("/** Made by name. */\npublic " + op.vectorClass() + "() {}");
    for (LoopType t : LoopType.of(op)) {
      if (t.isFloating()) {
        method(t);
      }
    }
    out.add("}");
    return out.toString();
  }

  private void method(LoopType t) {
    out.gap().add("@Override");
    out.add("public boolean " + t.method + "(" + LoopClassWriter.wideParameters(op, t) + ") {");
    int n = tensors.size();
    String otherwise = "";
    for (int bits = (1 << n) - 1; bits > 0; bits--) {
      if (n > 3 && bits != (1 << n) - 1) {
        break;
      }
      int fixed = bits;
      boolean[] moves = new boolean[n];
      for (int k = 0; k < n; k++) {
        moves[k] = (fixed >> (n - 1 - k) & 1) == 1;
      }
      String test =
          IntStream.range(0, n)
              .mapToObj(k -> "s" + k + " == " + (moves[k] ? 1 : 0))
              .collect(Collectors.joining(" && "));
      out.add(otherwise + "if (" + test + ") {");
      loop(t, moves);
      out.add("return true;");
      otherwise = "} else ";
    }
    out.add("}\nreturn false;\n}");
  }

  private void loop(LoopType t, boolean[] moves) {
    String vector = VectorPrinter.vector(t);
    String species = t.name();
    String boxed = t == LoopType.F32 ? "Float" : "Double";
    int count = 0;
    Map<String, Code> names = new HashMap<>();
    for (int k = 0; k < tensors.size(); k++) {
      names.put(tensors.get(k).name(), Code.number("x" + k));
      if (!moves[k]) {
        out.add(
            vector
                + " x"
                + k
                + " = "
                + vector
                + ".broadcast("
                + species
                + ", a"
                + k
                + "[i"
                + k
                + "]);");
      }
    }
    for (int i = 0; i < op.attributes().size(); i++) {
      names.put(op.attributes().get(i).name(), Code.number("q" + i));
      out.add(vector + " q" + i + " = " + vector + ".broadcast(" + species + ", p" + i + ");");
    }
    VectorPrinter printer = new VectorPrinter(t, names);
    StringBuilder shared = new StringBuilder();
    for (Expr.Call c : Operands.repeated(op.expr())) {
      boolean truth = Function.of(c.function()).truth();
      String type = truth ? "VectorMask<" + boxed + ">" : vector;
      String name = "t" + count++;
      shared.append(type + " " + name + " = " + printer.share(c, name) + ";\n");
    }
    String value = shared + printer.number(op.expr());
    printer.constants().forEach((name, init) -> out.add(vector + " " + name + " = " + init + ";"));
    out.add("int i = 0;");
    out.add(
        "for (int end = " + species + ".loopBound(n); i < end; i += " + species + ".length()) {");
    loads(t, moves, "");
    out.add(value + ".intoArray(out, o + i);");
    out.add("}");
    out.add("if (i < n) {");
    out.add("VectorMask<" + boxed + "> tail = " + species + ".indexInRange(i, n);");
    loads(t, moves, ", tail");
    out.add(value + ".intoArray(out, o + i, tail);");
    out.add("}");
  }

  private void loads(LoopType t, boolean[] moves, String mask) {
    String vector = VectorPrinter.vector(t);
    for (int k = 0; k < moves.length; k++) {
      if (moves[k]) {
        out.add(
            "%s x%d = %s.fromArray(%s, a%d, i%d + i%s);"
                .formatted(vector, k, vector, t.name(), k, k, mask));
      }
    }
  }
}
