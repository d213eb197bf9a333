package org.autograd;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.autograd.TestTensors.leaf;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class GraphExplorerTest {
  @Test
  void dotShowsOperatorsShapesLeavesAndSavedSizes() {
    Tensor w = Tensor.ones(2, 3).requiresGrad_();
    Tensor b = Tensor.ones(3).requiresGrad_();
    Tensor y = w.exp().mul(b);
    String dot = Graph.explore(y).withNames(Map.of("w", w)).withName("y", y).dot();
    // Three nodes and two leaves: y <- mul <- exp <- w, mul <- b.
    assertThat(dot.lines())
        .containsExactlyInAnyOrder(
            "digraph autograd {",
            "  node [shape=box, style=filled, fillcolor=\"#eeeeee\"];",
            "  n0 [label=\"MulBackward0\\nfloat32 [2, 3]\\nsaves other [3], 12 B\\nsaves self [2,"
                + " 3], 24 B\", fillcolor=\"#eeeeee\"];",
            "  n1 [label=\"ExpBackward0\\nfloat32 [2, 3]\\nsaves result [2, 3], 24 B\","
                + " fillcolor=\"#eeeeee\"];",
            "  n2 [label=\"leaf 1\\nfloat32 [3]\", fillcolor=\"#add8e6\"];",
            "  n3 [label=\"w\\nfloat32 [2, 3]\", fillcolor=\"#add8e6\"];",
            "  r0 [label=\"y\\nfloat32 [2, 3]\", fillcolor=\"#90ee90\"];",
            "  n0 -> r0;",
            "  n1 -> n0;",
            "  n2 -> n0;",
            "  n3 -> n1;",
            "}");
  }

  @Test
  void dotEscapesNamesAndNumbersOutputs() {
    Tensor x = leaf(3, 1, 2);
    Tensor values = x.sort().values();
    assertThat(Graph.explore(values).withName("a \"b\" \\ c", x).dot())
        .contains("a \\\"b\\\" \\\\ c")
        .contains("n0 -> r0 [label=\"0\"];");
  }

  @Test
  void aSharedNodeIsDrawnOnceWithEachOfItsArrows() {
    Tensor x = leaf(1);
    Tensor y = x.exp();
    GraphExplorer graph = Graph.explore(y.mul(y), y.add(1));
    assertThat(graph.nodes()).hasSize(4);
    assertThat(graph.leaves()).containsExactly(x);
    assertThat(graph.dot().lines().filter(l -> l.equals("  n2 -> n0;"))).hasSize(2);
    assertThat(graph.dot()).contains("result 0").contains("result 1");
  }

  @Test
  void sharedMemoryIsCountedOnce() {
    Tensor x = Tensor.ones(10, 10).requiresGrad_();
    // exp saves its result; mul saves that same memory twice and once more as a row of it.
    Tensor y = x.exp();
    Tensor z = y.mul(y).sum().add(y.get(0).mul(y.get(1)).sum());
    List<KeptTensor> kept = Graph.explore(z).kept();
    assertThat(kept).hasSize(5);
    assertThat(kept.stream().mapToLong(KeptTensor::bytes).sum()).isEqualTo(400 + 2 * 400 + 2 * 40);
    assertThat(Graph.explore(z).keptBytes()).isEqualTo(400);
    assertThat(kept.stream().filter(k -> k.sharedWith() == null)).hasSize(1);
    assertThat(
            kept.stream().filter(k -> k.storageBytes() == 0).map(KeptTensor::sharedWith).distinct())
        .hasSize(1);
  }

  @Test
  void aViewKeepsItsWholeStorageAlive() {
    Tensor x = leaf(2);
    Tensor large = Tensor.ones(1000);
    List<KeptTensor> kept = Graph.explore(x.mul(large.get(5))).kept();
    assertThat(kept).hasSize(1);
    KeptTensor row = kept.get(0);
    assertThat(row.name()).isEqualTo("other");
    assertThat(row.operator()).isEqualTo("mul");
    assertThat(row.shape()).isEqualTo(Shape.of());
    assertThat(row.dtype()).isEqualTo(DType.FLOAT32);
    assertThat(row.bytes()).isEqualTo(4);
    assertThat(row.storageBytes()).isEqualTo(4000);
    assertThat(row.source()).isNull();
  }

  @Test
  void tableListsTheLargestFirstWithTheSum() {
    Tensor x = Tensor.ones(100, 100).requiresGrad_();
    Tensor y = x.exp();
    Tensor s = y.sum(new int[] {1}, false);
    String table = Graph.explore(s.sin().sum().add(y.exp().sum())).table();
    List<String> lines = table.lines().toList();
    assertThat(lines).hasSize(5);
    assertThat(lines.get(0).split(" {2,}"))
        .containsExactly("kept", "tensor", "operator", "saved as", "shape", "dtype", "source");
    assertThat(lines.get(1).split(" {2,}"))
        .containsExactly("40.0 kB", "40.0 kB", "exp", "result", "[100, 100]", "float32");
    assertThat(lines.get(3).split(" {2,}"))
        .containsExactly("400 B", "400 B", "sin", "self", "[100]", "float32");
    assertThat(lines.get(4).split(" {2,}")).containsExactly("80.4 kB", "in 3 tensors");
  }

  @Test
  void sourceLinesComeWithAnomalyDetection() {
    Tensor x = leaf(2);
    Warnings.handler(m -> {});
    GraphExplorer graph;
    try (Scope scope = AnomalyMode.detectAnomaly()) {
      graph = Graph.explore(x.exp());
    } finally {
      Warnings.handler(null);
    }
    assertThat(graph.kept().get(0).source())
        .startsWith("org.autograd.GraphExplorerTest.sourceLinesComeWithAnomalyDetection(");
    assertThat(graph.table()).contains("GraphExplorerTest.java:");
    assertThat(graph.dot()).contains("GraphExplorerTest.java:");
  }

  @Test
  void freedTensorsAreNotKept() {
    Tensor x = leaf(2);
    Tensor y = x.exp();
    GraphExplorer graph = Graph.explore(y);
    assertThat(graph.keptBytes()).isEqualTo(8);
    y.backward();
    assertThat(graph.kept()).isEmpty();
    assertThat(graph.dot()).contains("saved tensors freed");
  }

  @Test
  void whatIsKeptOnTheHostIsCountedOnceByItsMemory() {
    for (boolean copied : new boolean[] {false, true}) {
      Tensor x = Tensor.ones(100).requiresGrad_();
      Tensor y = Graph.saveOnCpu(copied, () -> x.mul(x));
      List<KeptTensor> kept = Graph.explore(y).kept();
      assertThat(kept).hasSize(2);
      assertThat(kept).allMatch(k -> k.shape().equals(Shape.of(100)) && k.bytes() == 400);
      assertThat(Graph.explore(y).keptBytes()).isEqualTo(copied ? 800 : 400);
      assertThat(Graph.explore(y).table()).doesNotContain("packed");
    }
  }

  @Test
  void whatHooksKeepInAFormOfTheirOwnHasNoSize() {
    Tensor x = leaf(1, 2);
    Tensor y = Graph.savedTensorsHooks(Tensor::toDoubleArray, v -> Tensor.of(v), () -> x.exp());
    KeptTensor row = Graph.explore(y).kept().get(0);
    assertThat(row.shape()).isNull();
    assertThat(row.storageBytes()).isZero();
    assertThat(Graph.explore(y).table()).contains("packed by a hook");
  }

  @Test
  void whatAChangedViewsOperationSavedIsKept() {
    Tensor x = leaf(1, 2, 3, 4);
    Tensor factor = Tensor.of(5.0, 6.0);
    Tensor y = x.mul(1);
    y.get(Index.to(2)).mul_(factor);
    List<KeptTensor> kept = Graph.explore(y).kept();
    assertThat(kept)
        .anyMatch(k -> k.operator().equals("mul") && k.name().equals("other") && k.bytes() == 16);
  }

  @Test
  void aChainOfAHundredThousandNodesIsExplored() {
    Tensor x = leaf(1);
    Tensor y = x;
    for (int i = 0; i < 100_000; i++) {
      y = y.add(1);
    }
    assertThat(Graph.explore(y).nodes()).hasSize(100_001);
    assertThat(Graph.dot(y)).contains("n100000 -> n99999;");
  }

  @Test
  void withoutARendererTheErrorNamesTheModule() {
    assertThatThrownBy(() -> Graph.explore(leaf(1).exp()).svg())
        .isInstanceOf(UnsupportedOperationException.class)
        .hasMessageContaining("autograd-explorer");
  }
}
