package org.autograd.codegen.model;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * All that is known about differentiating an operator.
 *
 * @param nodeName the class of its backward node
 * @param inputs the arguments that can receive a gradient, in order
 * @param outputs the results
 * @param derivatives the formulas
 * @param forward the tangent formulas
 */
public record DifferentiabilityInfo(
    String nodeName,
    List<DifferentiableInput> inputs,
    List<DifferentiableOutput> outputs,
    List<Derivative> derivatives,
    List<ForwardDerivative> forward) {
  /** Copies the lists. */
  public DifferentiabilityInfo {
    inputs = List.copyOf(inputs);
    outputs = List.copyOf(outputs);
    derivatives = List.copyOf(derivatives);
    forward = List.copyOf(forward);
  }

  /** Returns everything that the formulas save, each once, in order of first mention. */
  public List<SavedAttribute> saved() {
    Map<String, SavedAttribute> all = new LinkedHashMap<>();
    for (Derivative d : derivatives) {
      for (SavedAttribute s : d.saved()) {
        all.putIfAbsent(s.field(), s);
      }
    }
    return List.copyOf(all.values());
  }

  /** Returns what the in-place form saves: its first argument as it was before the change. */
  public List<SavedAttribute> savedInPlace(String self) {
    return saved().stream()
        .map(s ->
            s.source() == SavedAttribute.Source.INPUT && s.variable().equals(self)
                ? s.ofOriginal()
                : s)
        .toList();
  }

  /** Returns the inputs whose formulas use an attribute. */
  public List<DifferentiableInput> users(SavedAttribute attribute) {
    List<DifferentiableInput> users = new ArrayList<>();
    for (Derivative d : derivatives) {
      if (d.saved().stream().anyMatch(s -> s.field().equals(attribute.field()))) {
        users.addAll(d.inputs());
      }
    }
    return users;
  }

  /** Tells whether a formula uses an identifier. */
  public boolean uses(String identifier) {
    return derivatives.stream().anyMatch(d -> d.uses(identifier));
  }

  /** Returns the argument that is a list, if there is one. */
  public Optional<DifferentiableInput> list() {
    return inputs.stream().filter(DifferentiableInput::isList).findFirst();
  }

  /**
   * Returns the number of the gradient that {@code grad} means: that of the only differentiable
   * result.
   */
  public int gradIndex() {
    return outputs.stream()
        .filter(DifferentiableOutput::differentiable)
        .findFirst()
        .orElseThrow()
        .index();
  }

  /**
   * Tells whether an argument has no derivative, because it has none or because it is not
   * implemented.
   */
  public boolean isConstant(String name) {
    return derivatives.stream()
        .filter(d -> !d.isNotImplemented())
        .flatMap(d -> d.inputs().stream())
        .noneMatch(i -> i.name().equals(name));
  }

  /** Finds an input by name. */
  public Optional<DifferentiableInput> input(String name) {
    return inputs.stream().filter(i -> i.name().equals(name)).findFirst();
  }
}
