package org.autograd.ops;

import java.util.Arrays;
import org.autograd.DType;
import org.autograd.Reduction;
import org.bytedeco.pytorch.LongOptional;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.ScalarOptional;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorOptional;
import org.bytedeco.pytorch.TensorOptionalList;
import org.bytedeco.pytorch.TensorVector;
import org.bytedeco.pytorch.global.torch.ScalarType;

/**
 * Arguments of an operator as libtorch takes them.
 *
 * @param values the arguments in table order: their tensors, or arrays of them, and our values
 */
record LibtorchArgs(Object[] values) {
  /** Copies the tensors among some arguments. */
  static LibtorchArgs of(Object[] ours) {
    Object[] values = ours.clone();
    for (int i = 0; i < values.length; i++) {
      if (values[i] instanceof org.autograd.Tensor t) {
        values[i] = Theirs.of(t);
      } else if (values[i] instanceof org.autograd.Tensor[] list) {
        values[i] =
            Arrays.stream(list).map(t -> t == null ? null : Theirs.of(t)).toArray(Tensor[]::new);
      }
    }
    return new LibtorchArgs(values);
  }

  Tensor tensor(int i) {
    return (Tensor) values[i];
  }

  boolean isNull(int i) {
    return values[i] == null;
  }

  TensorOptional optional(int i) {
    return values[i] == null ? new TensorOptional() : new TensorOptional(tensor(i));
  }

  TensorVector tensors(int i) {
    return new TensorVector((Tensor[]) values[i]);
  }

  TensorOptionalList indices(int i) {
    TensorOptionalList list = new TensorOptionalList();
    for (Tensor t : (Tensor[]) values[i]) {
      list.push_back(t == null ? new TensorOptional() : new TensorOptional(t));
    }
    return list;
  }

  Scalar scalar(int i) {
    return scalar((org.autograd.Scalar) values[i]);
  }

  static Scalar scalar(org.autograd.Scalar ours) {
    return ours.category() == DType.Category.FLOATING
        ? new Scalar(ours.toDouble())
        : new Scalar(ours.toLong());
  }

  ScalarOptional limit(int i) {
    return new ScalarOptional(scalar(i));
  }

  /** A real number where they take a number of any kind. */
  ScalarOptional real(int i) {
    return new ScalarOptional(new Scalar((double) values[i]));
  }

  long dim(int i) {
    return (int) values[i];
  }

  LongOptional optionalDim(int i) {
    return values[i] == null ? new LongOptional() : new LongOptional(dim(i));
  }

  long number(int i) {
    return (long) values[i];
  }

  LongOptional optionalNumber(int i) {
    return values[i] == null ? new LongOptional() : new LongOptional(number(i));
  }

  double amount(int i) {
    return (double) values[i];
  }

  boolean flag(int i) {
    return (boolean) values[i];
  }

  String text(int i) {
    return (String) values[i];
  }

  long[] dims(int i) {
    return Arrays.stream((int[]) values[i]).asLongStream().toArray();
  }

  long[] sizes(int i) {
    return (long[]) values[i];
  }

  ScalarType dtype(int i) {
    return Theirs.dtype((DType) values[i]);
  }

  long reduction(int i) {
    return switch ((Reduction) values[i]) {
      case NONE -> 0;
      case MEAN -> 1;
      case SUM -> 2;
    };
  }
}
