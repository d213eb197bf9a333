package org.autograd.ops;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Predicate;
import org.autograd.DType;

/**
 * Where an operator differs from libtorch at the edges on purpose, and why. The page on edge values
 * tells it to users.
 */
final class EdgeDecisions {
  /**
   * A difference.
   *
   * @param what the value, a gradient, or the second derivative
   * @param args the operands
   * @param at the operands' elements at the place, where they have one
   */
  record Difference(
      String what, DType dtype, Object[] args, double[] at, double theirs, double ours) {
    boolean theirsIsNan() {
      return Double.isNaN(theirs);
    }

    double x(int operand) {
      return operand < at.length ? at[operand] : 0;
    }

    boolean finite() {
      return Double.isFinite(theirs) && Double.isFinite(ours);
    }

    /** Whether any element of an operand is beyond a size. */
    boolean anyBeyond(double size) {
      return Row.tensors(args).stream()
          .flatMapToDouble(s -> Arrays.stream(Arranged.values(Row.get(args, s))))
          .anyMatch(v -> Math.abs(v) > size);
    }

    /** Whether an operand is denormal, or so large that float32 sums overflow. */
    boolean nearTheLimits() {
      double large = dtype == DType.FLOAT32 ? 1e30 : 1e290;
      double small = dtype == DType.FLOAT32 ? Float.MIN_NORMAL : Double.MIN_NORMAL;
      return Row.tensors(args).stream()
          .flatMapToDouble(s -> Arrays.stream(Arranged.values(Row.get(args, s))))
          .map(Math::abs)
          .anyMatch(v -> v > large || v != 0 && v < small);
    }
  }

  private record Rule(String reason, Set<String> operators, Predicate<Difference> applies) {}

  private static final List<Rule> RULES = new ArrayList<>();

  static {
    rule("their exponential overflows where ours cannot", d -> d.x(0) < -87, "sigmoid");
    rule(
        "their error function is less exact in float32, and they are NaN at infinity",
        d -> d.dtype() == DType.FLOAT32 || d.what().equals("second") && d.theirsIsNan(),
        "gelu");
    rule("they do not sort stably", d -> d.finite(), "sort", "argsort");
    rule(
        "their rows use fused multiply-add, which does not overflow on the way",
        d -> Math.abs(d.x(0)) > 1e38 || Math.abs(d.x(1)) > 1e38,
        "add.scaled",
        "sub.scaled");
    rule(
        "their rows round an exponent to float32, single elements do not",
        d -> d.dtype() == DType.FLOAT32 && !(d.x(0) > 0),
        "pow");
    rule(
        "their series is NaN far out, and large instead of infinite at the poles",
        d -> d.theirsIsNan() || d.x(0) < -0.9 && d.x(0) == Math.rint(d.x(0)),
        "polygamma",
        "digamma",
        "lgamma");
    rule(
        "their float32 series loses denormal digits",
        d -> d.dtype() == DType.FLOAT32 && Math.abs(d.ours()) < Float.MIN_NORMAL && d.finite(),
        "polygamma",
        "digamma");
    rule(
        "their float32 error function is 0 for denormals, their second derivative overflows",
        d -> d.theirs() == 0 && Math.abs(d.x(0)) < 2e-38 || d.theirsIsNan(),
        "erf");
    rule(
        "terms of the size of a weight times a score cancel",
        d -> d.finite() && d.anyBeyond(1e9),
        "crossEntropy");
    rule(
        "their masked slope met infinity before the mask",
        d -> d.what().equals("second") && d.theirsIsNan(),
        "pow.tensor",
        "pow.base");
    rule(
        "the mixed derivative at exponent 0 is 1/x in either order",
        d -> d.what().equals("second") && d.x(1) == 0,
        "pow.tensor");
    rule(
        "their gradient without degrees of freedom has no sign",
        d -> !d.what().equals("value") && Double.isInfinite(d.theirs()),
        "var",
        "std");
    rule(
        "an infinite gradient reaches the selected elements only, and NaN are selected",
        d -> d.theirsIsNan(),
        "max",
        "min",
        "amax",
        "amin");
    rule(
        "their shares do not add up to 1, or their result has lost the logarithm",
        d -> !d.what().equals("value"),
        "logsumexp");
    rule(
        "a product with the factor 0 is not read",
        d -> d.theirsIsNan() && !d.what().equals("value"),
        "addmm");
    rule(
        "two zeros make their gradient 0 whatever comes in",
        d -> Double.isNaN(d.ours()) && d.theirs() == 0,
        "prod",
        "prod.dim");
    rule(
        "sums and products of float32 are in double here",
        d -> d.dtype() == DType.FLOAT32,
        "softmax",
        "logSoftmax",
        "crossEntropy",
        "nllLoss",
        "mseLoss",
        "prod",
        "prod.dim",
        "var",
        "std");
    rule(
        "weights, products and squares at the limits lose their digits",
        Difference::nearTheLimits,
        "nllLoss",
        "crossEntropy",
        "mseLoss",
        "prod",
        "prod.dim",
        "var",
        "std");
  }

  private EdgeDecisions() {}

  private static void rule(String reason, Predicate<Difference> applies, String... operators) {
    RULES.add(new Rule(reason, Set.of(operators), applies));
  }

  static Set<String> operators() {
    Set<String> all = new TreeSet<>();
    RULES.forEach(r -> all.addAll(r.operators()));
    return all;
  }

  /**
   * Tells whether an operator refuses what libtorch's accepts for one of two reasons: the dtype is
   * none of those in the tables, or a number with a fraction is no factor of integers.
   */
  static boolean refuses(String op, String message) {
    return message.contains("not implemented for")
        || op.equals("addmm") && message.contains("take an integer");
  }

  static boolean allows(
      String op, String what, DType dtype, Object[] args, double[] at, double theirs, double ours) {
    Difference d = new Difference(what, dtype, args, at, theirs, ours);
    return RULES.stream().anyMatch(r -> r.operators().contains(op) && r.applies().test(d));
  }
}
