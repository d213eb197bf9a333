package org.autograd.kernel.cpu;

/**
 * How the result of a matrix product is split into pieces of work: by rows, or by columns where
 * there are few rows. It depends on the sizes only.
 *
 * @param m rows of the result
 * @param n columns of the result
 * @param rowsEach rows of a piece
 * @param colsEach columns of a piece
 */
record Partition(int m, int n, int rowsEach, int colsEach) {

  /** Products of at most this many multiplications are not worth a second thread. */
  static final long SERIAL_WORK = 2L * 1024 * 1024;

  /** With fewer rows than this, packing B costs more than it gains. */
  static final int FEW_ROWS = 16;

  private static final long PIECE_WORK = 1024 * 1024;
  private static final int ROW_STEP = 32;
  private static final int COL_STEP = 64;

  static Partition of(int m, int n, int k) {
    if ((long) m * n * k <= SERIAL_WORK) {
      return new Partition(m, n, m, n);
    }
    if (m >= 2 * ROW_STEP) {
      return new Partition(m, n, step(PIECE_WORK / ((long) n * k), ROW_STEP, m), n);
    }
    return new Partition(m, n, m, step(PIECE_WORK / ((long) m * k), COL_STEP, n));
  }

  private static int step(long wanted, int unit, int limit) {
    long rounded = Math.max(unit, wanted / unit * unit);
    return (int) Math.min(rounded, limit);
  }

  int count() {
    return CpuThreads.chunks(m, rowsEach) * CpuThreads.chunks(n, colsEach);
  }

  int row(int part) {
    return colsEach < n ? 0 : part * rowsEach;
  }

  int col(int part) {
    return colsEach < n ? part * colsEach : 0;
  }

  int rows(int part) {
    return Math.min(rowsEach, m - row(part));
  }

  int cols(int part) {
    return Math.min(colsEach, n - col(part));
  }
}
