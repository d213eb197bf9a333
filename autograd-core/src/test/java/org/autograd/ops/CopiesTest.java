package org.autograd.ops;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.lang.reflect.Array;
import java.util.Arrays;
import org.autograd.AutogradException;
import org.autograd.DType;
import org.autograd.Device;
import org.autograd.Scalar;
import org.autograd.Tensor;
import org.autograd.kernel.Backends;
import org.autograd.tensor.HeapStorage;
import org.autograd.tensor.Layout;
import org.autograd.tensor.Raw;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class CopiesTest {
  private static Tensor of(DType type, Object array) {
    Layout layout = Layout.contiguous(Array.getLength(array));
    return Raw.fresh(HeapStorage.of(array), layout, type);
  }

  private static Tensor range(int n) {
    float[] a = new float[n];
    for (int i = 0; i < n; i++) {
      a[i] = i;
    }
    return of(DType.FLOAT32, a);
  }

  private static Tensor view(Tensor t, long[] sizes, long[] strides, long offset) {
    return Raw.alias(Raw.storage(t), Layout.of(sizes, strides, offset), Raw.dtype(t));
  }

  private static Object cast(Tensor t, DType type) {
    return Raw.array(Types.cast(t, type));
  }

  @Test
  void fractionsAreCutOff() {
    Tensor t = of(DType.FLOAT32, new float[] {1.9f, -1.9f, 0.5f, -0.5f, 300.7f});
    assertThat((long[]) cast(t, DType.INT64)).containsExactly(1, -1, 0, 0, 300);
    assertThat((int[]) cast(t, DType.INT32)).containsExactly(1, -1, 0, 0, 300);
    assertThat((byte[]) cast(t, DType.UINT8)).containsExactly(1, 255, 0, 0, 44);
  }

  @Test
  void anythingButZeroIsTrue() {
    Tensor t = of(DType.FLOAT64, new double[] {0, -0.0, 0.5, Double.NaN, -3});
    assertThat((byte[]) cast(t, DType.BOOL)).containsExactly(0, 0, 1, 1, 1);
    Tensor u = of(DType.UINT8, new byte[] {0, 1, (byte) 128});
    assertThat((byte[]) cast(u, DType.BOOL)).containsExactly(0, 1, 1);
    Tensor l = of(DType.INT64, new long[] {1L << 32, 0});
    assertThat((byte[]) cast(l, DType.BOOL)).containsExactly(1, 0);
  }

  @Test
  void uint8IsUnsigned() {
    Tensor t = of(DType.UINT8, new byte[] {(byte) 200, 7});
    assertThat((float[]) cast(t, DType.FLOAT32)).containsExactly(200, 7);
    assertThat((long[]) cast(t, DType.INT64)).containsExactly(200, 7);
  }

  @Test
  void narrowIntegersHaveASignAndWrapAround() {
    Tensor t = of(DType.INT8, new byte[] {(byte) 200, 7});
    assertThat((float[]) cast(t, DType.FLOAT32)).containsExactly(-56, 7);
    assertThat((short[]) cast(t, DType.INT16)).containsExactly((short) -56, (short) 7);
    Tensor l = of(DType.INT64, new long[] {200, -40000, 7});
    assertThat((byte[]) cast(l, DType.INT8)).containsExactly(-56, -64, 7);
    assertThat((short[]) cast(l, DType.INT16))
        .containsExactly((short) 200, (short) 25536, (short) 7);
  }

  @Test
  void longsKeepAllBitsThatFit() {
    long big = (1L << 53) + 1;
    Tensor t = of(DType.INT64, new long[] {big, -big});
    assertThat((int[]) cast(t, DType.INT32)).containsExactly(1, -1);
    // Just above half way between two floats: rounding to double first would lose that.
    long half = (1L << 60) + (1L << 36) + 1;
    Tensor u = of(DType.INT64, new long[] {half});
    assertThat((float[]) cast(u, DType.FLOAT32)).containsExactly((float) ((1L << 60) + (1L << 37)));
  }

  @ParameterizedTest
  @EnumSource(DType.class)
  void everyTypeConvertsToEveryOther(DType from) {
    Tensor ones = Alloc.full(Layout.contiguous(3, 700), Scalar.of(1), from, Device.CPU);
    for (DType to : DType.values()) {
      Tensor t = Types.cast(view(ones, new long[] {700, 3}, new long[] {1, 700}, 0), to);
      assertThat(Raw.dtype(t)).isEqualTo(to);
      for (int i = 0; i < 2100; i++) {
        assertThat(((Number) Array.get(Raw.array(t), i)).doubleValue()).isEqualTo(1);
      }
    }
  }

  @Test
  void copyBroadcastsAndRespectsStrides() {
    Tensor dst = Alloc.zeros(Layout.contiguous(2, 3, 2), DType.INT64, Device.CPU);
    Copies.copyInto(dst, view(range(10), new long[] {3, 1}, new long[] {2, 1}, 4));
    assertThat((long[]) Raw.array(dst)).containsExactly(4, 4, 6, 6, 8, 8, 4, 4, 6, 6, 8, 8);
    Copies.copyInto(view(dst, new long[] {3}, new long[] {4}, 1), range(3));
    assertThat((long[]) Raw.array(dst)).containsExactly(4, 0, 6, 6, 8, 1, 4, 4, 6, 2, 8, 8);
    assertThatThrownBy(() -> Copies.copyInto(dst, range(3))).isInstanceOf(AutogradException.class);
  }

  @Test
  void overlappingCopyReadsEverythingFirst() {
    Tensor t = range(6);
    Copies.copyInto(
        view(t, new long[] {5}, new long[] {1}, 1), view(t, new long[] {5}, new long[] {1}, 0));
    assertThat((float[]) Raw.array(t)).containsExactly(0, 0, 1, 2, 3, 4);
    Tensor s = range(4);
    Copies.copyInto(
        view(s, new long[] {2, 2}, new long[] {2, 1}, 0),
        view(s, new long[] {2, 2}, new long[] {1, 2}, 0));
    assertThat((float[]) Raw.array(s)).containsExactly(0, 2, 1, 3);
  }

  @Test
  void contiguousReturnsTheTensorIfItIs() {
    Tensor t = range(6);
    assertThat(Copies.contiguous(t)).isSameAs(t);
    Tensor c = Copies.contiguous(view(t, new long[] {3, 2}, new long[] {1, 3}, 0));
    assertThat((float[]) Raw.array(c)).containsExactly(0, 3, 1, 4, 2, 5);
  }

  @Test
  void cloneKeepsDenseStrides() {
    Tensor t = view(range(6), new long[] {3, 2}, new long[] {1, 3}, 0);
    Tensor c = Copies.clone(t);
    assertThat(Raw.layout(c).strides()).containsExactly(1, 3);
    assertThat((float[]) Raw.array(c)).containsExactly(0, 1, 2, 3, 4, 5);
    assertThat(Raw.array(c)).isNotSameAs(Raw.array(t));
    Tensor gaps = Copies.clone(view(range(6), new long[] {3}, new long[] {2}, 1));
    assertThat((float[]) Raw.array(gaps)).containsExactly(1, 3, 5);
  }

  @Test
  void fillRespectsStridesAndConverts() {
    Tensor t = range(8);
    Tensor every = view(t, new long[] {2, 2}, new long[] {4, 2}, 1);
    Backends.kernels(every).fill(every, Scalar.of(-1));
    assertThat((float[]) Raw.array(t)).containsExactly(0, -1, 2, -1, 4, -1, 6, -1);
    Tensor b = Alloc.full(Layout.contiguous(2), Scalar.of(0.5), DType.BOOL, Device.CPU);
    assertThat((byte[]) Raw.array(b)).containsExactly(1, 1);
    Tensor l = Alloc.full(Layout.SCALAR, Scalar.of(Long.MAX_VALUE), DType.INT64, Device.CPU);
    assertThat((long[]) Raw.array(l)).containsExactly(Long.MAX_VALUE);
  }

  @Test
  void operandThatOverlapsInPartIsRefusedOrCopied() {
    Tensor t = range(8);
    Tensor head = view(t, new long[] {4}, new long[] {1}, 0);
    Tensor next = view(t, new long[] {4}, new long[] {1}, 1);
    Tensor tail = view(t, new long[] {4}, new long[] {1}, 4);
    Tensor even = view(t, new long[] {4}, new long[] {2}, 0);
    assertThat(Overlap.resolve("add_", head, tail)).isSameAs(tail);
    assertThat(Overlap.resolve("add_", head, head)).isSameAs(head);
    assertThatThrownBy(() -> Overlap.resolve("add_", head, next))
        .isInstanceOf(AutogradException.class)
        .hasMessageStartingWith("add_: some elements of an operand");
    Tensor copy = Overlap.resolve("add_", head, even);
    assertThat(copy).isNotSameAs(even);
    assertThat(Arrays.toString((float[]) Raw.array(copy))).isEqualTo("[0.0, 2.0, 4.0, 6.0]");
  }
}
