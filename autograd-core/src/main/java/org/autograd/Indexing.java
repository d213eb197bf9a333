package org.autograd;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Reads and writes parts of tensors by {@link Index}: views for all that views can do, then
 * advanced indexing of what they leave.
 */
final class Indexing {
  /**
   * The view made so far, and the tensors that index it: one for each leading dimension or mask.
   */
  private record Part(Tensor view, List<Tensor> indices) {
    boolean isView() {
      return indices.isEmpty();
    }
  }

  private Indexing() {}

  /**
   * Returns a part of a tensor: a view if no part of the index is a tensor, else a copy.
   *
   * @throws AutogradException if there are more parts than dimensions, or positions that do not
   *     exist
   * @throws IllegalArgumentException if there are two ellipses
   */
  static Tensor get(Tensor self, Index... index) {
    Part part = part("get", self, index);
    if (!part.isView()) {
      return part.view.index(part.indices);
    }
    // A result of its own also where nothing was cut away.
    return part.view == self ? self.view(self.sizes()) : part.view;
  }

  /**
   * Writes a part of a tensor in place.
   *
   * @param value broadcast to the part's shape; leading dimensions of size 1 that it has too many
   *     are ignored
   * @throws AutogradException if the index or the value does not fit
   */
  static void set(Tensor self, Tensor value, Index... index) {
    Part part = part("set", self, index);
    Tensor fitting = withoutLeadingOnes(value);
    if (part.isView()) {
      part.view.copy_(fitting);
    } else {
      part.view.indexPut_(part.indices, fitting, false);
    }
  }

  /** Writes one number to a part of a tensor in place. */
  static void set(Tensor self, Scalar value, Index... index) {
    Part part = part("set", self, index);
    if (part.isView()) {
      switch (value) {
        case Scalar.OfLong v -> part.view.fill_(v.value());
        case Scalar.OfDouble v -> part.view.fill_(v.value());
      }
      return;
    }
    TensorOptions same = TensorOptions.of(self.dtype()).withDevice(self.device());
    Tensor number =
        switch (value) {
          case Scalar.OfLong v -> Tensor.scalar(same, v.value());
          case Scalar.OfDouble v -> Tensor.scalar(same, v.value());
        };
    part.view.indexPut_(part.indices, number, false);
  }

  private static Tensor withoutLeadingOnes(Tensor value) {
    long[] sizes = value.sizes();
    int ones = 0;
    while (ones < sizes.length && sizes[ones] == 1) {
      ones++;
    }
    return ones == 0 ? value : value.view(Arrays.copyOfRange(sizes, ones, sizes.length));
  }

  private static Part part(String op, Tensor self, Index[] index) {
    int given = checkedDims(op, self, index);
    Tensor view = self;
    List<Tensor> indices = new ArrayList<>();
    boolean advanced = false;
    int d = 0;
    for (Index i : index) {
      switch (i) {
        case Index.At at -> view = select(op, view, d, at.position());
        case Index.Slice s -> {
          if (s.start() != 0 || s.end() < view.size(d) || s.step() != 1) {
            view = view.slice(d, s.start(), s.end(), s.step());
          }
          d++;
          indices.add(null);
        }
        case Index.Ellipsis e -> {
          for (int n = self.dim() - given; n > 0; n--, d++) {
            indices.add(null);
          }
        }
        case Index.NewAxis n -> {
          view = view.unsqueeze(d++);
          indices.add(null);
        }
        case Index.Of of -> {
          Tensor t = of.tensor();
          boolean mask = isMask(t);
          if (t.dim() == 0 && !mask && !BatchedTensors.is(t)) {
            view = select(op, view, d, HostAccess.itemLong(t));
            continue;
          }
          if (t.dim() == 0 && mask) {
            // A single truth value is a mask over a dimension of its own.
            view = view.unsqueeze(d);
            t = t.unsqueeze(0);
          }
          indices.add(t);
          advanced = true;
          d += mask ? t.dim() : 1;
        }
      }
    }
    return new Part(view, advanced ? indices : List.of());
  }

  private static boolean isMask(Tensor t) {
    return t.dtype() == DType.BOOL || t.dtype() == DType.UINT8;
  }

  private static Tensor select(String op, Tensor view, int d, long position) {
    long size = view.size(d);
    if (position < -size || position >= size) {
      throw new AutogradException(
          op
              + ": index "
              + position
              + " is out of range for a dimension of size "
              + size
              + " (shape "
              + view.shape()
              + ")");
    }
    return view.select(d, position);
  }

  /**
   * Returns how many dimensions the index names, checked against the tensor before anything is
   * done.
   */
  private static int checkedDims(String op, Tensor self, Index[] index) {
    int dims = 0;
    int ellipses = 0;
    for (Index i : index) {
      dims +=
          switch (i) {
            case Index.At at -> 1;
            case Index.Slice s -> 1;
            case Index.Ellipsis e -> 0;
            case Index.NewAxis n -> 0;
            case Index.Of of -> isMask(of.tensor()) ? of.tensor().dim() : 1;
          };
      ellipses += i instanceof Index.Ellipsis ? 1 : 0;
    }
    if (ellipses > 1) {
      throw new IllegalArgumentException(op + ": an index can have only one ellipsis");
    }
    if (dims > self.dim()) {
      throw new AutogradException(
          op
              + ": the index names "
              + dims
              + " dimensions, but the tensor of shape "
              + self.shape()
              + " has "
              + self.dim());
    }
    return dims;
  }
}
