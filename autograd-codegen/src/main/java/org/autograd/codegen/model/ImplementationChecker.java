package org.autograd.codegen.model;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import org.autograd.codegen.source.JavaMethod;
import org.autograd.codegen.source.SourceIndex;
import org.autograd.codegen.table.Argument;
import org.autograd.codegen.table.Entry;
import org.autograd.codegen.table.Entry.Implementation.Kind;
import org.autograd.codegen.table.Problems;
import org.autograd.codegen.table.Text;

/** Checks that the hand-written method behind an operator exists and takes its arguments. */
final class ImplementationChecker {
  private final SourceIndex sources;
  private final Problems problems;

  ImplementationChecker(SourceIndex sources, Problems problems) {
    this.sources = sources;
    this.problems = problems;
  }

  void check(Operator op) {
    String home = op.kind() == Kind.COMPOSITE ? "org.autograd.formula" : "org.autograd.ops";
    if (op.kind() != Kind.POINTWISE) {
      check(op, op.entry().implementation().text(), home);
    }
    if (op.entry().nativeInplace() != null) {
      check(op, op.entry().nativeInplace(), home);
      if (!op.has(Variant.INPLACE)) {
        problem(
            op,
            op.entry().nativeInplace(),
            "'native_inplace' is given but there is no variant 'inplace'");
      }
    }
    Text layout = op.entry().layout();
    if (layout != null) {
      if (op.kind() != Kind.NATIVE) {
        problem(op, layout, "'layout' is for native operators; those of others follow");
      } else if (!List.of(Entry.SELF, Entry.ELEMENTWISE).contains(layout.value())) {
        check(op, layout, home);
      }
    }
    if (op.entry().expanded() != null) {
      check(op, op.entry().expanded(), "org.autograd.formula");
      if (!op.isInplace() && !op.has(Variant.INPLACE)) {
        problem(
            op, op.entry().expanded(), "'expanded' is given but there is no form that is in place");
      }
    }
  }

  private void check(Operator op, Text reference, String packageName) {
    String[] parts = reference.value().split("\\.");
    if (parts.length != 2) {
      problem(op, reference, "'" + reference.value() + "' must be Class.method");
      return;
    }
    List<JavaMethod> methods = sources.methods(packageName, parts[0]).orElse(null);
    if (methods == null) {
      problem(
          op,
          reference,
          "unknown kernel '"
              + reference.value()
              + "': there is no class "
              + packageName
              + "."
              + parts[0]);
      return;
    }
    List<JavaMethod> named = methods.stream().filter(m -> m.name().equals(parts[1])).toList();
    if (named.isEmpty()) {
      problem(
          op,
          reference,
          "unknown kernel '"
              + reference.value()
              + "': "
              + packageName
              + "."
              + parts[0]
              + " has no static method "
              + parts[1]);
      return;
    }
    List<String> wanted = params(op);
    if (named.stream().noneMatch(m -> m.params().equals(wanted))) {
      problem(
          op,
          reference,
          "the parameters of '"
              + reference.value()
              + "' do not match: expected ("
              + String.join(", ", wanted)
              + "), found "
              + named.stream()
                  .map(m -> "(" + String.join(", ", m.params()) + ")")
                  .collect(Collectors.joining(" and ")));
    }
  }

  private static List<String> params(Operator op) {
    List<String> types = new ArrayList<>();
    for (Argument a : op.args()) {
      types.add(a.type().java());
    }
    if (op.kind() == Kind.VIEW && !types.isEmpty()) {
      types.set(0, "Layout");
    }
    return types;
  }

  private void problem(Operator op, Text text, String reason) {
    problems.add(text.where(), op.entry().name(), reason);
  }
}
