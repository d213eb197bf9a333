package org.autograd.codegen.write;

import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.autograd.codegen.formula.Names;
import org.autograd.codegen.loops.DTypeKind;
import org.autograd.codegen.loops.LoopException;
import org.autograd.codegen.loops.LoopWriter;
import org.autograd.codegen.loops.NumberRule;
import org.autograd.codegen.loops.PointwiseOp;
import org.autograd.codegen.loops.ResultRule;
import org.autograd.codegen.model.Model;
import org.autograd.codegen.model.Operator;
import org.autograd.codegen.table.Argument;
import org.autograd.codegen.table.Entry;
import org.autograd.codegen.table.Problems;
import org.autograd.codegen.table.Text;

/** Hands the pointwise operators to the writer of loops. */
public final class Loops {
  private Loops() {}

  /** Checks that there are loops for every pointwise operator. */
  public static void check(Model model, Problems problems) {
    for (Operator op : model.operators()) {
      if (op.pointwise() == null) {
        continue;
      }
      try {
        LoopWriter.write(List.of(pointwise(op)));
      } catch (LoopException | IllegalArgumentException e) {
        Entry entry = op.entry();
        String reason = e.getMessage();
        if (reason.startsWith(entry.name() + ": ")) {
          reason = reason.substring(entry.name().length() + 2);
        }
        problems.add(entry.implementation().text().where(), entry.name(), reason);
      }
    }
  }

  static void write(Model model, Output output) {
    List<PointwiseOp> ops = new ArrayList<>();
    for (Operator op : model.operators()) {
      if (op.pointwise() != null) {
        ops.add(pointwise(op));
      }
    }
    LoopWriter.write(ops)
        .forEach((path, text) -> output.add(Output.Root.MAIN, path, JavaFile.NOTICE + "\n" + text));
  }

  private static PointwiseOp pointwise(Operator op) {
    Entry entry = op.entry();
    List<PointwiseOp.Arg> args = new ArrayList<>();
    for (Argument a : op.args()) {
      Text rule = entry.numbers().get(a.name());
      NumberRule number =
          rule == null
              ? NumberRule.PROMOTES
              // A rule that is not known is reported by the check of the entry.
              : NumberRule.of(rule.value()).orElse(NumberRule.PROMOTES);
      args.add(new PointwiseOp.Arg(Names.camel(a.name()), type(a), number));
    }
    Set<DTypeKind> kinds = EnumSet.noneOf(DTypeKind.class);
    for (DTypeKind kind : DTypeKind.values()) {
      if (entry.dtypes().isEmpty()
          || entry.dtypes().stream().map(Text::value).anyMatch(kind.table()::equals)) {
        kinds.add(kind);
      }
    }
    String rule = entry.result() == null ? "promote" : entry.result().value();
    return new PointwiseOp(
        op.javaName(),
        entry.signature().overload(),
        Javadoc.html(entry.doc() == null ? "" : entry.doc().value()),
        args,
        ResultRule.parse(rule),
        kinds,
        op.pointwise());
  }

  private static PointwiseOp.ArgType type(Argument a) {
    return switch (a.type()) {
      case TENSOR -> PointwiseOp.ArgType.TENSOR;
      case SCALAR -> PointwiseOp.ArgType.SCALAR;
      case DOUBLE -> PointwiseOp.ArgType.DOUBLE;
      case LONG -> PointwiseOp.ArgType.LONG;
      case INT -> PointwiseOp.ArgType.INT;
      case BOOL -> PointwiseOp.ArgType.BOOL;
      default ->
          throw new IllegalArgumentException(
              "a pointwise operator cannot have an argument of type " + a.type().table());
    };
  }
}
