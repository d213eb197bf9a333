package org.autograd.codegen.model;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import javax.lang.model.SourceVersion;
import org.autograd.codegen.expr.Expr;
import org.autograd.codegen.formula.Callable;
import org.autograd.codegen.formula.Functions;
import org.autograd.codegen.formula.Names;
import org.autograd.codegen.source.JavaMethod;
import org.autograd.codegen.source.SourceIndex;
import org.autograd.codegen.table.ArgType;
import org.autograd.codegen.table.Argument;
import org.autograd.codegen.table.Entry;
import org.autograd.codegen.table.Entry.Implementation.Kind;
import org.autograd.codegen.table.Problems;

/** Turns entries into operators and checks them; every mistake is noted, none stops the others. */
public final class ModelBuilder {
  private static final Set<String> RESERVED =
      Set.of(
          "grads",
          "needed",
          "state",
          "node",
          "on",
          "tangent",
          "out",
          "within",
          "level",
          "batch",
          "before",
          "operands");

  private final SourceIndex sources;
  private final Problems problems;
  private final Map<String, Integer> nodeNumbers = new HashMap<>();

  /** Makes a builder. */
  public ModelBuilder(SourceIndex sources, Problems problems) {
    this.sources = sources;
    this.problems = problems;
  }

  /** Builds the model; it is complete only if {@code problems} stays empty. */
  public Model build(List<Entry> entries) {
    List<Operator> operators = new ArrayList<>();
    Map<String, Entry> seen = new HashMap<>();
    Set<String> nodeNames = new HashSet<>();
    for (Entry entry : entries) {
      Entry first = seen.putIfAbsent(entry.name(), entry);
      if (first != null) {
        problems.add(
            entry.where(), entry.name(), "duplicate entry; the first one is at " + first.where());
        continue;
      }
      Operator op = operator(entry);
      if (op == null) {
        continue;
      }
      if (op.info() != null && !nodeNames.add(op.info().nodeName())) {
        problems.add(
            entry.where(),
            entry.name(),
            "another operator's node is named "
                + op.info().nodeName()
                + " too; give another 'node:'");
      }
      operators.add(op);
    }
    checkClone(operators);
    Functions functions = functions(operators);
    Model model = new Model(operators, functions, sources);
    new FormulaChecker(functions, problems).check(operators);
    new JavaSignatures(problems).check(operators);
    return model;
  }

  private void checkClone(List<Operator> operators) {
    if (operators.stream().anyMatch(o -> o.entry().name().equals("clone"))) {
      return;
    }
    for (Operator op : operators) {
      boolean changes = op.has(Variant.INPLACE) || op.isInplace();
      if (changes
          && op.info() != null
          && op.info().savedInPlace(op.args().get(0).name()).stream()
              .anyMatch(s -> s.source() == SavedAttribute.Source.ORIGINAL_INPUT)) {
        problems.add(
            op.entry().where(),
            op.entry().name(),
            "the in-place form saves its operand, which needs an operator 'clone' in the tables");
      }
    }
  }

  private Functions functions(List<Operator> operators) {
    Functions functions = new Functions();
    for (Operator op : operators) {
      functions.add(
          new Callable.Operator(op.signature(), op.javaName(), op.isMethod(), op.scalarArg()));
    }
    for (JavaMethod m : sources.publicMethods("org.autograd.formula", "Formulas")) {
      functions.add(m);
    }
    return functions;
  }

  private Operator operator(Entry entry) {
    if (entry.doc() == null || entry.doc().value().isBlank()) {
      problems.add(entry.where(), entry.name(), "has no 'doc:' line");
    }
    if (SourceVersion.isKeyword(Names.camel(entry.signature().name()))) {
      problems.add(
          entry.where(), entry.name(), "'" + entry.signature().name() + "' is a word of Java");
    }
    for (Argument a : entry.signature().args()) {
      if (SourceVersion.isKeyword(Names.camel(a.name()))) {
        problems.add(entry.where(), entry.name(), "'" + a.name() + "' is a word of Java");
      }
      if (RESERVED.contains(Names.camel(a.name()))) {
        problems.add(
            entry.where(), entry.name(), "the argument name '" + a.name() + "' is reserved");
      }
    }
    if (entry.implementation() == null) {
      return null;
    }
    Expr pointwise = null;
    if (entry.implementation().kind() == Kind.POINTWISE) {
      pointwise = DerivativesBuilder.parse(entry.implementation().text(), entry, problems);
    }
    DifferentiabilityInfo info = info(entry);
    Set<Variant> variants = new VariantChecker(entry, problems).variants();
    BatchRule batch = new BatchBuilder(entry, sources, problems).build();
    Operator op = new Operator(entry, variants, strategy(entry, info), info, batch, pointwise);
    new ImplementationChecker(sources, problems).check(op);
    new EntryChecker(op, problems).check();
    return op;
  }

  private DifferentiabilityInfo info(Entry entry) {
    if (entry.implementation().kind() == Kind.COMPOSITE) {
      if (!entry.derivatives().isEmpty()) {
        problems.add(
            entry.where(), entry.name(), "a composite operator has no derivatives of its own");
      }
      return null;
    }
    return new DerivativesBuilder(entry, problems).build(nodeName(entry));
  }

  private String nodeName(Entry entry) {
    if (entry.node() != null) {
      return entry.node().value();
    }
    boolean tensors =
        entry.signature().args().stream().map(Argument::type).anyMatch(ArgType::isTensor);
    if (!tensors
        || entry.derivatives().containsKey(Entry.ALL)
            && entry
                .derivatives()
                .get(Entry.ALL)
                .value()
                .equals(DerivativesBuilder.NON_DIFFERENTIABLE)) {
      return "";
    }
    String base = Names.upperCamel(entry.signature().name()) + "Backward";
    return base + (nodeNumbers.merge(base, 1, Integer::sum) - 1);
  }

  private static DispatchStrategy strategy(Entry entry, DifferentiabilityInfo info) {
    if (entry.implementation().kind() == Kind.COMPOSITE) {
      return DispatchStrategy.COMPOSITE;
    }
    if (entry.signature().name().endsWith("_")) {
      return DispatchStrategy.RECORD_INPLACE;
    }
    if (entry.implementation().kind() == Kind.VIEW) {
      return DispatchStrategy.RECORD_VIEW;
    }
    return info == null ? DispatchStrategy.NO_RECORD : DispatchStrategy.RECORD;
  }
}
