package org.autograd;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Arrays;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.autograd.kernel.cpu.CpuThreads;
import org.autograd.ops.RandomFills;
import org.autograd.tensor.Layout;
import org.autograd.tensor.Raw;
import org.junit.jupiter.api.Test;

class RandomTest {
  private static final TensorOptions DOUBLE = TensorOptions.of(DType.FLOAT64);

  private static double[] values(Tensor t) {
    return HostAccess.toDoubleArray(t);
  }

  @Test
  void aSeedRepeatsItsNumbers() {
    Generator a = new Generator(7);
    Generator b = new Generator(7);
    assertThat(values(Tensor.rand(a, 5))).isEqualTo(values(Tensor.rand(b, 5)));
    assertThat(values(Tensor.randn(a, 3))).isEqualTo(values(Tensor.randn(b, 3)));
    assertThat(values(Tensor.rand(a, 5))).isNotEqualTo(values(Tensor.rand(new Generator(7), 5)));
    assertThat(values(Tensor.rand(new Generator(8), 5)))
        .isNotEqualTo(values(Tensor.rand(new Generator(7), 5)));
  }

  @Test
  void theFirstNumbersOfAStreamAreThoseOfPhilox() {
    // The first block of seed 0 is 6627e8d5 e169c58d bc57ac4c 9b00dbd8 (the authors' test vector);
    // a float takes its word's upper 24 bits.
    double[] expected = {
      0x6627e8p-24, 0xe169c5p-24, 0xbc57acp-24, 0x9b00dbp-24,
    };
    assertThat(values(Tensor.rand(new Generator(0), 4))).containsExactly(expected);
  }

  @Test
  void theDefaultGeneratorFollowsManualSeed() {
    Generator.defaultGenerator().manualSeed(3);
    assertThat(Generator.defaultGenerator().initialSeed()).isEqualTo(3);
    double[] first = values(Tensor.rand(4));
    Generator.State state = Generator.defaultGenerator().state();
    double[] second = values(Tensor.randn(4));
    Generator.defaultGenerator().setState(state);
    assertThat(values(Tensor.randn(4))).isEqualTo(second);
    Generator.defaultGenerator().manualSeed(3);
    assertThat(values(Tensor.rand(4))).isEqualTo(first);
  }

  @Test
  void numbersDoNotDependOnTheThreadCount() {
    int before = CpuThreads.get();
    try {
      CpuThreads.set(1);
      double[] one = values(Tensor.randn(new Generator(1), 100_003));
      CpuThreads.set(4);
      assertThat(values(Tensor.randn(new Generator(1), 100_003))).isEqualTo(one);
    } finally {
      CpuThreads.set(before);
    }
  }

  @Test
  void concurrentDrawsNeverShareNumbers() throws InterruptedException {
    Generator generator = new Generator(5);
    Set<Double> seen = ConcurrentHashMap.newKeySet();
    Thread[] threads = new Thread[4];
    for (int i = 0; i < threads.length; i++) {
      threads[i] =
          new Thread(() -> {
            for (int j = 0; j < 200; j++) {
              for (double v : values(Tensor.rand(generator, DOUBLE, 2))) {
                seen.add(v);
              }
            }
          });
      threads[i].start();
    }
    for (Thread t : threads) {
      t.join();
    }
    // Of 1600 draws of 53 bits no two are equal but with probability 1e-10.
    assertThat(seen).hasSize(1600);
    assertThat(generator.state().position()).isEqualTo(800);
  }

  @Test
  void uniformStaysWithinItsRange() {
    Tensor t = Tensor.empty(10_000);
    RandomFills.uniform(t, -2, 3);
    double[] v = values(t);
    assertThat(Arrays.stream(v).min().orElseThrow()).isBetween(-2.0, -1.99);
    assertThat(Arrays.stream(v).max().orElseThrow()).isLessThan(3.0).isGreaterThan(2.99);
    assertThat(Arrays.stream(v).average().orElseThrow()).isBetween(0.45, 0.55);
    Tensor narrow = Tensor.empty(1000);
    RandomFills.uniform(narrow, 1, 1 + 0x1p-23);
    assertThat(values(narrow)).containsOnly(1);
    RandomFills.uniform(narrow, 2, 2);
    assertThat(values(narrow)).containsOnly(2);
  }

  @Test
  void normalHasItsMeanAndDeviation() {
    Tensor t = Tensor.empty(DType.FLOAT64, 40_000);
    RandomFills.normal(t, 5, 2);
    double mean = Arrays.stream(values(t)).average().orElseThrow();
    double square =
        Arrays.stream(values(t)).map(v -> (v - mean) * (v - mean)).average().orElseThrow();
    // Standard errors: 0.01 and 0.03.
    assertThat(mean).isBetween(4.95, 5.05);
    assertThat(square).isBetween(3.85, 4.15);
  }

  @Test
  void bernoulliGivesZerosAndOnesOfAnyDtype() {
    for (DType dtype : DType.values()) {
      Tensor t = Tensor.empty(dtype, 10_000);
      RandomFills.bernoulli(t, 0.3);
      assertThat(values(t)).containsOnly(0, 1);
      // Standard error 0.005.
      assertThat(Arrays.stream(values(t)).average().orElseThrow()).isBetween(0.28, 0.32);
    }
    Tensor always = Tensor.empty(100);
    RandomFills.bernoulli(always, 1);
    assertThat(values(always)).containsOnly(1);
    RandomFills.bernoulli(always, 0);
    assertThat(values(always)).containsOnly(0);
  }

  @Test
  void bernoulliTakesBroadcastProbabilities() {
    Tensor t = Tensor.empty(DType.INT64, 3, 2);
    RandomFills.bernoulli(t, Tensor.of(0f, 1f));
    assertThat(values(t)).containsExactly(0, 1, 0, 1, 0, 1);
    assertThatThrownBy(() -> RandomFills.bernoulli(t, Tensor.of(0f, 1.5f)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("1.5");
    assertThatThrownBy(() -> RandomFills.bernoulli(t, Tensor.of(1, 1)))
        .isInstanceOf(AutogradException.class);
  }

  @Test
  void stridedTensorsAreFilledInTheOrderOfTheirElements() {
    Tensor dense = Tensor.empty(3, 2);
    Tensor base = Tensor.empty(6);
    Layout columns = Layout.of(new long[] {3, 2}, new long[] {1, 3}, 0);
    Tensor strided = Raw.alias(Raw.storage(base), columns, DType.FLOAT32);
    Generator.defaultGenerator().manualSeed(11);
    RandomFills.uniform(dense, 0, 1);
    Generator.defaultGenerator().manualSeed(11);
    RandomFills.uniform(strided, 0, 1);
    assertThat(values(strided)).isEqualTo(values(dense));
  }

  @Test
  void randintCoversItsRange() {
    Tensor t = Tensor.randint(-2, 2, 1000);
    assertThat(t.dtype()).isEqualTo(DType.INT64);
    assertThat(values(t)).containsOnly(-2, -1, 0, 1).contains(-2, -1, 0, 1);
    Tensor small = Tensor.randint(TensorOptions.of(DType.UINT8), 0, 256, 10);
    assertThat(small.dtype()).isEqualTo(DType.UINT8);
    assertThatThrownBy(() -> Tensor.randint(3, 3, 2))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("low 3");
  }

  @Test
  void randpermContainsEveryNumberOnce() {
    Set<Double> seen = new HashSet<>();
    Tensor t = Tensor.randperm(new Generator(1), 50);
    for (double v : values(t)) {
      seen.add(v);
    }
    assertThat(seen).hasSize(50).contains(0.0, 49.0);
    assertThat(values(t)).isEqualTo(values(Tensor.randperm(new Generator(1), 50)));
    assertThat(values(Tensor.randperm(0))).isEmpty();
  }

  @Test
  void badArgumentsAreRefusedBeforeAnythingIsDrawn() {
    Generator.State before = Generator.defaultGenerator().state();
    assertThatThrownBy(() -> RandomFills.uniform(Tensor.empty(2), 1, 0))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> RandomFills.normal(Tensor.empty(2), 0, -1))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> RandomFills.bernoulli(Tensor.empty(2), Double.NaN))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> RandomFills.normal(Tensor.empty(DType.INT64, 2), 0, 1))
        .isInstanceOf(AutogradException.class)
        .hasMessageContainingAll("normal_", "int64");
    assertThatThrownBy(() -> Tensor.rand(DType.INT64, 2))
        .isInstanceOf(AutogradException.class)
        .hasMessageContaining("floating point dtype");
    assertThat(Generator.defaultGenerator().state()).isEqualTo(before);
  }
}
