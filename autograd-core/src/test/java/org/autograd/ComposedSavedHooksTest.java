package org.autograd;

import static org.assertj.core.api.Assertions.assertThat;
import static org.autograd.HookPairs.HALF;
import static org.autograd.HookPairs.TWICE;
import static org.autograd.HookPairs.gradOfSquare;
import static org.autograd.TestTensors.constant;
import static org.autograd.TestTensors.leaf;
import static org.autograd.TestTensors.values;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.autograd.graph.SavedTensorHooks;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Saved-tensor hooks made of others, and what they are told of a release. */
class ComposedSavedHooksTest {
  @AfterEach
  void nothingStaysInForce() {
    assertThat(LowLevel.topSavedTensorsHooks(true)).isEmpty();
    assertThat(LowLevel.isSavedTensorsHooksEnabled()).isTrue();
  }

  @Test
  void hooksComposeCompressThenOffload() {
    List<DType> seen = new ArrayList<>();
    SavedTensorHooks<double[]> offload =
        SavedTensorHooks.of(
            t -> {
              seen.add(t.dtype());
              return values(t);
            },
            p -> constant(p).to(DType.FLOAT32));
    SavedTensorHooks.Transform compress =
        SavedTensorHooks.transform(t -> t.to(DType.FLOAT32), t -> t.to(DType.FLOAT64));
    Tensor a = leaf(1.5, 2.5);
    assertThat(gradOfSquare(Graph.savedTensorsHooks(compress.andThen(offload)), a))
        .containsExactly(3, 5);
    assertThat(seen).containsExactly(DType.FLOAT32, DType.FLOAT32);
    Tensor b = leaf(1.5, 2.5);
    SavedTensorHooks.Transform twice = SavedTensorHooks.transform(TWICE, HALF);
    assertThat(gradOfSquare(Graph.savedTensorsHooks(compress.andThen(twice)), b))
        .containsExactly(3, 5);
  }

  @Test
  void chainedTransformationsTellTheLastOfARelease() {
    List<Tensor> released = new ArrayList<>();
    SavedTensorHooks.Transform last =
        new SavedTensorHooks.Transform() {
          @Override
          public Tensor pack(Tensor tensor) {
            return TWICE.apply(tensor);
          }

          @Override
          public Tensor unpack(Tensor packed) {
            return HALF.apply(packed);
          }

          @Override
          public void release(Tensor packed) {
            released.add(packed);
          }
        };
    SavedTensorHooks.Transform first = SavedTensorHooks.transform(TWICE, HALF);
    Tensor a = leaf(1.5, 2.5);
    assertThat(gradOfSquare(Graph.savedTensorsHooks(first.andThen(last)), a)).containsExactly(3, 5);
    assertThat(released).hasSize(2);
    assertThat(values(released.get(0))).containsExactly(6, 10);
  }

  @Test
  void compressedTensorsGoToDiskAndTheirFilesAreDeleted(@TempDir Path dir) throws IOException {
    SavedTensorHooks.Transform compress =
        SavedTensorHooks.transform(t -> t.to(DType.FLOAT32), t -> t.to(DType.FLOAT64));
    Tensor a = leaf(1.5, 2.5);
    Tensor y;
    try (Scope hooks = Graph.savedTensorsHooks(compress.andThen(Graph.saveToDiskHooks(dir)))) {
      y = a.mul(a);
    }
    try (Stream<Path> files = Files.walk(dir)) {
      assertThat(files.filter(Files::isRegularFile)).isNotEmpty();
    }
    y.sum().backward();
    assertThat(values(a.grad())).containsExactly(3, 5);
    try (Stream<Path> files = Files.walk(dir)) {
      assertThat(files.filter(Files::isRegularFile)).isEmpty();
    }
  }

  @Test
  void hooksComposeAroundTheTensorInsideARecord() {
    record Scaled(Tensor codes, double scale) {}
    List<Object> released = new ArrayList<>();
    SavedTensorHooks<Scaled> quantize =
        SavedTensorHooks.of(
            t -> new Scaled(t.mul(2).to(DType.INT32), 0.5),
            q -> q.codes().to(DType.FLOAT64).mul(q.scale()));
    SavedTensorHooks<int[]> offload =
        new SavedTensorHooks<>() {
          @Override
          public int[] pack(Tensor t) {
            return t.toIntArray();
          }

          @Override
          public Tensor unpack(int[] p) {
            return Tensor.of(p);
          }

          @Override
          public void release(int[] p) {
            released.add(p);
          }
        };
    var both = quantize.andThen(Scaled::codes, (q, codes) -> new Scaled(codes, q.scale()), offload);
    Tensor a = leaf(1.5, 2.5);
    assertThat(gradOfSquare(Graph.savedTensorsHooks(both), a)).containsExactly(3, 5);
    assertThat(released).hasSize(2);
  }

  @Test
  void hooksAreToldWhenAValueIsLetGo() {
    List<Integer> released = new ArrayList<>();
    SavedTensorHooks<Tensor> hooks =
        new SavedTensorHooks<>() {
          @Override
          public Tensor pack(Tensor t) {
            return t;
          }

          @Override
          public Tensor unpack(Tensor t) {
            return t;
          }

          @Override
          public void release(Tensor t) {
            released.add(1);
          }
        };
    Tensor a = leaf(3);
    Tensor y = Graph.savedTensorsHooks(hooks, () -> a.mul(a));
    y.backward(BackwardOptions.DEFAULT.withRetainGraph(true));
    assertThat(released).isEmpty();
    y.backward();
    assertThat(released).hasSize(2);
  }
}
