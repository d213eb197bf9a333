package org.autograd;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Arrays;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Expected texts follow from the rules of PyTorch's printing, worked out by hand. */
class PrinterTest {
  private static String print(Tensor t) {
    return Printer.format(t);
  }

  private static String print(float... values) {
    return Printer.format(Tensor.of(values));
  }

  @Test
  void wholeNumbersPrintWithAPoint() {
    assertThat(print(1, 2, 30)).isEqualTo("tensor([ 1.,  2., 30.])");
    assertThat(print(0, 0)).isEqualTo("tensor([0., 0.])");
    assertThat(print(-1, 2)).isEqualTo("tensor([-1.,  2.])");
    assertThat(print(0f, -0f)).isEqualTo("tensor([0., -0.])");
  }

  @Test
  void fractionsPrintWithFourDigitsRoundedToEven() {
    assertThat(print(0.5f, -1.25f)).isEqualTo("tensor([ 0.5000, -1.2500])");
    assertThat(print(3.14159265f)).isEqualTo("tensor([3.1416])");
    assertThat(print(1.00001f, 100f)).isEqualTo("tensor([  1.0000, 100.0000])");
    // 0.03125 lies between two numbers of four digits; the even one is 0.0312.
    assertThat(print(0.03125f, 1.5f)).isEqualTo("tensor([0.0312, 1.5000])");
  }

  @Test
  void numbersFarApartPrintWithAnExponent() {
    assertThat(print(1f, 10000f)).isEqualTo("tensor([1.0000e+00, 1.0000e+04])");
    assertThat(print(0.5f, 1000f)).isEqualTo("tensor([5.0000e-01, 1.0000e+03])");
    assertThat(print(0.00001f)).isEqualTo("tensor([1.0000e-05])");
    assertThat(print(2e8f)).isEqualTo("tensor([2.0000e+08])");
    assertThat(print(1e8f)).isEqualTo("tensor([100000000.])");
    assertThat(print(0f, 1e-30f)).isEqualTo("tensor([0.0000e+00, 1.0000e-30])");
    assertThat(Printer.format(Tensor.of(-1e300, 1.0)))
        .isEqualTo("tensor([-1.0000e+300,   1.0000e+00], dtype=float64)");
  }

  @Test
  void infinitiesAndNanTakePartWithoutASayInTheFormat() {
    float inf = Float.POSITIVE_INFINITY;
    assertThat(print(1f, Float.NaN, inf)).isEqualTo("tensor([1., nan, inf])");
    assertThat(print(1.5f, -inf)).isEqualTo("tensor([1.5000,   -inf])");
    assertThat(print(Float.NaN)).isEqualTo("tensor([nan])");
  }

  @Test
  void integersAndTruthValuesAlign() {
    assertThat(print(Tensor.of(1L, -20L, 3L))).isEqualTo("tensor([  1, -20,   3])");
    assertThat(print(Tensor.of(true, false))).isEqualTo("tensor([ True, False])");
    assertThat(print(Tensor.wrap(new byte[] {(byte) 255}))).isEqualTo("tensor([255], dtype=uint8)");
    assertThat(print(Tensor.of(1, 2))).isEqualTo("tensor([1, 2], dtype=int32)");
  }

  @Test
  void zeroDimensionalTensorsPrintBare() {
    assertThat(print(Tensor.scalar(3.0))).isEqualTo("tensor(3.)");
    assertThat(print(Tensor.scalar(0.25))).isEqualTo("tensor(0.2500)");
    assertThat(print(Tensor.scalar(7))).isEqualTo("tensor(7)");
    assertThat(print(Tensor.scalar(true))).isEqualTo("tensor(True)");
  }

  @Test
  void matricesPrintRowByRow() {
    Tensor x = Tensor.of(new float[] {1, 2, 3, 4}, 2, 2).requiresGrad_();
    assertThat(print(x))
        .isEqualTo("tensor([[1., 2.],\n" + "        [3., 4.]], requires_grad=True)");
    Tensor wide = Tensor.of(new double[] {1, 2}, 2, 1);
    assertThat(print(wide)).isEqualTo("tensor([[1.],\n        [2.]], dtype=float64)");
  }

  @Test
  void higherDimensionsAreSetApartByBlankLines() {
    assertThat(print(Tensor.of(new float[] {1, 2, 3, 4}, 2, 1, 2)))
        .isEqualTo("tensor([[[1., 2.]],\n\n        [[3., 4.]]])");
  }

  @Test
  void emptyTensorsShowTheirSizeAndDtype() {
    assertThat(print(Tensor.zeros(0))).isEqualTo("tensor([])");
    assertThat(print(Tensor.zeros(0, 3))).isEqualTo("tensor([], size=[0, 3])");
    assertThat(print(Tensor.zeros(DType.INT64, 0))).isEqualTo("tensor([], dtype=int64)");
  }

  @Test
  void longVectorsBreakWithinEightyColumns() {
    // 7 for the prefix; each element takes 4 + 2 columns, so 12 fit into 73.
    float[] values = new float[14];
    Arrays.fill(values, 100);
    String twelve = "100., ".repeat(12).stripTrailing();
    assertThat(print(values)).isEqualTo("tensor([" + twelve + "\n        100., 100.])");
  }

  @Test
  void longSuffixesGoToTheNextLine() {
    double[] values = new double[10];
    Arrays.fill(values, 100);
    // 67 columns are taken: "dtype=float64" with a comma and a blank does not fit.
    String ten = "100., ".repeat(10);
    assertThat(print(Tensor.of(values)))
        .isEqualTo("tensor([" + ten.substring(0, ten.length() - 2) + "],\n       dtype=float64)");
  }

  @Test
  @Tag("VIEW-21")
  void historyThatCannotBeToldPrintsAsInvalid() {
    Tensor leaf = Tensor.of(1f, 2f).requiresGrad_();
    Tensor view = GradMode.noGrad(() -> leaf.narrow(0, 0, 1));
    assertThat(view).hasToString("tensor([1.], requires_grad=True)");
    GradMode.noGrad(() -> leaf.mul_(2));
    assertThatThrownBy(view::gradFn).isInstanceOf(InplaceModificationException.class);
    assertThat(view).hasToString("tensor([2.], grad_fn=<Invalid>)");
  }

  @Test
  void tensorsOfMoreThanAThousandElementsAreSummarised() {
    assertThat(print(Tensor.arange(1001)))
        .isEqualTo("tensor([   0,    1,    2,  ...,  998,  999, 1000])");
    assertThat(print(Tensor.zeros(1000))).doesNotContain("...");
    assertThat(print(Tensor.zeros(600, 2)))
        .isEqualTo(
            "tensor([[0., 0.],\n        [0., 0.],\n        [0., 0.],\n        ...,\n"
                + "        [0., 0.],\n        [0., 0.],\n        [0., 0.]])");
  }

  @Test
  void hiddenElementsHaveNoSayInTheFormat() {
    float[] values = new float[1001];
    values[500] = 1e20f;
    assertThat(print(values)).isEqualTo("tensor([0., 0., 0.,  ..., 0., 0., 0.])");
  }
}
