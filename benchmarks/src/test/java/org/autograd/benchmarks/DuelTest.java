package org.autograd.benchmarks;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Optional;
import org.junit.jupiter.api.Test;

class DuelTest {

  private static final class Counting implements Task {
    private final long nanos;
    private int runs;

    Counting(long nanos) {
      this.nanos = nanos;
    }

    @Override
    public void run() {
      runs++;
      long end = System.nanoTime() + nanos;
      while (System.nanoTime() < end) {
        Thread.onSpinWait();
      }
    }

    @Override
    public double probe() {
      return 0;
    }
  }

  @Test
  void ratioIsSecondOverFirst() {
    Duel duel = new Duel(new Duel.Effort(2, 20, 2, 3, 1_000));

    Duel.Outcome outcome = duel.run(new Counting(100_000), Optional.of(new Counting(1_000_000)));

    assertTrue(outcome.first().min() >= 100_000, () -> "" + outcome);
    assertTrue(outcome.second().orElseThrow().min() >= 1_000_000, () -> "" + outcome);
    // Loose: the machine may be busy. The wrong way round would give 0.1.
    assertTrue(outcome.ratio().orElseThrow().median() > 1, () -> "" + outcome);
  }

  @Test
  void slowWorkHasThreeRoundsOfOneRun() {
    Counting slow = new Counting(20_000_000);

    new Duel(new Duel.Effort(1, 1, 1, 50, 1)).run(slow, Optional.empty());

    // One slice of warm-up of one run, then the rounds.
    assertEquals(1 + 3, slow.runs);
  }
}
