package org.autograd.ops;

import java.util.Arrays;
import java.util.function.ToDoubleFunction;
import org.autograd.Tensor;

/**
 * A row-major array of doubles for references: plain loops over indices, nothing of the library.
 *
 * @param sizes the sizes
 * @param data the elements
 */
record Nd(long[] sizes, double[] data) {
  /** Reads a tensor. */
  static Nd of(Tensor t) {
    return new Nd(Arranged.shape(t).clone(), Arranged.values(t));
  }

  /** Makes an array from a function of the index. */
  static Nd make(long[] sizes, ToDoubleFunction<int[]> f) {
    double[] data = new double[(int) Arranged.count(sizes)];
    for (int i = 0; i < data.length; i++) {
      data[i] = f.applyAsDouble(index(sizes, i));
    }
    return new Nd(sizes.clone(), data);
  }

  static Nd scalar(double value) {
    return new Nd(new long[0], new double[] {value});
  }

  /** Returns the index of the element at a place. */
  static int[] index(long[] sizes, int place) {
    int[] index = new int[sizes.length];
    for (int d = sizes.length - 1; d >= 0; d--) {
      index[d] = (int) (place % sizes[d]);
      place /= (int) sizes[d];
    }
    return index;
  }

  /** Returns the place of an element. */
  int place(int... index) {
    int place = 0;
    for (int d = 0; d < sizes.length; d++) {
      place = place * (int) sizes[d] + index[d];
    }
    return place;
  }

  double at(int... index) {
    return data[place(index)];
  }

  /** Returns the element that an index of a broadcast result reads. */
  double broadcastAt(int[] index) {
    int[] own = new int[sizes.length];
    for (int d = 0; d < own.length; d++) {
      own[d] = sizes[d] == 1 ? 0 : index[index.length - own.length + d];
    }
    return at(own);
  }

  /** Returns the sizes that arrays broadcast to. */
  static long[] broadcast(Nd... all) {
    int rank = Arrays.stream(all).mapToInt(n -> n.sizes.length).max().orElse(0);
    long[] sizes = new long[rank];
    Arrays.fill(sizes, 1);
    for (Nd n : all) {
      for (int d = 0; d < n.sizes.length; d++) {
        int to = rank - n.sizes.length + d;
        sizes[to] = n.sizes[d] == 1 ? sizes[to] : n.sizes[d];
      }
    }
    return sizes;
  }

  int dim() {
    return sizes.length;
  }

  int size(int dim) {
    return sizes.length == 0 ? 1 : (int) sizes[wrap(dim)];
  }

  /** Returns a dimension counted from the front. */
  int wrap(int dim) {
    return dim < 0 ? dim + Math.max(1, sizes.length) : dim;
  }

  Nd copy() {
    return new Nd(sizes.clone(), data.clone());
  }

  Nd reshaped(long... to) {
    return new Nd(to, data.clone());
  }

  /** Returns an index with one entry replaced. */
  static int[] with(int[] index, int dim, int value) {
    int[] changed = index.clone();
    if (changed.length > 0) {
      changed[dim] = value;
    }
    return changed;
  }

  /** Returns an index without one entry. */
  static int[] without(int[] index, int dim) {
    int[] rest = new int[index.length - 1];
    for (int d = 0, i = 0; d < index.length; d++) {
      if (d != dim) {
        rest[i++] = index[d];
      }
    }
    return rest;
  }

  /** Returns an index with one more entry. */
  static int[] inserted(int[] index, int dim, int value) {
    int[] more = new int[index.length + 1];
    for (int d = 0, i = 0; d < more.length; d++) {
      more[d] = d == dim ? value : index[i++];
    }
    return more;
  }

  static long[] without(long[] sizes, int dim) {
    long[] rest = new long[sizes.length - 1];
    for (int d = 0, i = 0; d < sizes.length; d++) {
      if (d != dim) {
        rest[i++] = sizes[d];
      }
    }
    return rest;
  }

  static long[] with(long[] sizes, int dim, long value) {
    long[] changed = sizes.clone();
    if (changed.length > 0) {
      changed[dim] = value;
    }
    return changed;
  }

  static long[] inserted(long[] sizes, int dim, long value) {
    long[] more = new long[sizes.length + 1];
    for (int d = 0, i = 0; d < more.length; d++) {
      more[d] = d == dim ? value : sizes[i++];
    }
    return more;
  }
}
