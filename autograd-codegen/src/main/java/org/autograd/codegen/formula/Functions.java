package org.autograd.codegen.formula;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.autograd.codegen.source.JavaMethod;

/**
 * The closed list of functions that formulas can call, by Java name. Builtins are the printer's.
 */
public final class Functions {
  private final Map<String, List<Callable>> byName = new LinkedHashMap<>();

  /** Adds an operator. */
  public void add(Callable.Operator operator) {
    byName.computeIfAbsent(operator.javaName(), n -> new ArrayList<>()).add(operator);
  }

  /** Adds a hand-written method; one with other types than formulas know is left out. */
  public void add(JavaMethod method) {
    Optional<JavaType> result = JavaType.of(method.result());
    List<JavaType> params = new ArrayList<>();
    for (String type : method.params()) {
      JavaType.of(type).ifPresent(params::add);
    }
    if (result.isPresent() && params.size() == method.params().size()) {
      byName
          .computeIfAbsent(method.name(), n -> new ArrayList<>())
          .add(new Callable.Formula(method, List.copyOf(params), result.get()));
    }
  }

  /** Returns the functions that a name in a formula, in either spelling, can mean. */
  List<Callable> named(String function) {
    return byName.getOrDefault(Names.camel(function), List.of());
  }
}
