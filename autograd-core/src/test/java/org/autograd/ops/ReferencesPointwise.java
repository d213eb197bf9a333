package org.autograd.ops;

import static org.autograd.ops.ReferenceMath.truth;

import java.util.Map;
import java.util.function.DoubleBinaryOperator;
import java.util.function.DoubleUnaryOperator;

/** References of the operators that work element by element. */
final class ReferencesPointwise {
  private final Map<String, Reference> all;

  private ReferencesPointwise(Map<String, Reference> all) {
    this.all = all;
  }

  static void add(Map<String, Reference> all) {
    ReferencesPointwise to = new ReferencesPointwise(all);
    to.arithmetic();
    to.functions();
    to.rounding();
    to.comparisons();
    to.activations();
    to.limits();
  }

  /** A function of the elements of the leading tensors and of the other arguments. */
  private interface Each {
    double apply(double[] x, Reference.Args a);
  }

  private void each(String op, int tensors, Each f) {
    all.put(
        op,
        Reference.one(a -> {
          Nd[] operands = new Nd[tensors];
          for (int i = 0; i < tensors; i++) {
            operands[i] = a.nd(i);
          }
          return Nd.make(
              Nd.broadcast(operands),
              at -> {
                double[] x = new double[tensors];
                for (int i = 0; i < tensors; i++) {
                  x[i] = operands[i].broadcastAt(at);
                }
                return f.apply(x, a);
              });
        }));
  }

  private void one(String op, DoubleUnaryOperator f) {
    each(op, 1, (x, a) -> f.applyAsDouble(x[0]));
  }

  private void two(String op, DoubleBinaryOperator f) {
    each(op, 2, (x, a) -> f.applyAsDouble(x[0], x[1]));
  }

  private void arithmetic() {
    two("add", (x, y) -> x + y);
    each("add.scaled", 2, (x, a) -> x[0] + a.real(2) * x[1]);
    two("sub", (x, y) -> x - y);
    each("sub.scaled", 2, (x, a) -> x[0] - a.real(2) * x[1]);
    two("mul", (x, y) -> x * y);
    two("div", (x, y) -> x / y);
    each("pow", 1, (x, a) -> pow(x[0], a.real(1)));
    two("pow.tensor", ReferencesPointwise::pow);
    all.put(
        "pow.base",
        Reference.one(a -> Nd.make(a.nd(1).sizes(), at -> pow(a.real(0), a.nd(1).at(at)))));
    for (String op : new String[] {"maximum", "max.other"}) {
      two(op, Math::max);
    }
    for (String op : new String[] {"minimum", "min.other"}) {
      two(op, Math::min);
    }
    each("sum_of_products", 4, (x, a) -> x[0] * x[1] + x[2] * x[3]);
    each("maximum_backward", 3, (x, a) -> x[1] == x[2] ? x[0] / 2 : x[1] < x[2] ? 0 : x[0]);
    each("minimum_backward", 3, (x, a) -> x[1] == x[2] ? x[0] / 2 : x[1] > x[2] ? 0 : x[0]);
  }

  private void functions() {
    one("neg", x -> -x);
    one("abs", Math::abs);
    one("sign", x -> truth(x > 0) - truth(x < 0));
    one("sgn", x -> truth(x > 0) - truth(x < 0));
    one("square", x -> x * x);
    one("reciprocal", x -> 1 / x);
    one("exp", Math::exp);
    one("expm1", Math::expm1);
    one("log", Math::log);
    one("log1p", Math::log1p);
    one("log2", x -> Math.log(x) / Math.log(2));
    one("log10", Math::log10);
    one("sqrt", Math::sqrt);
    one("rsqrt", x -> 1 / Math.sqrt(x));
    one("sin", Math::sin);
    one("cos", Math::cos);
    one("tan", Math::tan);
    one("erf", ReferenceMath::erf);
    one("lgamma", ReferenceMath::lgamma);
    one("digamma", ReferenceMath::digamma);
    each("polygamma", 1, (x, a) -> ReferenceMath.polygamma(a.number(1), x[0]));
  }

  private void rounding() {
    one("floor", Math::floor);
    one("ceil", Math::ceil);
    one("round", Math::rint);
    one("trunc", x -> x < 0 ? Math.ceil(x) : Math.floor(x));
  }

  private void comparisons() {
    two("eq", (x, y) -> truth(x == y));
    two("ne", (x, y) -> truth(x != y));
    two("lt", (x, y) -> truth(x < y));
    two("le", (x, y) -> truth(x <= y));
    two("gt", (x, y) -> truth(x > y));
    two("ge", (x, y) -> truth(x >= y));
    two("logicalAnd", (x, y) -> truth(x != 0 && y != 0));
    two("logicalOr", (x, y) -> truth(x != 0 || y != 0));
    two("logicalXor", (x, y) -> truth((x != 0) != (y != 0)));
    one("logicalNot", x -> truth(x == 0));
    one("isnan", x -> truth(Double.isNaN(x)));
    one("isinf", x -> truth(Double.isInfinite(x)));
    one("isfinite", x -> truth(Double.isFinite(x)));
  }

  private void activations() {
    one("tanh", Math::tanh);
    two("tanh_backward", (g, y) -> g * (1 - y * y));
    one("sigmoid", ReferenceMath::sigmoid);
    two("sigmoid_backward", (g, y) -> g * y * (1 - y));
    one("relu", x -> Math.max(x, 0));
    two("relu_backward", (g, y) -> y <= 0 ? 0 : g);
    DoubleUnaryOperator exact = x -> x * ReferenceMath.distribution(x);
    one("gelu_erf", exact);
    two(
        "gelu_erf_backward",
        (g, x) -> g * (ReferenceMath.distribution(x) + x * ReferenceMath.density(x)));
    one("gelu_tanh", ReferenceMath::geluTanh);
    two("gelu_tanh_backward", (g, x) -> g * ReferenceMath.geluTanhSlope(x));
    each(
        "gelu",
        1,
        (x, a) ->
            a.as(1).equals("tanh") ? ReferenceMath.geluTanh(x[0]) : exact.applyAsDouble(x[0]));
  }

  private void limits() {
    each("clamp", 1, (x, a) -> Math.min(Math.max(x[0], a.real(1)), a.real(2)));
    each("clampMin", 1, (x, a) -> Math.max(x[0], a.real(1)));
    each("clampMax", 1, (x, a) -> Math.min(x[0], a.real(1)));
    each("clamp_backward", 2, (x, a) -> x[1] >= a.real(2) && x[1] <= a.real(3) ? x[0] : 0);
    each("clamp_min_backward", 2, (x, a) -> x[1] >= a.real(2) ? x[0] : 0);
    each("clamp_max_backward", 2, (x, a) -> x[1] <= a.real(2) ? x[0] : 0);
    each("where", 3, (x, a) -> x[0] != 0 ? x[1] : x[2]);
    each("maskedFill", 2, (x, a) -> x[1] != 0 ? a.real(2) : x[0]);
    each("maskedFill.tensor", 3, (x, a) -> x[1] != 0 ? x[2] : x[0]);
  }

  /** Power as IEEE 754 has it: 1 to any power, and -1 to an infinite one, is 1. */
  private static double pow(double base, double exponent) {
    boolean one = base == 1 || base == -1 && Double.isInfinite(exponent);
    return one ? 1 : Math.pow(base, exponent);
  }
}
