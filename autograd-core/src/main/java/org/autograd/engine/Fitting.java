package org.autograd.engine;

import java.util.Arrays;
import org.autograd.AutogradException;
import org.autograd.DType;
import org.autograd.Tensor;
import org.autograd.graph.AccumulateGrad;
import org.autograd.graph.GradMath;
import org.autograd.graph.Node;
import org.autograd.mode.ThreadState;
import org.autograd.tensor.Layout;
import org.autograd.tensor.Raw;

/** Checks what a node returned and makes it fit what the next nodes expect. */
final class Fitting {
  private Fitting() {}

  /** Checks that a node gave one gradient for each of its edges. */
  static void checkCount(Node node, Tensor[] out) {
    int n = node.numEdges();
    if (out == null || out.length != n) {
      throw new AutogradException(
          node.name()
              + ": returned "
              + (out == null ? "null" : out.length + " gradients")
              + ", expected "
              + n
              + ".");
    }
  }

  /**
   * Makes a gradient fit what its target expects: summed over broadcast dimensions, of its dtype
   * and device.
   */
  static Tensor fit(GradMath math, Node from, int edge, Tensor grad, Node to, int inputNr) {
    Layout expected = to.inputLayout(inputNr);
    if (expected == null) {
      return grad;
    }
    Tensor fitting = grad;
    if (!Raw.layout(grad).sameSizes(expected)) {
      if (!math.canSumTo(Raw.layout(grad), expected)) {
        throw new AutogradException(
            from.name()
                + ": returned a gradient of shape "
                + Arrays.toString(Raw.layout(grad).sizes())
                + " at position "
                + edge
                + ", but the tensor it belongs to ("
                + to.name()
                + ") has shape "
                + Arrays.toString(expected.sizes())
                + "."
                + (to instanceof AccumulateGrad
                    ? " If that leaf was reshaped in place or got other data after the operation was"
                        + " recorded, compute the result anew."
                    : ""));
      }
      fitting = math.sumToSize(grad, expected);
    }
    boolean sameDevice = Raw.storage(fitting).device().equals(to.inputDevice(inputNr));
    if (Raw.dtype(fitting) != to.inputDtype(inputNr) || !sameDevice) {
      if (!sameDevice && expected.dim() > 0) {
        throw new AutogradException(
            from.name()
                + ": returned a gradient on "
                + Raw.storage(fitting).device()
                + " at position "
                + edge
                + ", but the tensor it belongs to is on "
                + to.inputDevice(inputNr)
                + ".");
      }
      checkKind(from, edge, fitting, to.inputDtype(inputNr));
      tell(from, edge, fitting, to, inputNr);
      fitting = math.convert(fitting, to.inputDtype(inputNr), to.inputDevice(inputNr));
    }
    return fitting;
  }

  /** Real gradients can be converted, but only real floating point ones to complex. */
  private static void checkKind(Node from, int edge, Tensor grad, DType expected) {
    DType found = Raw.dtype(grad);
    if (!found.isFloating() && found.isComplex() != expected.isComplex()) {
      throw new AutogradException(
          from.name()
              + ": returned a gradient of dtype "
              + found
              + " at position "
              + edge
              + ", but the tensor it belongs to has dtype "
              + expected
              + ".");
    }
  }

  private static void tell(Node from, int edge, Tensor grad, Node to, int inputNr) {
    Conversions watching = ThreadState.current().mode.get(Conversions.SLOT);
    if (watching != null && Raw.dtype(grad) != to.inputDtype(inputNr)) {
      watching.converting(from, edge, Raw.dtype(grad), to.inputDtype(inputNr));
    }
  }
}
