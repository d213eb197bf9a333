package org.autograd.codegen;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.autograd.codegen.write.Output;
import org.autograd.codegen.write.Output.Root;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/**
 * Compares what the generator writes for a small table with files that were read and approved.
 *
 * <p>After an intended change, run the tests with {@code -Dgolden.update=true}, which writes the
 * files anew, and read the difference before committing it.
 */
class GoldenTest {
  private static final Path GOLDEN = Path.of("src/test/resources/golden");
  private static final boolean UPDATE = Boolean.getBoolean("golden.update");
  private static Output output;

  @BeforeAll
  static void generate() throws IOException {
    output = Generator.generate(Generator.read(GOLDEN.resolve("ops"), GOLDEN.resolve("java")));
  }

  private static void check(Root root, String path) throws IOException {
    String actual = output.files(root).get(path);
    assertThat(actual).as(path).isNotNull();
    String name = path.substring(path.lastIndexOf('/') + 1);
    Path expected = GOLDEN.resolve("expected").resolve(name + ".golden");
    if (UPDATE) {
      Files.writeString(expected, actual);
    }
    assertThat(actual).isEqualTo(Files.readString(expected));
  }

  @Test
  void publicMethodsWithJavadoc() throws IOException {
    check(Root.MAIN, "org/autograd/TensorOps.java");
    check(Root.MAIN, "org/autograd/Tensors.java");
  }

  @Test
  void entryPointsOfAllForms() throws IOException {
    check(Root.MAIN, "org/autograd/formula/Operators.java");
  }

  @Test
  void layersOfBatchesAndTangents() throws IOException {
    check(Root.MAIN, "org/autograd/formula/Layers.java");
  }

  @Test
  void recordingWithInplaceOutAndCopyForms() throws IOException {
    check(Root.MAIN, "org/autograd/formula/Recorded.java");
  }

  @Test
  void nodeThatSavesItsOperands() throws IOException {
    check(Root.MAIN, "org/autograd/formula/MulBackward0.java");
  }

  @Test
  void nodeThatSavesItsResult() throws IOException {
    check(Root.MAIN, "org/autograd/formula/TanhBackward0.java");
  }

  @Test
  void nodeThatSavesSizesAndArguments() throws IOException {
    check(Root.MAIN, "org/autograd/formula/SumBackward0.java");
  }

  @Test
  void nodeOfSeveralResults() throws IOException {
    check(Root.MAIN, "org/autograd/formula/MaxBackward0.java");
    check(Root.MAIN, "org/autograd/formula/UnbindBackward0.java");
  }

  @Test
  void nodeOfListOperand() throws IOException {
    check(Root.MAIN, "org/autograd/formula/StackBackward0.java");
    check(Root.MAIN, "org/autograd/formula/LerpBackward0.java");
  }

  @Test
  void nodeWhoseDerivativeIsNotImplementedThrows() throws IOException {
    check(Root.MAIN, "org/autograd/formula/TanhBackwardBackward0.java");
  }

  @Test
  void forwardFormulas() throws IOException {
    check(Root.MAIN, "org/autograd/formula/ForwardFormulas.java");
  }

  @Test
  void recordOfNamedResults() throws IOException {
    check(Root.MAIN, "org/autograd/ValuesAndIndices.java");
  }

  @Test
  void kotlinOperators() throws IOException {
    check(Root.KOTLIN, "org/autograd/dsl/Operators.kt");
  }

  @Test
  void referencePage() throws IOException {
    check(Root.DOCS, "operators.md");
  }

  @Test
  void theSameTablesGiveTheSameFiles() throws IOException {
    Output again =
        Generator.generate(Generator.read(GOLDEN.resolve("ops"), GOLDEN.resolve("java")));
    for (Root root : Root.values()) {
      assertThat(again.files(root)).isEqualTo(output.files(root));
    }
  }

  @Test
  void rowsOfTheOperatorTests() throws IOException {
    check(Root.TEST, "org/autograd/ops/OpCases.java");
  }
}
