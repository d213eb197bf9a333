package org.autograd.ops;

import org.bytedeco.pytorch.LongOptional;

/** Calls that show the same elements in another shape. */
final class LibtorchViews {
  private LibtorchViews() {}

  static void add(LibtorchCalls calls) {
    calls.one("view", a -> a.tensor(0).view(a.sizes(1)));
    calls.one("reshape", a -> a.tensor(0).reshape(a.sizes(1)));
    calls.one("flatten", a -> a.tensor(0).flatten(a.dim(1), a.dim(2)));
    calls.one("expand", a -> a.tensor(0).expand(a.sizes(1)));
    calls.binary("expandAs", (t, other) -> t.expand_as(other));
    calls.one("permute", a -> a.tensor(0).permute(a.dims(1)));
    calls.one("transpose", a -> a.tensor(0).transpose(a.dim(1), a.dim(2)));
    calls.unary("t", t -> t.t());
    calls.unary("squeeze", t -> t.squeeze());
    calls.one("squeeze.dim", a -> a.tensor(0).squeeze(a.dims(1)));
    calls.one("unsqueeze", a -> a.tensor(0).unsqueeze(a.dim(1)));
    calls.one("select", a -> a.tensor(0).select(a.dim(1), a.number(2)));
    calls.one(
        "slice",
        a ->
            a.tensor(0)
                .slice(
                    a.dim(1),
                    new LongOptional(a.number(2)),
                    new LongOptional(a.number(3)),
                    a.number(4)));
    calls.one("narrow", a -> a.tensor(0).narrow(a.dim(1), a.number(2), a.number(3)));
    calls.one("diagonal", a -> a.tensor(0).diagonal(a.number(1), a.dim(2), a.dim(3)));
    calls.one(
        "asStrided", a -> a.tensor(0).as_strided(a.sizes(1), a.sizes(2), a.optionalNumber(3)));
    calls.list("split", a -> a.tensor(0).split(a.number(1), a.dim(2)));
    calls.list("splitWithSizes", a -> a.tensor(0).split_with_sizes(a.sizes(1), a.dim(2)));
    calls.list("chunk", a -> a.tensor(0).chunk(a.number(1), a.dim(2)));
    calls.list("unsafeSplit", a -> a.tensor(0).unsafe_split(a.number(1), a.dim(2)));
    calls.list(
        "unsafeSplitWithSizes", a -> a.tensor(0).unsafe_split_with_sizes(a.sizes(1), a.dim(2)));
    calls.list("unsafeChunk", a -> a.tensor(0).unsafe_chunk(a.number(1), a.dim(2)));
    calls.list("unbind", a -> a.tensor(0).unbind(a.dim(1)));
  }
}
