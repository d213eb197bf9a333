package org.autograd;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.autograd.GradcheckFunctions.square;
import static org.autograd.GradcheckFunctions.wrongSquare;
import static org.autograd.TestTensors.constant;
import static org.autograd.TestTensors.leaf;

import java.util.List;
import org.junit.jupiter.api.Test;

class GradcheckAssertTest {
  @Test
  void rightDerivativesPass() {
    GradCheck.that(x -> x.exp(), leaf(1, 2)).passesGradcheck().passesGradgradcheck();
    GradCheck.that((a, b) -> a.mul(b), leaf(1, 2), leaf(3, 4)).passesGradcheck();
    GradCheck.that(in -> List.of(in.get(0).sum()), List.of(leaf(1, 2)))
        .with(o -> o.withFastMode(true))
        .passesGradcheck();
  }

  @Test
  void failuresAreAssertionErrorsWithTheWholeMessage() {
    assertThatThrownBy(() -> GradCheck.that(wrongSquare(), leaf(1, 2)).passesGradcheck())
        .isInstanceOf(AssertionError.class)
        .hasCauseInstanceOf(GradcheckException.class)
        .hasMessageContaining("6.0**")
        .hasMessageContaining("numerical");
    assertThatThrownBy(() ->
            GradCheck.that(square((x, g) -> g.mul(x.detach()).mul(2.0)), leaf(1))
                .passesGradcheck()
                .passesGradgradcheck())
        .isInstanceOf(AssertionError.class)
        .hasMessageStartingWith("gradgradcheck");
  }

  @Test
  void quietOptionsDoNotHideFailures() {
    GradcheckOptions quiet = GradcheckOptions.DEFAULT.withRaiseException(false);
    assertThatThrownBy(
            () -> GradCheck.that(wrongSquare(), leaf(1, 2)).with(quiet).passesGradcheck())
        .isInstanceOf(AssertionError.class);
  }

  @Test
  void expectedFailuresAreReturned() {
    assertThat(GradCheck.that(wrongSquare(), leaf(1, 2)).failsGradcheck())
        .hasMessageContaining("6.0**");
    assertThat(
            GradCheck.that(square((x, g) -> g.mul(x.detach()).mul(2.0)), leaf(1))
                .failsGradgradcheck())
        .hasMessageStartingWith("gradgradcheck");
    assertThatThrownBy(() -> GradCheck.that(x -> x.exp(), leaf(1)).failsGradcheck())
        .isInstanceOf(AssertionError.class)
        .hasMessageContaining("expected to fail");
  }

  @Test
  void misuseIsNoFailure() {
    assertThatThrownBy(() -> GradCheck.that(x -> x.exp(), constant(1)).failsGradcheck())
        .isInstanceOf(IllegalArgumentException.class);
  }
}
