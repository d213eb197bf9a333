package org.autograd.fuzz;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import org.autograd.Autograd;
import org.autograd.GradOptions;
import org.autograd.Tensor;
import org.autograd.Warnings;

/**
 * Runs random programs through all checks.
 *
 * <p>{@code main(first seed, number)} reports one failure of each kind.
 */
final class Fuzz {
  private Fuzz() {}

  /** What went wrong, with the shortest program found. */
  record Failure(Check check, Program program, Throwable error) {
    @Override
    public String toString() {
      return check + " fails for -Dfuzz.seed=" + program.seed() + ": " + error + "\n" + program;
    }
  }

  /** Returns what fails of a program, without looking for a shorter one. */
  static List<Failure> failures(Program program) {
    List<Failure> all = new ArrayList<>();
    Check.all()
        .forEach(check -> {
          Throwable error = check.of(program);
          if (error != null) {
            all.add(new Failure(check, program, error));
          }
        });
    return all;
  }

  static Failure shrunk(Failure f) {
    Predicate<Program> same =
        p -> {
          Throwable e = isLegal(p) ? f.check.of(p) : null;
          return e != null && e.getClass() == f.error.getClass();
        };
    Program small = Shrinker.shrink(f.program, same);
    return new Failure(f.check, small, f.check.of(small));
  }

  /** Tells whether a program runs, and can be differentiated. */
  static boolean isLegal(Program p) {
    try {
      if (!Sketch.accepts(p)) {
        return false;
      }
      List<Tensor> x = Derivatives.leaves(p.arguments());
      for (Tensor y : Interpreter.run(p, x)) {
        if (!y.dtype().isFloating()) {
          return false;
        }
        if (y.requiresGrad()) {
          Autograd.grad(
              List.of(y),
              x,
              List.of(Tensor.onesLike(y.detach())),
              GradOptions.DEFAULT.withMaterializeGrads(true).withRetainGraph(true));
        }
      }
      Functionalized.of(p).apply(p.arguments());
      return true;
    } catch (RuntimeException | AssertionError e) {
      return false;
    }
  }

  /** Runs many programs and prints one failure of each kind. */
  public static void main(String[] args) {
    Warnings.handler(w -> {});
    long first = Long.parseLong(args[0]);
    long number = Long.parseLong(args[1]);
    Map<String, Failure> kinds = new LinkedHashMap<>();
    Map<String, Integer> counts = new LinkedHashMap<>();
    List<String> skipped = List.of(args).subList(2, args.length);
    long start = System.nanoTime();
    long steps = 0;
    int failed = 0;
    for (long seed = first; seed < first + number; seed++) {
      Program p;
      try {
        p = ProgramGenerator.program(seed);
      } catch (IllegalStateException e) {
        System.out.println("== generator " + seed + " " + e.getMessage());
        e.getCause().printStackTrace(System.out);
        continue;
      }
      steps += p.steps().size();
      List<Failure> failures =
          failures(p).stream().filter(f -> !skipped.contains(f.check.name())).toList();
      failed += failures.isEmpty() ? 0 : 1;
      for (Failure f : failures) {
        String kind = kind(f);
        counts.merge(kind, 1, Integer::sum);
        Failure old = kinds.get(kind);
        if (old == null || p.steps().size() < old.program.steps().size()) {
          kinds.put(kind, f);
        }
      }
    }
    kinds.forEach((kind, f) ->
        System.out.println("== " + counts.get(kind) + " × " + kind + "\n" + shrunk(f)));
    System.out.printf(
        "%d programs, %d steps, %d failed, %.1f s%n",
        number, steps, failed, (System.nanoTime() - start) / 1e9);
  }

  private static String kind(Failure f) {
    String message = String.valueOf(f.error.getMessage()).replaceAll("[0-9.E\\[\\]-]+", "#");
    return f.check
        + " "
        + f.error.getClass().getSimpleName()
        + " "
        + message.substring(0, Math.min(60, message.length()));
  }
}
