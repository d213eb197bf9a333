package org.autograd.fuzz;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.IntSupplier;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.autograd.DType;
import org.autograd.Scalar;
import org.autograd.Tensor;
import org.autograd.ops.OperatorTable;
import org.autograd.ops.OperatorTable.Op;

/** Finds arguments for operators among the variables of a sketch, and makes what is missing. */
final class Arguments {
  private final SplittableRandom random;
  private final Sketch sketch;
  private final IntSupplier fresh;

  Arguments(SplittableRandom random, Sketch sketch, IntSupplier fresh) {
    this.random = random;
    this.sketch = sketch;
    this.fresh = fresh;
  }

  /** A float64 variable, more likely a late one. */
  int floating() {
    return pick(t -> true);
  }

  /** A float64 variable of the same shape. */
  int like(int id) {
    long[] sizes = sketch.tensor(id).sizes();
    return pick(t -> Arrays.equals(t.sizes(), sizes));
  }

  private int pick(Predicate<Tensor> which) {
    List<Integer> fitting =
        sketch.ids.stream()
            .filter(id -> sketch.tensor(id).dtype() == DType.FLOAT64)
            .filter(id -> which.test(sketch.tensor(id)))
            .toList();
    if (fitting.isEmpty()) {
      return -1;
    }
    int a = random.nextInt(fitting.size());
    return fitting.get(Math.max(a, random.nextInt(fitting.size())));
  }

  private int writable(Predicate<Tensor> which) {
    List<Integer> fitting =
        sketch.ids.stream()
            .filter(id -> sketch.tensor(id).dtype() == DType.FLOAT64 && sketch.isWritable(id))
            .filter(id -> which.test(sketch.tensor(id)))
            .toList();
    return fitting.isEmpty() ? -1 : fitting.get(random.nextInt(fitting.size()));
  }

  /** Arguments of a sample that depend on nothing. */
  Object[] plain(Op op, Object[] sample) {
    Object[] args = sample.clone();
    for (int i = 0; i < args.length; i++) {
      if (op.isTensor(i) && args[i] != null) {
        args[i] =
            args[i] instanceof String[] list
                ? Arrays.stream(list)
                    .map(s -> s == null ? null : OperatorTable.tensor(s, 1))
                    .toArray(Tensor[]::new)
                : OperatorTable.tensor((String) args[i], 1);
      }
    }
    return args;
  }

  /**
   * Arguments like those of a sample.
   *
   * @param steps takes what must run before
   * @return null if there are none
   */
  Object[] of(Op op, Object[] sample, boolean inplace, List<Step> steps) {
    Object[] args = sample.clone();
    long[] shape = null;
    for (int i = 0; i < args.length; i++) {
      if (!op.isTensor(i) || args[i] == null) {
        continue;
      }
      if (args[i] instanceof String[] list) {
        Step.Ref[] refs = new Step.Ref[list.length];
        for (int j = 0; j < list.length; j++) {
          if (list[j] == null) {
            return null;
          }
          refs[j] = new Step.Ref(operand(list[j], steps));
        }
        args[i] = refs;
        continue;
      }
      String specification = (String) args[i];
      int id;
      if (i == 0 && inplace) {
        id = self(op, specification, steps);
      } else if (op.isPointwise() && isAnyNumber(specification)) {
        long[] like = shape;
        id =
            like == null
                ? floating()
                : random.nextInt(5) == 0
                    ? pick(t -> broadcasts(t.sizes(), like))
                    : pick(t -> Arrays.equals(t.sizes(), like));
        id = id < 0 || random.nextInt(8) == 0 && like != null ? constant(like, steps) : id;
      } else if (op.isPointwise() && shape != null) {
        String all = sizes(shape);
        id =
            specification.startsWith("[")
                ? operand(specification, steps)
                : operand(
                    specification.replaceFirst(
                        "[^(;]*\\)$", (specification.contains(";") ? " " : "") + all + ")"),
                    steps);
      } else {
        id = operand(specification, steps);
      }
      if (id < 0) {
        return null;
      }
      args[i] = new Step.Ref(id);
      if (shape == null && op.isPointwise()) {
        shape = sketch.tensor(id) == null ? null : sketch.tensor(id).sizes();
      }
    }
    return args;
  }

  private static boolean isAnyNumber(String specification) {
    return specification.startsWith("normal") || specification.startsWith("distinct");
  }

  private static boolean broadcasts(long[] small, long[] large) {
    if (small.length > large.length) {
      return false;
    }
    for (int i = 1; i <= small.length; i++) {
      long s = small[small.length - i];
      if (s != 1 && s != large[large.length - i]) {
        return false;
      }
    }
    return true;
  }

  private int self(Op op, String specification, List<Step> steps) {
    if (op.isPointwise() || op.isInplaceOnly()) {
      return writable(t -> t.numel() > 0);
    }
    long[] sizes = shape(specification);
    int id = writable(t -> Arrays.equals(t.sizes(), sizes));
    if (id >= 0) {
      return id;
    }
    int large = writable(t -> t.numel() >= count(sizes) && t.isContiguous());
    return large < 0 ? -1 : viewed(large, sizes, steps);
  }

  /** A variable that fits a specification, adapted if need be. */
  private int operand(String specification, List<Step> steps) {
    boolean number =
        List.of("normal", "distinct", "positive", "uniform").stream()
            .anyMatch(specification::startsWith);
    if (!number || random.nextInt(8) == 0) {
      return constant(specification, steps);
    }
    long[] sizes = shape(specification);
    int id = pick(t -> Arrays.equals(t.sizes(), sizes));
    if (id < 0) {
      int large = pick(t -> t.numel() >= count(sizes));
      id = large < 0 ? constant(sizes, steps) : viewed(large, sizes, steps);
    }
    return isAnyNumber(specification) ? id : between(specification, id, steps);
  }

  /** The first elements of a variable in another shape. */
  private int viewed(int id, long[] sizes, List<Step> steps) {
    int flat = apply("flatten", steps, new Step.Ref(id), 0, -1);
    int part = apply("narrow", steps, new Step.Ref(flat), 0, 0L, count(sizes));
    return apply("view", steps, new Step.Ref(part), sizes);
  }

  /** Values moved into the limits of a specification. */
  private int between(String specification, int id, List<Step> steps) {
    double[] limits = {0.5, 2};
    if (specification.startsWith("uniform")) {
      String inner = specification.substring(specification.indexOf('(') + 1);
      String[] both = inner.substring(0, inner.indexOf(';')).split(",");
      limits = new double[] {Double.parseDouble(both[0]), Double.parseDouble(both[1])};
    }
    int zeroToOne = apply("sigmoid", steps, new Step.Ref(id));
    int low = constant("uniform(" + limits[0] + ", " + limits[0] + ";)", steps);
    Scalar width = Scalar.of(limits[1] - limits[0]);
    return apply("add.scaled", steps, new Step.Ref(low), new Step.Ref(zeroToOne), width);
  }

  private int apply(String op, List<Step> steps, Object... args) {
    int id = fresh.getAsInt();
    steps.add(new Step.Apply(OperatorTable.operator(op), args, false, false, List.of(id)));
    return id;
  }

  private int constant(long[] sizes, List<Step> steps) {
    return constant("normal(" + sizes(sizes) + ")", steps);
  }

  private int constant(String specification, List<Step> steps) {
    int id = fresh.getAsInt();
    steps.add(new Step.Constant(id, specification, random.nextInt(1000)));
    return id;
  }

  private static String sizes(long[] sizes) {
    return Arrays.stream(sizes).mapToObj(Long::toString).collect(Collectors.joining(", "));
  }

  private static long count(long[] sizes) {
    return Arrays.stream(sizes).reduce(1, (a, b) -> a * b);
  }

  private static long[] shape(String specification) {
    String inner =
        specification.substring(specification.indexOf('(') + 1, specification.length() - 1);
    String sizes = inner.substring(inner.indexOf(';') + 1);
    List<Long> all = new ArrayList<>();
    for (String s : sizes.split(",")) {
      if (!s.isBlank()) {
        all.add(Long.parseLong(s.strip()));
      }
    }
    return all.stream().mapToLong(l -> l).toArray();
  }
}
