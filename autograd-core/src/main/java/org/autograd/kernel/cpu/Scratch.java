package org.autograd.kernel.cpu;

import java.lang.ref.WeakReference;
import java.util.concurrent.atomic.AtomicReferenceArray;

/**
 * Working arrays that kernels borrow, so that a product does not allocate and clear megabytes each
 * time. Only weak references are held: the memory goes when the collector wants it. Safe to use
 * from any thread. A borrowed array's content is arbitrary.
 *
 * @param <A> {@code float[]} or {@code double[]}
 */
abstract class Scratch<A> {

  static final Scratch<float[]> FLOATS =
      new Scratch<>() {
        @Override
        int length(float[] array) {
          return array.length;
        }

        @Override
        float[] make(int length) {
          return new float[length];
        }
      };

  static final Scratch<double[]> DOUBLES =
      new Scratch<>() {
        @Override
        int length(double[] array) {
          return array.length;
        }

        @Override
        double[] make(int length) {
          return new double[length];
        }
      };

  /** Below this, a fresh array is cheaper than looking for one. */
  private static final int WORTH_KEEPING = 8 * 1024;

  private static final int SLOTS = 8;

  private final AtomicReferenceArray<WeakReference<A>> slots = new AtomicReferenceArray<>(SLOTS);

  abstract int length(A array);

  abstract A make(int length);

  /** An array of at least {@code length} elements that nobody else holds. */
  final A take(int length) {
    if (length >= WORTH_KEEPING) {
      for (int i = 0; i < SLOTS; i++) {
        WeakReference<A> slot = slots.get(i);
        A array = slot == null ? null : slot.get();
        if (array != null && length(array) >= length && slots.compareAndSet(i, slot, null)) {
          return array;
        }
      }
    }
    return make(length);
  }

  /** Hands back an array from {@link #take}; the caller must not touch it any more. */
  final void give(A array) {
    if (length(array) < WORTH_KEEPING) {
      return;
    }
    for (int i = 0; i < SLOTS; i++) {
      WeakReference<A> slot = slots.get(i);
      if ((slot == null || slot.refersTo(null))
          && slots.compareAndSet(i, slot, new WeakReference<>(array))) {
        return;
      }
    }
  }
}
