package org.autograd.codegen.loops;

import java.util.ArrayList;
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
 *
 * <p>Each loop and each end of one is a method of its own. Calls of the Vector API are inlined many
 * levels deep, and the JVM's first compiler gives up on a method that becomes too large. If such a
 * method is met while the second compiler is busy, it keeps a slow form for good.
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
    List<boolean[]> cases = cases();
    String otherwise = "";
    for (boolean[] moves : cases) {
      String test =
          IntStream.range(0, moves.length)
              .mapToObj(k -> "s" + k + " == " + (moves[k] ? 1 : 0))
              .collect(Collectors.joining(" && "));
      out.add(otherwise + "if (" + test + ") {");
      out.add(name(t, "Loop", moves) + "(" + arguments(moves, "n") + ");");
      out.add("return true;");
      otherwise = "} else ";
    }
    out.add("}\nreturn false;\n}");
    for (boolean[] moves : cases) {
      loop(t, moves);
      tail(t, moves);
    }
  }

  /** Which tensors move from element to element, and which are a single number. */
  private List<boolean[]> cases() {
    List<boolean[]> cases = new ArrayList<>();
    int n = tensors.size();
    for (int bits = (1 << n) - 1; bits > 0 && (n <= 3 || cases.isEmpty()); bits--) {
      boolean[] moves = new boolean[n];
      for (int k = 0; k < n; k++) {
        moves[k] = (bits >> (n - 1 - k) & 1) == 1;
      }
      cases.add(moves);
    }
    return cases;
  }

  private static String name(LoopType t, String part, boolean[] moves) {
    StringBuilder name = new StringBuilder(t.method + part);
    for (boolean m : moves) {
      name.append(m ? 1 : 0);
    }
    return name.toString();
  }

  private String arguments(boolean[] moves, String last) {
    StringBuilder s = new StringBuilder();
    for (int i = 0; i < op.attributes().size(); i++) {
      s.append("p" + i + ", ");
    }
    s.append("out, o, ");
    for (int k = 0; k < moves.length; k++) {
      s.append("a" + k + ", i" + k + ", ");
    }
    return s + last;
  }

  private void open(LoopType t, String part, boolean[] moves, String last) {
    StringBuilder s = new StringBuilder();
    for (int i = 0; i < op.attributes().size(); i++) {
      s.append(t.value + " p" + i + ", ");
    }
    s.append(t.element + "[] out, int o, ");
    for (int k = 0; k < moves.length; k++) {
      s.append(t.element + "[] a" + k + ", int i" + k + ", ");
    }
    out.gap().add("private static void " + name(t, part, moves) + "(" + s + last + ") {");
  }

  private void loop(LoopType t, boolean[] moves) {
    open(t, "Loop", moves, "int n");
    String value = value(t, moves);
    out.add("int i = 0;");
    String species = t.name();
    out.add(
        "for (int end = " + species + ".loopBound(n); i < end; i += " + species + ".length()) {");
    loads(t, moves, "");
    out.add(value + ".intoArray(out, o + i);");
    out.add("}");
    out.add("if (i < n) {");
    out.add(name(t, "Tail", moves) + "(" + arguments(moves, "i, n") + ");");
    out.add("}\n}");
  }

  private void tail(LoopType t, boolean[] moves) {
    open(t, "Tail", moves, "int i, int n");
    String value = value(t, moves);
    out.add("VectorMask<" + boxed(t) + "> tail = " + t.name() + ".indexInRange(i, n);");
    loads(t, moves, ", tail");
    out.add(value + ".intoArray(out, o + i, tail);");
    out.add("}");
  }

  private static String boxed(LoopType t) {
    return t == LoopType.F32 ? "Float" : "Double";
  }

  /** Writes what is the same for all elements, and returns the code of the others' value. */
  private String value(LoopType t, boolean[] moves) {
    String vector = VectorPrinter.vector(t);
    String species = t.name();
    int count = 0;
    Map<String, Code> names = new HashMap<>();
    for (int k = 0; k < moves.length; k++) {
      names.put(tensors.get(k).name(), Code.number("x" + k));
      if (!moves[k]) {
        out.add("%1$s x%3$d = %1$s.broadcast(%2$s, a%3$d[i%3$d]);".formatted(vector, species, k));
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
      String type = truth ? "VectorMask<" + boxed(t) + ">" : vector;
      String name = "t" + count++;
      shared.append(type + " " + name + " = " + printer.share(c, name) + ";\n");
    }
    String value = shared + printer.number(op.expr());
    printer.constants().forEach((name, init) -> out.add(vector + " " + name + " = " + init + ";"));
    return value;
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
