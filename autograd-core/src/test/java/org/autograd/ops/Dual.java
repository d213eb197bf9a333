package org.autograd.ops;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.autograd.ForwardAD;
import org.autograd.Tensor;
import org.autograd.UnpackedDual;

/** Rows in forward mode, through dual tensors. */
final class Dual {
  private Dual() {}

  /** Returns arguments that have tangents in some places, at the innermost level. */
  static Object[] arguments(Object[] args, List<Row.Slot> slots, List<Tensor> tangents) {
    List<Tensor> duals = new ArrayList<>();
    for (int i = 0; i < slots.size(); i++) {
      duals.add(ForwardAD.makeDual(Row.get(args, slots.get(i)), tangents.get(i)));
    }
    return Row.with(args, slots, duals);
  }

  /**
   * Runs a row with tangents in some places.
   *
   * @return the tangents of the results that can have one, null where they have none
   */
  static Tensor[] tangents(Row row, Object[] args, List<Row.Slot> slots, List<Tensor> tangents) {
    try (ForwardAD.Level level = ForwardAD.dualLevel()) {
      return unpacked(row, row.op().run(arguments(args, slots, tangents)));
    }
  }

  /** Takes results apart at the innermost level and checks what must hold of their tangents. */
  static Tensor[] unpacked(Row row, Tensor[] results) {
    List<Tensor> tangents = new ArrayList<>();
    for (int i = 0; i < results.length; i++) {
      UnpackedDual both = ForwardAD.unpackDual(results[i]);
      if (!row.op().isDifferentiable(i) || !results[i].dtype().isDifferentiable()) {
        assertNull(both.tangent(), "tangent of result " + i + ", which can have none");
        continue;
      }
      if (both.tangent() != null) {
        assertArrayEquals(results[i].sizes(), both.tangent().sizes(), "shape of tangent " + i);
        assertEquals(results[i].dtype(), both.tangent().dtype(), "dtype of tangent " + i);
      }
      tangents.add(both.tangent());
    }
    return tangents.toArray(new Tensor[0]);
  }

  /** The elements of tangents; none stands for zeros. */
  static double[] flat(Tensor[] tangents, Tensor[] like) {
    Tensor[] all = tangents.clone();
    Arrays.setAll(all, i -> all[i] == null ? Tensor.zerosLike(like[i]) : all[i]);
    return Numeric.flat(all);
  }
}
