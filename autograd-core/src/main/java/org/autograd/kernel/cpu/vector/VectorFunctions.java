package org.autograd.kernel.cpu.vector;

import jdk.incubator.vector.DoubleVector;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorOperators;

/** Functions of vectors that the generated loops call and the Vector API does not have. */
final class VectorFunctions {
  private VectorFunctions() {}

  /** Power as IEEE 754 has it: a base of 1, and -1 to an infinite power, give 1. */
  static FloatVector pow(FloatVector x, FloatVector y) {
    VectorMask<Float> infinite = y.test(VectorOperators.IS_INFINITE);
    VectorMask<Float> minusOne = x.compare(VectorOperators.EQ, -1f);
    VectorMask<Float> one = x.compare(VectorOperators.EQ, 1f).or(minusOne.and(infinite));
    return x.lanewise(VectorOperators.POW, y).blend(1f, one);
  }

  /** Same as {@link #pow(FloatVector, FloatVector)}. */
  static DoubleVector pow(DoubleVector x, DoubleVector y) {
    VectorMask<Double> infinite = y.test(VectorOperators.IS_INFINITE);
    VectorMask<Double> minusOne = x.compare(VectorOperators.EQ, -1.0);
    VectorMask<Double> one = x.compare(VectorOperators.EQ, 1.0).or(minusOne.and(infinite));
    return x.lanewise(VectorOperators.POW, y).blend(1.0, one);
  }

  /** 1 / (1 + exp(-x)) by the exponential that cannot overflow, so that small results stay. */
  static FloatVector sigmoid(FloatVector x) {
    FloatVector e = x.abs().neg().lanewise(VectorOperators.EXP);
    VectorMask<Float> negative = x.compare(VectorOperators.LT, 0f);
    return FloatVector.broadcast(x.species(), 1f).blend(e, negative).div(e.add(1f));
  }

  /** Same as {@link #sigmoid(FloatVector)}. */
  static DoubleVector sigmoid(DoubleVector x) {
    DoubleVector e = x.abs().neg().lanewise(VectorOperators.EXP);
    VectorMask<Double> negative = x.compare(VectorOperators.LT, 0.0);
    return DoubleVector.broadcast(x.species(), 1.0).blend(e, negative).div(e.add(1.0));
  }
}
