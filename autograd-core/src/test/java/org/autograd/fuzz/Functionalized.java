package org.autograd.fuzz;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Supplier;
import org.autograd.Functional;
import org.autograd.GradMode;
import org.autograd.Tensor;
import org.autograd.TensorFunction;
import org.autograd.Tensors;
import org.autograd.ops.OperatorTable;
import org.autograd.ops.OperatorTable.Op;
import org.autograd.tensor.Storage;

/**
 * Runs a program without views, in-place operators, checkpoints, hooks and mapped functions: memory
 * is a cell that holds one flat tensor, a variable is a list of places in it, and writing replaces
 * the tensor. Which variables share memory, and which way branches go, is seen from plain tensors
 * that run beside, once; later runs, in whatever mode, only replay this.
 */
final class Functionalized {
  /** Memory. */
  private static final class Cell {
    Tensor content;
  }

  /**
   * A variable.
   *
   * @param places where in the memory it lies; null for all of it in order
   * @param beside the plain tensor
   * @param detached whether no derivative goes through it
   */
  private record Variable(Cell cell, Tensor places, Tensor beside, boolean detached) {
    Tensor read() {
      Tensor all = places == null ? cell.content : cell.content.indexSelect(0, places);
      Tensor shaped = all.reshape(beside.sizes());
      return detached ? shaped.detach() : shaped;
    }

    void write(Tensor to) {
      Tensor flat = to.expand(beside.sizes()).reshape(beside.numel());
      cell.content = places == null ? flat : cell.content.scatter(0, places, flat);
    }
  }

  private final Map<Integer, Variable> variables = new HashMap<>();
  private final Map<Storage, Cell> cells = new IdentityHashMap<>();
  private final Set<Storage> shared = Collections.newSetFromMap(new IdentityHashMap<>());

  /** What was seen, by variable; bodies of blocks may be run again, with the same to see. */
  private final Map<String, Object> trace;

  private final boolean replay;

  /** The elements of mapped functions that this runs in. */
  private final String element;

  private Functionalized(Map<String, Object> trace, boolean replay, String element) {
    this.trace = trace;
    this.replay = replay;
    this.element = element;
  }

  /** Returns the function of a program; call it outside of all modes. */
  static TensorFunction of(Program p) {
    Map<String, Object> trace = new HashMap<>();
    new Functionalized(trace, false, "").run(p, p.arguments());
    return in -> new Functionalized(trace, true, "").run(p, in);
  }

  private List<Tensor> run(Program p, List<Tensor> arguments) {
    List<Tensor> beside = replay ? null : p.arguments();
    for (int i = 0; i < arguments.size(); i++) {
      int at = i;
      Tensor own = (Tensor) seen("leaf " + at, () -> beside.get(at));
      put(p.leaves().get(i).id(), arguments.get(i), own, false);
    }
    p.steps().forEach(this::run);
    return read(p.outputs());
  }

  /** What is seen from plain tensors: computed at first, replayed later. */
  private Object seen(String what, Supplier<Object> first) {
    if (replay) {
      return trace.get(element + what);
    }
    Object seen = first.get();
    trace.put(element + what, seen);
    return seen;
  }

  private List<Tensor> read(List<Integer> ids) {
    return ids.stream().map(id -> variables.get(id).read()).toList();
  }

  private List<Tensor> beside(List<Integer> ids) {
    return ids.stream().map(id -> variables.get(id).beside).toList();
  }

  private void put(int id, Tensor value, Tensor beside, boolean detached) {
    Storage memory = OperatorTable.memory(beside);
    Cell known = cells.get(memory);
    long[] at = OperatorTable.places(beside);
    if (known != null) {
      variables.put(id, new Variable(known, Tensor.of(at, at.length), beside, detached));
      return;
    }
    Cell cell = new Cell();
    Tensor places = null;
    if (!shared.contains(memory) && Arrays.stream(at).distinct().count() == at.length) {
      cells.put(memory, cell);
      int capacity = OperatorTable.capacity(beside);
      if (capacity != at.length || !isInOrder(at)) {
        places = Tensor.of(at, at.length);
        cell.content = Tensor.zeros(capacity).to(value.dtype());
      }
    }
    // Otherwise elements share places: nothing can be written there, each view has its own values.
    if (!cells.containsKey(memory)) {
      shared.add(memory);
    }
    Variable variable = new Variable(cell, places, beside, detached);
    variable.write(value);
    variables.put(id, variable);
  }

  private static boolean isInOrder(long[] at) {
    for (int i = 0; i < at.length; i++) {
      if (at[i] != i) {
        return false;
      }
    }
    return true;
  }

  private void run(Step step) {
    switch (step) {
      case Step.Constant s -> {
        Supplier<Tensor> fresh = () -> OperatorTable.tensor(s.specification(), s.seed());
        put(s.id(), fresh.get(), (Tensor) seen("result " + s.id(), fresh::get), false);
      }
      case Step.Apply s -> apply(s);
      case Step.Custom s ->
          put(
              s.id(),
              s.kind().byOperators(read(s.reads())),
              (Tensor) seen("result " + s.id(), () -> s.kind().byOperators(beside(s.reads()))),
              false);
      case Step.Hook s -> {
        Tensor of = variables.get(s.of()).read();
        // The difference is exactly zero, so that values stay what they are.
        Tensor zero = of.mul(s.factor() - 1);
        Tensor extra = zero.sub(GradMode.noGrad(() -> of.mul(s.factor() - 1)));
        Tensor own = (Tensor) seen("result " + s.id(), () -> variables.get(s.of()).beside.clone());
        put(s.id(), of.add(extra), own, false);
      }
      case Step.Branch s ->
          apply(
              (boolean)
                      seen(
                          "branch " + s.results(),
                          () -> variables.get(s.condition()).beside.sum().item() > 0)
                  ? s.positive()
                  : s.negative());
      case Step.Block s -> block(s);
    }
  }

  private void apply(Step.Apply s) {
    Op op = s.op();
    Object[] args = arguments(s.args(), Variable::read);
    if (s.inplace()) {
      Tensor self = (Tensor) args[0];
      Tensor written =
          s.noGrad()
              ? self.add(GradMode.noGrad(() -> op.call(args)[0].sub(self)))
              : op.call(args)[0];
      variables.get(s.self()).write(written);
      if (!replay) {
        op.inplace(arguments(s.args(), Variable::beside));
      }
      return;
    }
    // Cloned: with other strides than the variable has, an operator may return its operand.
    Tensor[] values =
        s.noGrad()
            ? GradMode.noGrad(
                () -> Arrays.stream(op.call(args)).map(Tensor::clone).toArray(Tensor[]::new))
            : op.call(args);
    Tensor[] own =
        (Tensor[])
            seen("results " + s.results(), () -> op.call(arguments(s.args(), Variable::beside)));
    for (int i = 0; i < values.length; i++) {
      Storage memory = OperatorTable.memory(own[i]);
      boolean detached =
          op.name().equals("detach")
              || s.reads().stream()
                  .map(variables::get)
                  .anyMatch(v -> v.detached && OperatorTable.memory(v.beside) == memory);
      put(s.results().get(i), values[i], own[i], detached);
    }
  }

  private Object[] arguments(Object[] args, Function<Variable, Tensor> get) {
    Object[] given = args.clone();
    for (int i = 0; i < given.length; i++) {
      if (given[i] instanceof Step.Ref r) {
        given[i] = get.apply(variables.get(r.id()));
      } else if (given[i] instanceof Step.Ref[] list) {
        given[i] =
            Arrays.stream(list).map(r -> get.apply(variables.get(r.id()))).toArray(Tensor[]::new);
      }
    }
    return given;
  }

  private List<Tensor> body(Step.Block s, List<Tensor> parameters, List<Tensor> besides) {
    return body(s, parameters, besides, element);
  }

  private List<Tensor> body(
      Step.Block s, List<Tensor> parameters, List<Tensor> besides, String element) {
    Functionalized inside = new Functionalized(trace, replay, element);
    inside.variables.putAll(variables);
    inside.cells.putAll(cells);
    inside.shared.addAll(shared);
    for (int i = 0; i < parameters.size(); i++) {
      int at = i;
      int id = s.parameters().get(i);
      Tensor own =
          (Tensor) inside.seen("parameter " + id, () -> OperatorTable.copied(besides.get(at)));
      inside.put(id, parameters.get(i), own, false);
    }
    s.body().forEach(inside::run);
    return inside.read(s.inner());
  }

  private void block(Step.Block s) {
    List<Tensor> in = read(s.inputs());
    List<Tensor> besides = beside(s.inputs());
    List<Tensor> results =
        switch (s.kind()) {
          case CHECKPOINT, CHECKPOINT_TO_THE_END -> body(s, in, besides);
          case VMAP -> mapped(s, in, besides);
          case TANGENTS -> tangents(s, in, besides);
          case GRADIENTS -> gradients(s, in, besides);
        };
    Tensor[] own = (Tensor[]) seen("block " + s.results(), () -> plain(s));
    for (int i = 0; i < results.size(); i++) {
      put(s.results().get(i), results.get(i), own[i], false);
      variables.get(s.results().get(i)).write(results.get(i));
    }
  }

  private Tensor[] plain(Step.Block s) {
    Map<Integer, Tensor> plain = new HashMap<>();
    variables.forEach((id, v) -> plain.put(id, v.beside));
    new Interpreter(plain).run(s);
    return s.results().stream().map(plain::get).toArray(Tensor[]::new);
  }

  private List<Tensor> mapped(Step.Block s, List<Tensor> in, List<Tensor> besides) {
    List<List<Tensor>> each = new ArrayList<>();
    for (int i = 0; i < besides.get(0).size(0); i++) {
      int at = i;
      each.add(
          body(
              s,
              in.stream().map(t -> t.select(0, at)).toList(),
              besides.stream().map(t -> replay ? t : t.select(0, at)).toList(),
              element + at + " "));
    }
    List<Tensor> results = new ArrayList<>();
    for (int r = 0; r < s.inner().size(); r++) {
      int at = r;
      results.add(Tensors.stack(each.stream().map(e -> e.get(at)).toList()));
    }
    return results;
  }

  private List<Tensor> gradients(Step.Block s, List<Tensor> in, List<Tensor> besides) {
    int[] all = new int[in.size()];
    Arrays.setAll(all, i -> i);
    return Functional.grad(args -> List.of(Interpreter.sum(body(s, args, besides))), all).apply(in);
  }

  /** By two backward passes: the gradient of ⟨Jᵀv, t⟩ with respect to v. */
  private List<Tensor> tangents(Step.Block s, List<Tensor> in, List<Tensor> besides) {
    int n = in.size() / 2;
    List<Tensor> primals = in.subList(0, n);
    List<Tensor> directions = in.subList(n, 2 * n);
    List<Tensor> own = besides.subList(0, n);
    List<Tensor> shapes = GradMode.noGrad(() -> body(s, primals, own));
    List<Tensor> zeros = shapes.stream().map(t -> Tensor.zerosLike(t.detach())).toList();
    int[] outputs = new int[zeros.size()];
    Arrays.setAll(outputs, i -> i);
    int[] inputs = new int[n];
    Arrays.setAll(inputs, i -> i);
    return Functional.grad(
            v ->
                List.of(
                    Derivatives.dot(
                        Functional.grad(x -> List.of(Derivatives.dot(body(s, x, own), v)), inputs)
                            .apply(primals),
                        directions)),
            outputs)
        .apply(zeros);
  }
}
