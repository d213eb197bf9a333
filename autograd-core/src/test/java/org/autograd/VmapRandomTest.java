package org.autograd;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.autograd.TestTensors.values;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Random numbers inside of {@link Vmap}. */
class VmapRandomTest {
  private static final Tensor X = Tensor.zeros(DType.FLOAT64, 4, 6);

  private static Map<String, UnaryOperator<Tensor>> draws() {
    Map<String, UnaryOperator<Tensor>> all = new LinkedHashMap<>();
    all.put("rand", x -> Tensor.rand(DType.FLOAT64, 6));
    all.put("randn", x -> Tensor.randn(DType.FLOAT64, 6));
    all.put("randLike", x -> Tensor.randLike(x));
    all.put("randnLike", x -> Tensor.randnLike(x));
    all.put("randint", x -> Tensor.randint(0, 1_000_000_000, 6));
    all.put("randintLike", x -> Tensor.randintLike(x, 0, 1_000_000_000));
    all.put("randperm", x -> Tensor.randperm(20));
    all.put("generator", x -> Tensor.rand(new Generator(7), TensorOptions.of(DType.FLOAT64), 6));
    all.put("uniform_", x -> Tensor.zeros(DType.FLOAT64, 6).uniform_(0, 1));
    all.put("uniform_ of an element", x -> x.clone().uniform_(0, 1));
    all.put("normal_", x -> x.clone().normal_(0, 1));
    all.put("bernoulli_", x -> Tensor.zeros(DType.FLOAT64, 40).bernoulli_(0.5));
    all.put("bernoulli", x -> Tensor.ones(DType.FLOAT64, 40).mul(0.5).bernoulli());
    all.put("dropout", x -> Tensor.ones(DType.FLOAT64, 40).dropout(0.5, true));
    all.put("dropout of an element", x -> x.add(1).unsqueeze(0).expand(8, 6).dropout(0.5, true));
    return all;
  }

  private static Tensor map(UnaryOperator<Tensor> f, Randomness randomness) {
    return Vmap.vmap(f, VmapOptions.DEFAULT.withRandomness(randomness)).apply(X);
  }

  @Test
  @Tag("VMAP-09")
  void refusedUnlessAModeIsChosen() {
    draws()
        .forEach((name, f) ->
            assertThatThrownBy(() -> Vmap.vmap(f).apply(X))
                .as(name)
                .isInstanceOf(AutogradException.class)
                .hasMessageContaining("random")
                .hasMessageContaining("vmap"));
    // In a check of gradients too: of all elements, and of a batch of gradients.
    UnaryOperator<Tensor> noisy = x -> x.dropout(0.5, true).sum();
    assertThatThrownBy(() -> Vmap.vmap(Functional.grad(noisy)).apply(X))
        .isInstanceOf(AutogradException.class);
    CustomFunction<Tensor, Tensor> drops =
        CustomFunction.<Tensor, Tensor>named("Drops")
            .forward((ctx, x) -> x.mul(2))
            .backward((ctx, g) -> CustomFunction.gradients(g[0].dropout(0.5, true)));
    Tensor leaf = X.clone().requiresGrad_();
    assertThatThrownBy(() ->
            Autograd.grad(
                List.of(drops.apply(leaf)),
                List.of(leaf),
                List.of(Tensor.ones(DType.FLOAT64, 2, 4, 6)),
                GradOptions.DEFAULT.withGradsBatched(true)))
        .isInstanceOf(AutogradException.class);
    assertThat(map(Functional.grad(noisy), Randomness.DIFFERENT).sizes()).containsExactly(4, 6);
  }

  @Test
  @Tag("VMAP-09")
  void elementsGetTheSameOrOtherNumbers() {
    draws()
        .forEach((name, f) -> {
          Tensor same = map(f, Randomness.SAME);
          Tensor different = map(f, Randomness.DIFFERENT);
          assertThat(different.sizes()).as(name).isEqualTo(same.sizes());
          for (int i = 1; i < 4; i++) {
            assertThat(values(same.get(i))).as(name).containsExactly(values(same.get(0)));
            assertThat(values(different.get(i))).as(name).isNotEqualTo(values(different.get(0)));
          }
        });
  }

  @Test
  void aSeedRepeatsThem() {
    for (Randomness mode : List.of(Randomness.SAME, Randomness.DIFFERENT)) {
      draws()
          .forEach((name, f) -> {
            Generator.defaultGenerator().manualSeed(5);
            Tensor first = map(f, mode);
            Generator.defaultGenerator().manualSeed(5);
            assertThat(values(map(f, mode))).as(name).containsExactly(values(first));
          });
    }
  }

  @Test
  void permutationsAreWhole() {
    Tensor all = map(x -> Tensor.randperm(20), Randomness.DIFFERENT);
    for (int i = 0; i < 4; i++) {
      assertThat(all.get(i).sort(0).values().toLongArray())
          .containsExactly(Tensor.arange(20).toLongArray());
    }
  }

  @Test
  void nestedLevelsHaveAModeEach() {
    UnaryOperator<Tensor> draw = x -> Tensor.rand(DType.FLOAT64, 2);
    UnaryOperator<Tensor> sameInside =
        Vmap.vmap(draw, VmapOptions.DEFAULT.withRandomness(Randomness.SAME));
    Tensor t = map(sameInside, Randomness.DIFFERENT);
    assertThat(t.sizes()).containsExactly(4, 6, 2);
    assertThat(values(t.get(0, 0))).containsExactly(values(t.get(0, 1)));
    assertThat(values(t.get(0, 0))).isNotEqualTo(values(t.get(1, 0)));
    UnaryOperator<Tensor> differentInside =
        Vmap.vmap(draw, VmapOptions.DEFAULT.withRandomness(Randomness.DIFFERENT));
    t = map(differentInside, Randomness.SAME);
    assertThat(values(t.get(0, 0))).isNotEqualTo(values(t.get(0, 1)));
    assertThat(values(t.get(0))).containsExactly(values(t.get(1)));
    assertThatThrownBy(() -> map(differentInside, Randomness.ERROR))
        .isInstanceOf(AutogradException.class);
    assertThat(values(map(differentInside, Randomness.DIFFERENT))).doesNotHaveDuplicates();
  }

  @Test
  void chunksGetTheSameNumbersToo() {
    UnaryOperator<Tensor> draw = x -> Tensor.rand(DType.FLOAT64, 2);
    VmapOptions chunks = VmapOptions.DEFAULT.withChunkSize(3);
    Tensor same = Vmap.vmap(draw, chunks.withRandomness(Randomness.SAME)).apply(X);
    for (int i = 1; i < 4; i++) {
      assertThat(values(same.get(i))).containsExactly(values(same.get(0)));
    }
    Tensor different = Vmap.vmap(draw, chunks.withRandomness(Randomness.DIFFERENT)).apply(X);
    assertThat(values(different)).doesNotHaveDuplicates();
  }

  @Test
  void chunksDoNotRewindWhatAnotherThreadDrawsMeanwhile() {
    List<double[]> other = new ArrayList<>();
    UnaryOperator<Tensor> draw =
        x -> {
          Tensor first = Tensor.rand(DType.FLOAT64, 2);
          CompletableFuture.runAsync(() -> other.add(values(Tensor.rand(3)))).join();
          return Tensors.cat(List.of(first, Tensor.rand(DType.FLOAT64, 2)), 0);
        };
    VmapOptions chunks = VmapOptions.DEFAULT.withChunkSize(1).withRandomness(Randomness.SAME);
    Tensor same = Vmap.vmap(draw, chunks).apply(X);
    for (int i = 1; i < 4; i++) {
      assertThat(values(same.get(i))).containsExactly(values(same.get(0)));
    }
    assertThat(other.stream().flatMapToDouble(Arrays::stream).boxed()).doesNotHaveDuplicates();
  }

  @Test
  void emptyBatchesDrawNothing() {
    for (Randomness mode : List.of(Randomness.SAME, Randomness.DIFFERENT)) {
      draws()
          .forEach((name, f) ->
              assertThat(
                      Vmap.vmap(f, VmapOptions.DEFAULT.withRandomness(mode))
                          .apply(X.narrow(0, 0, 0))
                          .size(0))
                  .as(name)
                  .isZero());
    }
  }

  @Test
  void drawnTensorsCanBeWrittenInto() {
    UnaryOperator<Tensor> f =
        x -> {
          Tensor noise = Tensor.rand(DType.FLOAT64, 6);
          noise.copy_(x.add(3));
          return noise;
        };
    for (Randomness mode : List.of(Randomness.SAME, Randomness.DIFFERENT)) {
      assertThat(values(map(f, mode))).containsOnly(3);
    }
  }
}
