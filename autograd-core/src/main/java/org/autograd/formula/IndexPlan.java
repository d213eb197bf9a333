package org.autograd.formula;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.autograd.AutogradException;
import org.autograd.DType;
import org.autograd.Tensor;
import org.autograd.batch.BatchLevel;
import org.autograd.ops.Broadcast;

/**
 * How reading by index maps over a batch: the indices of the values, and where their dimensions
 * appear.
 */
final class IndexPlan {
  private final Tensor[] indices;

  /** The sizes of the result for the whole batch, with the batch in front. */
  private final long[] sizes;

  /** For each dimension of the result with the batch in front, which one it is as indexed. */
  private final int[] order;

  private IndexPlan(Tensor[] indices, long[] sizes, int[] order) {
    this.indices = indices;
    this.sizes = sizes;
    this.order = order;
  }

  /**
   * Plans the indexing of a tensor.
   *
   * @param op the operator, for messages
   * @param self the sizes of one element of the indexed tensor
   * @param given the indices for one element
   */
  static IndexPlan of(String op, BatchLevel batch, long[] self, Tensor[] given) {
    List<Tensor> at = numbers(op, batch, self, given);
    long[] common = Broadcast.sizes(op, at.stream().filter(t -> t != null).toArray(Tensor[]::new));
    int first = -1;
    int last = -1;
    int named = 0;
    boolean batched = false;
    for (int d = 0; d < at.size(); d++) {
      if (at.get(d) != null) {
        first = first < 0 ? d : first;
        last = d;
        named++;
        batched |= batch.has(at.get(d));
      }
    }
    if (at.size() > self.length) {
      throw new AutogradException(
          op
              + ": too many indices: they name "
              + at.size()
              + " dimensions or more, the tensor has "
              + self.length
              + ".");
    }
    boolean neighbours = last - first + 1 == named;
    int before = neighbours ? first : 0;
    List<Long> rest = new ArrayList<>();
    for (int d = 0; d < self.length; d++) {
      if (d >= at.size() || at.get(d) == null) {
        rest.add(self[d]);
      }
    }
    long[] sizes = new long[1 + common.length + rest.size()];
    int[] order = new int[sizes.length];
    sizes[0] = batch.size();
    // As indexed: with the batch named too, what the indices give comes first, the batch before
    // all; else the batch is a dimension like the others, and the first of those.
    int commonAt = batched ? 1 : neighbours ? 1 + before : 0;
    order[0] = batched || neighbours ? 0 : common.length;
    int to = 1;
    for (int i = 0; i < rest.size() + 1; i++) {
      if (i == before) {
        for (int c = 0; c < common.length; c++) {
          sizes[to] = common[c];
          order[to++] = commonAt + c;
        }
      }
      if (i < rest.size()) {
        sizes[to] = rest.get(i);
        boolean behind = batched || !neighbours || i >= before;
        order[to++] = 1 + i + (behind ? common.length : 0);
      }
    }
    return new IndexPlan(physical(batch, at, common.length, batched), sizes, order);
  }

  private static Tensor[] physical(BatchLevel batch, List<Tensor> at, int rank, boolean batched) {
    Tensor[] all = new Tensor[at.size() + 1];
    if (batched) {
      long[] column = new long[rank + 1];
      Arrays.fill(column, 1);
      column[0] = batch.size();
      all[0] = Tensor.arange(batch.size()).view(column);
    }
    for (int d = 0; d < at.size(); d++) {
      Tensor t = at.get(d);
      all[d + 1] = batch.has(t) ? BatchSupport.behind(batch.front(t), rank - t.dim()) : t;
    }
    return all;
  }

  /** Returns the error for a mask that says how many elements there are. */
  static AutogradException differingMasks(String op) {
    return new AutogradException(
        op
            + ": how many elements a mask takes depends on its values, which differ between the"
            + " elements of a batch. Use where or maskedFill inside of vmap.");
  }

  /** Puts the indices of its true elements in the place of each mask. */
  private static List<Tensor> numbers(String op, BatchLevel batch, long[] self, Tensor[] given) {
    List<Tensor> at = new ArrayList<>();
    for (Tensor index : given) {
      if (index == null || index.dtype() != DType.BOOL && index.dtype() != DType.UINT8) {
        at.add(index);
        continue;
      }
      if (batch.has(index)) {
        throw differingMasks(op);
      }
      for (int d = 0; d < index.dim(); d++) {
        if (at.size() + d >= self.length || index.size(d) != self[at.size() + d]) {
          throw new AutogradException(
              op
                  + ": a mask of shape "
                  + index.shape()
                  + " does not fit the dimensions from "
                  + at.size()
                  + " on of a tensor of shape "
                  + Arrays.toString(self));
        }
      }
      Tensor found = index.nonzero();
      for (int d = 0; d < index.dim(); d++) {
        at.add(found.select(1, d));
      }
    }
    return at;
  }

  /** Returns the indices for the values with the batch in front. */
  Tensor[] indices() {
    return indices;
  }

  /** Returns the sizes of the result, with the batch in front. */
  long[] sizes() {
    return sizes;
  }

  /** Returns the number of dimensions that the result has for one element. */
  int rank() {
    return sizes.length - 1;
  }

  /** Brings what was read into the order of the result, with the batch in front. */
  Tensor toLogical(Tensor indexed) {
    return inOrder() ? indexed : indexed.permute(order);
  }

  /** Brings a result with the batch in front into the order in which it is indexed. */
  Tensor toPhysical(Tensor logical) {
    if (inOrder()) {
      return logical;
    }
    int[] back = new int[order.length];
    for (int i = 0; i < back.length; i++) {
      back[order[i]] = i;
    }
    return logical.permute(back);
  }

  private boolean inOrder() {
    for (int i = 0; i < order.length; i++) {
      if (order[i] != i) {
        return false;
      }
    }
    return true;
  }
}
