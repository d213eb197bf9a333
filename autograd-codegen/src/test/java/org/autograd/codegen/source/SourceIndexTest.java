package org.autograd.codegen.source;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;

class SourceIndexTest {
  @Test
  void readsParametersOverSeveralLines() {
    String source =
        """
        final class A {
          /** static Tensor notThis(Tensor a) */
          static Tensor one(
              Tensor a, final long[] sizes, Tensor... rest) {
            return a;
          }

          // static Tensor norThis(Tensor a)
          public static long[][] two() {}

          Tensor notStatic(Tensor a) {}
        }
        """;
    assertThat(SourceIndex.parse("A", source))
        .map(JavaMethod::toString)
        .containsExactly("Tensor A.one(Tensor, long[], Tensor[])", "long[][] A.two()");
    assertThat(SourceIndex.parse("A", source))
        .map(JavaMethod::isPublic)
        .containsExactly(false, true);
  }

  @Test
  void missingClassIsNotFound() {
    SourceIndex index = new SourceIndex(Path.of("src/test/resources/golden/java"));
    assertThat(index.methods("org.autograd.ops", "Nothing")).isEmpty();
    assertThat(index.methods("org.autograd.ops", "Copies")).isPresent();
  }
}
