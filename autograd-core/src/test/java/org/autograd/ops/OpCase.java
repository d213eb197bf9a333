package org.autograd.ops;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.autograd.Tensor;
import org.autograd.ValuesAndIndices;

/**
 * An operator as the tests see it: its arguments, facts, forms and samples. Made by the generator.
 */
final class OpCase {
  /** What an argument is to the derivatives. */
  enum Role {
    /** No tensor. */
    PLAIN,
    /** A tensor with a formula. */
    DIFFERENTIABLE,
    /** A tensor whose derivative is refused in the backward pass. */
    NOT_IMPLEMENTED,
    /** A tensor that can have no derivative. */
    NON_DIFFERENTIABLE,
    /** An argument of a composite operator: as its parts have it. */
    BY_ITS_PARTS
  }

  /** A form that returns tensors. */
  interface Call {
    Tensor[] apply(Object[] args);
  }

  /** A form that changes its first argument and returns it. */
  interface Inplace {
    Tensor apply(Object[] args);
  }

  /** A form that writes to a given tensor and returns it. */
  interface Out {
    Tensor apply(Object[] args, Tensor out);
  }

  /** A form that changes lists of tensors. */
  interface ForeachInplace {
    void apply(Object[] args);
  }

  /** A tangent formula; null stands for no tangent. */
  interface Forward {
    Tensor[] apply(Object[] args, Object[] tangents, Tensor[] results);
  }

  /**
   * An argument.
   *
   * @param name its name
   * @param type its type as the table has it
   * @param role what it is to the derivatives
   */
  record Argument(String name, String type, Role role) {
    boolean isTensor() {
      return type.startsWith("Tensor");
    }
  }

  /**
   * A sample.
   *
   * @param text the arguments as the table has them
   * @param values specifications of tensors as strings, other values as they are
   */
  record Sample(String text, Object[] values) {}

  final String name;
  final String kind;
  final List<Argument> arguments = new ArrayList<>();
  final List<Sample> samples = new ArrayList<>();
  final List<String> accepted = new ArrayList<>();
  final List<Forward> forwards = new ArrayList<>();
  final List<Integer> forwardOutputs = new ArrayList<>();
  String node;
  String result;
  boolean random;
  boolean writesExpanded;
  Call call;
  Inplace inplace;
  Out out;
  Call copy;
  Call foreach;
  ForeachInplace foreachInplace;
  private final Set<Integer> notDifferentiable = new HashSet<>();

  OpCase(String name, String kind) {
    this.name = name;
    this.kind = kind;
  }

  void argument(String name, String type, Role role) {
    arguments.add(new Argument(name, type, role));
  }

  void node(String name) {
    node = name;
  }

  void outputNotDifferentiable(int index) {
    notDifferentiable.add(index);
  }

  void result(String rule) {
    result = rule;
  }

  void accepts(String category) {
    accepted.add(category);
  }

  void nondeterministic() {
    random = true;
  }

  void writesExpanded() {
    writesExpanded = true;
  }

  void call(Call form) {
    call = form;
  }

  void inplace(Inplace form) {
    inplace = form;
  }

  void out(Out form) {
    out = form;
  }

  void copy(Call form) {
    copy = form;
  }

  void foreach(Call form) {
    foreach = form;
  }

  void foreachInplace(ForeachInplace form) {
    foreachInplace = form;
  }

  void forward(int output, Forward formula) {
    forwardOutputs.add(output);
    forwards.add(formula);
  }

  void sample(String text, Object... values) {
    samples.add(new Sample(text, values));
  }

  /** Tells whether a result can carry a gradient. */
  boolean isDifferentiable(int output) {
    return !notDifferentiable.contains(output);
  }

  /** Tells whether there is only the form that changes its first argument. */
  boolean isInplaceOnly() {
    return call == null;
  }

  /** Runs the operator so that no argument changes: one that is only in place runs on a copy. */
  Tensor[] run(Object... args) {
    if (call != null) {
      return call.apply(args);
    }
    Object[] copied = args.clone();
    copied[0] = ((Tensor) args[0]).clone();
    return new Tensor[] {inplace.apply(copied)};
  }

  static Tensor[] tensors(Tensor one) {
    return new Tensor[] {one};
  }

  static Tensor[] tensors(Tensor[] list) {
    return list;
  }

  static Tensor[] tensors(List<Tensor> list) {
    return list.toArray(new Tensor[0]);
  }

  static Tensor[] tensors(ValuesAndIndices both) {
    return new Tensor[] {both.values(), both.indices()};
  }

  @Override
  public String toString() {
    return name;
  }
}
