package org.autograd.codegen;

import static org.assertj.core.api.Assertions.assertThat;
import static org.autograd.codegen.Mistakes.GOOD;
import static org.autograd.codegen.Mistakes.fails;
import static org.autograd.codegen.Mistakes.failsWith;
import static org.autograd.codegen.Mistakes.problems;

import org.junit.jupiter.api.Test;

/** Forms that an operator cannot have are errors. */
class FormValidationTest {
  @Test
  void inplaceFormOfReduction() {
    String table =
        """
        - op: sum(Tensor self, int[] dim, bool keepdim) -> Tensor
          doc: Adds.
          native: Reductions.sum
          variants: [method, inplace]
          derivatives: {self: "expand_reduced(grad, sizes(self), dim, keepdim)"}
          forward: auto_linear
          samples: [{self: "normal(2)", dim: 0, keepdim: true}]
        """;
    fails(table, 4, "sum", "cannot have the variant 'inplace': it is a reduction");
  }

  @Test
  void inplaceFormOfView() {
    String table =
        """
        - op: transpose(Tensor self, int dim0, int dim1) -> Tensor(self)
          doc: Swaps two dimensions.
          view: Views.transpose
          variants: [method, inplace]
          derivatives: {self: "transpose(grad, dim0, dim1)"}
          forward: auto_linear
          samples: [{self: "normal(2, 3)", dim0: 0, dim1: 1}]
        """;
    fails(table, 4, "transpose", "it returns a view, whose shape is not that");
  }

  @Test
  void inplaceFormOfSeveralResults() {
    String table =
        """
        - op: max(Tensor self, int dim, bool keepdim) -> (Tensor values, Tensor indices)
          doc: Takes the largest element.
          native: Reductions.maxDim
          variants: [method, inplace]
          derivatives: non_differentiable
          samples: [{self: "normal(2)", dim: 0, keepdim: true}]
        """;
    fails(table, 4, "max", "it returns several tensors");
  }

  @Test
  void formForExpandedTensorsWithoutAnInplaceForm() {
    String table =
        """
        - op: square(Tensor self) -> Tensor
          doc: Squares.
          pointwise: self * self
          expanded: Composites.square
          derivatives: {self: "grad * (2 * conj(self))"}
          forward: auto_element_wise
          samples: [{self: "normal(2, 3)"}]
        """;
    fails(table, 4, "square", "has no static method square");
    fails(table, 4, "square", "there is no form that is in place");
  }

  @Test
  void inplaceFormOfComparisonIsAccepted() {
    String table =
        """
        - op: eq(Tensor self, Tensor other) -> Tensor
          doc: Compares.
          pointwise: self == other
          result: bool
          variants: [method, inplace]
          derivatives: non_differentiable
          samples: [{self: "normal(2)", other: "normal(2)"}]
        """;
    assertThat(problems(table)).isEmpty();
  }

  @Test
  void inplaceFormThatSavesItsOperandNeedsClone() {
    String table = GOOD.substring(0, GOOD.indexOf("- op: clone"));
    fails(table, 1, "mul", "the in-place form saves its operand, which needs an operator 'clone'");
  }

  @Test
  void unknownVariant() {
    failsWith("[method, inplace]", "[method, inplaced]", 4, "unknown variant 'inplaced'");
  }

  @Test
  void scalarFormWithoutSecondTensor() {
    String table = GOOD.replace("variants: [method]", "variants: [method, scalar]");
    fails(table, 14, "clone", "no second tensor");
  }

  @Test
  void listFormInPlaceOfAnOperatorThatIsNotPointwise() {
    String table = GOOD.replace("variants: [method]", "variants: [method, inplace, foreach]");
    fails(table, 14, "clone", "in place it must be pointwise");
  }
}
