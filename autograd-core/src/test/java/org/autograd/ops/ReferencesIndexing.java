package org.autograd.ops;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/** References of indexing by tensors, and of the operators that only exist in place. */
final class ReferencesIndexing {
  private ReferencesIndexing() {}

  static void add(Map<String, Reference> all) {
    all.put(
        "gather",
        Reference.one(a ->
            Nd.make(a.nd(2).sizes(), at -> a.nd(0).at(along(a.nd(0), a.nd(2), a.integer(1), at)))));
    all.put(
        "gather_backward",
        Reference.one(a -> scatter(zeros(a.sizes(1)), a.integer(2), a.nd(3), a.nd(0), true)));
    all.put(
        "scatter",
        Reference.one(a -> scatter(a.nd(0).copy(), a.integer(1), a.nd(2), a.nd(3), false)));
    all.put(
        "scatter.value",
        Reference.one(a -> {
          Nd values = Nd.make(a.nd(2).sizes(), at -> a.real(3));
          return scatter(a.nd(0).copy(), a.integer(1), a.nd(2), values, false);
        }));
    all.put(
        "scatterAdd",
        Reference.one(a -> scatter(a.nd(0).copy(), a.integer(1), a.nd(2), a.nd(3), true)));
    all.put(
        "indexSelect",
        Reference.one(a -> {
          int d = a.nd(0).wrap(a.integer(1));
          Nd index = a.nd(2);
          return Nd.make(
              Nd.with(a.nd(0).sizes(), d, index.data().length),
              at -> a.nd(0).at(Nd.with(at, d, (int) index.data()[at[d]])));
        }));
    all.put(
        "index_select_backward",
        Reference.one(a -> {
          Nd x = zeros(a.sizes(1));
          int d = x.wrap(a.integer(2));
          for (int i = 0; i < a.nd(0).data().length; i++) {
            int[] at = Nd.index(a.nd(0).sizes(), i);
            x.data()[x.place(Nd.with(at, d, (int) a.nd(3).data()[at[d]]))] += a.nd(0).data()[i];
          }
          return x;
        }));
    all.put(
        "index",
        Reference.one(a -> {
          Selection s = select(a.nd(0).sizes(), a.list(1));
          return Nd.make(s.sizes, at -> a.nd(0).at(s.index(at)));
        }));
    all.put("index_backward", Reference.one(a -> put(zeros(a.sizes(1)), a.list(2), a.nd(0), true)));
    all.put("indexPut", Reference.one(a -> put(a.nd(0).copy(), a.list(1), a.nd(2), a.flag(3))));
    all.put("maskedSelect", Reference.one(a -> masked(a.nd(0), a.nd(1))));
    all.put("nonzero", Reference.one(a -> nonzero(a.nd(0))));
    inplace(all);
  }

  private static void inplace(Map<String, Reference> all) {
    all.put("zero_", Reference.one(a -> zeros(a.nd(0).sizes())));
    all.put("fill_", Reference.one(a -> Nd.make(a.nd(0).sizes(), at -> a.real(1))));
    all.put("fill_.tensor", Reference.one(a -> Nd.make(a.nd(0).sizes(), a.nd(1)::broadcastAt)));
    all.put("copy_", Reference.one(a -> Nd.make(a.nd(0).sizes(), a.nd(1)::broadcastAt)));
  }

  private static Nd zeros(long[] sizes) {
    return Nd.make(sizes, at -> 0);
  }

  private static int[] along(Nd x, Nd index, int dim, int[] at) {
    return Nd.with(at, x.wrap(dim), (int) index.at(at));
  }

  private static Nd scatter(Nd into, int dim, Nd index, Nd values, boolean add) {
    for (int i = 0; i < index.data().length; i++) {
      int[] at = Nd.index(index.sizes(), i);
      int place = into.place(along(into, index, dim, at));
      into.data()[place] = (add ? into.data()[place] : 0) + values.at(at);
    }
    return into;
  }

  private static Nd nonzero(Nd x) {
    List<int[]> found = new ArrayList<>();
    for (int i = 0; i < x.data().length; i++) {
      if (x.data()[i] != 0) {
        found.add(Nd.index(x.sizes(), i));
      }
    }
    return Nd.make(new long[] {found.size(), x.dim()}, at -> found.get(at[0])[at[1]]);
  }

  private static Nd masked(Nd x, Nd mask) {
    long[] sizes = Nd.broadcast(x, mask);
    Nd places = nonzero(Nd.make(sizes, mask::broadcastAt));
    return Nd.make(
        new long[] {places.sizes()[0]},
        at -> {
          int[] index = new int[sizes.length];
          Arrays.setAll(index, d -> (int) places.at(at[0], d));
          return x.broadcastAt(index);
        });
  }

  /** Which elements a list of index arrays selects: the result's sizes and the way back. */
  private record Selection(long[] sizes, int front, int rank, Nd[] indices) {
    /** Returns the index in the source of an element of the result. */
    int[] index(int[] at) {
      int together = rank;
      int[] shared = Arrays.copyOfRange(at, front, front + together);
      int[] index = new int[indices.length];
      int next = 0;
      for (int d = 0; d < index.length; d++) {
        if (next == front) {
          next += together;
        }
        index[d] = indices[d] == null ? at[next++] : (int) indices[d].broadcastAt(shared);
      }
      return index;
    }
  }

  /**
   * Indexing arrays that stand side by side give their dimensions in place; masks become places.
   */
  private static Selection select(long[] sizes, Nd[] given) {
    List<Nd> indices = new ArrayList<>();
    for (Nd g : given) {
      // Only masks have as many dimensions as they index and hold nothing but 0 and 1 in a shape of
      // the source.
      boolean mask = g != null && Arrays.equals(g.sizes(), sizes) && sizes.length > 1;
      if (mask) {
        Nd places = nonzero(g);
        for (int d = 0; d < g.dim(); d++) {
          int column = d;
          indices.add(Nd.make(new long[] {places.sizes()[0]}, at -> places.at(at[0], column)));
        }
      } else {
        indices.add(g);
      }
    }
    while (indices.size() < sizes.length) {
      indices.add(null);
    }
    long[] shared = Nd.broadcast(indices.stream().filter(i -> i != null).toArray(Nd[]::new));
    List<Long> result = new ArrayList<>();
    int front = 0;
    while (indices.get(front) == null) {
      result.add(sizes[front++]);
    }
    Arrays.stream(shared).forEach(result::add);
    for (int d = front; d < sizes.length; d++) {
      if (indices.get(d) == null) {
        result.add(sizes[d]);
      }
    }
    long[] all = result.stream().mapToLong(Long::longValue).toArray();
    return new Selection(all, front, shared.length, indices.toArray(new Nd[0]));
  }

  private static Nd put(Nd into, Nd[] indices, Nd values, boolean add) {
    Selection s = select(into.sizes(), indices);
    for (int i = 0; i < Arranged.count(s.sizes); i++) {
      int[] at = Nd.index(s.sizes, i);
      int place = into.place(s.index(at));
      into.data()[place] = (add ? into.data()[place] : 0) + values.broadcastAt(at);
    }
    return into;
  }
}
