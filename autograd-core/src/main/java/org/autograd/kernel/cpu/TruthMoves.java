package org.autograd.kernel.cpu;

/** Moves of truth values, whose sum is their disjunction. */
final class TruthMoves extends ByteMoves {
  @Override
  void add(Object from, int i, int step, Object to, int j, int[] at, int n) {
    byte[] a = (byte[]) from;
    byte[] b = (byte[]) to;
    for (int k = 0; k < n; k++) {
      b[j + at[k]] |= a[i + k * step];
    }
  }
}
