package org.autograd.codegen;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.nio.file.Path;
import java.util.List;
import org.autograd.codegen.table.Entry;
import org.autograd.codegen.table.Problem;
import org.autograd.codegen.table.Problems;
import org.autograd.codegen.table.TableException;
import org.autograd.codegen.table.TableReader;

/** A correct table, and how its mistakes are checked. */
final class Mistakes {
  private Mistakes() {}

  static final Path SOURCES = Path.of("src/test/resources/golden/java");

  /** A correct entry whose parts the tests replace. */
  static final String GOOD =
      """
      - op: mul(Tensor self, Tensor other) -> Tensor
        doc: Multiplies.
        pointwise: self * other
        variants: [method, inplace]
        derivatives:
          self: grad * other
          other: grad * self
        forward: auto_linear
        samples:
          - {self: "normal(2)", other: "normal(2)"}
      - op: clone(Tensor self) -> Tensor
        doc: Copies.
        native: Copies.clone
        variants: [method]
        derivatives: {self: grad}
        forward: auto_linear
        batch: same
        samples: [{self: "normal(2)"}]
      """;

  static List<Problem> problems(String table) {
    Problems problems = new Problems();
    List<Entry> entries = new TableReader(problems).read("t.yaml", table);
    TableException e =
        catchThrowableOfType(
            TableException.class, () -> Generator.check(entries, SOURCES, problems));
    return e == null ? List.of() : e.problems();
  }

  static void fails(String table, int line, String entry, String reason) {
    assertThat(problems(table))
        .anySatisfy(p -> {
          assertThat(p.where().file()).isEqualTo("t.yaml");
          assertThat(p.where().line()).isEqualTo(line);
          assertThat(p.entry()).isEqualTo(entry);
          assertThat(p.reason()).contains(reason);
        });
  }

  static void failsWith(String old, String replacement, int line, String reason) {
    assertThat(GOOD).contains(old);
    fails(GOOD.replace(old, replacement), line, "mul", reason);
  }
}
