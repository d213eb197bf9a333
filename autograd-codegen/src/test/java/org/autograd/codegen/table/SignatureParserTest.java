package org.autograd.codegen.table;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SignatureParserTest {
  @ParameterizedTest
  @ValueSource(
      strings = {
        "mul(Tensor self, Tensor other) -> Tensor",
        "sum.dim(Tensor self, int[] dim, bool keepdim = false) -> Tensor",
        "max.dim(Tensor self, int dim) -> (Tensor values, Tensor indices)",
        "split(Tensor self, long[]? sizes = null, long? n = null) -> Tensor[](self)",
        "index(Tensor self, Tensor?[] indices, Scalar? value = 2.5) -> Tensor",
        "var(Tensor self, int[] dim = []) -> Tensor(self!)",
      })
  void textOfSignatureIsWhatWasRead(String text) {
    assertThat(SignatureParser.parse(text).text()).isEqualTo(text);
  }

  @Test
  void overloadBelongsToTheFullName() {
    Signature s = SignatureParser.parse("sum.dim(Tensor self) -> Tensor");
    assertThat(s.name()).isEqualTo("sum");
    assertThat(s.overload()).isEqualTo("dim");
    assertThat(s.fullName()).isEqualTo("sum.dim");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "mul(Tensor self)                          | has no result",
        "mul(Tensor self -> Tensor                 | unbalanced parentheses",
        "mul(Tensor self)) -> Tensor               | unbalanced parentheses",
        "mul(Tensor) -> Tensor                     | cannot read the argument 'Tensor'",
        "mul(float self) -> Tensor                 | unknown type float of argument self",
        "mul(Tensor a, Tensor a) -> Tensor         | two arguments are named a",
        "mul(int a = 1, int b) -> Tensor           | b has no default but follows",
        "mul(Tensor a) -> float                    | unknown result type 'float'",
        "mul(Tensor a) -> Tensor(b)                | unknown argument b",
        "mul(Tensor a) -> (Tensor values)          | two or more",
        "mul(Tensor a) -> (Tensor values, indices) | cannot read the result 'indices'",
      })
  void mistakeIsNamed(String text, String reason) {
    assertThatThrownBy(() -> SignatureParser.parse(text))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(reason);
  }
}
