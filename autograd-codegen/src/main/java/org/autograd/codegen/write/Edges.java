package org.autograd.codegen.write;

import java.util.List;
import java.util.stream.Collectors;
import org.autograd.codegen.formula.Names;
import org.autograd.codegen.model.DifferentiabilityInfo;
import org.autograd.codegen.model.DifferentiableInput;

/**
 * Where each differentiable input's edges lie among a node's edges; a list has one for each
 * element.
 */
final class Edges {
  private final DifferentiabilityInfo info;
  private final int count;
  private final int list;

  Edges(DifferentiabilityInfo info) {
    this.info = info;
    this.count = info.inputs().size();
    this.list = info.list().map(DifferentiableInput::index).orElse(-1);
  }

  /** Tells whether the number of edges does not depend on the call. */
  boolean isFixed() {
    return list < 0;
  }

  /** Returns the code of the first edge of an input, inside a node. */
  String index(DifferentiableInput input) {
    return index(input.index());
  }

  private String index(int i) {
    return list < 0 || i <= list ? Integer.toString(i) : end(count - i);
  }

  private static String end(int before) {
    return before == 0 ? "numEdges()" : "numEdges() - " + before;
  }

  private String listEnd() {
    return end(count - list - 1);
  }

  /** Returns the code that tells, inside a node, whether a gradient of the input is needed. */
  String needed(DifferentiableInput input) {
    return input.isList()
        ? "NodeSupport.anyNeeded(needed, " + list + ", " + listEnd() + ")"
        : "needs(needed, " + index(input) + ")";
  }

  /**
   * Returns the code of a {@code boolean[]} that tells which gradients of some inputs are needed.
   */
  String flags(List<DifferentiableInput> inputs) {
    int first = inputs.get(0).index();
    int last = inputs.get(inputs.size() - 1).index();
    return "NodeSupport.needed(needed, " + index(first) + ", " + index(last + 1) + ")";
  }

  /** Returns the constructor arguments that give a node its edges. */
  String arguments() {
    if (isFixed()) {
      return info.inputs().stream()
          .map(i -> "Record.edge(" + Names.camel(i.name()) + ")")
          .collect(Collectors.joining(", "));
    }
    if (count == 1) {
      return "Record.edges(" + Names.camel(info.inputs().get(0).name()) + ")";
    }
    return info.inputs().stream()
        .map(i -> "Record.edges(" + Names.camel(i.name()) + ")")
        .collect(Collectors.joining(", ", "NodeSupport.join(", ")"));
  }

  /** Returns the code that tells whether to record. */
  String on() {
    String singles =
        info.inputs().stream()
            .filter(i -> !i.isList())
            .map(i -> ", " + Names.camel(i.name()))
            .collect(Collectors.joining());
    String on = singles.isEmpty() ? "" : "Record.on(state" + singles + ")";
    if (isFixed()) {
      return on;
    }
    String lists = "Record.on(state, " + Names.camel(info.inputs().get(list).name()) + ")";
    return on.isEmpty() ? lists : on + " || " + lists;
  }

  /**
   * Returns the condition, where {@code node} is at hand, under which the gradient of one of the
   * inputs goes anywhere. That of an operand that requires grad need not.
   */
  String condition(List<DifferentiableInput> users) {
    if (!isFixed()) {
      return "NodeSupport.leadsOn(node)";
    }
    return users.stream()
        .map(i -> "node.edge(" + i.index() + ") != null")
        .collect(Collectors.joining(" || "));
  }
}
