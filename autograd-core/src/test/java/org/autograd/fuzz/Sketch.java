package org.autograd.fuzz;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.autograd.Autograd;
import org.autograd.AutogradException;
import org.autograd.GradOptions;
import org.autograd.Tensor;
import org.autograd.ops.OperatorTable;
import org.autograd.tensor.Storage;

/**
 * A list of steps while it grows, with the tensors that they have made. A step is taken only if it
 * runs, if its results are of moderate size, and if all variables can still be differentiated.
 */
final class Sketch {
  private static final double LIMIT = 50;
  private static final GradOptions ALL =
      GradOptions.DEFAULT.withMaterializeGrads(true).withRetainGraph(true);

  final List<Step> steps = new ArrayList<>();

  /** In the order in which they were made, those from outside first. */
  final List<Integer> ids = new ArrayList<>();

  /** Variables whose memory must not be written to. */
  private final Set<Integer> restricted = new HashSet<>();

  private final Map<Integer, Tensor> outside;
  private final List<Tensor> leaves;
  private final Set<Integer> detached = new HashSet<>();
  private Interpreter live;

  /**
   * Starts without steps.
   *
   * @param outside what can be read
   * @param leaves what is differentiated with respect to
   */
  Sketch(Map<Integer, Tensor> outside, List<Tensor> leaves) {
    this.outside = outside;
    this.leaves = leaves;
    live = new Interpreter(new HashMap<>(outside));
    ids.addAll(outside.keySet());
    restricted.addAll(outside.keySet());
  }

  /** Tells whether a program could have been made, step by step. */
  static boolean accepts(Program p) {
    Map<Integer, Tensor> arguments = new LinkedHashMap<>();
    p.leaves().forEach(l -> arguments.put(l.id(), l.make(p.seed()).requiresGrad_()));
    Sketch sketch = new Sketch(arguments, List.copyOf(arguments.values()));
    return sketch.acceptsAll(p.steps());
  }

  private boolean acceptsAll(List<Step> all) {
    for (Step s : all) {
      if (s instanceof Step.Apply a && a.inplace() && !isWritable(a.self())
          || s instanceof Step.Block b && !acceptsBlock(b)
          || !take(List.of(s))) {
        return false;
      }
    }
    return true;
  }

  private boolean acceptsBlock(Step.Block b) {
    Map<Integer, Tensor> within = new HashMap<>(live.variables);
    for (int i = 0; i < b.parameters().size(); i++) {
      Tensor t = tensor(b.inputs().get(i));
      within.put(b.parameters().get(i), b.kind() == Step.Kind.VMAP ? t.select(0, 0) : t);
    }
    Sketch inside = new Sketch(within, leaves);
    return inside.acceptsAll(b.body()) && b.inner().stream().allMatch(inside::isOwn);
  }

  Tensor tensor(int id) {
    return live.variables.get(id);
  }

  List<Tensor> leaves() {
    return leaves;
  }

  /** Tells whether no two elements of a variable share memory. */
  private boolean isInjective(int id) {
    long[] places = OperatorTable.places(tensor(id));
    return Arrays.stream(places).distinct().count() == places.length;
  }

  /** Tells whether a variable has all of its memory, each place once. */
  boolean isWhole(int id) {
    return isInjective(id) && tensor(id).numel() == OperatorTable.capacity(tensor(id));
  }

  boolean isWritable(int id) {
    return !detached.contains(id)
        && isInjective(id)
        && restricted.stream().noneMatch(r -> shareMemory(id, r));
  }

  private boolean shareMemory(int a, int b) {
    return OperatorTable.memory(tensor(a)) == OperatorTable.memory(tensor(b));
  }

  /** Tells whether a block may return a variable: its memory and history are the block's own. */
  boolean isOwn(int id) {
    return !detached.contains(id)
        && isInjective(id)
        && outside.values().stream()
            .noneMatch(t -> OperatorTable.memory(t) == OperatorTable.memory(tensor(id)));
  }

  /** Adds steps if all is well with them. */
  boolean take(List<Step> more) {
    boolean writes = more.stream().anyMatch(s -> s instanceof Step.Apply a && a.inplace());
    Interpreter tried = live;
    try {
      if (writes) {
        tried = new Interpreter(new HashMap<>(outside));
        tried.run(steps);
      } else {
        tried = new Interpreter(new HashMap<>(live.variables));
      }
      for (Step s : more) {
        if (!runs(tried, s)) {
          return false;
        }
      }
      if (writes && !moderate(tried, tried.variables.keySet()) || !isDifferentiable(tried)) {
        return false;
      }
    } catch (AutogradException | IllegalArgumentException | UnsupportedOperationException e) {
      return false;
    } catch (RuntimeException | AssertionError e) {
      List<Step> all = new ArrayList<>(steps);
      all.addAll(more);
      throw new IllegalStateException(
          "No error for a user: " + e + "\n" + ProgramText.of(new Program(0, List.of(), all, ids)),
          e);
    }
    live = tried;
    more.forEach(this::note);
    return true;
  }

  private boolean runs(Interpreter tried, Step s) {
    tried.run(s);
    if (s instanceof Step.Branch b
        && Math.abs(tried.variables.get(b.condition()).sum().item()) < 0.1) {
      return false;
    }
    if (s instanceof Step.Apply a && a.noGrad() && !a.inplace()) {
      Storage memory = OperatorTable.memory(tried.variables.get(a.results().get(0)));
      if (a.reads().stream()
          .anyMatch(r -> OperatorTable.memory(tried.variables.get(r)) == memory)) {
        return false;
      }
    }
    return moderate(tried, s.results());
  }

  private static boolean moderate(Interpreter tried, Iterable<Integer> ids) {
    for (int id : ids) {
      for (double x : OperatorTable.values(tried.variables.get(id))) {
        if (!(Math.abs(x) < LIMIT)) {
          return false;
        }
      }
    }
    return true;
  }

  private boolean isDifferentiable(Interpreter tried) {
    List<Tensor> roots = tried.variables.values().stream().filter(Tensor::requiresGrad).toList();
    for (Tensor root : roots) {
      Autograd.grad(List.of(root), leaves, List.of(Tensor.onesLike(root.detach())), ALL);
    }
    return true;
  }

  private void note(Step s) {
    steps.add(s);
    ids.addAll(s.results());
    if (s instanceof Step.Apply a && a.op().name().equals("detach")) {
      detached.addAll(s.results());
    }
    for (int id : s.results()) {
      if (s.reads().stream()
          .anyMatch(
              r -> detached.contains(r) && live.variables.containsKey(r) && shareMemory(id, r))) {
        detached.add(id);
      }
    }
    if (s instanceof Step.Block b && b.kind().name().startsWith("CHECKPOINT")) {
      b.reads().stream().filter(live.variables::containsKey).forEach(restricted::add);
    }
  }
}
