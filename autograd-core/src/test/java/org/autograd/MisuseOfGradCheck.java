package org.autograd;

import static org.autograd.Misuse.runtime;
import static org.autograd.Misuse.value;

import java.util.List;
import java.util.function.Consumer;

/** The part of {@link Misuse#ALL} that is about checks of gradients. */
final class MisuseOfGradCheck {
  private static final GradcheckOptions QUIET = GradcheckOptions.DEFAULT.withRaiseException(false);

  private MisuseOfGradCheck() {}

  private static Misuse state(
      String row, boolean early, Consumer<MisuseWorld> call, String... words) {
    return new Misuse(row, IllegalStateException.class, early, call, words);
  }

  private static void check(TensorFunction f, Tensor x, GradcheckOptions options) {
    GradCheck.gradcheck(f, List.of(x), options);
  }

  static final List<Misuse> ALL =
      List.of(
          value("GC-03", w -> check(in -> in, w.plain, QUIET), "requiresGrad_()"),
          runtime(
              "GC-05",
              w -> check(in -> in, w.leaf.expand(3, 2), QUIET),
              "input 0",
              "[3, 2]",
              "stride 0",
              "clone()"),
          state(
              "GC-06",
              true,
              w -> check(in -> in, w.leaf, QUIET.withCheckBackwardAd(false)),
              "checkForwardAd",
              "checkBackwardAd"),
          state(
              "GC-06",
              true,
              w -> check(in -> in, w.leaf, QUIET.withCheckBatchedForwardGrad(true)),
              "checkBatchedForwardGrad",
              "checkForwardAd"),
          state(
              "GC-11",
              false,
              w ->
                  check(
                      in -> {
                        Tensor x = in.get(0);
                        return List.of(x.sum().item() > 3 ? x.sum() : x);
                      },
                      w.leaf,
                      QUIET),
              "output 0",
              "[2]",
              "[]"),
          state(
              "GC-17",
              true,
              w ->
                  GradCheck.gradgradcheck(
                      in -> in, List.of(w.leaf), QUIET.withCheckRevOverRev(false)),
              "checkFwdOverRev",
              "checkRevOverRev"));
}
