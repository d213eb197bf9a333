package org.autograd.codegen.model;

import java.util.EnumSet;
import java.util.Set;
import org.autograd.codegen.table.ArgType;
import org.autograd.codegen.table.Argument;
import org.autograd.codegen.table.Entry;
import org.autograd.codegen.table.Entry.Implementation.Kind;
import org.autograd.codegen.table.Problems;
import org.autograd.codegen.table.Result;
import org.autograd.codegen.table.Signature;
import org.autograd.codegen.table.Text;

/** Decides which forms of an operator to generate, and rejects those that cannot be. */
final class VariantChecker {
  private final Entry entry;
  private final Signature signature;
  private final Problems problems;

  VariantChecker(Entry entry, Problems problems) {
    this.entry = entry;
    this.signature = entry.signature();
    this.problems = problems;
  }

  Set<Variant> variants() {
    Set<Variant> found = EnumSet.noneOf(Variant.class);
    if (entry.variants() == null) {
      found.add(firstIsTensor() ? Variant.METHOD : Variant.STATIC);
      if (!entry.internal() && whyNoOut() == null) {
        found.add(Variant.OUT);
      }
      return found;
    }
    for (Text text : entry.variants()) {
      Variant variant = Variant.of(text.value()).orElse(null);
      if (variant == null) {
        problem(text, "unknown variant '" + text.value() + "'");
        continue;
      }
      String reason = whyNot(variant);
      if (reason == null) {
        found.add(variant);
      } else {
        problem(text, "cannot have the variant '" + text.value() + "': " + reason);
      }
    }
    return found;
  }

  private String whyNot(Variant variant) {
    return switch (variant) {
      case METHOD -> firstIsTensor() ? null : "its first argument is no tensor";
      case STATIC -> null;
      case INPLACE -> whyNoInplace();
      case OUT -> whyNoOut();
      case FOREACH -> whyNoForeach();
      case SCALAR ->
          signature.args().stream().skip(1).noneMatch(a -> a.type() == ArgType.TENSOR)
              ? "it has no second tensor that a number could stand for"
              : null;
    };
  }

  private String whyNoForeach() {
    if (!firstIsTensor() || signature.result().kind() != Result.Kind.ONE) {
      return "it must take a tensor first and return one tensor";
    }
    boolean inplace =
        entry.variants().stream()
            .anyMatch(t -> Variant.of(t.value()).filter(Variant.INPLACE::equals).isPresent());
    return inplace && kind() != Kind.POINTWISE
        ? "in place it must be pointwise, so that all operands can be checked before a change"
        : null;
  }

  private String whyNoInplace() {
    if (signature.name().endsWith("_")) {
      return "it works in place already";
    }
    if (!firstIsTensor()) {
      return "its first argument is no tensor";
    }
    if (signature.result().kind() != Result.Kind.ONE) {
      return "it returns several tensors, so the result cannot have the shape of its first"
          + " argument";
    }
    if (kind() == Kind.VIEW || signature.result().alias() != null) {
      return "it returns a view, whose shape is not that of its first argument";
    }
    if (kind() == Kind.COMPOSITE) {
      return "it is composite";
    }
    boolean reduces = signature.arg("keepdim").isPresent();
    boolean whole = kind() == Kind.NATIVE && signature.args().size() == 1 && reducesByName();
    if (reduces || whole) {
      return "it is a reduction, so the result cannot have the shape of its first argument";
    }
    if (entry.implementation().kind() == Kind.POINTWISE && !usesFirst()) {
      return "its result does not depend on the first argument";
    }
    return null;
  }

  private boolean reducesByName() {
    return entry.implementation().text().value().startsWith("Reductions.");
  }

  private boolean usesFirst() {
    return entry
        .implementation()
        .text()
        .value()
        .matches("(?s).*\\b" + signature.args().get(0).name() + "\\b.*");
  }

  private String whyNoOut() {
    if (signature.name().endsWith("_")) {
      return "it works in place";
    }
    if (signature.result().kind() != Result.Kind.ONE) {
      return "it returns several tensors";
    }
    if (kind() == Kind.VIEW || signature.result().alias() != null) {
      return "it returns a view";
    }
    return kind() == Kind.COMPOSITE ? "it is composite" : null;
  }

  private Kind kind() {
    return entry.implementation().kind();
  }

  private boolean firstIsTensor() {
    Argument first = signature.args().isEmpty() ? null : signature.args().get(0);
    return first != null && first.type() == ArgType.TENSOR;
  }

  private void problem(Text text, String reason) {
    problems.add(text.where(), entry.name(), reason);
  }
}
