package org.autograd.ops;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.LongStream;

/** References of views, their gradients and copies, by index arithmetic. */
final class ReferencesViews {
  private ReferencesViews() {}

  static void add(Map<String, Reference> all) {
    for (String op : new String[] {"view", "reshape", "unsafe_view"}) {
      one(all, op, a -> a.nd(0).reshaped(filled(a.nd(0), a.sizes(1))));
    }
    for (String op :
        new String[] {"clone", "contiguous", "contiguous_copy", "detach", "to", "to_copy"}) {
      one(all, op, a -> a.nd(0).copy());
    }
    one(
        all,
        "flatten",
        a -> flatten(a.nd(0), a.nd(0).wrap(a.integer(1)), a.nd(0).wrap(a.integer(2))));
    one(all, "expand", a -> expand(a.nd(0), a.sizes(1)));
    one(all, "expandAs", a -> expand(a.nd(0), a.nd(1).sizes()));
    one(all, "permute", a -> permute(a.nd(0), a.dims(1)));
    one(all, "transpose", a -> swap(a.nd(0), a.integer(1), a.integer(2)));
    one(all, "t", a -> a.nd(0).dim() < 2 ? a.nd(0).copy() : swap(a.nd(0), 0, 1));
    one(all, "squeeze", a -> squeeze(a.nd(0), null));
    one(all, "squeeze.dim", a -> squeeze(a.nd(0), a.dims(1)));
    one(
        all,
        "unsqueeze",
        a -> {
          int dim = a.integer(1) < 0 ? a.integer(1) + a.nd(0).dim() + 1 : a.integer(1);
          return a.nd(0).reshaped(Nd.inserted(a.nd(0).sizes(), dim, 1));
        });
    one(all, "select", a -> select(a.nd(0), a.integer(1), a.number(2)));
    one(all, "slice", a -> slice(a.nd(0), a.integer(1), a.number(2), a.number(3), a.number(4)));
    one(
        all,
        "narrow",
        a -> {
          long size = a.nd(0).size(a.integer(1));
          long start = Math.floorMod(a.number(2), size);
          return slice(a.nd(0), a.integer(1), start, start + a.number(3), 1);
        });
    one(all, "diagonal", a -> diagonal(a.nd(0), a.number(1), a.integer(2), a.integer(3)));
    one(all, "asStrided", a -> strided(a.nd(0), a.sizes(1), a.sizes(2), a.as(3)));
    parts(all);
    gradients(all);
  }

  private static void one(Map<String, Reference> all, String op, Function<Reference.Args, Nd> f) {
    all.put(op, Reference.one(f));
  }

  private static long[] filled(Nd x, long[] sizes) {
    long known = Arrays.stream(sizes).filter(s -> s >= 0).reduce(1, (a, b) -> a * b);
    return Arrays.stream(sizes).map(s -> s < 0 ? x.data().length / known : s).toArray();
  }

  private static Nd flatten(Nd x, int first, int last) {
    List<Long> sizes = new ArrayList<>();
    for (int d = 0; d < x.dim(); d++) {
      if (d > first && d <= last) {
        sizes.add(sizes.remove(sizes.size() - 1) * x.sizes()[d]);
      } else {
        sizes.add(x.sizes()[d]);
      }
    }
    return x.reshaped(sizes.stream().mapToLong(Long::longValue).toArray());
  }

  static Nd expand(Nd x, long[] sizes) {
    long[] full = sizes.clone();
    for (int d = 0; d < full.length; d++) {
      full[d] = full[d] < 0 ? x.sizes()[d - full.length + x.dim()] : full[d];
    }
    return Nd.make(full, x::broadcastAt);
  }

  private static Nd permute(Nd x, int[] dims) {
    int[] from = Arrays.stream(dims).map(x::wrap).toArray();
    long[] sizes = Arrays.stream(from).mapToLong(d -> x.sizes()[d]).toArray();
    return Nd.make(
        sizes,
        at -> {
          int[] index = new int[at.length];
          for (int d = 0; d < at.length; d++) {
            index[from[d]] = at[d];
          }
          return x.at(index);
        });
  }

  private static Nd swap(Nd x, int dim0, int dim1) {
    int[] dims = new int[x.dim()];
    Arrays.setAll(dims, d -> d);
    dims[x.wrap(dim0)] = x.wrap(dim1);
    dims[x.wrap(dim1)] = x.wrap(dim0);
    return permute(x, dims);
  }

  private static Nd squeeze(Nd x, int[] dims) {
    List<Integer> wanted = dims == null ? null : Arrays.stream(dims).map(x::wrap).boxed().toList();
    List<Long> sizes = new ArrayList<>();
    for (int d = 0; d < x.dim(); d++) {
      if (x.sizes()[d] != 1 || (wanted != null && !wanted.contains(d))) {
        sizes.add(x.sizes()[d]);
      }
    }
    return x.reshaped(sizes.stream().mapToLong(Long::longValue).toArray());
  }

  static Nd select(Nd x, int dim, long index) {
    int d = x.wrap(dim);
    int i = Math.floorMod((int) index, x.size(dim));
    return Nd.make(Nd.without(x.sizes(), d), at -> x.at(Nd.inserted(at, d, i)));
  }

  private static long[] places(long size, long start, long end, long step) {
    long first = Math.max(0, Math.min(size, start < 0 ? start + size : start));
    long last = Math.max(0, Math.min(size, end < 0 ? end + size : end));
    return LongStream.range(first, Math.max(first, last))
        .filter(i -> (i - first) % step == 0)
        .toArray();
  }

  private static Nd slice(Nd x, int dim, long start, long end, long step) {
    int d = x.wrap(dim);
    long[] places = places(x.sizes()[d], start, end, step);
    return Nd.make(
        Nd.with(x.sizes(), d, places.length), at -> x.at(Nd.with(at, d, (int) places[at[d]])));
  }

  private static int diagonalLength(Nd x, long offset, int d1, int d2) {
    int n = 0;
    for (int i = 0; i < x.size(d1); i++) {
      n += i + offset >= 0 && i + offset < x.size(d2) ? 1 : 0;
    }
    return n;
  }

  /** Returns the index in the whole of an element of a diagonal. */
  private static int[] onDiagonal(int[] at, int rank, long offset, int d1, int d2) {
    int k = at[at.length - 1];
    int[] index = new int[rank];
    for (int d = 0, i = 0; d < rank; d++) {
      index[d] =
          d == d1
              ? k + (int) Math.max(0, -offset)
              : d == d2 ? k + (int) Math.max(0, offset) : at[i++];
    }
    return index;
  }

  private static Nd diagonal(Nd x, long offset, int dim1, int dim2) {
    int d1 = x.wrap(dim1);
    int d2 = x.wrap(dim2);
    long[] rest = Nd.without(Nd.without(x.sizes(), Math.max(d1, d2)), Math.min(d1, d2));
    long[] sizes = Nd.inserted(rest, rest.length, diagonalLength(x, offset, d1, d2));
    return Nd.make(sizes, at -> x.at(onDiagonal(at, x.dim(), offset, d1, d2)));
  }

  private static Nd strided(Nd x, long[] sizes, long[] strides, Long offset) {
    return Nd.make(
        sizes,
        at -> {
          long place = offset == null ? 0 : offset;
          for (int d = 0; d < at.length; d++) {
            place += at[d] * strides[d];
          }
          return x.data()[(int) place];
        });
  }

  private static Nd[] cut(Nd x, int dim, long... lengths) {
    Nd[] parts = new Nd[lengths.length];
    long start = 0;
    for (int i = 0; i < parts.length; i++) {
      parts[i] = slice(x, dim, start, start + lengths[i], 1);
      start += lengths[i];
    }
    return parts;
  }

  private static long[] equal(long size, long part) {
    return LongStream.iterate(0, s -> s < size, s -> s + part)
        .map(s -> Math.min(part, size - s))
        .toArray();
  }

  private static void parts(Map<String, Reference> all) {
    all.put(
        "split", a -> cut(a.nd(0), a.integer(2), equal(a.nd(0).size(a.integer(2)), a.number(1))));
    all.put("splitWithSizes", a -> cut(a.nd(0), a.integer(2), a.sizes(1)));
    all.put(
        "chunk",
        a -> {
          long size = a.nd(0).size(a.integer(2));
          return cut(
              a.nd(0), a.integer(2), equal(size, (long) Math.ceil((double) size / a.number(1))));
        });
    all.put("unsafeSplit", all.get("split"));
    all.put("unsafeSplitWithSizes", all.get("splitWithSizes"));
    all.put("unsafeChunk", all.get("chunk"));
    all.put(
        "unbind",
        a -> {
          Nd[] parts = new Nd[a.nd(0).size(a.integer(1))];
          Arrays.setAll(parts, i -> select(a.nd(0), a.integer(1), i));
          return parts;
        });
  }

  private static Nd zeros(long[] sizes) {
    return Nd.make(sizes, at -> 0);
  }

  private static Nd put(Nd into, Nd values, Function<int[], int[]> where) {
    for (int i = 0; i < values.data().length; i++) {
      into.data()[into.place(where.apply(Nd.index(values.sizes(), i)))] = values.data()[i];
    }
    return into;
  }

  private static void gradients(Map<String, Reference> all) {
    one(
        all,
        "select_backward",
        a -> {
          Nd x = zeros(a.sizes(1));
          int index = Math.floorMod((int) a.number(3), x.size(a.integer(2)));
          return put(x, a.nd(0), at -> Nd.inserted(at, x.wrap(a.integer(2)), index));
        });
    one(
        all,
        "slice_backward",
        a -> {
          Nd x = zeros(a.sizes(1));
          int d = x.wrap(a.integer(2));
          long[] places = places(x.size(d), a.number(3), a.number(4), a.number(5));
          return put(x, a.nd(0), at -> Nd.with(at, d, (int) places[at[d]]));
        });
    one(
        all,
        "diagonal_backward",
        a -> {
          Nd x = zeros(a.sizes(1));
          int d1 = x.wrap(a.integer(3));
          int d2 = x.wrap(a.integer(4));
          return put(x, a.nd(0), at -> onDiagonal(at, x.dim(), a.number(2), d1, d2));
        });
  }
}
