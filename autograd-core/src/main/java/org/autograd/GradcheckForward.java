package org.autograd;

import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;

/**
 * Derivatives by forward mode: columns of Jacobians as Jacobian-vector products. The function is
 * given inputs that do not require grad.
 */
final class GradcheckForward {
  private final GradcheckCase c;

  GradcheckForward(GradcheckCase c) {
    this.c = c;
  }

  /**
   * Returns the products of an input's Jacobians with the unit vectors.
   *
   * @return for each element of the input and each output its elements, null for an output that is
   *     not of floating point dtype
   */
  double[][][] columns(int input) {
    Tensor x = c.input(input);
    double[][][] columns = new double[(int) x.numel()][][];
    for (int k = 0; k < columns.length; k++) {
      columns[k] = along(input, GradcheckVectors.basis(x, k));
    }
    return columns;
  }

  /** Returns the product of an input's Jacobians with a vector, see {@link #columns}. */
  double[][] along(int input, Tensor direction) {
    try (ForwardAD.Level level = ForwardAD.dualLevel()) {
      List<Tensor> duals = duals(c.input(input), direction);
      List<Tensor> outputs = c.evaluate(duals);
      double[][] tangents = new double[outputs.size()][];
      for (int i = 0; i < tangents.length; i++) {
        if (outputs.get(i).dtype().isFloating()) {
          Tensor tangent = ForwardAD.unpackDual(outputs.get(i)).tangent();
          tangents[i] =
              tangent == null ? new double[(int) outputs.get(i).numel()] : tangent.toDoubleArray();
        }
      }
      return tangents;
    }
  }

  /**
   * Gives the checked inputs tangents: the one that moves the direction, the others zero. An input
   * that is given twice stays one tensor and moves in both places, as for numerical derivatives.
   */
  private List<Tensor> duals(Tensor moving, Tensor direction) {
    Map<Tensor, Tensor> dualOf = new IdentityHashMap<>();
    for (Tensor x : c.checkedInputs()) {
      Tensor tangent = x == moving ? direction : Tensor.zerosLike(x);
      dualOf.computeIfAbsent(x, t -> ForwardAD.makeDual(t.detach(), tangent));
    }
    return c.inputs().stream().map(x -> dualOf.getOrDefault(x, x)).toList();
  }
}
