package org.autograd.benchmarks;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import org.junit.jupiter.api.Test;

class SummaryTest {

  @Test
  void quartilesAreInterpolatedBetweenNeighbours() {
    assertEquals(new Summary(2.5, 1.75, 3.25, 1, 4), Summary.of(4, 1, 3, 2));
  }

  @Test
  void oneMeasurementIsItsOwnSummary() {
    assertEquals(new Summary(7, 7, 7, 7, 7), Summary.of(7));
  }

  @Test
  void nothingHasNoSummary() {
    assertThrows(IllegalArgumentException.class, Summary::of);
  }
}
