package org.autograd.ops;

import org.bytedeco.pytorch.LongArrayRefOptional;
import org.bytedeco.pytorch.ScalarTypeOptional;
import org.bytedeco.pytorch.global.torch;

/** Calls that reduce, scan and sort, and the losses. */
final class LibtorchReductions {
  private LibtorchReductions() {}

  static void add(LibtorchCalls calls) {
    reductions(calls);
    extrema(calls);
    scans(calls);
    losses(calls);
  }

  private static ScalarTypeOptional same() {
    return new ScalarTypeOptional();
  }

  private static void reductions(LibtorchCalls calls) {
    calls.unary("sum", torch::sum);
    calls.one("sum.dim", a -> torch.sum(a.tensor(0), a.dims(1), a.flag(2), same()));
    calls.unary("mean", torch::mean);
    calls.one("mean.dim", a -> torch.mean(a.tensor(0), a.dims(1), a.flag(2), same()));
    calls.unary("prod", torch::prod);
    calls.one("prod.dim", a -> torch.prod(a.tensor(0), a.dim(1), a.flag(2), same()));
    calls.one(
        "var",
        a ->
            a.isNull(1)
                ? torch.var(a.tensor(0), new LongArrayRefOptional(), a.real(2), a.flag(3))
                : torch.var(a.tensor(0), a.dims(1), a.real(2), a.flag(3)));
    calls.one(
        "std",
        a ->
            a.isNull(1)
                ? torch.std(a.tensor(0), new LongArrayRefOptional(), a.real(2), a.flag(3))
                : torch.std(a.tensor(0), a.dims(1), a.real(2), a.flag(3)));
    calls.one("logsumexp", a -> torch.logsumexp(a.tensor(0), a.dims(1), a.flag(2)));
    calls.unary("any", torch::any);
    calls.one("any.dim", a -> torch.any(a.tensor(0), a.dim(1), a.flag(2)));
    calls.unary("all", torch::all);
    calls.one("all.dim", a -> torch.all(a.tensor(0), a.dim(1), a.flag(2)));
  }

  private static void extrema(LibtorchCalls calls) {
    calls.one("amax", a -> torch.amax(a.tensor(0), a.dims(1), a.flag(2)));
    calls.one("amin", a -> torch.amin(a.tensor(0), a.dims(1), a.flag(2)));
    calls.unary("max", torch::max);
    calls.pair("max.dim", a -> torch.max(a.tensor(0), a.dim(1), a.flag(2)));
    calls.unary("min", torch::min);
    calls.pair("min.dim", a -> torch.min(a.tensor(0), a.dim(1), a.flag(2)));
    calls.one("argmax", a -> torch.argmax(a.tensor(0), a.optionalDim(1), a.flag(2)));
    calls.one("argmin", a -> torch.argmin(a.tensor(0), a.optionalDim(1), a.flag(2)));
  }

  private static void scans(LibtorchCalls calls) {
    calls.one("cumsum", a -> torch.cumsum(a.tensor(0), a.dim(1)));
    calls.pair("sort", a -> torch.sort(a.tensor(0), a.dim(1), a.flag(2)));
    calls.one("argsort", a -> torch.argsort(a.tensor(0), a.dim(1), a.flag(2)));
    calls.one("softmax", a -> torch.softmax(a.tensor(0), a.dim(1)));
    calls.one("logSoftmax", a -> torch.log_softmax(a.tensor(0), a.dim(1)));
  }

  private static void losses(LibtorchCalls calls) {
    calls.one(
        "nllLoss",
        a ->
            torch.nll_loss_nd(
                a.tensor(0), a.tensor(1), a.optional(2), a.reduction(3), a.number(4)));
    calls.one(
        "crossEntropy",
        a ->
            torch.cross_entropy_loss(
                a.tensor(0), a.tensor(1), a.optional(2), a.reduction(3), a.number(4), a.amount(5)));
    calls.one("mseLoss", a -> torch.mse_loss(a.tensor(0), a.tensor(1), a.reduction(2)));
  }
}
