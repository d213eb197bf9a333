package org.autograd.fuzz;

import java.util.List;
import org.autograd.Tensor;
import org.autograd.ops.OperatorTable;

/**
 * A function of some float64 tensors, as a list of steps.
 *
 * @param seed what it was made from
 * @param leaves the arguments
 * @param steps run in order
 * @param outputs the variables that are returned
 */
record Program(long seed, List<Leaf> leaves, List<Step> steps, List<Integer> outputs) {
  /**
   * An argument.
   *
   * @param id its variable
   * @param specification its elements, as in the operator tables
   * @param arrangement how it lies in memory; -1 repeats its first row
   */
  record Leaf(int id, String specification, int arrangement) {
    Tensor make(long seed) {
      Tensor t = OperatorTable.tensor(specification, seed * 31 + id);
      return arranged(t);
    }

    Tensor arranged(Tensor t) {
      return arrangement < 0
          ? t.narrow(0, 0, 1).clone().expand(t.sizes())
          : OperatorTable.arranged(t, arrangement);
    }
  }

  /** Fresh arguments, the same in each call. */
  List<Tensor> arguments() {
    return leaves.stream().map(l -> l.make(seed)).toList();
  }

  /** Fresh tensors like the arguments, with other elements. */
  List<Tensor> directions(long which) {
    return leaves.stream()
        .map(l -> OperatorTable.tensor(l.specification, (seed + which) * 37 + l.id))
        .toList();
  }

  Program with(List<Step> steps, List<Integer> outputs) {
    return new Program(seed, leaves, steps, outputs);
  }

  /** Tells whether some step, inside of blocks too, is of a kind. */
  boolean any(java.util.function.Predicate<Step> kind) {
    return any(steps, kind);
  }

  private static boolean any(List<Step> steps, java.util.function.Predicate<Step> kind) {
    return steps.stream()
        .anyMatch(s -> kind.test(s) || s instanceof Step.Block b && any(b.body(), kind));
  }

  /** Tells whether reverse mode sees other constants than forward mode. */
  boolean isOneSided() {
    return any(s -> s instanceof Step.Hook || s instanceof Step.Apply a && a.noGrad());
  }

  /** Tells whether the derivative is not that of the values. */
  boolean hasDetached() {
    return any(s -> s instanceof Step.Apply a && a.op().name().equals("detach"));
  }

  boolean has(Step.Kind kind) {
    return any(s -> s instanceof Step.Block b && b.kind() == kind);
  }

  boolean branches() {
    return any(s -> s instanceof Step.Branch);
  }

  @Override
  public String toString() {
    return ProgramText.of(this);
  }
}
