package org.autograd;

import java.util.Arrays;
import org.autograd.graph.Edge;
import org.autograd.graph.Meta;
import org.autograd.graph.Node;
import org.autograd.mode.ThreadState;
import org.autograd.record.Record;

/** Short forms for tests: float64 tensors, their values, and nodes made by hand. */
public final class TestTensors {
  private TestTensors() {}

  /** A float64 leaf that requires grad. */
  public static Tensor leaf(double... values) {
    return Tensor.of(values).requiresGrad_();
  }

  /** A zero-dimensional float64 leaf that requires grad. */
  public static Tensor scalarLeaf(double value) {
    return Tensor.of(value).reshape(new long[0]).requiresGrad_();
  }

  /** A float64 constant. */
  public static Tensor constant(double... values) {
    return Tensor.of(values);
  }

  /** All elements, row-major, as doubles. */
  public static double[] values(Tensor t) {
    return t.detach().to(DType.FLOAT64).toDoubleArray();
  }

  /** The tangent at the innermost level, row-major, as doubles; null if there is none. */
  public static double[] tangent(Tensor t) {
    Tensor tangent = ForwardAD.unpackDual(t).tangent();
    return tangent == null ? null : values(tangent);
  }

  /** The backward of a node made by hand. */
  @FunctionalInterface
  public interface Backward {
    /** Gives one gradient for each operand. */
    Tensor[] apply(Tensor[] grads);
  }

  /** A node made by hand. */
  public static final class HandMade extends Node {
    private final Backward backward;

    HandMade(Backward backward, Edge[] next) {
      super(ThreadState.current(), next);
      this.backward = backward;
    }

    @Override
    public Tensor[] apply(Tensor[] grads, long needed) {
      return backward.apply(grads);
    }
  }

  /**
   * Gives a result that was computed without recording a history whose backward is the given
   * function.
   */
  public static Tensor recorded(Tensor result, Backward backward, Tensor... operands) {
    Edge[] edges = Arrays.stream(operands).map(Meta::gradientEdge).toArray(Edge[]::new);
    Record.history(result, new HandMade(backward, edges));
    return result;
  }

  /** An identity whose backward first runs the given action. */
  public static Tensor tap(Tensor t, Runnable action) {
    Tensor copy = GradMode.noGrad(() -> t.clone());
    return recorded(
        copy,
        grads -> {
          action.run();
          return new Tensor[] {grads[0]};
        },
        t);
  }
}
