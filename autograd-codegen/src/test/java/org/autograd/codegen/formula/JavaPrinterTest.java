package org.autograd.codegen.formula;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.autograd.codegen.expr.Parser;
import org.autograd.codegen.source.JavaMethod;
import org.autograd.codegen.table.SignatureParser;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class JavaPrinterTest {
  private static JavaPrinter printer() {
    Functions functions = new Functions();
    operator(functions, "mul(Tensor self, Tensor other) -> Tensor", true, "other");
    operator(functions, "sum(Tensor self) -> Tensor", true, null);
    operator(
        functions, "sum.dim(Tensor self, int[] dim, bool keepdim = false) -> Tensor", true, null);
    operator(functions, "fill(Tensor self, Scalar value) -> Tensor", true, null);
    operator(
        functions, "where(Tensor condition, Tensor self, Tensor other) -> Tensor", false, "other");
    operator(functions, "cat(Tensor[] tensors, int dim = 0) -> Tensor", false, null);
    operator(functions, "relu_backward(Tensor gradOutput, Tensor output) -> Tensor", false, null);
    operator(functions, "strided(Tensor self, long? offset = null) -> Tensor", true, null);
    functions.add(
        new JavaMethod("Formulas", "expandReduced", "Tensor", true, List.of("Tensor", "long[]")));
    Scope scope =
        new Scope()
            .name("grad", Code.plain("grad", JavaType.TENSOR))
            .name("self", Code.plain("self", JavaType.TENSOR))
            .name("tensors", Code.plain("tensors", JavaType.TENSORS))
            .name("n", Code.plain("n", JavaType.INT))
            .name("alpha", Code.plain("alpha", JavaType.SCALAR))
            .name("offset", Code.plain("offset", JavaType.OPT_LONG))
            .attribute("sizes", "self", Code.plain("selfSizes", JavaType.LONGS));
    return new JavaPrinter(functions, scope);
  }

  private static void operator(
      Functions functions, String signature, boolean method, String scalarArg) {
    var parsed = SignatureParser.parse(signature);
    functions.add(new Callable.Operator(parsed, Names.camel(parsed.name()), method, scalarArg));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "grad * self                         | grad.mul(self)",
        "grad * 2                            | grad.mul(2)",
        "2.5 * grad                          | grad.mul(2.5)",
        "1 - grad                            | Tensors.sub(1, grad)",
        "1 / (grad + self)                   | Tensors.div(1, grad.add(self))",
        "-grad                               | grad.neg()",
        "-(grad * self)                      | grad.mul(self).neg()",
        "(n + 1) * 2 * grad                  | grad.mul((n + 1) * 2)",
        "grad * alpha                        | grad.mul(alpha.toDouble())",
        "grad / numel(self)                  | grad.div(NodeSupport.numel(selfSizes))",
        "grad * dim(self)                    | grad.mul(selfSizes.length)",
        "grad * size(self, -1)               | grad.mul(NodeSupport.size(selfSizes, -1))",
        "conj(grad)                          | grad",
        "zeros_like(grad)                    | Tensor.zerosLike(grad)",
        "sum(grad)                           | grad.sum()",
        "sum(grad, n, true)                  | grad.sum(new int[] {n}, true)",
        "sum(grad, 0)                        | grad.sum(new int[] {0})",
        "mul(grad, 3)                        | grad.mul(3)",
        "fill(grad, 0)                       | grad.fill(Scalar.of(0))",
        "fill(grad, alpha)                   | grad.fill(alpha)",
        "where(self, grad, 0)                | Operators.where(self, grad, Types.wrap(grad, 0))",
        "cat(tensors)                        | Operators.cat(tensors, 0)",
        "relu_backward(grad, self)           | Operators.reluBackward(grad, self)",
        "strided(grad, offset)               | Operators.strided(grad, offset)",
        "strided(grad, n)                    | grad.strided((long) n)",
        "expand_reduced(grad, sizes(self))   | Formulas.expandReduced(grad, selfSizes)",
        "expand_reduced(grad, sizes(grad))   | Formulas.expandReduced(grad, grad.sizes())",
        "tensors[1]                          | tensors[1]",
      })
  void printsByType(String formula, String java) {
    assertThat(printer().print(Parser.parse(formula), JavaType.TENSOR)).isEqualTo(java);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "gard                | column 1: unknown identifier 'gard'",
        "foo(grad)           | column 1: unknown function 'foo'",
        "grad * true         | column 6: expected a number or a tensor, found boolean",
        "grad > 0            | column 6: a formula has no '>'",
        "sum(grad, true)     | sum(Tensor, boolean) does not fit",
        "size(grad)          | size takes 2 argument(s), not 1",
        "n * 2               | the formula gives int, but Tensor is needed",
      })
  void refusesWhatDoesNotFit(String formula, String reason) {
    assertThatThrownBy(() -> printer().print(Parser.parse(formula), JavaType.TENSOR))
        .isInstanceOf(FormulaException.class)
        .hasMessageContaining(reason);
  }

  @Test
  void namesOfTablesBecomeNamesOfJava() {
    assertThat(Names.camel("relu_backward")).isEqualTo("reluBackward");
    assertThat(Names.camel("fill_")).isEqualTo("fill_");
    assertThat(Names.upperCamel("fill_")).isEqualTo("Fill");
  }
}
