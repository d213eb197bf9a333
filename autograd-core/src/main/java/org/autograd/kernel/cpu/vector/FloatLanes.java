package org.autograd.kernel.cpu.vector;

import static org.autograd.kernel.cpu.vector.FloatTiles.S;
import static org.autograd.kernel.cpu.vector.FloatTiles.V;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorShuffle;
import org.autograd.tensor.AlsoFor;

/**
 * Sums the lanes of a vector in a fixed order. The Vector API's own {@code reduceLanes} may add
 * floats in another order each time, and does: interpreted and compiled code differ in the last
 * bits.
 */
@AlsoFor(double.class)
final class FloatLanes {

  private static final VectorShuffle<Float> SWAP_8 = swap(8);
  private static final VectorShuffle<Float> SWAP_4 = swap(4);
  private static final VectorShuffle<Float> SWAP_2 = swap(2);
  private static final VectorShuffle<Float> SWAP_1 = swap(1);

  private FloatLanes() {}

  private static VectorShuffle<Float> swap(int distance) {
    return VectorShuffle.fromOp(S, i -> (i ^ distance) % V);
  }

  /** Halves against halves, then quarters against quarters, and so on. */
  static float sum(FloatVector x) {
    FloatVector s = x;
    if (V > 16) {
      return slow(x);
    }
    if (V > 8) {
      s = s.add(s.rearrange(SWAP_8));
    }
    if (V > 4) {
      s = s.add(s.rearrange(SWAP_4));
    }
    if (V > 2) {
      s = s.add(s.rearrange(SWAP_2));
    }
    if (V > 1) {
      s = s.add(s.rearrange(SWAP_1));
    }
    return s.lane(0);
  }

  private static float slow(FloatVector x) {
    float[] lanes = x.toArray();
    for (int width = V / 2; width > 0; width /= 2) {
      for (int i = 0; i < width; i++) {
        lanes[i] += lanes[i + width];
      }
    }
    return lanes[0];
  }
}
