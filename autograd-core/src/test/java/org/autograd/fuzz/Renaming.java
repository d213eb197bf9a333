package org.autograd.fuzz;

import java.util.Arrays;
import java.util.List;

/** Steps that read one variable instead of another. */
final class Renaming {
  private Renaming() {}

  static Step of(Step step, int from, int to) {
    return switch (step) {
      case Step.Constant s -> s;
      case Step.Apply s -> apply(s, from, to);
      case Step.Custom s -> new Step.Custom(s.kind(), ids(s.reads(), from, to), s.id());
      case Step.Hook s -> new Step.Hook(s.of() == from ? to : s.of(), s.factor(), s.id());
      case Step.Branch s ->
          new Step.Branch(
              s.condition() == from ? to : s.condition(),
              apply(s.positive(), from, to),
              apply(s.negative(), from, to));
      case Step.Block s ->
          new Step.Block(
              s.kind(),
              ids(s.inputs(), from, to),
              s.parameters(),
              s.body().stream().map(b -> of(b, from, to)).toList(),
              ids(s.inner(), from, to),
              s.results());
    };
  }

  private static List<Integer> ids(List<Integer> ids, int from, int to) {
    return ids.stream().map(id -> id == from ? to : id).toList();
  }

  private static Step.Apply apply(Step.Apply s, int from, int to) {
    Object[] args = s.args().clone();
    for (int i = 0; i < args.length; i++) {
      if (args[i] instanceof Step.Ref r) {
        args[i] = ref(r, from, to);
      } else if (args[i] instanceof Step.Ref[] list) {
        args[i] = Arrays.stream(list).map(r -> ref(r, from, to)).toArray(Step.Ref[]::new);
      }
    }
    return new Step.Apply(s.op(), args, s.inplace(), s.noGrad(), s.results());
  }

  private static Step.Ref ref(Step.Ref r, int from, int to) {
    return r.id() == from ? new Step.Ref(to) : r;
  }
}
