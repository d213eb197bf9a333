package org.autograd.ops;

import org.bytedeco.pytorch.global.torch;

/** Calls that work element by element. */
final class LibtorchPointwise {
  private LibtorchPointwise() {}

  static void add(LibtorchCalls calls) {
    functions(calls);
    arithmetic(calls);
    comparisons(calls);
    changes(calls);
  }

  private static void functions(LibtorchCalls calls) {
    calls.unary("tanh", torch::tanh);
    calls.unary("sigmoid", torch::sigmoid);
    calls.unary("relu", torch::relu);
    calls.one("gelu", a -> torch.gelu(a.tensor(0), a.text(1)));
    calls.unary("neg", torch::neg);
    calls.unary("abs", torch::abs);
    calls.unary("sign", torch::sign);
    calls.unary("sgn", torch::sgn);
    calls.unary("square", torch::square);
    calls.unary("reciprocal", torch::reciprocal);
    calls.unary("exp", torch::exp);
    calls.unary("expm1", torch::expm1);
    calls.unary("log", torch::log);
    calls.unary("log1p", torch::log1p);
    calls.unary("log2", torch::log2);
    calls.unary("log10", torch::log10);
    calls.unary("sqrt", torch::sqrt);
    calls.unary("rsqrt", torch::rsqrt);
    calls.unary("sin", torch::sin);
    calls.unary("cos", torch::cos);
    calls.unary("tan", torch::tan);
    calls.unary("floor", torch::floor);
    calls.unary("ceil", torch::ceil);
    calls.unary("round", torch::round);
    calls.unary("trunc", torch::trunc);
    calls.unary("erf", torch::erf);
    calls.unary("lgamma", torch::lgamma);
    calls.unary("digamma", torch::digamma);
    calls.one("polygamma", a -> torch.polygamma(a.number(1), a.tensor(0)));
  }

  private static void arithmetic(LibtorchCalls calls) {
    calls.binary("add", torch::add);
    calls.one("add.scaled", a -> torch.add(a.tensor(0), a.tensor(1), a.scalar(2)));
    calls.binary("sub", torch::sub);
    calls.one("sub.scaled", a -> torch.sub(a.tensor(0), a.tensor(1), a.scalar(2)));
    calls.binary("mul", torch::mul);
    calls.binary("div", torch::div);
    calls.one("pow", a -> torch.pow(a.tensor(0), a.scalar(1)));
    calls.binary("pow.tensor", torch::pow);
    calls.one("pow.base", a -> torch.pow(a.scalar(0), a.tensor(1)));
    calls.binary("maximum", torch::maximum);
    calls.binary("minimum", torch::minimum);
    calls.binary("max.other", torch::max);
    calls.binary("min.other", torch::min);
    calls.one("clamp", a -> torch.clamp(a.tensor(0), a.limit(1), a.limit(2)));
    calls.one("clampMin", a -> torch.clamp_min(a.tensor(0), a.scalar(1)));
    calls.one("clampMax", a -> torch.clamp_max(a.tensor(0), a.scalar(1)));
  }

  private static void comparisons(LibtorchCalls calls) {
    calls.binary("eq", torch::eq);
    calls.binary("ne", torch::ne);
    calls.binary("lt", torch::lt);
    calls.binary("le", torch::le);
    calls.binary("gt", torch::gt);
    calls.binary("ge", torch::ge);
    calls.binary("logicalAnd", torch::logical_and);
    calls.binary("logicalOr", torch::logical_or);
    calls.binary("logicalXor", torch::logical_xor);
    calls.unary("logicalNot", torch::logical_not);
    calls.unary("isnan", torch::isnan);
    calls.unary("isinf", torch::isinf);
    calls.unary("isfinite", torch::isfinite);
    calls.one("where", a -> torch.where(a.tensor(0), a.tensor(1), a.tensor(2)));
  }

  private static void changes(LibtorchCalls calls) {
    calls.unary("zero_", t -> t.clone().zero_());
    calls.one("fill_", a -> a.tensor(0).clone().fill_(a.scalar(1)));
    calls.binary("fill_.tensor", (t, value) -> t.clone().fill_(value));
    calls.binary("copy_", (t, source) -> t.clone().copy_(source));
    calls.unary("clone", t -> t.clone());
    calls.unary("contiguous", t -> t.contiguous());
    calls.one("to", a -> a.tensor(0).to(a.dtype(1)));
    calls.unary("detach", t -> t.detach());
  }
}
