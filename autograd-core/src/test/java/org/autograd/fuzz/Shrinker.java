package org.autograd.fuzz;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;

/** Makes a failing program shorter. */
final class Shrinker {
  private Shrinker() {}

  /**
   * Returns the smallest program found.
   *
   * @param fails whether a program still fails in the same way
   */
  static Program shrink(Program program, Predicate<Program> fails) {
    Program best = program;
    boolean shorter = true;
    while (shorter) {
      shorter = false;
      for (Program p : smaller(best)) {
        if (size(p) < size(best) && fails.test(p)) {
          best = p;
          shorter = true;
          break;
        }
      }
    }
    return best;
  }

  private static int size(Program p) {
    int arranged = (int) p.leaves().stream().filter(l -> l.arrangement() != 0).count();
    return size(p.steps()) + p.outputs().size() + 2 * p.leaves().size() + arranged;
  }

  private static int size(List<Step> steps) {
    int size = 0;
    for (Step s : steps) {
      size +=
          switch (s) {
            case Step.Apply a -> a.noGrad() ? 11 : 10;
            case Step.Branch b -> 20;
            case Step.Block b ->
                20
                    + size(b.body())
                    + b.inner().size()
                    + (b.kind() == Step.Kind.CHECKPOINT_TO_THE_END ? 1 : 0);
            default -> 10;
          };
    }
    return size;
  }

  private static List<Program> smaller(Program p) {
    List<Program> all = new ArrayList<>();
    for (List<Step> steps : smaller(p.steps())) {
      add(all, p.with(steps, p.outputs()));
    }
    for (int i = 0; i < p.outputs().size() && p.outputs().size() > 1; i++) {
      List<Integer> outputs = new ArrayList<>(p.outputs());
      outputs.remove(i);
      add(all, p.with(p.steps(), outputs));
    }
    // Earlier variables instead of the outputs.
    Set<Integer> tried = new HashSet<>(p.outputs());
    for (Step s : p.steps()) {
      for (int id : s.results()) {
        if (tried.add(id)) {
          int cut = p.steps().indexOf(s) + 1;
          if (cut < p.steps().size()) {
            add(all, p.with(p.steps().subList(0, cut), List.of(id)));
          }
        }
      }
    }
    for (int i = 0; i < p.leaves().size(); i++) {
      List<Program.Leaf> leaves = new ArrayList<>(p.leaves());
      Program.Leaf leaf = leaves.get(i);
      if (leaves.size() > 1) {
        leaves.remove(i);
        add(all, new Program(p.seed(), List.copyOf(leaves), p.steps(), p.outputs()));
        leaves.add(i, leaf);
      }
      if (leaf.arrangement() != 0) {
        leaves.set(i, new Program.Leaf(leaf.id(), leaf.specification(), 0));
        add(all, new Program(p.seed(), List.copyOf(leaves), p.steps(), p.outputs()));
      }
    }
    return all;
  }

  private static void add(List<Program> all, Program p) {
    Set<Integer> known = new HashSet<>();
    p.leaves().forEach(l -> known.add(l.id()));
    for (Step s : p.steps()) {
      if (!known.containsAll(s.reads())) {
        return;
      }
      known.addAll(s.results());
    }
    if (known.containsAll(p.outputs())) {
      all.add(p);
    }
  }

  /** The steps without one, or with a simpler one. */
  private static List<List<Step>> smaller(List<Step> steps) {
    List<List<Step>> all = new ArrayList<>();
    for (int i = steps.size() - 1; i >= 0; i--) {
      Step s = steps.get(i);
      all.add(replaced(steps, i, List.of()));
      for (List<Step> other : simpler(s)) {
        all.add(replaced(steps, i, other));
      }
      // The variable that is read instead of the one that is made.
      if (!s.reads().isEmpty() && !s.results().isEmpty()) {
        for (int read : new HashSet<>(s.reads())) {
          List<Step> rest = new ArrayList<>(steps.subList(0, i));
          steps
              .subList(i + 1, steps.size())
              .forEach(t -> rest.add(Renaming.of(t, s.results().get(0), read)));
          all.add(rest);
        }
      }
    }
    return all;
  }

  private static List<Step> replaced(List<Step> steps, int i, List<Step> by) {
    List<Step> other = new ArrayList<>(steps.subList(0, i));
    other.addAll(by);
    other.addAll(steps.subList(i + 1, steps.size()));
    return other;
  }

  private static List<List<Step>> simpler(Step s) {
    List<List<Step>> all = new ArrayList<>();
    switch (s) {
      case Step.Apply a when a.noGrad() ->
          all.add(List.of(new Step.Apply(a.op(), a.args(), a.inplace(), false, a.results())));
      case Step.Branch b -> {
        all.add(List.of(b.positive()));
        all.add(List.of(b.negative()));
      }
      case Step.Block b -> {
        for (List<Step> body : smaller(b.body())) {
          all.add(List.of(with(b, body, b.inner(), b.results())));
        }
        if (b.kind() == Step.Kind.CHECKPOINT_TO_THE_END) {
          all.add(
              List.of(
                  new Step.Block(
                      Step.Kind.CHECKPOINT,
                      b.inputs(),
                      b.parameters(),
                      b.body(),
                      b.inner(),
                      b.results())));
        }
        for (int i = 1; i < b.body().size() && b.inner().size() == 1; i++) {
          for (int id : b.body().get(i - 1).results()) {
            all.add(List.of(with(b, b.body().subList(0, i), List.of(id), b.results())));
          }
        }
        if (b.inner().size() > 1 && b.kind() != Step.Kind.GRADIENTS) {
          for (int i = 0; i < b.inner().size(); i++) {
            all.add(
                List.of(with(b, b.body(), List.of(b.inner().get(i)), List.of(b.results().get(i)))));
          }
        }
      }
      default -> {}
    }
    return all;
  }

  private static Step.Block with(
      Step.Block b, List<Step> body, List<Integer> inner, List<Integer> results) {
    return new Step.Block(b.kind(), b.inputs(), b.parameters(), body, inner, results);
  }
}
