package org.autograd.graph;

import org.autograd.DType;
import org.autograd.Device;
import org.autograd.Tensor;
import org.autograd.tensor.Layout;
import org.autograd.tensor.ValueRange;

/**
 * All the arithmetic that the graph and the engine need. Results are recorded when grad mode is on,
 * unless stated otherwise. Every result that says "fresh" is owned by the caller.
 */
public interface GradMath {
  /** Returns a + b, fresh. */
  Tensor add(Tensor a, Tensor b);

  /** Adds {@code b} to {@code target} in place; never recorded; counts as an in-place change. */
  void addInto(Tensor target, Tensor b);

  /**
   * Returns a fresh copy of {@code g} laid out for a leaf: the leaf's strides if dense, else
   * row-major.
   */
  Tensor cloneLike(Tensor g, Layout leaf);

  /**
   * Returns a copy of {@code g} in memory of its own. The strides stay, where they can: dimensions
   * that are expanded stay so.
   */
  Tensor isolated(Tensor g);

  /** Returns {@code g} summed over the dimensions along which {@code sizes} was broadcast. */
  Tensor sumToSize(Tensor g, Layout sizes);

  /** Tells whether a tensor of sizes {@code from} can be summed to {@code to}. */
  boolean canSumTo(Layout from, Layout to);

  /** Returns fresh zeros. */
  Tensor zeros(Layout layout, DType dtype, Device device);

  /** Returns fresh ones. */
  Tensor ones(Layout layout, DType dtype, Device device);

  /** Returns {@code g} in another dtype or on another device. */
  Tensor convert(Tensor g, DType dtype, Device device);

  /**
   * Returns the edge that a view of {@code base} would have if it were made and recorded now,
   * whatever modes are in force. It leads nowhere if the base requires no grad.
   */
  Edge viewEdge(Tensor base, Tensor view);

  /**
   * Takes the gradient of part of a tensor's memory out of the gradient of the whole, lets {@code
   * fn} replace it, and puts it back. Recorded when grad mode is on.
   *
   * @param grad the gradient of the whole, of {@code base}'s sizes
   * @param fn maps the gradient of the part to several gradients, of which the first takes its
   *     place (null: zeros)
   * @return what {@code fn} returned, with the changed gradient of the whole in the first place
   */
  Tensor[] replaceSlice(
      Tensor grad, Layout base, Layout view, java.util.function.UnaryOperator<Tensor[]> fn);

  /** Returns the range of a tensor's values; never recorded. */
  ValueRange range(Tensor t);

  /** Returns the implementation. */
  static GradMath get() {
    return GradMathHolder.instance;
  }

  /** Sets the implementation; called once when the operators are loaded. */
  static void register(GradMath math) {
    GradMathHolder.instance = math;
  }
}

/** Holds the one implementation. */
final class GradMathHolder {
  static GradMath instance;

  private GradMathHolder() {}
}
