package org.autograd.ops;

import static org.autograd.ops.ReferenceMath.truth;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.function.ToDoubleFunction;
import java.util.stream.IntStream;

/** References of reductions, scans, sorting and softmax. */
final class ReferencesReduce {
  private ReferencesReduce() {}

  static void add(Map<String, Reference> all) {
    reduce(all, "sum", ReferencesReduce::sum);
    reduce(all, "mean", v -> sum(v) / v.length);
    all.put("prod", Reference.one(a -> Nd.scalar(product(a.nd(0).data()))));
    one(all, "prod.dim", ReferencesReduce::product);
    all.put("var", Reference.one(a -> over(a.nd(0), a.dims(1), a.flag(3), v -> var(v, a.real(2)))));
    all.put(
        "std",
        Reference.one(a -> over(a.nd(0), a.dims(1), a.flag(3), v -> Math.sqrt(var(v, a.real(2))))));
    all.put("amax", Reference.one(a -> over(a.nd(0), a.dims(1), a.flag(2), ReferencesReduce::max)));
    all.put("amin", Reference.one(a -> over(a.nd(0), a.dims(1), a.flag(2), ReferencesReduce::min)));
    extremum(all, "max", "argmax", ReferencesReduce::max);
    extremum(all, "min", "argmin", ReferencesReduce::min);
    all.put(
        "logsumexp",
        Reference.one(a ->
            over(
                a.nd(0),
                a.dims(1),
                a.flag(2),
                v -> Math.log(Arrays.stream(v).map(Math::exp).sum()))));
    truths(all, "any", v -> truth(Arrays.stream(v).anyMatch(x -> x != 0)));
    truths(all, "all", v -> truth(Arrays.stream(v).allMatch(x -> x != 0)));
    all.put("cumsum", Reference.one(a -> partial(a.nd(0), a.integer(1), false)));
    all.put("reverse_cumsum", Reference.one(a -> partial(a.nd(0), a.integer(1), true)));
    sorting(all);
    softmax(all);
  }

  private static double sum(double[] v) {
    return Arrays.stream(v).sum();
  }

  private static double product(double[] v) {
    return Arrays.stream(v).reduce(1, (x, y) -> x * y);
  }

  private static double max(double[] v) {
    return Arrays.stream(v).max().orElseThrow();
  }

  private static double min(double[] v) {
    return Arrays.stream(v).min().orElseThrow();
  }

  private static double var(double[] v, double correction) {
    double mean = sum(v) / v.length;
    double squares = Arrays.stream(v).map(x -> (x - mean) * (x - mean)).sum();
    return squares / Math.max(0, v.length - correction);
  }

  private static int first(double[] v, double value) {
    return IntStream.range(0, v.length).filter(i -> v[i] == value).findFirst().orElseThrow();
  }

  /** Applies a function to the elements along some dimensions; none or null stands for all. */
  static Nd over(Nd x, int[] dims, boolean keep, ToDoubleFunction<double[]> f) {
    boolean[] gone = new boolean[x.dim()];
    if (dims == null || dims.length == 0) {
      Arrays.fill(gone, true);
    } else {
      for (int d : dims) {
        if (x.dim() > 0) {
          gone[x.wrap(d)] = true;
        }
      }
    }
    long[] kept = x.sizes().clone();
    for (int d = 0; d < gone.length; d++) {
      kept[d] = gone[d] ? 1 : kept[d];
    }
    Nd result =
        Nd.make(
            kept,
            at -> {
              List<Double> values = new ArrayList<>();
              for (int i = 0; i < x.data().length; i++) {
                int[] from = Nd.index(x.sizes(), i);
                boolean same = true;
                for (int d = 0; d < gone.length; d++) {
                  same &= gone[d] || from[d] == at[d];
                }
                if (same) {
                  values.add(x.data()[i]);
                }
              }
              return f.applyAsDouble(values.stream().mapToDouble(Double::doubleValue).toArray());
            });
    long[] sizes =
        IntStream.range(0, gone.length).filter(d -> !gone[d]).mapToLong(d -> kept[d]).toArray();
    return keep ? result : result.reshaped(sizes);
  }

  private static void reduce(Map<String, Reference> all, String op, ToDoubleFunction<double[]> f) {
    all.put(op, Reference.one(a -> Nd.scalar(f.applyAsDouble(a.nd(0).data()))));
    all.put(op + ".dim", Reference.one(a -> over(a.nd(0), a.dims(1), a.flag(2), f)));
  }

  private static void one(Map<String, Reference> all, String op, ToDoubleFunction<double[]> f) {
    all.put(op, Reference.one(a -> over(a.nd(0), new int[] {a.integer(1)}, a.flag(2), f)));
  }

  private static void truths(Map<String, Reference> all, String op, ToDoubleFunction<double[]> f) {
    all.put(op, Reference.one(a -> Nd.scalar(f.applyAsDouble(a.nd(0).data()))));
    one(all, op + ".dim", f);
  }

  private static void extremum(
      Map<String, Reference> all, String op, String arg, ToDoubleFunction<double[]> f) {
    ToDoubleFunction<double[]> where = v -> first(v, f.applyAsDouble(v));
    all.put(op, Reference.one(a -> Nd.scalar(f.applyAsDouble(a.nd(0).data()))));
    all.put(
        op + ".dim",
        a -> {
          int[] dim = {a.integer(1)};
          return new Nd[] {over(a.nd(0), dim, a.flag(2), f), over(a.nd(0), dim, a.flag(2), where)};
        });
    all.put(
        arg,
        Reference.one(a ->
            over(a.nd(0), a.as(1) == null ? null : new int[] {a.integer(1)}, a.flag(2), where)));
  }

  private static Nd partial(Nd x, int dim, boolean fromEnd) {
    int d = x.wrap(dim);
    return Nd.make(
        x.sizes(),
        at -> {
          double sum = 0;
          int last = x.dim() == 0 ? 0 : at[d];
          for (int i = fromEnd ? last : 0; fromEnd ? i < x.size(dim) : i <= last; i++) {
            sum += x.at(Nd.with(at, d, i));
          }
          return sum;
        });
  }

  private static void sorting(Map<String, Reference> all) {
    all.put("sort", a -> sorted(a.nd(0), a.integer(1), a.flag(2)));
    all.put("argsort", a -> new Nd[] {sorted(a.nd(0), a.integer(1), a.flag(2))[1]});
  }

  private static Nd[] sorted(Nd x, int dim, boolean descending) {
    int d = x.wrap(dim);
    Nd order =
        Nd.make(
            x.sizes(),
            at -> {
              Comparator<Integer> by = Comparator.comparingDouble(i -> x.at(Nd.with(at, d, i)));
              return IntStream.range(0, x.size(dim))
                  .boxed()
                  .sorted(descending ? by.reversed() : by)
                  .toList()
                  .get(at[d]);
            });
    return new Nd[] {Nd.make(x.sizes(), at -> x.at(Nd.with(at, d, (int) order.at(at)))), order};
  }

  private static void softmax(Map<String, Reference> all) {
    all.put("softmax", Reference.one(a -> softmax(a.nd(0), a.integer(1))));
    all.put(
        "logSoftmax",
        Reference.one(a -> {
          Nd p = softmax(a.nd(0), a.integer(1));
          return Nd.make(p.sizes(), at -> Math.log(p.at(at)));
        }));
    all.put(
        "softmax_backward",
        Reference.one(a -> {
          Nd g = a.nd(0);
          Nd y = a.nd(1);
          Nd gy = Nd.make(g.sizes(), at -> g.at(at) * y.at(at));
          return Nd.make(g.sizes(), at -> y.at(at) * (g.at(at) - along(gy, a.integer(2), at)));
        }));
    all.put(
        "log_softmax_backward",
        Reference.one(a -> {
          Nd g = a.nd(0);
          return Nd.make(
              g.sizes(), at -> g.at(at) - Math.exp(a.nd(1).at(at)) * along(g, a.integer(2), at));
        }));
  }

  /** Returns the sum along a dimension through an element. */
  private static double along(Nd x, int dim, int[] at) {
    double sum = 0;
    for (int i = 0; i < x.size(dim); i++) {
      sum += x.at(Nd.with(at, x.wrap(dim), i));
    }
    return sum;
  }

  static Nd softmax(Nd x, int dim) {
    Nd e = Nd.make(x.sizes(), at -> Math.exp(x.at(at)));
    return Nd.make(x.sizes(), at -> e.at(at) / along(e, dim, at));
  }
}
