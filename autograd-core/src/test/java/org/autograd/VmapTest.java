package org.autograd;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.autograd.TestTensors.constant;
import static org.autograd.TestTensors.leaf;
import static org.autograd.TestTensors.values;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BinaryOperator;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;

/** Mapped functions: dimensions of batches, several results, what is refused and how. */
class VmapTest {
  private static final VmapOptions DEFAULT = VmapOptions.DEFAULT;

  private static Tensor rows() {
    return Tensor.of(new double[] {1, 2, 3, 4, 5, 6}, 3, 2);
  }

  private static Tensor map(UnaryOperator<Tensor> f, Tensor x) {
    return Vmap.vmap(f).apply(x);
  }

  private static UnaryOperator<Tensor> identity() {
    return t -> t.mul(1);
  }

  @Test
  void batchesInAnyDimension() {
    Tensor x = Tensor.arange(24).to(DType.FLOAT64).view(2, 3, 4);
    for (int in = -3; in < 3; in++) {
      for (int out = -3; out < 3; out++) {
        Tensor y = Vmap.vmap(identity(), DEFAULT.withInDims(in).withOutDims(out)).apply(x);
        int from = in < 0 ? in + 3 : in;
        int to = out < 0 ? out + 3 : out;
        List<Tensor> elements = x.unbind(from);
        Tensor expected = Tensors.stack(elements, to);
        assertThat(y.sizes()).isEqualTo(expected.sizes());
        assertThat(values(y)).containsExactly(values(expected));
      }
    }
  }

  @Test
  void inputsWithoutABatch() {
    BinaryOperator<Tensor> f = (a, b) -> a.mul(b).sum();
    Tensor y = Vmap.vmap(f, DEFAULT.withInDims(0, null)).apply(rows(), constant(10, 100));
    assertThat(values(y)).containsExactly(210, 430, 650);
    y = Vmap.vmap(f, DEFAULT.withInDims(null, 1)).apply(constant(1, 2, 3), rows());
    assertThat(values(y)).containsExactly(22, 28);
  }

  @Test
  void severalResults() {
    TensorFunction f =
        in -> List.of(in.get(0).sum(), in.get(0).mul(2), constant(7), Tensor.of(1L, 2L));
    List<Tensor> out = Vmap.vmapAll(f, DEFAULT.withOutDims(0, 1, 0, null)).apply(List.of(rows()));
    assertThat(values(out.get(0))).containsExactly(3, 7, 11);
    assertThat(values(out.get(1))).containsExactly(2, 6, 10, 4, 8, 12);
    // What does not depend on the batch is repeated, or given as it is.
    assertThat(out.get(2).sizes()).containsExactly(3, 1);
    assertThat(values(out.get(2))).containsExactly(7, 7, 7);
    assertThat(out.get(3).sizes()).containsExactly(2);
    assertThat(Vmap.vmapAll(in -> List.of()).apply(List.of(rows()))).isEmpty();
  }

  @Test
  void nestedLevelsOfOtherDimensions() {
    Tensor x = Tensor.arange(24).to(DType.FLOAT64).view(2, 3, 4);
    UnaryOperator<Tensor> inner =
        Vmap.vmap((UnaryOperator<Tensor>) t -> t.cumsum(0), DEFAULT.withInDims(1).withOutDims(1));
    Tensor y = Vmap.vmap(inner, DEFAULT.withInDims(1).withOutDims(-1)).apply(x);
    // Elements run over dimension 0 of x; inner over 2, outer over 1.
    Tensor expected = x.cumsum(0).permute(0, 2, 1);
    assertThat(y.sizes()).isEqualTo(expected.sizes());
    assertThat(values(y)).containsExactly(values(expected.contiguous()));
    // An outer tensor meets an inner one.
    UnaryOperator<Tensor> table = a -> map(b -> a.mul(b), constant(1, 2, 3));
    assertThat(values(map(table, constant(1, 10)))).containsExactly(1, 2, 3, 10, 20, 30);
  }

  @Test
  void chunks() {
    Tensor x = rows();
    List<Long> sizes = new ArrayList<>();
    for (int chunk = 1; chunk <= 5; chunk++) {
      TensorFunction f = in -> List.of(in.get(0).sum(), in.get(0).mul(in.get(1)), constant(4));
      List<Tensor> out =
          Vmap.vmapAll(f, DEFAULT.withInDims(0, null).withOutDims(0, 1, null).withChunkSize(chunk))
              .apply(List.of(x, constant(1, 10)));
      assertThat(values(out.get(0))).containsExactly(3, 7, 11);
      assertThat(values(out.get(1))).containsExactly(1, 3, 5, 20, 40, 60);
      assertThat(values(out.get(2))).containsExactly(4);
    }
    Tensor leaf = rows().requiresGrad_();
    Vmap.vmap((UnaryOperator<Tensor>) t -> t.square().sum(), DEFAULT.withChunkSize(2))
        .apply(leaf)
        .sum()
        .backward();
    assertThat(values(leaf.grad())).containsExactly(2, 4, 6, 8, 10, 12);
    assertThatThrownBy(() -> DEFAULT.withChunkSize(0))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("chunkSize");
    assertThat(sizes).isEmpty();
  }

  @Test
  void emptyBatches() {
    Tensor none = Tensor.zeros(DType.FLOAT64, 0, 2);
    assertThat(map(t -> t.mul(2).sum(), none).sizes()).containsExactly(0);
    assertThat(map(t -> constant(1, 2, 3), none).sizes()).containsExactly(0, 3);
    assertThat(Vmap.vmap(identity(), DEFAULT.withChunkSize(2).withOutDims(1)).apply(none).sizes())
        .containsExactly(2, 0);
    assertThat(map(Functional.grad(t -> t.square().sum()), none).sizes()).containsExactly(0, 2);
  }

  @Test
  void dimensionsThatDoNotFit() {
    Map<String, Runnable> misuses = new LinkedHashMap<>();
    misuses.put("inDims", () -> Vmap.vmap(identity(), DEFAULT.withInDims(2)).apply(rows()));
    misuses.put("inDims ", () -> Vmap.vmap(identity(), DEFAULT.withInDims(-3)).apply(rows()));
    misuses.put(
        "inDims has 2", () -> Vmap.vmap(identity(), DEFAULT.withInDims(0, 0)).apply(rows()));
    misuses.put("no such dimension", () -> Vmap.vmap(identity()).apply(Tensor.of(1.0).sum()));
    misuses.put("outDims", () -> Vmap.vmap(identity(), DEFAULT.withOutDims(2)).apply(rows()));
    misuses.put(
        "outDims has 2", () -> Vmap.vmap(identity(), DEFAULT.withOutDims(0, 0)).apply(rows()));
    misuses.put(
        "depends on the batch",
        () -> Vmap.vmap(identity(), DEFAULT.withOutDims((Integer) null)).apply(rows()));
    misuses.put(
        "none of the",
        () -> Vmap.vmap(identity(), DEFAULT.withInDims((Integer) null)).apply(rows()));
    misuses.put(
        "one size",
        () -> Vmap.vmap((BinaryOperator<Tensor>) Tensor::mul).apply(rows(), constant(1, 2)));
    misuses.put("null", () -> Vmap.vmap((UnaryOperator<Tensor>) t -> null).apply(rows()));
    misuses.forEach((words, misuse) ->
        assertThatThrownBy(misuse::run)
            .isInstanceOf(IllegalArgumentException.class)
            .hasMessageContaining("vmap")
            .hasMessageContaining(words.strip()));
    // Nothing is left behind.
    assertThat(values(map(identity(), rows()))).containsExactly(1, 2, 3, 4, 5, 6);
  }

  private static void refused(Consumer<Tensor> misuse, String... words) {
    assertThatThrownBy(() ->
            map(
                t -> {
                  misuse.accept(t);
                  return t;
                },
                rows()))
        .isInstanceOf(AutogradException.class)
        .hasMessageContaining("vmap")
        .satisfies(e -> assertThat(e.getMessage()).contains(words));
  }

  @Test
  void valuesCannotBeRead() {
    refused(t -> t.sum().item(), "item", "where");
    refused(t -> t.sum().itemLong(), "itemLong");
    refused(t -> t.gt(2).all().itemBoolean(), "itemBoolean", "where");
    refused(Tensor::toDoubleArray, "toDoubleArray");
    refused(Tensor::toFloatArray, "toFloatArray");
    refused(Tensor::toLongArray, "toLongArray");
    refused(Tensor::toIntArray, "toIntArray");
    refused(Tensor::toBooleanArray, "toBooleanArray");
    refused(Tensor::doubleArray, "doubleArray");
    refused(t -> Tensor.zeros(2).addOut(t, Tensor.of(1.0)), "output");
    // Those of a tensor that is the same for all can be.
    assertThat(values(map(t -> t.mul(constant(3).sum().item()), rows())))
        .containsExactly(3, 6, 9, 12, 15, 18);
  }

  @Test
  void elementsCannotLeave() {
    Tensor[] leaked = new Tensor[1];
    map(
        t -> {
          leaked[0] = t.mul(2);
          return t;
        },
        rows());
    for (Consumer<Tensor> use :
        List.<Consumer<Tensor>>of(
            t -> t.mul(2),
            t -> t.add_(1),
            t -> constant(1, 2).add(t),
            t -> map(u -> u.mul(t), rows()),
            t -> t.view(2, 1),
            Tensor::item)) {
      assertThatThrownBy(() -> use.accept(leaked[0]))
          .isInstanceOf(AutogradException.class)
          .hasMessageContaining("vmap");
    }
    assertThat(leaked[0].shape()).isEqualTo(Shape.of(2));
    assertThat(leaked[0].toString()).contains("batched");
  }

  @Test
  void failuresCloseTheLevel() {
    assertThatThrownBy(() ->
            map(
                t -> {
                  throw new IllegalStateException("mine");
                },
                rows()))
        .hasMessage("mine");
    Tensor x = leaf(1, 2);
    x.square().sum().backward();
    assertThat(values(x.grad())).containsExactly(2, 4);
  }

  @Test
  void batchedIndices() {
    Tensor at = Tensor.of(1L, 0L, 1L);
    BinaryOperator<Tensor> f = (t, i) -> t.get(Index.of(i));
    assertThat(values(Vmap.vmap(f).apply(rows(), at))).containsExactly(2, 3, 6);
    BinaryOperator<Tensor> write =
        (t, i) -> {
          Tensor copy = t.clone();
          copy.set(0.0, Index.of(i));
          return copy;
        };
    assertThat(values(Vmap.vmap(write).apply(rows(), at))).containsExactly(1, 0, 0, 4, 5, 0);
  }

  @Test
  void nullArraysStandForDimension0() {
    VmapOptions options =
        DEFAULT
            .withInDims(1)
            .withInDims((Integer[]) null)
            .withOutDims(1)
            .withOutDims((Integer[]) null);
    assertThat(options).isEqualTo(DEFAULT);
    assertThat(values(Vmap.vmap(identity(), options).apply(rows())))
        .containsExactly(values(rows()));
  }

  @Test
  void resultsThatAreNullAreNamed() {
    assertThatThrownBy(() -> Vmap.vmapAll(in -> null).apply(List.of(rows())))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("vmap: the function returned null. Have it return a list of tensors.");
    assertThatThrownBy(
            () -> Vmap.vmapAll(in -> in, DEFAULT.withOutDims(0, 0)).apply(List.of(rows())))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("returned 1 tensor, but outDims has 2 entries");
    assertThatThrownBy(() -> Vmap.vmap((UnaryOperator<Tensor>) t -> null).apply(rows()))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("result 0 of the function is null");
  }
}
