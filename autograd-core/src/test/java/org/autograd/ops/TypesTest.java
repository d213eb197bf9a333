package org.autograd.ops;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.autograd.AutogradException;
import org.autograd.DType;
import org.autograd.Device;
import org.autograd.Scalar;
import org.autograd.Tensor;
import org.autograd.tensor.Layout;
import org.autograd.tensor.Raw;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The expected dtypes are those that PyTorch's documentation of type promotion states. */
class TypesTest {
  private static DType type(String name) {
    return DType.valueOf(name.toUpperCase(java.util.Locale.ROOT));
  }

  private static Tensor of(String name, long... sizes) {
    return Alloc.empty(Layout.contiguous(sizes), type(name), Device.CPU);
  }

  @ParameterizedTest
  @CsvSource({
    "int64, int32, int64",
    "bool, int64, int64",
    "bool, uint8, uint8",
    "bool, int32, int32",
    "uint8, int32, int32",
    "float32, float64, float64",
    "int64, float32, float32",
    "bool, bool, bool",
    "uint8, uint8, uint8",
    "bool, int8, int8",
    "uint8, int8, int16",
    "uint8, int16, int16",
    "int8, int16, int16",
    "int16, int32, int32",
    "int8, int64, int64",
    "int16, float32, float32"
  })
  void tensorsOfOneRankMeetInTheWiderType(String a, String b, String expected) {
    assertThat(Types.promote("op", of(a, 1), of(b, 2))).isEqualTo(type(expected));
    assertThat(Types.promote("op", of(b, 1), of(a, 2))).isEqualTo(type(expected));
    assertThat(Types.promote("op", of(b), of(a))).isEqualTo(type(expected));
  }

  @ParameterizedTest
  @CsvSource({
    "int32, int64, int32",
    "uint8, int64, uint8",
    "float32, float64, float32",
    "float32, int64, float32",
    "int64, float64, float64",
    "bool, int64, int64",
    "bool, float64, float64"
  })
  void zeroDimensionalTensorsCountOnlyByCategory(String tensor, String scalar, String expected) {
    assertThat(Types.promote("op", of(tensor, 3), of(scalar))).isEqualTo(type(expected));
    assertThat(Types.promote("op", of(scalar), of(tensor, 3))).isEqualTo(type(expected));
  }

  @ParameterizedTest
  @CsvSource({
    "int32, int32, float32",
    "uint8, uint8, float32",
    "bool, int64, float32",
    "float32, float32, float32",
    "float64, float64, float64"
  })
  void hostNumbersCountOnlyByCategory(String tensor, String withLong, String withDouble) {
    Tensor t = of(tensor, 3);
    assertThat(Types.promote("op", t, Types.wrap(t, 2))).isEqualTo(type(withLong));
    assertThat(Types.promote("op", t, Types.wrap(t, 0.5))).isEqualTo(type(withDouble));
    assertThat(Types.promote(type(tensor), Scalar.of(2))).isEqualTo(type(withLong));
    assertThat(Types.promote(type(tensor), Scalar.of(0.5))).isEqualTo(type(withDouble));
    Tensor zeroDim = of(tensor);
    assertThat(Types.promote("op", zeroDim, Types.wrap(zeroDim, 0.5))).isEqualTo(type(withDouble));
  }

  @Test
  void threeRanksAreJoinedFromTheLowest() {
    Tensor number = Types.wrap(of("bool", 1), 0.5);
    assertThat(Types.promote("op", of("bool", 1), of("int32"), number)).isEqualTo(DType.FLOAT32);
    assertThat(Types.promote("op", of("int32", 1), of("float64"), number)).isEqualTo(DType.FLOAT64);
    assertThat(Types.promote("op", null, of("uint8", 1), of("int64"))).isEqualTo(DType.UINT8);
  }

  @ParameterizedTest
  @CsvSource({
    "float64, float32, true",
    "int64, float32, true",
    "uint8, float32, true",
    "bool, float32, true",
    "int64, int32, true",
    "int32, uint8, true",
    "bool, uint8, true",
    "float32, int64, false",
    "float32, bool, false",
    "int32, bool, false",
    "uint8, bool, false",
    "bool, bool, true"
  })
  void resultsAreNotCastToALowerCategory(String from, String to, boolean allowed) {
    assertThat(Types.castableTo(type(from), type(to))).isEqualTo(allowed);
  }

  @Test
  void refusedCastNamesBothTypes() {
    assertThatThrownBy(() -> Types.checkCast("mul_", DType.FLOAT32, DType.INT64))
        .isInstanceOf(AutogradException.class)
        .hasMessageStartingWith(
            "mul_: result type float32 can't be cast to the desired output type int64");
  }

  @Test
  void wrappedNumbersHaveTheTypeThatPromotionGives() {
    assertThat((float[]) Raw.array(Types.wrap(of("float32", 1), 3))).containsExactly(3f);
    assertThat((float[]) Raw.array(Types.wrap(of("int64", 1), 0.5))).containsExactly(0.5f);
    assertThat((double[]) Raw.array(Types.wrap(of("float64", 1), 0.1))).containsExactly(0.1);
    assertThat((long[]) Raw.array(Types.wrap(of("bool", 1), 1L << 60))).containsExactly(1L << 60);
    assertThat((byte[]) Raw.array(Types.wrap(of("uint8", 1), 255))).containsExactly((byte) 255);
  }

  @Test
  void castKeepsTheTensorIfItHasTheType() {
    Tensor t = of("int32", 2);
    assertThat(Types.cast(t, DType.INT32)).isSameAs(t);
    assertThat(Types.cast(t, DType.FLOAT32)).isNotSameAs(t);
  }
}
