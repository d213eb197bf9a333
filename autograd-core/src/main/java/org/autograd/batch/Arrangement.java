package org.autograd.batch;

import org.autograd.Tensor;
import org.autograd.tensor.Layout;
import org.autograd.tensor.Raw;

/** Brings values into the memory order that one element alone has. */
final class Arrangement {
  private Arrangement() {}

  /**
   * Returns a value whose elements lie as one element alone does: itself or a recorded copy.
   *
   * @param value with the batch in front
   * @param element the dense layout of one element
   */
  static Tensor of(Tensor value, Layout element) {
    if (follows(Raw.layout(value), element)) {
      return value;
    }
    if (element.isContiguous()) {
      return value.contiguous();
    }
    int[] inner = element.descendingStrides();
    int[] order = new int[inner.length + 1];
    int[] back = new int[order.length];
    for (int i = 0; i < inner.length; i++) {
      order[i + 1] = inner[i] + 1;
      back[inner[i] + 1] = i + 1;
    }
    return value.permute(order).contiguous().permute(back);
  }

  private static boolean follows(Layout value, Layout element) {
    if (value.numel() == 0) {
      return true;
    }
    long[] sizes = element.sizes();
    for (int d = 0; d < sizes.length; d++) {
      if (sizes[d] != 1 && element.strides()[d] != value.strides()[d + 1]) {
        return false;
      }
    }
    return true;
  }

  /**
   * Returns a gradient whose elements do not lie between each other, as the memory of one element
   * alone has no other elements in it.
   *
   * @param value with the batch in a dimension
   */
  static Tensor apart(Tensor value, int dim) {
    Layout all = Raw.layout(value);
    if (all.numel() == 0 || all.sizes()[dim] == 1 || all.strides()[dim] == 0) {
      return value;
    }
    for (int d = 0; d < all.dim(); d++) {
      if (all.sizes()[d] > 1 && all.strides()[d] > all.strides()[dim]) {
        Tensor front = Batch.moved(value, dim, 0);
        return Batch.moved(of(front, Batch.element(all, dim).fresh()), 0, dim);
      }
    }
    return value;
  }
}
