package org.autograd.ops;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.autograd.Tensor;

/**
 * One operator with one of its samples.
 *
 * @param op the operator
 * @param sample the sample
 */
record Row(OpCase op, OpCase.Sample sample) {
  /** Arguments of composite operators through which no gradient flows. */
  private static final Map<String, Set<String>> CONSTANT =
      Map.of(
          "detach", Set.of("self"),
          "expandAs", Set.of("other"),
          "crossEntropy", Set.of("weight"));

  private static final List<OpCase> OPERATORS = OpCases.all();

  /**
   * The place of a tensor among the arguments.
   *
   * @param argument the argument
   * @param element the element of a list, or -1
   */
  record Slot(int argument, int element) {}

  /** Returns all operators. */
  static List<OpCase> operators() {
    return OPERATORS;
  }

  /** Returns all rows. */
  static Stream<Row> all() {
    return OPERATORS.stream().flatMap(op -> op.samples.stream().map(s -> new Row(op, s)));
  }

  /** Returns the rows whose results follow from the arguments. */
  static Stream<Row> determined() {
    return all().filter(r -> !r.op.random);
  }

  /** Makes arguments; equal seeds give equal ones. */
  Object[] arguments(long seed) {
    return Samples.arguments(op, sample, seed);
  }

  /** Returns the name of a check of this row. */
  String named(String check) {
    return op.name + " — " + sample.text() + " — " + check;
  }

  /** Returns the places of all tensors. */
  static List<Slot> tensors(Object[] args) {
    List<Slot> slots = new ArrayList<>();
    for (int i = 0; i < args.length; i++) {
      if (args[i] instanceof Tensor) {
        slots.add(new Slot(i, -1));
      } else if (args[i] instanceof Tensor[] list) {
        for (int j = 0; j < list.length; j++) {
          if (list[j] != null) {
            slots.add(new Slot(i, j));
          }
        }
      }
    }
    return slots;
  }

  /** Returns the places of the tensors that a gradient reaches. */
  List<Slot> differentiable(Object[] args) {
    return tensors(args).stream()
        .filter(
            s -> get(args, s).dtype().isDifferentiable() && reached(op.arguments.get(s.argument)))
        .toList();
  }

  private boolean reached(OpCase.Argument a) {
    return switch (a.role()) {
      case DIFFERENTIABLE -> true;
      case BY_ITS_PARTS -> !CONSTANT.getOrDefault(op.name, Set.of()).contains(a.name());
      default -> false;
    };
  }

  /** Returns the tensor at a place. */
  static Tensor get(Object[] args, Slot slot) {
    return slot.element < 0
        ? (Tensor) args[slot.argument]
        : ((Tensor[]) args[slot.argument])[slot.element];
  }

  /** Returns arguments with other tensors at some places. */
  static Object[] with(Object[] args, List<Slot> slots, List<Tensor> tensors) {
    Object[] changed = args.clone();
    for (int i = 0; i < changed.length; i++) {
      if (changed[i] instanceof Tensor[] list) {
        changed[i] = list.clone();
      }
    }
    for (int i = 0; i < slots.size(); i++) {
      Slot s = slots.get(i);
      if (s.element < 0) {
        changed[s.argument] = tensors.get(i);
      } else {
        ((Tensor[]) changed[s.argument])[s.element] = tensors.get(i);
      }
    }
    return changed;
  }

  /** Returns the results that can carry a gradient. */
  Tensor[] differentiableResults(Tensor[] results) {
    List<Tensor> kept = new ArrayList<>();
    for (int i = 0; i < results.length; i++) {
      if (op.isDifferentiable(i) && results[i].dtype().isDifferentiable()) {
        kept.add(results[i]);
      }
    }
    return kept.toArray(new Tensor[0]);
  }

  @Override
  public String toString() {
    return op.name + " — " + sample.text() + Arrays.toString(sample.values());
  }
}
