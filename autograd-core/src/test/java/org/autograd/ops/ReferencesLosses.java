package org.autograd.ops;

import java.util.Map;
import org.autograd.Reduction;

/** References of losses, by loops over batch, class and place. */
final class ReferencesLosses {
  private ReferencesLosses() {}

  static void add(Map<String, Reference> all) {
    all.put("nllLoss", Reference.one(a -> nll(a.nd(0), a.nd(1), a.nd(2), a.as(3), a.number(4))));
    all.put("nll_loss_backward", Reference.one(ReferencesLosses::nllBackward));
    all.put("crossEntropy", Reference.one(ReferencesLosses::crossEntropy));
    all.put(
        "mseLoss",
        Reference.one(a -> {
          Nd squares =
              Nd.make(
                  Nd.broadcast(a.nd(0), a.nd(1)),
                  at -> Math.pow(a.nd(0).broadcastAt(at) - a.nd(1).broadcastAt(at), 2));
          return reduced(squares, a.as(2), squares.data().length);
        }));
    all.put(
        "mse_loss_backward",
        Reference.one(a -> {
          long[] sizes = Nd.broadcast(a.nd(1), a.nd(2));
          double n = a.as(3) == Reduction.MEAN ? Arranged.count(sizes) : 1;
          return Nd.make(
              sizes,
              at ->
                  2
                      * (a.nd(1).broadcastAt(at) - a.nd(2).broadcastAt(at))
                      * a.nd(0).broadcastAt(at)
                      / n);
        }));
  }

  private static Nd reduced(Nd losses, Reduction reduction, double count) {
    if (reduction == Reduction.NONE) {
      return losses;
    }
    double sum = 0;
    for (double d : losses.data()) {
      sum += d;
    }
    return Nd.scalar(reduction == Reduction.MEAN ? sum / count : sum);
  }

  /** The index of a class in scores: [C], or [N, C, ...]. */
  private static int[] classAt(int[] at, int c) {
    return Nd.inserted(at, at.length == 0 ? 0 : 1, c);
  }

  private static double weightOf(Nd weight, double target, long ignored) {
    return target == ignored ? 0 : weight == null ? 1 : weight.data()[(int) target];
  }

  private static double weightSum(Nd target, Nd weight, long ignored) {
    double sum = 0;
    for (double t : target.data()) {
      sum += weightOf(weight, t, ignored);
    }
    return sum;
  }

  private static Nd nll(Nd scores, Nd target, Nd weight, Reduction reduction, long ignored) {
    Nd losses =
        Nd.make(
            target.sizes(),
            at -> {
              double t = target.at(at);
              return t == ignored
                  ? 0
                  : -weightOf(weight, t, ignored) * scores.at(classAt(at, (int) t));
            });
    return reduced(losses, reduction, weightSum(target, weight, ignored));
  }

  private static Nd nllBackward(Reference.Args a) {
    Nd target = a.nd(2);
    Nd weight = a.nd(3);
    long ignored = a.number(5);
    double count = a.as(4) == Reduction.MEAN ? weightSum(target, weight, ignored) : 1;
    int classes = a.nd(1).sizes().length == 1 ? 0 : 1;
    return Nd.make(
        a.nd(1).sizes(),
        at -> {
          int[] where = Nd.without(at, classes);
          double t = target.at(where);
          return t == at[classes]
              ? -weightOf(weight, t, ignored) * a.nd(0).broadcastAt(where) / count
              : 0;
        });
  }

  private static Nd crossEntropy(Reference.Args a) {
    Nd scores = a.nd(0);
    Nd target = a.nd(1);
    Nd weight = a.nd(2);
    long ignored = a.number(4);
    double smoothing = a.real(5);
    int classes = scores.dim() == 1 ? 0 : 1;
    int n = (int) scores.sizes()[classes];
    Nd p = ReferencesReduce.softmax(scores, classes);
    boolean probabilities = target.dim() == scores.dim();
    long[] sizes = Nd.without(scores.sizes(), classes);
    Nd losses =
        Nd.make(
            sizes,
            at -> {
              double loss = 0;
              for (int c = 0; c < n; c++) {
                int[] where = Nd.inserted(at, classes, c);
                double wanted =
                    probabilities
                        ? target.at(where)
                        : target.at(at) == ignored ? 0 : target.at(at) == c ? 1 : 0;
                boolean counts = probabilities || target.at(at) != ignored;
                double smooth = counts ? wanted * (1 - smoothing) + smoothing / n : 0;
                loss -= (weight == null ? 1 : weight.data()[c]) * smooth * Math.log(p.at(where));
              }
              return loss;
            });
    double count =
        probabilities ? (double) Arranged.count(sizes) : weightSum(target, weight, ignored);
    return reduced(losses, a.as(3), count);
  }
}
