package org.autograd.kernel.cpu;

import java.util.Arrays;
import org.autograd.tensor.AlsoFor;

/** Moves of {@code float} elements. */
@AlsoFor({double.class, int.class, long.class, short.class, byte.class})
class FloatMoves extends Moves {
  @Override
  void copy(Object from, int i, Object to, int j) {
    ((float[]) to)[j] = ((float[]) from)[i];
  }

  @Override
  void copy(Object from, int i, int step, Object to, int j, int toStep, int n) {
    float[] a = (float[]) from;
    float[] b = (float[]) to;
    for (int k = 0; k < n; k++) {
      b[j + k * toStep] = a[i + k * step];
    }
  }

  @Override
  void fill(Object array, int at, int step, int n) {
    float[] a = (float[]) array;
    float value = a[at];
    if (step == 1) {
      Arrays.fill(a, at, at + n, value);
      return;
    }
    for (int k = 0; k < n; k++) {
      a[at + k * step] = value;
    }
  }

  @Override
  void take(Object from, int i, int[] at, int n, Object to, int j, int step) {
    float[] a = (float[]) from;
    float[] b = (float[]) to;
    for (int k = 0; k < n; k++) {
      b[j + k * step] = a[i + at[k]];
    }
  }

  @Override
  void put(Object from, int i, int step, Object to, int j, int[] at, int n) {
    float[] a = (float[]) from;
    float[] b = (float[]) to;
    for (int k = 0; k < n; k++) {
      b[j + at[k]] = a[i + k * step];
    }
  }

  @Override
  void add(Object from, int i, int step, Object to, int j, int[] at, int n) {
    float[] a = (float[]) from;
    float[] b = (float[]) to;
    for (int k = 0; k < n; k++) {
      b[j + at[k]] += a[i + k * step];
    }
  }

  @Override
  void choose(
      byte[] when,
      int c,
      int cs,
      Object from,
      int i,
      int is,
      Object other,
      int j,
      int js,
      Object to,
      int o,
      int os,
      int n) {
    float[] a = (float[]) from;
    float[] b = (float[]) other;
    float[] out = (float[]) to;
    for (int k = 0; k < n; k++) {
      out[o + k * os] = when[c + k * cs] != 0 ? a[i + k * is] : b[j + k * js];
    }
  }
}
