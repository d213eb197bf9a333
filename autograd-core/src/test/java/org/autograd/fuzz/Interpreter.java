package org.autograd.fuzz;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.autograd.Checkpoint;
import org.autograd.CheckpointOptions;
import org.autograd.ForwardAD;
import org.autograd.Functional;
import org.autograd.GradMode;
import org.autograd.Tensor;
import org.autograd.Vmap;
import org.autograd.ops.OperatorTable;

/** Runs a program as a user would write it. */
final class Interpreter {
  private static final CheckpointOptions EARLY = CheckpointOptions.NON_REENTRANT;
  private static final CheckpointOptions LATE = EARLY.withEarlyStop(false);

  final Map<Integer, Tensor> variables;

  Interpreter(Map<Integer, Tensor> variables) {
    this.variables = variables;
  }

  /** Runs a program on arguments. */
  static List<Tensor> run(Program p, List<Tensor> arguments) {
    Interpreter at = new Interpreter(new HashMap<>());
    for (int i = 0; i < arguments.size(); i++) {
      at.variables.put(p.leaves().get(i).id(), arguments.get(i));
    }
    at.run(p.steps());
    return at.get(p.outputs());
  }

  void run(List<Step> steps) {
    steps.forEach(this::run);
  }

  List<Tensor> get(List<Integer> ids) {
    return ids.stream().map(this::get).toList();
  }

  private Tensor get(int id) {
    return variables.get(id);
  }

  private void put(List<Integer> ids, List<Tensor> results) {
    for (int i = 0; i < ids.size(); i++) {
      variables.put(ids.get(i), results.get(i));
    }
  }

  void run(Step step) {
    switch (step) {
      case Step.Constant s ->
          variables.put(s.id(), OperatorTable.tensor(s.specification(), s.seed()));
      case Step.Apply s -> {
        if (s.noGrad()) {
          GradMode.noGrad(() -> apply(s));
        } else {
          apply(s);
        }
      }
      case Step.Custom s -> variables.put(s.id(), s.kind().call(get(s.reads())));
      case Step.Hook s -> {
        Tensor copy = get(s.of()).clone();
        if (copy.requiresGrad()) {
          copy.registerHook(g -> g.mul(s.factor()));
        }
        variables.put(s.id(), copy);
      }
      case Step.Branch s ->
          apply(get(s.condition()).sum().item() > 0 ? s.positive() : s.negative());
      case Step.Block s -> put(s.results(), block(s, get(s.inputs())));
    }
  }

  private void apply(Step.Apply s) {
    Object[] args = arguments(s.args());
    if (s.inplace()) {
      s.op().inplace(args);
    } else {
      put(s.results(), Arrays.asList(s.op().call(args)));
    }
  }

  private Object[] arguments(Object[] args) {
    Object[] given = args.clone();
    for (int i = 0; i < given.length; i++) {
      if (given[i] instanceof Step.Ref r) {
        given[i] = get(r.id());
      } else if (given[i] instanceof Step.Ref[] list) {
        given[i] = Arrays.stream(list).map(r -> get(r.id())).toArray(Tensor[]::new);
      }
    }
    return given;
  }

  private List<Tensor> body(Step.Block s, List<Tensor> parameters) {
    Interpreter inside = new Interpreter(new HashMap<>(variables));
    inside.put(s.parameters(), parameters);
    inside.run(s.body());
    return inside.get(s.inner());
  }

  private List<Tensor> block(Step.Block s, List<Tensor> in) {
    return switch (s.kind()) {
      case CHECKPOINT -> checkpoint(EARLY, s, in);
      case CHECKPOINT_TO_THE_END -> checkpoint(LATE, s, in);
      case VMAP -> Vmap.vmapAll(args -> body(s, args)).apply(in);
      case TANGENTS -> tangents(s, in);
      case GRADIENTS -> {
        int[] all = new int[in.size()];
        Arrays.setAll(all, i -> i);
        yield Functional.grad(args -> List.of(sum(body(s, args))), all).apply(in);
      }
    };
  }

  private List<Tensor> checkpoint(CheckpointOptions options, Step.Block s, List<Tensor> in) {
    Tensor[] out =
        Checkpoint.checkpoint(
            options,
            (Tensor[] args) -> body(s, Arrays.asList(args)).toArray(new Tensor[0]),
            in.toArray(new Tensor[0]));
    return Arrays.asList(out);
  }

  private List<Tensor> tangents(Step.Block s, List<Tensor> in) {
    int n = in.size() / 2;
    try (ForwardAD.Level level = ForwardAD.dualLevel()) {
      List<Tensor> duals = new ArrayList<>();
      for (int i = 0; i < n; i++) {
        duals.add(ForwardAD.makeDual(in.get(i), in.get(n + i)));
      }
      List<Tensor> tangents = new ArrayList<>();
      for (Tensor t : body(s, duals)) {
        Tensor tangent = ForwardAD.unpackDual(t).tangent();
        tangents.add(tangent == null ? Tensor.zerosLike(t.detach()) : tangent.clone());
      }
      return tangents;
    }
  }

  static Tensor sum(List<Tensor> tensors) {
    Tensor total = tensors.get(0).sum();
    for (int i = 1; i < tensors.size(); i++) {
      total = total.add(tensors.get(i).sum());
    }
    return total;
  }
}
