package org.autograd.fuzz;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.function.Predicate;
import org.autograd.DType;
import org.autograd.Tensor;
import org.autograd.ops.OperatorTable;
import org.autograd.ops.OperatorTable.Op;

/** Proposes steps to a sketch. */
final class StepGenerator {
  private static final List<Op> VIEWS = having(op -> op.isView());
  private static final List<Op> OTHERS = having(op -> !op.isView() && !op.isInplaceOnly());
  private static final List<Op> INPLACE = having(Op::hasInplace);
  private static final List<Op> CHOICES =
      having(op ->
          op.isPointwise()
              && op.arity() == 1
              && List.of("sin", "neg", "tanh", "exp", "square", "sigmoid").contains(op.name()));

  private final SplittableRandom random;
  private final Sketch sketch;
  private final Arguments arguments;
  private final int depth;
  private final int[] next;

  /** Whether steps are allowed of which reverse mode knows more than forward mode. */
  private final boolean oneSided;

  StepGenerator(SplittableRandom random, Sketch sketch, int firstId) {
    this(random, sketch, new int[] {firstId}, 0, true);
  }

  private StepGenerator(
      SplittableRandom random, Sketch sketch, int[] next, int depth, boolean oneSided) {
    this.random = random;
    this.sketch = sketch;
    this.next = next;
    this.depth = depth;
    this.oneSided = oneSided;
    arguments = new Arguments(random, sketch, this::fresh);
  }

  private static List<Op> having(Predicate<Op> which) {
    return OperatorTable.operators().stream().filter(which).toList();
  }

  private int fresh() {
    return next[0]++;
  }

  private <T> T any(List<T> list) {
    return list.get(random.nextInt(list.size()));
  }

  /** Adds a step, with those that it needs, or none. */
  boolean extend() {
    int kind = random.nextInt(100);
    List<Step> steps =
        kind < 26
            ? apply(any(VIEWS), false)
            : kind < 56
                ? apply(any(OTHERS), false)
                : kind < 77
                    ? apply(any(INPLACE), true)
                    : kind < 81
                        ? custom()
                        : kind < 84
                            ? hook()
                            : kind < 87 ? branch() : depth < 2 ? block() : custom();
    return steps != null && sketch.take(steps);
  }

  private List<Step> apply(Op op, boolean inplace) {
    Object[] sample = op.sample(random.nextInt(op.samples()));
    List<Step> steps = new ArrayList<>();
    Object[] args = arguments.of(op, sample, inplace, steps);
    if (args == null) {
      return null;
    }
    if (op.name().equals("asStrided")
        && (depth > 0 || !steps.isEmpty() || !sketch.isWhole(((Step.Ref) args[0]).id()))) {
      return null;
    }
    boolean noGrad = oneSided && !op.isView() && random.nextInt(12) == 0;
    if (inplace) {
      steps.add(new Step.Apply(op, args, true, noGrad, List.of()));
      return steps;
    }
    // How many results there are is known from a sample.
    List<Integer> results = new ArrayList<>();
    int count = op.call(arguments.plain(op, sample)).length;
    for (int i = 0; i < count; i++) {
      results.add(fresh());
    }
    steps.add(new Step.Apply(op, args, false, noGrad, results));
    return steps;
  }

  private List<Step> custom() {
    CustomKind kind = CustomKind.values()[random.nextInt(CustomKind.values().length)];
    int first = arguments.floating();
    List<Integer> in = new ArrayList<>(List.of(first));
    while (in.size() < kind.arity) {
      in.add(arguments.like(first));
    }
    return List.of(new Step.Custom(kind, in, fresh()));
  }

  private List<Step> hook() {
    if (!oneSided) {
      return null;
    }
    return List.of(new Step.Hook(arguments.floating(), random.nextInt(2) == 0 ? 1 : 2.5, fresh()));
  }

  private List<Step> branch() {
    Object[] of = {new Step.Ref(arguments.floating())};
    List<Integer> result = List.of(fresh());
    return List.of(
        new Step.Branch(
            arguments.floating(),
            new Step.Apply(any(CHOICES), of, false, false, result),
            new Step.Apply(any(CHOICES), of, false, false, result)));
  }

  private List<Step> block() {
    Step.Kind kind = Step.Kind.values()[random.nextInt(Step.Kind.values().length)];
    List<Integer> inputs = new ArrayList<>();
    for (int i = 0; i <= random.nextInt(2); i++) {
      inputs.add(arguments.floating());
    }
    int n = inputs.size();
    Map<Integer, Tensor> outside = new LinkedHashMap<>();
    if (kind != Step.Kind.VMAP || random.nextInt(3) == 0) {
      sketch.ids.stream()
          .filter(id -> random.nextInt(3) == 0)
          .forEach(id -> outside.put(id, sketch.tensor(id)));
    }
    List<Integer> parameters = new ArrayList<>();
    long batch = -1;
    for (int id : inputs) {
      Tensor t = sketch.tensor(id);
      if (kind == Step.Kind.VMAP) {
        if (t.dim() == 0 || batch >= 0 && t.size(0) != batch || t.size(0) == 0) {
          return null;
        }
        batch = t.size(0);
        t = t.select(0, 0);
      }
      int parameter = fresh();
      parameters.add(parameter);
      outside.put(parameter, t);
    }
    if (kind == Step.Kind.TANGENTS) {
      for (int i = 0; i < n; i++) {
        inputs.add(arguments.like(inputs.get(i)));
      }
    }
    Sketch inside = new Sketch(outside, sketch.leaves());
    StepGenerator body =
        new StepGenerator(random, inside, next, depth + 1, oneSided && kind != Step.Kind.TANGENTS);
    int length = 1 + random.nextInt(4);
    for (int tries = 0; tries < 4 * length && inside.steps.size() < length; tries++) {
      body.extend();
    }
    List<Integer> inner =
        inside.ids.stream()
            .filter(id -> inside.isOwn(id))
            .filter(id -> inside.tensor(id).dtype() == DType.FLOAT64)
            .toList();
    if (inner.isEmpty()) {
      return null;
    }
    List<Integer> returned =
        inner.size() > 1 && random.nextInt(3) == 0
            ? inner.subList(inner.size() - 2, inner.size())
            : List.of(inner.getLast());
    if (kind == Step.Kind.VMAP && inside.steps.stream().anyMatch(StepGenerator::branches)) {
      return null;
    }
    int count = kind == Step.Kind.GRADIENTS ? n : returned.size();
    Integer[] results = new Integer[count];
    Arrays.setAll(results, i -> fresh());
    return List.of(
        new Step.Block(kind, inputs, parameters, inside.steps, returned, List.of(results)));
  }

  private static boolean branches(Step s) {
    return s instanceof Step.Branch
        || s instanceof Step.Block b && b.body().stream().anyMatch(StepGenerator::branches);
  }
}
