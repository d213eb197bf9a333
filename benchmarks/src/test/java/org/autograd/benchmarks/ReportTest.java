package org.autograd.benchmarks;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ReportTest {

  private static final Results RESULTS =
      new Results(
          new Machine("A processor", 2, 4096, "Linux amd64", "A JVM 25"),
          true,
          2,
          List.of("theirs 1.0", "ours 2.0"),
          List.of(
              new Results.Table(
                  "Together",
                  "ours",
                  "theirs",
                  List.of(
                      new Results.Row(
                          "work",
                          Summary.of(90, 100, 110),
                          Summary.of(1500, 1500, 1500),
                          Summary.of(14, 15, 16)),
                      new Results.Row("alone", Summary.of(2.5e6), null, null)))));

  @Test
  void proseAroundTheMarkersStays() {
    String page = "before\n" + Report.BEGIN + "\nold\n" + Report.END + "\nafter\n";

    assertEquals(
        "before\n" + Report.BEGIN + "\n\nnew\n\n" + Report.END + "\nafter\n",
        Report.between(page, "new\n"));
  }

  @Test
  void pageWithoutMarkersIsRefused() {
    assertThrows(IllegalArgumentException.class, () -> Report.between("a page", "new"));
  }

  @Test
  void rowsShowMedianSpreadAndRatio() {
    String text = Report.render(List.of(RESULTS));

    assertTrue(text.contains("## With the Vector API module, 2 threads"), text);
    assertTrue(text.contains("| work | ours | spread | theirs | spread | theirs ÷ ours |"), text);
    assertTrue(
        text.contains("| work | 100 ns | ±5.0 % | 1.50 µs | ±0.0 % | 15.0 | 14.5–15.5 |"), text);
    assertTrue(text.contains("| alone | 2.50 ms | ±0.0 % | – | – | – | – |"), text);
  }

  @Test
  void targetsAreJudgedByTheMedian() {
    String chain = Suite.chain(Case.Pass.FORWARD_BACKWARD).label();
    Results run =
        new Results(
            RESULTS.machine(),
            true,
            1,
            List.of(),
            List.of(
                new Results.Table(
                    Suite.BESIDE_LIBTORCH,
                    "autograd",
                    "libtorch",
                    List.of(
                        new Results.Row(
                            chain,
                            Summary.of(100, 499, 5_000),
                            Summary.of(6_000),
                            Summary.of(1, 11.5, 20)))),
                new Results.Table(
                    Suite.COROUTINES,
                    "autograd",
                    "coroutines",
                    List.of(
                        new Results.Row(chain, Summary.of(1), Summary.of(1), Summary.of(1.25))))));

    String text = Report.render(List.of(run));

    assertTrue(text.contains("| " + chain + " | ≤ 0.50 µs | 0.50 µs, met |"), text);
    assertTrue(
        text.contains("| " + chain + ", libtorch ÷ autograd | ≥ 12.0 | 11.5, **not met** |"), text);
    assertTrue(
        text.contains("| " + chain + ", coroutines ÷ calling thread | ≤ 1.30 | 1.25, met |"), text);
  }

  @Test
  void targetsNameRowsOfTheSuite() {
    for (Target target : Target.all()) {
      assertTrue(
          Suite.sections().stream()
              .filter(section -> section.title().equals(target.section()))
              .flatMap(section -> section.cases().stream())
              .anyMatch(work -> work.label().equals(target.work())),
          target::name);
    }
  }

  @Test
  void resultsSurviveTheirFile(@TempDir Path folder) throws IOException {
    Path file = folder.resolve("new").resolve("results.json");
    RESULTS.write(file);

    assertEquals(RESULTS, Results.read(file));
  }
}
