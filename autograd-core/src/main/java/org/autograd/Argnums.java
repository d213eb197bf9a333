package org.autograd;

import java.util.ArrayList;
import java.util.List;

/** Which arguments of a function are differentiated. */
final class Argnums {
  static final Argnums ALL = new Argnums(null);

  private final int[] positions;

  private Argnums(int[] positions) {
    this.positions = positions;
  }

  /** Returns these positions, in order; negative ones count from the end; none mean argument 0. */
  static Argnums of(int... positions) {
    return new Argnums(positions.length == 0 ? new int[1] : positions.clone());
  }

  private int[] positions(String op, int count) {
    int[] result = positions == null ? new int[count] : positions.clone();
    for (int i = 0; i < result.length; i++) {
      if (positions == null) {
        result[i] = i;
      } else if (result[i] < 0) {
        result[i] += count;
      }
      if (result[i] < 0 || result[i] >= count) {
        throw new IllegalArgumentException(
            op
                + ": there is no argument "
                + positions[i]
                + ", the function was given "
                + count
                + ".");
      }
      for (int before = 0; before < i; before++) {
        if (result[before] == result[i]) {
          throw new IllegalArgumentException(
              op + ": argument " + result[i] + " is named twice; name each once.");
        }
      }
    }
    return result;
  }

  /** Returns the arguments to differentiate, after checking all. */
  List<Tensor> select(String op, List<Tensor> args) {
    FunctionalChecks.present(op, "input", args);
    List<Tensor> selected = new ArrayList<>();
    for (int i : positions(op, args.size())) {
      FunctionalChecks.differentiable(op, args.get(i), i);
      selected.add(args.get(i));
    }
    return selected;
  }

  /** Returns the arguments with others in the place of those that are differentiated. */
  List<Tensor> replace(List<Tensor> args, List<Tensor> selected) {
    if (positions == null) {
      return List.copyOf(selected);
    }
    List<Tensor> result = new ArrayList<>(args);
    int next = 0;
    for (int i : positions("", args.size())) {
      result.set(i, selected.get(next++));
    }
    return List.copyOf(result);
  }
}
