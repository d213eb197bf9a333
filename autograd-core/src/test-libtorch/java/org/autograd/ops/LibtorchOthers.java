package org.autograd.ops;

import org.bytedeco.pytorch.global.torch;

/** Calls that gather, scatter, join and multiply matrices. */
final class LibtorchOthers {
  private LibtorchOthers() {}

  static void add(LibtorchCalls calls) {
    indexing(calls);
    products(calls);
    calls.one("cat", a -> torch.cat(a.tensors(0), a.dim(1)));
    calls.one("stack", a -> torch.stack(a.tensors(0), a.dim(1)));
  }

  private static void indexing(LibtorchCalls calls) {
    calls.one("gather", a -> torch.gather(a.tensor(0), a.dim(1), a.tensor(2)));
    calls.one("scatter", a -> torch.scatter(a.tensor(0), a.dim(1), a.tensor(2), a.tensor(3)));
    calls.one("scatter.value", a -> torch.scatter(a.tensor(0), a.dim(1), a.tensor(2), a.scalar(3)));
    calls.one(
        "scatterAdd", a -> torch.scatter_add(a.tensor(0), a.dim(1), a.tensor(2), a.tensor(3)));
    calls.one("indexSelect", a -> torch.index_select(a.tensor(0), a.dim(1), a.tensor(2)));
    calls.one("index", a -> torch.index(a.tensor(0), a.indices(1)));
    calls.one("indexPut", a -> torch.index_put(a.tensor(0), a.indices(1), a.tensor(2), a.flag(3)));
    calls.one("maskedFill", a -> torch.masked_fill(a.tensor(0), a.tensor(1), a.scalar(2)));
    calls.one("maskedFill.tensor", a -> torch.masked_fill(a.tensor(0), a.tensor(1), a.tensor(2)));
    calls.binary("maskedSelect", torch::masked_select);
    calls.unary("nonzero", torch::nonzero);
  }

  private static void products(LibtorchCalls calls) {
    calls.binary("mm", torch::mm);
    calls.binary("bmm", torch::bmm);
    calls.binary("mv", torch::mv);
    calls.binary("dot", torch::dot);
    calls.one(
        "addmm", a -> torch.addmm(a.tensor(0), a.tensor(1), a.tensor(2), a.scalar(3), a.scalar(4)));
    calls.binary("matmul", torch::matmul);
    calls.one("linear", a -> torch.linear(a.tensor(0), a.tensor(1), a.optional(2)));
  }
}
