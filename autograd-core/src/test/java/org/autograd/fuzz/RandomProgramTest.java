package org.autograd.fuzz;

import static org.junit.jupiter.api.Assertions.fail;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.autograd.Warnings;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * Random programs give the same in all modes; see CONTRIBUTING for longer runs, and for one program
 * alone.
 */
class RandomProgramTest {
  private static final int REPORTED = 3;

  private final long first = Long.getLong("fuzz.seed", 1);
  private final long number = Long.getLong("fuzz.programs", 700);
  private final Consumer<String> before = Warnings.handler();

  @BeforeEach
  void ignoreWarnings() {
    Warnings.handler(w -> {});
  }

  @AfterEach
  void restoreWarnings() {
    Warnings.handler(before);
  }

  @Test
  void allModesAgree() {
    List<Fuzz.Failure> failures = new ArrayList<>();
    for (long seed = first; seed < first + number && failures.size() < REPORTED; seed++) {
      Fuzz.failures(ProgramGenerator.program(seed)).stream().limit(1).forEach(failures::add);
    }
    if (!failures.isEmpty()) {
      StringBuilder report = new StringBuilder();
      failures.forEach(f -> report.append(Fuzz.shrunk(f)).append('\n'));
      fail(report.toString());
    }
  }
}
