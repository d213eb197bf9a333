package org.autograd.codegen.model;

import java.util.Map;
import java.util.Set;
import org.autograd.codegen.formula.Literals;
import org.autograd.codegen.loops.NumberRule;
import org.autograd.codegen.table.ArgType;
import org.autograd.codegen.table.Argument;
import org.autograd.codegen.table.Entry;
import org.autograd.codegen.table.Entry.Implementation.Kind;
import org.autograd.codegen.table.Problems;
import org.autograd.codegen.table.Text;
import org.autograd.codegen.table.Where;

/** Checks the small keys of an entry: dtype rule, dtypes, defaults, view result and samples. */
final class EntryChecker {
  private static final Set<String> DTYPES = Set.of("bool", "integral", "floating", "complex");
  private static final Set<String> RESULTS = Set.of("promote", "float", "bool");

  private final Operator op;
  private final Entry entry;
  private final Problems problems;

  EntryChecker(Operator op, Problems problems) {
    this.op = op;
    this.entry = op.entry();
    this.problems = problems;
  }

  void check() {
    Text result = entry.result();
    if (result != null && !RESULTS.contains(result.value()) && !isSame(result.value())) {
      problem(
          result.where(),
          "unknown dtype rule '"
              + result.value()
              + "'; expected promote, float, bool or same(argument)");
    }
    for (Text dtype : entry.dtypes()) {
      if (!DTYPES.contains(dtype.value())) {
        problem(dtype.where(), "unknown kind of dtypes '" + dtype.value() + "'");
      }
    }
    entry.numbers().forEach(this::number);
    boolean view = op.kind() == Kind.VIEW;
    if (view && op.result().alias() == null) {
      problem(entry.where(), "a view must say what it is a view of: -> Tensor(self)");
    }
    for (Argument a : op.args()) {
      if (a.hasDefault()) {
        literal(entry.where(), a, a.value(), "default of argument");
      }
    }
    if (entry.samples().isEmpty()) {
      problem(entry.where(), "has no 'samples' for its generated test");
    }
    for (Entry.Sample sample : entry.samples()) {
      sample(sample);
    }
  }

  private void number(String name, Text rule) {
    boolean known =
        op.signature().arg(name).filter(a -> a.type() == ArgType.SCALAR).isPresent()
            && op.kind() == Kind.POINTWISE;
    if (!known) {
      problem(rule.where(), "'numbers' names '" + name + "', no number of a pointwise operator");
    } else if (NumberRule.of(rule.value()).isEmpty()) {
      problem(rule.where(), "unknown rule '" + rule.value() + "' of the number '" + name + "'");
    }
  }

  private boolean isSame(String rule) {
    return rule.startsWith("same(")
        && rule.endsWith(")")
        && op.signature().arg(rule.substring(5, rule.length() - 1)).isPresent();
  }

  private void sample(Entry.Sample sample) {
    for (Map.Entry<String, Entry.Value> value : sample.args().entrySet()) {
      Argument arg = op.signature().arg(value.getKey()).orElse(null);
      if (arg == null) {
        problem(sample.where(), "a sample names an unknown argument '" + value.getKey() + "'");
      } else if (!arg.type().isTensor()) {
        literal(sample.where(), arg, SampleText.of(value.getValue()), "sample of argument");
      }
    }
    for (Argument a : op.args()) {
      if (!a.hasDefault() && !a.type().isOptional() && !sample.args().containsKey(a.name())) {
        problem(sample.where(), "a sample gives no value for the argument '" + a.name() + "'");
      }
    }
  }

  private void literal(Where where, Argument arg, String value, String what) {
    try {
      Literals.java(arg.type(), value);
    } catch (IllegalArgumentException e) {
      problem(where, what + " '" + arg.name() + "': " + e.getMessage());
    }
  }

  private void problem(Where where, String reason) {
    problems.add(where, entry.name(), reason);
  }
}
