package org.autograd.codegen;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.autograd.codegen.Mistakes.GOOD;
import static org.autograd.codegen.Mistakes.SOURCES;
import static org.autograd.codegen.Mistakes.fails;
import static org.autograd.codegen.Mistakes.failsWith;
import static org.autograd.codegen.Mistakes.problems;

import java.util.List;
import org.autograd.codegen.table.Entry;
import org.autograd.codegen.table.Problems;
import org.autograd.codegen.table.TableException;
import org.autograd.codegen.table.TableReader;
import org.junit.jupiter.api.Test;

/** Every mistake in a table is an error with file, line, entry and reason. */
class ValidationTest {
  @Test
  void goodTablePasses() {
    assertThat(problems(GOOD)).isEmpty();
  }

  @Test
  void unknownIdentifierInFormula() {
    failsWith("grad * other", "grad * oter", 6, "unknown identifier 'oter'");
  }

  @Test
  void unknownFunctionInFormula() {
    failsWith("grad * other", "mull(grad, other)", 6, "unknown function 'mull'");
  }

  @Test
  void functionWithWrongArguments() {
    failsWith("grad * other", "mul(grad, true)", 6, "mul(Tensor, boolean) does not fit");
  }

  @Test
  void formulaThatIsNoTensor() {
    failsWith("grad * other", "sizes(grad)", 6, "gives long[], but Tensor is needed");
  }

  @Test
  void formulaThatIgnoresTheGradient() {
    failsWith("grad * other", "other * 2", 6, "does not use the incoming gradient");
  }

  @Test
  void packagePrivateMethodIsNoFunctionForFormulas() {
    failsWith("grad * other", "not_for_tables(grad)", 6, "unknown function");
  }

  @Test
  void unbalancedParenthesesInFormula() {
    failsWith("grad * other", "(grad * other", 6, "unbalanced '('");
  }

  @Test
  void unbalancedParenthesesInSignature() {
    String table = GOOD.replace("Tensor other) ->", "Tensor other ->");
    fails(table, 1, "mul(Tensor self, Tensor other -> Tensor", "unbalanced parentheses");
  }

  @Test
  void tensorArgumentWithoutWordOnItsDerivative() {
    failsWith("    other: grad * self\n", "", 1, "'other' has no word on its derivative");
  }

  @Test
  void derivativeOfUnknownArgument() {
    failsWith("    other: grad", "    third: grad", 7, "unknown argument 'third'");
  }

  @Test
  void twoDerivativesOfOneArgument() {
    failsWith("    other: grad * self", "    self, other: f(grad)", 7, "two derivatives");
  }

  @Test
  void duplicateEntry() {
    fails(GOOD + GOOD, 19, "mul", "duplicate entry; the first one is at t.yaml:1");
  }

  @Test
  void overloadsWithTheSameJavaSignature() {
    String table = GOOD + GOOD.replace("mul(", "mul.again(");
    fails(table, 19, "mul.again", "has the same Java signature as mul: mul(Tensor, Tensor)");
  }

  @Test
  void unknownKernelClass() {
    String table = GOOD.replace("Copies.clone", "Copiers.clone");
    fails(table, 13, "clone", "unknown kernel 'Copiers.clone': there is no class");
  }

  @Test
  void unknownKernelMethod() {
    String table = GOOD.replace("Copies.clone", "Copies.cloneAll");
    fails(table, 13, "clone", "org.autograd.ops.Copies has no static method cloneAll");
  }

  @Test
  void kernelWithOtherParameters() {
    String table = GOOD.replace("clone(Tensor self)", "clone(Tensor self, int dim = 0)");
    fails(table, 13, "clone", "expected (Tensor, int), found (Tensor)");
  }

  @Test
  void unknownFunctionInPointwiseExpression() {
    failsWith("pointwise: self * other", "pointwise: foo(self)", 3, "foo");
  }

  @Test
  void badYaml() {
    fails("- op: [\n", 2, "", "bad YAML");
  }

  @Test
  void tableThatIsNoList() {
    fails("op: mul\n", 1, "", "a table must be a list");
  }

  @Test
  void unknownKey() {
    failsWith("  doc: Multiplies.", "  doc: Multiplies.\n  docs: x", 3, "unknown key 'docs'");
  }

  @Test
  void keyGivenTwice() {
    String table = GOOD.replace("  doc: Multiplies.", "  doc: Multiplies.\n  doc: x");
    fails(table, 3, "", "the key 'doc' is given twice");
  }

  @Test
  void unknownType() {
    String table = GOOD.replace("Tensor other)", "Tenser other)");
    fails(table, 1, "mul(Tensor self, Tenser other) -> Tensor", "unknown type Tenser");
  }

  @Test
  void unknownDtypeRule() {
    failsWith("  doc: Mul", "  result: half\n  doc: Mul", 2, "unknown dtype rule 'half'");
  }

  @Test
  void unknownDtypes() {
    failsWith("  doc: Mul", "  dtypes: [real]\n  doc: Mul", 2, "unknown kind of dtypes 'real'");
  }

  @Test
  void ruleOfANumberThatIsNone() {
    String add = GOOD.replace("Tensor other)", "Tensor other, Scalar alpha)");
    String table = add.replace("  doc: Mul", "  numbers: {alpha: even}\n  doc: Mul");
    fails(table, 2, "mul", "unknown rule 'even' of the number 'alpha'");
    failsWith("  doc: Mul", "  numbers: {other: as_tensors}\n  doc: Mul", 2, "no number of a");
  }

  @Test
  void defaultOfTheWrongType() {
    String table = GOOD.replace("clone(Tensor self)", "clone(Tensor self, int dim = x)");
    fails(table, 11, "clone", "default of argument 'dim': 'x' is no value of type int");
  }

  @Test
  void wordOfJavaAsName() {
    String table = GOOD.replace("clone(Tensor self)", "double(Tensor self)");
    fails(table, 11, "double", "is a word of Java");
  }

  @Test
  void sampleOfUnknownArgument() {
    failsWith(
        "{self: \"normal(2)\", other", "{self: \"normal(2)\", o: 1, other", 10, "argument 'o'");
  }

  @Test
  void sampleWithoutValueOfArgument() {
    failsWith(", other: \"normal(2)\"", "", 10, "gives no value for the argument 'other'");
  }

  @Test
  void entryWithoutSamplesOrDocumentation() {
    fails("- op: one(Tensor self) -> Tensor\n  composite: Composites.twice\n", 1, "one", "samples");
    fails("- op: one(Tensor self) -> Tensor\n  composite: Composites.twice\n", 1, "one", "'doc:'");
  }

  @Test
  void entryThatSaysNotHowItIsComputed() {
    failsWith("  pointwise: self * other\n", "", 1, "has none of pointwise, native, view");
  }

  @Test
  void missingForwardFormula() {
    failsWith("forward: auto_linear\n  samples:\n", "samples:\n", 1, "has no forward formula");
  }

  @Test
  void forwardFormulaWithoutTangent() {
    failsWith(
        "forward: auto_linear\n  samples:\n", "forward: self_p\n  samples:\n", 8, "no tangent");
  }

  @Test
  void missingBatchingRule() {
    fails(GOOD.replace("  batch: same\n", ""), 11, "clone", "has no 'batch:' rule");
  }

  @Test
  void unknownBatchingRule() {
    fails(GOOD.replace("batch: same", "batch: Rules.clone"), 17, "clone", "unknown batching rule");
    fails(GOOD.replace("batch: same", "batch: {dim: dim}"), 17, "clone", "unknown argument 'dim'");
    fails(GOOD.replace("batch: same", "batch: {self: way}"), 17, "clone", "unknown role 'way'");
    fails(GOOD.replace("batch: same", "batch: {self: dim}"), 17, "clone", "cannot be of role dim");
  }

  @Test
  void wrongNumberOfDifferentiableResults() {
    failsWith("  doc: Mul", "  outputs_differentiable: [true, false]\n  doc: Mul", 1, "2 value(s)");
  }

  @Test
  void allMistakesAreReportedTogether() {
    String table =
        GOOD.replace("grad * other", "grad * oter")
            .replace("Copies.clone", "Copies.cloneAll")
            .replace("variants: [method]", "variants: [methods]");
    assertThat(problems(table)).hasSize(3);
    assertThat(problems(table)).map(p -> p.where().line()).containsExactly(6, 13, 14);
  }

  @Test
  void messageNamesFileLineEntryAndReason() {
    Problems problems = new Problems();
    List<Entry> entries =
        new TableReader(problems).read("t.yaml", GOOD.replace("grad * other", "grad * oter"));
    TableException e =
        catchThrowableOfType(
            TableException.class, () -> Generator.check(entries, SOURCES, problems));
    assertThat(e).hasMessageContaining("t.yaml:6: mul: formula 'grad * oter': column 8: unknown");
  }
}
