package org.autograd.formula;

import java.util.ArrayList;
import java.util.List;
import org.autograd.Tensor;
import org.autograd.batch.BatchLevel;
import org.autograd.ops.Dims;
import org.autograd.ops.Reshapes;
import org.autograd.ops.Types;
import org.autograd.ops.Views;
import org.autograd.record.Record;
import org.autograd.tensor.Layout;
import org.autograd.tensor.Raw;

/** Batching rules of views and joins; values come back with the batch in front. */
final class BatchShapes {
  private BatchShapes() {}

  static Tensor cat(BatchLevel batch, Tensor[] tensors, int dim) {
    Tensor like = tensors[0];
    for (Tensor t : tensors) {
      like = isEmptyVector(t) ? like : t;
    }
    int d = BatchSupport.dim("cat", dim, like.dim());
    Tensor[] fronts = batch.front(tensors);
    for (int i = 0; i < fronts.length; i++) {
      // An empty vector joins tensors of any number of dimensions.
      if (isEmptyVector(tensors[i]) && like.dim() > 1) {
        long[] none = BatchSupport.sizes(batch, Raw.layout(like).sizes());
        none[d] = 0;
        fronts[i] = fronts[i].reshape(none);
      }
    }
    return Operators.cat(fronts, d).to(Types.promote("cat", tensors));
  }

  private static boolean isEmptyVector(Tensor t) {
    return t.dim() == 1 && t.size(0) == 0;
  }

  static Tensor view(BatchLevel batch, Tensor self, long[] size) {
    long[] all = Reshapes.inferSizes("view", Raw.layout(self), size);
    return batch.front(self).view(BatchSupport.sizes(batch, all));
  }

  static Tensor unsafeView(BatchLevel batch, Tensor self, long[] shape) {
    long[] all = Reshapes.inferSizes("view", Raw.layout(self), shape);
    return Operators.unsafeView(batch.front(self), BatchSupport.sizes(batch, all));
  }

  static Tensor expand(BatchLevel batch, Tensor self, long[] size) {
    Views.expand(Raw.layout(self), size);
    Tensor front = BatchSupport.behind(batch.front(self), size.length - self.dim());
    return front.expand(BatchSupport.sizes(batch, size));
  }

  static Tensor t(BatchLevel batch, Tensor self) {
    Views.t(Raw.layout(self));
    return self.dim() < 2 ? same(batch.front(self)) : batch.front(self).transpose(1, 2);
  }

  private static Tensor same(Tensor t) {
    return t.view(t.sizes());
  }

  static Tensor squeeze(BatchLevel batch, Tensor self) {
    return squeeze(batch, self, BatchSupport.all(self.dim()), 1);
  }

  static Tensor squeeze(BatchLevel batch, Tensor self, int[] dim) {
    Views.squeeze(Raw.layout(self), dim);
    int[] wrapped = new int[dim.length];
    for (int i = 0; i < dim.length; i++) {
      wrapped[i] = Dims.wrap("squeeze", dim[i], Math.max(self.dim(), 1));
    }
    return squeeze(batch, self, wrapped, 0);
  }

  private static Tensor squeeze(BatchLevel batch, Tensor self, int[] dims, int first) {
    long[] sizes = Raw.layout(self).sizes();
    boolean[] drop = new boolean[sizes.length];
    for (int d : dims) {
      if (d - first < sizes.length) {
        drop[d - first] = sizes[d - first] == 1;
      }
    }
    List<Integer> kept = new ArrayList<>();
    for (int d = 0; d < drop.length; d++) {
      if (drop[d]) {
        kept.add(d + 1);
      }
    }
    Tensor front = batch.front(self);
    return kept.isEmpty()
        ? same(front)
        : front.squeeze(kept.stream().mapToInt(Integer::intValue).toArray());
  }

  static Tensor asStrided(
      BatchLevel batch, Tensor self, long[] size, long[] stride, Long storageOffset) {
    Tensor front = batch.front(self);
    Layout element = Raw.layout(self);
    if (batch.size() > 0) {
      Record.checkFits(Views.asStrided(element, size, stride, storageOffset), self);
    }
    long first = storageOffset == null ? 0 : storageOffset - element.offset();
    if (front.stride(0) == 0 && element.isContiguous() && within(element, size, stride, first)) {
      // Elements in one place would share their gradients.
      front = front.clone();
    }
    long[] strides = new long[stride.length + 1];
    strides[0] = front.stride(0);
    System.arraycopy(stride, 0, strides, 1, stride.length);
    return Operators.asStrided(
        front, BatchSupport.sizes(batch, size), strides, Raw.layout(front).offset() + first);
  }

  /** Tells whether a part of memory that begins at an element lies within the elements. */
  private static boolean within(Layout elements, long[] size, long[] stride, long first) {
    long last = first;
    for (int d = 0; d < Math.min(size.length, stride.length); d++) {
      last += Math.max(0, size[d] - 1) * stride[d];
    }
    return first >= 0 && last < elements.numel();
  }
}
