package org.autograd.codegen.derive;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.autograd.codegen.write.Output;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DerivedSourcesTest {
  private static final String SOURCE =
      """
      package p;

      import q.AlsoFor;

      /** Adds floats, in floating point. */
      @AlsoFor({double.class, short.class})
      final class PlainFloatSums implements FloatSums {
        static final FloatPool POOL = Scratch.FLOATS;
        List<Float> boxed;
        String name = "p.VectorFloatSums";
        DType dtype = DType.FLOAT32;

        float sum(float[] a, float keep) {
          return keep == 0f ? (float) 1.5f : a[0] + 0x1f;
        }
      }
      """;

  @TempDir Path root;

  private Output derived(String source) throws IOException {
    Files.createDirectories(root.resolve("p"));
    Files.writeString(root.resolve("p/PlainFloatSums.java"), source);
    Output output = new Output();
    DerivedSources.addAll(root, output);
    return output;
  }

  @Test
  void typesNamesAndLiteralsAreReplaced() throws IOException {
    String expected =
        """
        // Derived from PlainFloatSums.java; do not edit.
        package p;

        /** Adds doubles, in floating point. */
        final class PlainDoubleSums implements DoubleSums {
          static final DoublePool POOL = Scratch.DOUBLES;
          List<Double> boxed;
          String name = "p.VectorDoubleSums";
          DType dtype = DType.FLOAT32;

          double sum(double[] a, double keep) {
            return keep == 0.0 ? (double) 1.5 : a[0] + 0x1f;
          }
        }
        """;
    assertThat(derived(SOURCE).files(Output.Root.MAIN))
        .containsEntry("p/PlainDoubleSums.java", expected);
  }

  @Test
  void eachNamedTypeGivesAClass() throws IOException {
    assertThat(derived(SOURCE).files(Output.Root.MAIN))
        .containsOnlyKeys("p/PlainDoubleSums.java", "p/PlainShortSums.java");
  }

  @Test
  void sourcesWithoutTheMarkAreLeftAlone() throws IOException {
    String unmarked = SOURCE.replaceAll("(?m)^@AlsoFor.*\\n", "");
    assertThat(derived(unmarked).files(Output.Root.MAIN)).isEmpty();
  }

  @Test
  void otherTypesAreRefused() {
    assertThatThrownBy(() -> derived(SOURCE.replace("short.class", "String.class")))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("String");
  }
}
