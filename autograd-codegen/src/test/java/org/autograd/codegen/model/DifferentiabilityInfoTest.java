package org.autograd.codegen.model;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import org.autograd.codegen.model.SavedAttribute.Source;
import org.autograd.codegen.source.SourceIndex;
import org.autograd.codegen.table.Problems;
import org.autograd.codegen.table.TableReader;
import org.junit.jupiter.api.Test;

class DifferentiabilityInfoTest {
  private static Operator operator(String signature, String derivatives) {
    String table =
        """
        - op: %s
          doc: Does something.
          pointwise: self * other
          variants: [method, inplace]
          derivatives: {%s}
          forward: not_implemented
        """
            .formatted(signature, derivatives);
    Problems problems = new Problems();
    SourceIndex none = new SourceIndex(Path.of("src/test/resources/golden/java"));
    return new ModelBuilder(none, problems)
        .build(new TableReader(problems).read("t.yaml", table))
        .operators()
        .get(0);
  }

  private static DifferentiabilityInfo info(String derivatives) {
    return operator("f(Tensor self, Tensor other, int n) -> Tensor", derivatives).info();
  }

  @Test
  void exactlyWhatAFormulaMentionsIsSaved() {
    DifferentiabilityInfo info = info("self: grad * other * n, other: grad * result");
    assertThat(info.saved()).map(SavedAttribute::field).containsExactly("other", "n", "result");
    assertThat(info.saved())
        .map(SavedAttribute::source)
        .containsExactly(Source.INPUT, Source.VALUE, Source.OUTPUT);
  }

  @Test
  void sizesAreSavedWithoutTheTensor() {
    DifferentiabilityInfo info =
        info("self: 'f(grad, sizes(self))', other: 'g(grad, dtype(self))'");
    assertThat(info.saved()).map(SavedAttribute::field).containsExactly("selfSizes", "selfDtype");
    assertThat(info.saved()).noneMatch(SavedAttribute::isTensor);
  }

  @Test
  void attributeServesTheInputsWhoseFormulasUseIt() {
    DifferentiabilityInfo info = info("self: grad * other, other: grad * self");
    SavedAttribute other = info.saved().get(0);
    assertThat(other.field()).isEqualTo("other");
    assertThat(info.users(other)).map(DifferentiableInput::name).containsExactly("self");
  }

  @Test
  void inplaceFormSavesItsOperandAsItWasBefore() {
    DifferentiabilityInfo info = info("self: grad * other, other: grad * self");
    assertThat(info.savedInPlace("self"))
        .map(SavedAttribute::source)
        .containsExactly(Source.INPUT, Source.ORIGINAL_INPUT);
  }

  @Test
  void formulaKnowsWhichIdentifiersItUses() {
    DifferentiabilityInfo info = info("self: grad * other, other: 'f(grads, needed)'");
    assertThat(info.derivatives().get(0).uses("grad")).isTrue();
    assertThat(info.derivatives().get(0).uses("grads")).isFalse();
    assertThat(info.derivatives().get(1).uses("grads")).isTrue();
    assertThat(info.derivatives().get(1).usesNeeded()).isTrue();
  }

  @Test
  void argumentsWithoutDerivativeAreNoInputs() {
    DifferentiabilityInfo info = info("self: grad, other: non_differentiable");
    assertThat(info.inputs()).map(DifferentiableInput::name).containsExactly("self");
    assertThat(info.isConstant("other")).isTrue();
    assertThat(info.isConstant("self")).isFalse();
  }

  @Test
  void strategyFollowsFromTheEntry() {
    String signature = "f(Tensor self, Tensor other, int n) -> Tensor";
    assertThat(operator(signature, "self: grad, other: grad").strategy())
        .isEqualTo(DispatchStrategy.RECORD);
    assertThat(
            operator(signature, "self: non_differentiable, other: non_differentiable").strategy())
        .isEqualTo(DispatchStrategy.NO_RECORD);
  }

  @Test
  void overloadsAreNumberedInTableOrder() {
    String entry =
        """
        - op: f%s(Tensor self%s) -> Tensor
          doc: Does something.
          pointwise: self
          derivatives: {self: grad}
          forward: auto_linear
        """;
    Problems problems = new Problems();
    SourceIndex none = new SourceIndex(Path.of("nowhere"));
    List<Operator> operators =
        new ModelBuilder(none, problems)
            .build(
                new TableReader(problems)
                    .read("t.yaml", entry.formatted("", "") + entry.formatted(".n", ", int n")))
            .operators();
    assertThat(operators).map(o -> o.info().nodeName()).containsExactly("FBackward0", "FBackward1");
  }
}
