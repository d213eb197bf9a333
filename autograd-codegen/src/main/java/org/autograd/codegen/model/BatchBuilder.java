package org.autograd.codegen.model;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.autograd.codegen.model.BatchRule.Role;
import org.autograd.codegen.source.JavaMethod;
import org.autograd.codegen.source.SourceIndex;
import org.autograd.codegen.table.ArgType;
import org.autograd.codegen.table.Argument;
import org.autograd.codegen.table.Entry;
import org.autograd.codegen.table.Entry.Implementation.Kind;
import org.autograd.codegen.table.Problems;
import org.autograd.codegen.table.Text;

/** Reads the batching rule of an entry. */
final class BatchBuilder {
  private static final String PACKAGE = "org.autograd.formula";

  private final Entry entry;
  private final SourceIndex sources;
  private final Problems problems;

  BatchBuilder(Entry entry, SourceIndex sources, Problems problems) {
    this.entry = entry;
    this.sources = sources;
    this.problems = problems;
  }

  /** Returns the rule; null for operators made of others, which need none. */
  BatchRule build() {
    Map<String, Text> given = entry.batch();
    if (entry.implementation().kind() == Kind.COMPOSITE) {
      if (!given.isEmpty()) {
        problems.add(
            entry.where(), entry.name(), "a composite operator has no batching rule of its own");
      }
      return null;
    }
    if (entry.signature().args().stream().noneMatch(a -> a.type().isTensor())) {
      return null;
    }
    if (given.isEmpty()) {
      if (entry.implementation().kind() != Kind.POINTWISE) {
        problems.add(
            entry.where(),
            entry.name(),
            "has no 'batch:' rule: write pointwise, same, a method of the formulas, or what its"
                + " dimension arguments mean");
      }
      return new BatchRule.Pointwise();
    }
    Text whole = given.get("");
    if (whole == null) {
      return shifted(given);
    }
    return switch (whole.value()) {
      case "pointwise" -> new BatchRule.Pointwise();
      case "same" -> new BatchRule.Shifted(Map.of());
      default -> method(whole);
    };
  }

  private BatchRule shifted(Map<String, Text> given) {
    Map<String, Role> roles = new LinkedHashMap<>();
    for (Map.Entry<String, Text> g : given.entrySet()) {
      Text text = g.getValue();
      Optional<Argument> arg = entry.signature().arg(g.getKey());
      Optional<Role> role =
          Arrays.stream(Role.values())
              .filter(r -> r.name().toLowerCase(Locale.ROOT).equals(text.value()))
              .findFirst();
      if (arg.isEmpty()) {
        problem(text, "'batch' names an unknown argument '" + g.getKey() + "'");
      } else if (role.isEmpty()) {
        problem(text, "unknown role '" + text.value() + "' in 'batch'");
      } else if (!types(role.get()).contains(arg.get().type())) {
        problem(
            text, "'batch': the argument '" + g.getKey() + "' cannot be of role " + text.value());
      } else {
        roles.put(g.getKey(), role.get());
      }
    }
    return new BatchRule.Shifted(roles);
  }

  private static List<ArgType> types(Role role) {
    return switch (role) {
      case DIM, NEW_DIM -> List.of(ArgType.INT);
      case DIMS -> List.of(ArgType.INTS, ArgType.OPT_INTS);
      case PERMUTATION -> List.of(ArgType.INTS);
      case SIZES -> List.of(ArgType.LONGS);
    };
  }

  private BatchRule method(Text text) {
    String[] parts = text.value().split("\\.");
    List<JavaMethod> methods =
        parts.length == 2 ? sources.methods(PACKAGE, parts[0]).orElse(null) : null;
    if (methods == null || methods.stream().noneMatch(m -> m.name().equals(parts[1]))) {
      problem(
          text,
          "unknown batching rule '"
              + text.value()
              + "': neither pointwise nor same, nor a method of a class of "
              + PACKAGE);
    }
    return new BatchRule.Method(text.value());
  }

  private void problem(Text text, String reason) {
    problems.add(text.where(), entry.name(), reason);
  }
}
