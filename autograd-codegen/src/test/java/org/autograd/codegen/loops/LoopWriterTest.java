package org.autograd.codegen.loops;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.autograd.codegen.expr.Parser;
import org.autograd.codegen.loops.PointwiseOp.Arg;
import org.autograd.codegen.loops.PointwiseOp.ArgType;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class LoopWriterTest {
  private static final Set<DTypeKind> FLOATING = EnumSet.of(DTypeKind.FLOATING);
  private static final Set<DTypeKind> ALL = EnumSet.allOf(DTypeKind.class);

  /** Arguments are written as in the tables: {@code Tensor self, double slope}. */
  private static PointwiseOp op(
      String name, String args, String result, Set<DTypeKind> dtypes, String expr) {
    List<Arg> list = new ArrayList<>();
    for (String arg : args.split(", ")) {
      String[] words = arg.split(" ");
      list.add(new Arg(words[1], ArgType.valueOf(words[0].toUpperCase(java.util.Locale.ROOT))));
    }
    return new PointwiseOp(
        name, "", "Does it.", list, ResultRule.parse(result), dtypes, Parser.parse(expr));
  }

  /** A parametric activation: one function, one condition, one attribute and a repeated call. */
  private static PointwiseOp golden() {
    return op(
        "elu",
        "Tensor self, double alpha",
        "promote",
        FLOATING,
        "self > 0 ? self : alpha * expm1(self) + 0 * expm1(self)");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "org/autograd/ops/Pointwise.java",
        "org/autograd/kernel/PointwiseKernels.java",
        "org/autograd/kernel/cpu/CpuPointwise.java",
        "org/autograd/kernel/cpu/EluLoop.java",
        "org/autograd/kernel/cpu/vector/EluVector.java"
      })
  void sourcesAreAsReviewed(String path) throws IOException {
    String name = path.substring(path.lastIndexOf('/') + 1).replace(".java", ".txt");
    try (InputStream in = LoopWriterTest.class.getResourceAsStream(name)) {
      String expected = new String(in.readAllBytes(), StandardCharsets.UTF_8);
      assertThat(LoopWriter.write(List.of(golden())).get(path)).isEqualTo(expected);
    }
  }

  @Test
  void everyOperatorHasALoopClassAndOneMethodPerType() {
    Map<String, String> sources =
        LoopWriter.write(
            List.of(op("add", "Tensor self, Tensor other", "promote", ALL, "self + other")));
    String loop = sources.get("org/autograd/kernel/cpu/AddLoop.java");
    for (String method : List.of("f32", "f64", "i64", "i32", "u8", "bool")) {
      assertThat(loop).contains("private static void " + method + "(");
    }
    assertThat(loop).contains("out[i] = (byte) ((x0 | x1) ? 1 : 0);");
    assertThat(loop).contains("int x0 = a0[i] & 0xff;");
  }

  @Test
  void truthOperandIsAMaskBesideNumbers() {
    Map<String, String> sources =
        LoopWriter.write(
            List.of(
                op(
                    "pick",
                    "Tensor condition, Tensor self, Tensor other",
                    "promote",
                    FLOATING,
                    "condition ? self : other")));
    assertThat(sources.get("org/autograd/ops/Pointwise.java"))
        .contains("Types.checkBool(\"pick\", \"condition\", condition);")
        .contains("Types.promote(\"pick\", self, other)");
    assertThat(sources.get("org/autograd/kernel/cpu/PickLoop.java"))
        .contains("byte[] a0")
        .contains("float[] a1")
        .contains("boolean x0 = a0[i] != 0;");
    assertThat(sources).doesNotContainKey("org/autograd/kernel/cpu/vector/PickVector.java");
  }

  @Test
  void operandsThatAreAllTruthValuesAreNoMasks() {
    PointwiseOp and = op("and", "Tensor self, Tensor other", "bool", ALL, "self && other");
    assertThat(Operands.masks(and)).isEmpty();
    assertThat(LoopWriter.write(List.of(and)).get("org/autograd/kernel/cpu/AndLoop.java"))
        .contains("out[i] = (byte) (((x0 != 0) & (x1 != 0)) ? 1 : 0);");
  }

  @Test
  void integersDivideInFloatingPoint() {
    PointwiseOp div = op("div", "Tensor self, Tensor other", "float", ALL, "self / other");
    assertThat(LoopType.of(div)).containsExactly(LoopType.F32, LoopType.F64);
  }

  @Test
  void knownPowersHaveLoopsOfTheirOwn() {
    PointwiseOp pow =
        op("pow", "Tensor self, Scalar exponent", "promote", FLOATING, "pow(self, exponent)");
    assertThat(LoopWriter.write(List.of(pow)).get("org/autograd/kernel/cpu/PowLoop.java"))
        .contains("if (p0 == 2) {")
        .contains("out[i] = (x0 * x0);")
        .contains("out[i] = ((float) Math.sqrt(x0));")
        .contains("if (Scalars.isRoundedToWhole(p0)) {")
        .contains("void f32Exact(double p0, float[] out,")
        .doesNotContain("f64Exact");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      value = {
        "self + nosuch; column 8: unknown name 'nosuch'",
        "1 + nosuch(self); column 5: unknown function 'nosuch'",
        "exp(self, 2); column 1: exp takes 1 arguments, got 2",
        "self + null; column 8: null has no value",
        "self[0]; column 5: elements of arrays cannot be taken"
      })
  void badExpressionIsReportedWithItsColumn(String expr, String reason) {
    assertThatThrownBy(
            () -> LoopWriter.write(List.of(op("f", "Tensor self", "promote", FLOATING, expr))))
        .isInstanceOf(LoopException.class)
        .hasMessageStartingWith("f: pointwise expression, " + reason);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      value = {
        "0.5 * self; column 1: a fraction in an integer loop",
        "self / 2; column 6: '/' divides floating point numbers",
        "exp(self); column 1: exp has no form for INT64",
        "inf + self; column 1: inf in a loop that is not floating point"
      })
  void floatingPointInIntegerLoopIsReported(String expr, String reason) {
    Set<DTypeKind> integral = EnumSet.of(DTypeKind.INTEGRAL);
    assertThatThrownBy(
            () -> LoopWriter.write(List.of(op("f", "Tensor self", "promote", integral, expr))))
        .isInstanceOf(LoopException.class)
        .hasMessageStartingWith("f: pointwise expression, " + reason);
  }

  @Test
  void arithmeticThatTruthValuesLackIsReported() {
    Set<DTypeKind> bool = EnumSet.of(DTypeKind.BOOL);
    assertThatThrownBy(
            () -> LoopWriter.write(List.of(op("f", "Tensor self", "promote", bool, "self - 1"))))
        .hasMessageStartingWith("f: pointwise expression, column 6: truth values have no '-'");
  }

  @Test
  void rulesThatCannotHoldAreReported() {
    assertThatThrownBy(() -> ResultRule.parse("widest"))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() ->
            LoopWriter.write(List.of(op("f", "Tensor self", "same(other)", FLOATING, "self"))))
        .hasMessageContaining("same(other)");
    assertThatThrownBy(
            () -> LoopWriter.write(List.of(op("f", "double self", "promote", FLOATING, "self"))))
        .hasMessageContaining("needs a tensor argument");
    PointwiseOp twice = op("f", "Tensor self", "promote", FLOATING, "self");
    assertThatThrownBy(() -> LoopWriter.write(List.of(twice, twice)))
        .hasMessageContaining("name an overload");
  }
}
