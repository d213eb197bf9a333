package org.autograd.kernel.cpu;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.Random;
import org.autograd.DType;
import org.autograd.Tensor;
import org.autograd.tensor.HeapStorage;
import org.autograd.tensor.Layout;
import org.autograd.tensor.Raw;
import org.junit.jupiter.api.Test;

class StridedTest {
  /** out += a * b, so an element visited twice or never shows. */
  private static final Loop LOOP =
      (arrays, at, step, n) -> {
        double[] out = (double[]) arrays[0];
        double[] a = (double[]) arrays[1];
        double[] b = (double[]) arrays[2];
        for (int i = 0; i < n; i++) {
          out[at[0] + i * step[0]] += a[at[1] + i * step[1]] * b[at[2] + i * step[2]];
        }
      };

  private static Tensor tensor(Random random, int length, Layout layout) {
    double[] a = random.ints(length, -9, 10).asDoubleStream().toArray();
    return Raw.fresh(HeapStorage.of(a), layout, DType.FLOAT64);
  }

  /** A layout with permuted dimensions, gaps between elements and an offset. */
  private static Layout gappy(Random random, long[] sizes) {
    int dim = sizes.length;
    Integer[] order = new Integer[dim];
    Arrays.setAll(order, i -> i);
    java.util.Collections.shuffle(Arrays.asList(order), random);
    long[] strides = new long[dim];
    long step = 1 + random.nextInt(2);
    for (int d : order) {
      strides[d] = step;
      step *= Math.max(1, sizes[d]) + random.nextInt(2);
    }
    return Layout.of(sizes, strides, random.nextInt(4));
  }

  private static int length(Layout l) {
    long last = l.offset();
    for (int d = 0; d < l.dim(); d++) {
      last += Math.max(0, l.sizes()[d] - 1) * l.strides()[d];
    }
    return (int) last + 1;
  }

  private static long[] stretched(Random random, long[] sizes) {
    int drop = random.nextInt(sizes.length + 1);
    long[] s = Arrays.copyOfRange(sizes, drop, sizes.length);
    for (int i = 0; i < s.length; i++) {
      s[i] = random.nextInt(3) == 0 ? 1 : s[i];
    }
    return s;
  }

  private static double at(Tensor t, long[] index, int dims) {
    Layout l = Raw.layout(t);
    long at = l.offset();
    for (int d = 0; d < l.dim(); d++) {
      at += (l.sizes()[d] == 1 ? 0 : index[dims - l.dim() + d]) * l.strides()[d];
    }
    return ((double[]) Raw.array(t))[(int) at];
  }

  private static void check(Random random, long[] sizes) {
    Layout lo = gappy(random, sizes);
    Layout la = gappy(random, stretched(random, sizes));
    Layout lb = gappy(random, stretched(random, sizes));
    Tensor out = tensor(random, length(lo), lo);
    Tensor a = tensor(random, length(la), la);
    Tensor b = tensor(random, length(lb), lb);
    double[] expected = ((double[]) Raw.array(out)).clone();
    long[] index = new long[sizes.length];
    for (long k = 0; k < lo.numel(); k++) {
      long rest = k;
      long at = lo.offset();
      for (int d = sizes.length - 1; d >= 0; d--) {
        index[d] = rest % sizes[d];
        rest /= sizes[d];
        at += index[d] * lo.strides()[d];
      }
      expected[(int) at] += at(a, index, sizes.length) * at(b, index, sizes.length);
    }
    Strided.run(LOOP, out, a, b);
    assertThat((double[]) Raw.array(out)).as("%s, %s, %s", lo, la, lb).isEqualTo(expected);
  }

  @Test
  void everyElementIsVisitedOnceWhateverTheLayouts() {
    Random random = new Random(17);
    for (int i = 0; i < 2000; i++) {
      long[] sizes = random.longs(random.nextInt(5), 1, 7).toArray();
      check(random, sizes);
    }
  }

  @Test
  void largeTensorsAreCutIntoBlocks() {
    Random random = new Random(18);
    for (int i = 0; i < 6; i++) {
      check(random, new long[] {130, 3, 141});
      check(random, new long[] {1, 70_001});
      check(random, new long[] {300, 301});
      check(random, new long[] {5, 2, 3, 2, 1000});
    }
  }

  @Test
  void emptyTensorsAreLeftAlone() {
    check(new Random(1), new long[] {0});
    check(new Random(1), new long[] {3, 0, 2});
  }

  @Test
  void stepTellsHowAnOperandMoves() {
    Layout rows = Layout.contiguous(2, 3);
    Layout columns = Layout.of(new long[] {2, 3}, new long[] {1, 2}, 0);
    assertThat(Strided.step(rows, rows)).isEqualTo(1);
    assertThat(Strided.step(columns, columns)).isEqualTo(1);
    assertThat(Strided.step(rows, columns)).isEqualTo(-1);
    assertThat(Strided.step(rows, Layout.SCALAR)).isEqualTo(0);
    assertThat(Strided.step(Layout.SCALAR, Layout.contiguous(1, 1))).isEqualTo(1);
    assertThat(Strided.step(rows, Layout.contiguous(3))).isEqualTo(-1);
    assertThat(Strided.step(Layout.contiguous(1, 2, 3), rows)).isEqualTo(1);
    Layout gaps = Layout.of(new long[] {2, 3}, new long[] {6, 2}, 0);
    assertThat(Strided.step(gaps, gaps)).isEqualTo(-1);
  }
}
