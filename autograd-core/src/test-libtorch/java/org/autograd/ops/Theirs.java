package org.autograd.ops;

import java.util.Arrays;
import org.autograd.DType;
import org.bytedeco.javacpp.DoublePointer;
import org.bytedeco.javacpp.LongPointer;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorVector;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.ScalarType;

/** Carries tensors between this library and libtorch, value by value. */
final class Theirs {
  private Theirs() {}

  /** Copies one of our tensors, row-major. */
  static Tensor of(org.autograd.Tensor ours) {
    double[] values = Arranged.values(ours);
    long[] sizes = Arranged.shape(ours);
    if (values.length == 0) {
      return torch.zeros(sizes).to(dtype(ours.dtype()));
    }
    return Tensor.create(values).reshape(sizes).to(dtype(ours.dtype()));
  }

  /** Returns their name for a dtype. */
  static ScalarType dtype(DType dtype) {
    return switch (dtype) {
      case FLOAT32 -> ScalarType.Float;
      case FLOAT64 -> ScalarType.Double;
      case INT32 -> ScalarType.Int;
      case INT64 -> ScalarType.Long;
      case UINT8 -> ScalarType.Byte;
      case INT8 -> ScalarType.Char;
      case INT16 -> ScalarType.Short;
      case BOOL -> ScalarType.Bool;
    };
  }

  /** Returns our name for a dtype. */
  static DType dtype(ScalarType dtype) {
    return Arrays.stream(DType.values())
        .filter(ours -> dtype(ours) == dtype.intern())
        .findFirst()
        .orElseThrow(() -> new AssertionError("libtorch gives a dtype unknown here: " + dtype));
  }

  static DType dtype(Tensor theirs) {
    return dtype(theirs.scalar_type());
  }

  static long[] shape(Tensor theirs) {
    long[] sizes = new long[(int) theirs.dim()];
    Arrays.setAll(sizes, d -> theirs.size(d));
    return sizes;
  }

  /** Reads all elements, row-major. */
  static double[] values(Tensor theirs) {
    double[] values = new double[(int) theirs.numel()];
    if (values.length == 0) {
      return values;
    }
    if (theirs.scalar_type().intern() == ScalarType.Long) {
      // Kept alive by the name: the pointer does not own the memory.
      Tensor dense = theirs.contiguous();
      LongPointer data = dense.data_ptr_long();
      Arrays.setAll(values, i -> data.get(i));
      dense.close();
      return values;
    }
    // The sum gives memory to gradients that libtorch knows to be zero and has not written.
    Tensor dense = torch.zeros(shape(theirs)).to(ScalarType.Double).add(theirs.detach());
    DoublePointer data = dense.data_ptr_double();
    data.get(values);
    dense.close();
    return values;
  }

  static Tensor[] list(TensorVector vector) {
    Tensor[] list = new Tensor[(int) vector.size()];
    Arrays.setAll(list, i -> vector.get(i));
    return list;
  }
}
