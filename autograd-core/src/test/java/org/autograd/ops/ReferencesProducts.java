package org.autograd.ops;

import java.util.Map;

/** References of matrix products and joins. */
final class ReferencesProducts {
  private ReferencesProducts() {}

  static void add(Map<String, Reference> all) {
    for (String op : new String[] {"mm", "bmm", "mv", "dot", "matmul"}) {
      all.put(op, Reference.one(a -> matmul(a.nd(0), a.nd(1))));
    }
    all.put(
        "addmm",
        Reference.one(a -> {
          Nd product = matmul(a.nd(1), a.nd(2));
          return Nd.make(
              product.sizes(),
              at -> a.real(3) * a.nd(0).broadcastAt(at) + a.real(4) * product.at(at));
        }));
    all.put("linear", Reference.one(ReferencesProducts::linear));
    all.put("cat", Reference.one(a -> cat(a.list(0), a.integer(1))));
    all.put("stack", Reference.one(a -> stack(a.list(0), a.integer(1))));
  }

  /** The product of the last two dimensions, or of vectors; what is in front is broadcast. */
  private static Nd matmul(Nd x, Nd y) {
    Nd a = x.dim() == 1 ? x.reshaped(1, x.sizes()[0]) : x;
    Nd b = y.dim() == 1 ? y.reshaped(y.sizes()[0], 1) : y;
    int n = a.dim();
    int m = b.dim();
    Nd fronts = new Nd(Nd.broadcast(new Nd(front(a), null), new Nd(front(b), null)), null);
    long[] sizes = Nd.inserted(fronts.sizes(), fronts.dim(), a.sizes()[n - 2]);
    sizes = Nd.inserted(sizes, sizes.length, b.sizes()[m - 1]);
    Nd product =
        Nd.make(
            sizes,
            at -> {
              double sum = 0;
              for (int k = 0; k < a.sizes()[n - 1]; k++) {
                int[] left = Nd.with(at, at.length - 1, k);
                int[] right = Nd.with(at, at.length - 2, k);
                sum += broadcastFront(a, left) * broadcastFront(b, right);
              }
              return sum;
            });
    long[] kept = product.sizes();
    if (y.dim() == 1) {
      kept = Nd.without(kept, kept.length - 1);
    }
    if (x.dim() == 1) {
      kept = Nd.without(kept, kept.length - (y.dim() == 1 ? 1 : 2));
    }
    return product.reshaped(kept);
  }

  private static long[] front(Nd x) {
    return java.util.Arrays.copyOf(x.sizes(), x.dim() - 2);
  }

  private static double broadcastFront(Nd x, int[] at) {
    int[] own = new int[x.dim()];
    for (int d = 0; d < own.length; d++) {
      int i = at[at.length - own.length + d];
      own[d] = d < own.length - 2 && x.sizes()[d] == 1 ? 0 : i;
    }
    return x.at(own);
  }

  private static Nd linear(Reference.Args a) {
    Nd weight = a.nd(1);
    Nd transposed =
        weight.dim() == 1
            ? weight
            : Nd.make(flipped(weight.sizes()), at -> weight.at(at[1], at[0]));
    Nd product = matmul(a.nd(0), transposed);
    Nd bias = a.nd(2);
    return bias == null
        ? product
        : Nd.make(product.sizes(), at -> product.at(at) + bias.broadcastAt(at));
  }

  private static long[] flipped(long[] sizes) {
    return new long[] {sizes[1], sizes[0]};
  }

  private static Nd cat(Nd[] tensors, int dim) {
    Nd result = null;
    for (Nd t : tensors) {
      if (t.dim() == 1 && t.sizes()[0] == 0) {
        continue;
      }
      result = result == null ? t : joined(result, t, t.wrap(dim));
    }
    return result;
  }

  private static Nd joined(Nd a, Nd b, int d) {
    int n = (int) a.sizes()[d];
    return Nd.make(
        Nd.with(a.sizes(), d, n + b.sizes()[d]),
        at -> at[d] < n ? a.at(at) : b.at(Nd.with(at, d, at[d] - n)));
  }

  private static Nd stack(Nd[] tensors, int dim) {
    int d = dim < 0 ? dim + tensors[0].dim() + 1 : dim;
    return Nd.make(
        Nd.inserted(tensors[0].sizes(), d, tensors.length),
        at -> tensors[at[d]].at(Nd.without(at, d)));
  }
}
