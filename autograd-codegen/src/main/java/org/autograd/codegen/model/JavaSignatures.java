package org.autograd.codegen.model;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.autograd.codegen.table.Problems;

/** Checks that no two operators have the same Java signature. */
final class JavaSignatures {
  private final Problems problems;
  private final Map<String, Operator> seen = new HashMap<>();

  JavaSignatures(Problems problems) {
    this.problems = problems;
  }

  void check(List<Operator> operators) {
    for (Operator op : operators) {
      note(op, op.javaName());
      if (op.has(Variant.INPLACE)) {
        note(op, op.javaName() + "_");
      }
      if (op.has(Variant.OUT)) {
        note(op, op.javaName() + "Out");
      }
    }
  }

  private void note(Operator op, String name) {
    String key =
        op.args().stream()
            .map(a -> a.type().java())
            .collect(Collectors.joining(", ", name + "(", ")"));
    Operator other = seen.putIfAbsent(key, op);
    if (other != null) {
      problems.add(
          op.entry().where(),
          op.entry().name(),
          "has the same Java signature as " + other.entry().name() + ": " + key);
    }
  }
}
