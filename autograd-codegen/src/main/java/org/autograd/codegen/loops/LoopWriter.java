package org.autograd.codegen.loops;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * The door of this package: from all pointwise operators, the sources of everything below the
 * recording layer.
 *
 * <ul>
 *   <li>{@code org.autograd.ops.Pointwise}: {@code mul(self, other)} returns a fresh result, {@code
 *       mulInto(op, out, self, other)} writes to a tensor and serves the in-place and the out form
 *   <li>{@code org.autograd.kernel.PointwiseKernels}: {@code mul(out, self, other)}
 *   <li>{@code org.autograd.kernel.cpu.CpuPointwise} and one class of loops per operator
 *   <li>{@code org.autograd.kernel.cpu.vector}: the Vector API form, where there is one
 * </ul>
 */
public final class LoopWriter {
  private LoopWriter() {}

  /**
   * Writes the sources.
   *
   * @param ops all pointwise operators; names may repeat if overload and argument types differ
   * @return relative path ({@code org/autograd/ops/Pointwise.java}) to source text, sorted
   * @throws LoopException naming the operator, if there is no loop for its expression and dtypes
   */
  public static Map<String, String> write(List<PointwiseOp> ops) {
    ops.forEach(Operands::check);
    Map<String, String> sources = new TreeMap<>();
    sources.put("org/autograd/ops/Pointwise.java", RawOperatorWriter.write(ops));
    sources.put("org/autograd/kernel/PointwiseKernels.java", kernels(ops));
    sources.put("org/autograd/kernel/cpu/CpuPointwise.java", cpu(ops));
    for (PointwiseOp op : ops) {
      put(sources, op, "org/autograd/kernel/cpu/" + op.loopClass(), LoopClassWriter.write(op));
      if (VectorPrinter.possible(op)) {
        String path = "org/autograd/kernel/cpu/vector/" + op.vectorClass();
        put(sources, op, path, VectorClassWriter.write(op));
      }
    }
    return sources;
  }

  private static void put(Map<String, String> sources, PointwiseOp op, String path, String text) {
    if (sources.put(path + ".java", text) != null) {
      throw new LoopException(
          op.fullName(), "a second operator makes " + path + "; name an overload");
    }
  }

  private static String kernels(List<PointwiseOp> ops) {
    Lines out = new Lines().add("package org.autograd.kernel;").gap();
    imports(out, ops);
    out.gap().add("/** Generated: the kernels of pointwise operators; see {@link Kernels}. */");
    out.add("public interface PointwiseKernels {");
    for (PointwiseOp op : ops) {
      out.gap().add("/** " + op.doc() + " */");
      out.add("void " + op.name() + "(" + parameters(op) + ");");
    }
    return out.add("}").toString();
  }

  private static String cpu(List<PointwiseOp> ops) {
    Lines out = new Lines().add("package org.autograd.kernel.cpu;").gap();
    imports(out, ops);
    out.add("import org.autograd.kernel.Kernels;").gap();
    out.add("/** Generated: the pointwise kernels over Java arrays. */");
    out.add("abstract class CpuPointwise implements Kernels {");
    for (PointwiseOp op : ops) {
      out.gap().add("@Override");
      out.add("public final void " + op.name() + "(" + parameters(op) + ") {");
      String args = op.args().stream().map(a -> ", " + a.name()).collect(Collectors.joining());
      out.add(op.loopClass() + ".run(out" + args + ");");
      out.add("}");
    }
    return out.add("}").toString();
  }

  private static void imports(Lines out, List<PointwiseOp> ops) {
    boolean scalar =
        ops.stream()
            .flatMap(o -> o.args().stream())
            .anyMatch(a -> a.type() == PointwiseOp.ArgType.SCALAR);
    if (scalar) {
      out.add("import org.autograd.Scalar;");
    }
    out.add("import org.autograd.Tensor;");
  }

  private static String parameters(PointwiseOp op) {
    return "Tensor out, "
        + op.args().stream()
            .map(a -> a.type().java() + " " + a.name())
            .collect(Collectors.joining(", "));
  }
}
