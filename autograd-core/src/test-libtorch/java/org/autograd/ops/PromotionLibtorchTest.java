package org.autograd.ops;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.ArrayList;
import java.util.List;
import org.autograd.DType;
import org.autograd.Tensor;
import org.autograd.Tensors;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.global.torch;
import org.junit.jupiter.api.Test;

/**
 * The dtype of a result for all pairs of operands: tensors with and without dimensions, numbers.
 */
class PromotionLibtorchTest {
  private static final long[][] SHAPES = {{2}, {}};

  private static List<Tensor> operands() {
    List<Tensor> all = new ArrayList<>();
    for (DType dtype : DType.values()) {
      for (long[] sizes : SHAPES) {
        all.add(Arranged.random(dtype, 1, sizes));
      }
    }
    return all;
  }

  private static String named(Tensor t) {
    return t.dtype() + " of " + t.dim() + " dimensions";
  }

  @Test
  void twoTensors() {
    try (PointerScope scope = new PointerScope()) {
      for (Tensor a : operands()) {
        for (Tensor b : operands()) {
          DType expected = Theirs.dtype(torch.result_type(Theirs.of(a), Theirs.of(b)));

          assertEquals(expected, a.add(b).dtype(), named(a) + " and " + named(b));
        }
      }
    }
  }

  @Test
  void threeTensors() {
    try (PointerScope scope = new PointerScope()) {
      Tensor condition = Arranged.random(DType.BOOL, 1, 2);
      for (Tensor a : operands()) {
        for (Tensor b : operands()) {
          DType expected =
              Theirs.dtype(
                  torch.where(Theirs.of(condition), Theirs.of(a), Theirs.of(b)).scalar_type());

          assertEquals(
              expected, Tensors.where(condition, a, b).dtype(), named(a) + " and " + named(b));
        }
      }
    }
  }

  @Test
  void tensorAndNumber() {
    try (PointerScope scope = new PointerScope()) {
      for (Tensor a : operands()) {
        org.bytedeco.pytorch.Tensor theirs = Theirs.of(a);

        assertEquals(
            Theirs.dtype(torch.result_type(theirs, new Scalar(3L))),
            a.add(3L).dtype(),
            named(a) + " and an integer");
        assertEquals(
            Theirs.dtype(torch.result_type(theirs, new Scalar(2.5))),
            a.add(2.5).dtype(),
            named(a) + " and a real number");
      }
    }
  }

  @Test
  void inPlaceAcceptsWhatCanBeCast() {
    try (PointerScope scope = new PointerScope()) {
      for (Tensor a : operands()) {
        for (Tensor b : operands()) {
          if (b.dim() > a.dim()) {
            continue;
          }
          boolean expected =
              torch.can_cast(
                  torch.result_type(Theirs.of(a), Theirs.of(b)), Theirs.dtype(a.dtype()));
          boolean actual = true;
          try {
            a.clone().add_(b);
          } catch (org.autograd.AutogradException refused) {
            actual = false;
          }

          assertEquals(expected, actual, named(a) + " += " + named(b));
        }
      }
    }
  }
}
