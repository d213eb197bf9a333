package org.autograd.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.autograd.TestTensors.constant;
import static org.autograd.TestTensors.leaf;
import static org.autograd.TestTensors.values;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import org.autograd.AutogradException;
import org.autograd.BackwardOptions;
import org.autograd.DType;
import org.autograd.Graph;
import org.autograd.HookHandle;
import org.autograd.Shape;
import org.autograd.Tensor;
import org.autograd.UnderScheduler;
import org.autograd.graph.Node;
import org.autograd.graph.NodeHook;
import org.autograd.graph.NodePrehook;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Nodes, and hooks before and after them. */
@ExtendWith(UnderScheduler.class)
class NodeHookBehaviourTest {
  private static final BackwardOptions KEEP = BackwardOptions.DEFAULT.withRetainGraph(true);

  private static Node accumulator(Tensor leaf) {
    return Graph.getGradientEdge(leaf).node();
  }

  private static List<Tensor> doubled(List<Tensor> grads) {
    return grads.stream().map(g -> g.mul(2)).toList();
  }

  @Test
  @Tag("NODE-04")
  void postHookSeesOneEntryForEachEdgeAndEachOutput() {
    Tensor x = leaf(2, 3);
    Tensor y = x.mul(constant(10, 20));
    List<double[]> seen = new ArrayList<>();
    y.gradFn()
        .registerHook((gradInputs, gradOutputs) -> {
          assertThat(gradInputs).hasSize(2);
          assertThat(gradInputs.get(1)).isNull();
          assertThat(gradOutputs).hasSize(1);
          seen.add(values(gradInputs.get(0)));
          seen.add(values(gradOutputs.get(0)));
          assertThatThrownBy(() -> gradInputs.set(0, null))
              .isInstanceOf(UnsupportedOperationException.class);
          assertThatThrownBy(() -> gradOutputs.set(0, null))
              .isInstanceOf(UnsupportedOperationException.class);
          return null;
        });
    y.backward(constant(1, 2));
    assertThat(seen).hasSize(2);
    assertThat(seen.get(0)).containsExactly(10, 40);
    assertThat(seen.get(1)).containsExactly(1, 2);
    assertThat(values(x.grad())).containsExactly(10, 40);

    List<Tensor> parts = leaf(1, 2, 3).unbind(0);
    parts
        .get(0)
        .gradFn()
        .registerHook((gradInputs, gradOutputs) -> {
          assertThat(gradInputs).hasSize(1);
          assertThat(gradOutputs).hasSize(3);
          assertThat(gradOutputs.get(0)).isNotNull();
          assertThat(gradOutputs.get(1)).isNull();
          seen.clear();
          return null;
        });
    parts.get(0).backward();
    assertThat(seen).isEmpty();
  }

  @Test
  @Tag("NODE-04")
  void postHookSeesGradientsThatFitTheOperands() {
    Tensor row = leaf(1, 2);
    Tensor y = row.add(Tensor.ones(DType.FLOAT64, 3, 2));
    List<Shape> shapes = new ArrayList<>();
    y.gradFn()
        .registerHook((gradInputs, gradOutputs) -> {
          shapes.add(gradInputs.get(0).shape());
          return null;
        });
    y.sum().backward();
    assertThat(shapes).containsExactly(Shape.of(2));
    assertThat(values(row.grad())).containsExactly(3, 3);
  }

  @Test
  @Tag("NODE-05")
  void postHookMayReplaceGradientsOfTheInputs() throws ReflectiveOperationException {
    Tensor a = leaf(2);
    Tensor b = leaf(3);
    Tensor c = a.mul(b);
    HookHandle keeps = c.gradFn().registerHook((gradInputs, gradOutputs) -> null);
    c.gradFn()
        .registerHook(
            (gradInputs, gradOutputs) -> List.of(gradInputs.get(0).mul(10), gradInputs.get(1)));
    c.backward(KEEP);
    assertThat(values(a.grad())).containsExactly(30);
    assertThat(values(b.grad())).containsExactly(2);
    keeps.remove();

    HookHandle drops =
        c.gradFn()
            .registerHook((gradInputs, gradOutputs) -> Arrays.asList(gradInputs.get(0), null));
    a.setGrad(null);
    b.setGrad(null);
    c.backward(KEEP);
    drops.remove();
    assertThat(values(a.grad())).containsExactly(30);
    assertThat(b.grad()).isNull();

    List<NodeHook> wrong =
        List.of(
            (in, out) -> List.of(),
            (in, out) -> List.of(in.get(0)),
            (in, out) -> List.of(in.get(0), in.get(1), in.get(1)),
            (in, out) -> List.of(constant(1, 2), in.get(1)),
            (in, out) -> List.of(in.get(0), in.get(1).to(DType.FLOAT32)));
    for (NodeHook hook : wrong) {
      HookHandle handle = c.gradFn().registerHook(hook);
      assertThatThrownBy(() -> c.backward(KEEP))
          .isInstanceOf(AutogradException.class)
          .hasMessageContaining("MulBackward0")
          .hasMessageContaining("returned");
      handle.remove();
    }
    Tensor d = a.mul(constant(5));
    d.gradFn().registerHook((in, out) -> List.of(in.get(0), out.get(0)));
    assertThatThrownBy(() -> d.backward())
        .isInstanceOf(AutogradException.class)
        .hasMessageContaining("no gradient to replace");
    assertThat(NodeHook.class.getMethod("apply", List.class, List.class).getGenericReturnType())
        .as("anything but a list of tensors is refused by the compiler")
        .hasToString("java.util.List<org.autograd.Tensor>");
  }

  @Test
  @Tag("NODE-06")
  void prehookMayReplaceGradientsOfTheOutputs() {
    Tensor x = leaf(2, 3);
    Tensor y = x.mul(x);
    HookHandle keeps =
        y.gradFn()
            .registerPrehook(grads -> {
              assertThat(grads).hasSize(1);
              assertThat(values(grads.get(0))).containsExactly(1, 1);
              return null;
            });
    y.gradFn().registerPrehook(grads -> List.of(grads.get(0).mul(10)));
    y.sum().backward(KEEP);
    assertThat(values(x.grad())).containsExactly(40, 60);
    keeps.remove();
    List<NodePrehook> wrong =
        List.of(g -> List.of(), g -> List.of(g.get(0), g.get(0)), g -> List.of(constant(1, 2, 3)));
    for (NodePrehook hook : wrong) {
      HookHandle handle = y.gradFn().registerPrehook(hook);
      assertThatThrownBy(() -> y.sum().backward(KEEP))
          .isInstanceOf(AutogradException.class)
          .hasMessageContaining("prehook")
          .hasMessageContaining("returned");
      handle.remove();
    }
    y.gradFn().registerPrehook(grads -> Collections.singletonList(null));
    x.setGrad(null);
    y.sum().backward();
    assertThat(x.grad()).as("the only gradient was dropped").isNull();
  }

  @Test
  @Tag("NODE-07")
  void prehooksChainAndPostHooksSeeTheirResult() {
    Tensor a = leaf(1);
    Tensor b = a.mul(2);
    Node node = b.gradFn();
    List<double[]> seen = new ArrayList<>();
    node.registerHook((gradInputs, gradOutputs) -> {
      seen.add(values(gradOutputs.get(0)));
      seen.add(values(gradInputs.get(0)));
      return null;
    });
    node.registerPrehook(NodeHookBehaviourTest::doubled);
    node.registerPrehook(grads -> null);
    node.registerPrehook(NodeHookBehaviourTest::doubled);
    node.registerPrehook(grads -> grads);
    node.registerPrehook(NodeHookBehaviourTest::doubled);
    b.backward(constant(1));
    assertThat(seen).hasSize(2);
    assertThat(seen.get(0)).containsExactly(8);
    assertThat(seen.get(1)).containsExactly(16);
    assertThat(values(a.grad())).containsExactly(16);
  }

  @Test
  @Tag("NODE-08")
  void prehookOfANodeWithTwoOutputsGetsBothGradients() {
    Tensor a = leaf(1, 2, 3, 4);
    List<Tensor> halves = a.chunk(2, 0);
    Tensor loss = halves.get(0).mul(3).add(halves.get(1)).sum();
    loss.backward(KEEP);
    assertThat(values(a.grad())).containsExactly(3, 3, 1, 1);
    halves
        .get(0)
        .gradFn()
        .registerPrehook(grads -> {
          assertThat(grads).hasSize(2);
          return doubled(grads);
        });
    a.setGrad(null);
    loss.backward(KEEP);
    assertThat(values(a.grad())).containsExactly(6, 6, 2, 2);

    List<List<Tensor>> seen = new ArrayList<>();
    Tensor x = leaf(1);
    NodeBehaviourTest.Labels labels = new NodeBehaviourTest.Labelled().apply(x);
    labels
        .thrice()
        .gradFn()
        .registerPrehook(grads -> {
          seen.add(grads);
          return Arrays.asList(grads.get(0), null, grads.get(2).mul(10));
        });
    labels.twice().add(labels.thrice()).backward();
    assertThat(seen).hasSize(1);
    assertThat(seen.get(0)).hasSize(3);
    assertThat(seen.get(0).get(1)).as("a result that is no tensor").isNull();
    assertThat(values(x.grad())).containsExactly(32);
  }

  @Test
  @Tag("NODE-09")
  void handlesRemoveNodeHooksAlsoDuringAPass() {
    Tensor x = leaf(1);
    Tensor y = x.mul(2);
    List<String> log = new ArrayList<>();
    HookHandle[] second = new HookHandle[1];
    HookHandle first =
        y.gradFn()
            .registerPrehook(g -> {
              log.add("first");
              second[0].remove();
              second[0].remove();
              return null;
            });
    second[0] =
        y.gradFn()
            .registerPrehook(g -> {
              log.add("second");
              return null;
            });
    HookHandle after =
        y.gradFn()
            .registerHook((in, out) -> {
              log.add("after");
              return null;
            });
    y.backward(KEEP);
    assertThat(log).containsExactly("first", "second", "after");
    y.backward(KEEP);
    assertThat(log.subList(3, log.size())).containsExactly("first", "after");
    first.remove();
    first.remove();
    after.remove();
    after.remove();
    y.backward();
    assertThat(log).hasSize(5);
  }

  @Test
  @Tag("NODE-10")
  void hooksOnAnAccumulatorSeeOneGradientAndNoInputs() {
    Tensor x = leaf(1, 2);
    List<String> log = new ArrayList<>();
    accumulator(x)
        .registerHook((gradInputs, gradOutputs) -> {
          assertThat(gradInputs).isEmpty();
          assertThat(gradOutputs).hasSize(1);
          log.add("after " + values(gradOutputs.get(0))[1]);
          return List.of();
        });
    accumulator(x)
        .registerPrehook(grads -> {
          assertThat(grads).hasSize(1);
          log.add("before " + values(grads.get(0))[1]);
          return doubled(grads);
        });
    x.mul(x).sum().backward();
    assertThat(log).containsExactly("before 4.0", "after 8.0");
    assertThat(values(x.grad())).containsExactly(4, 8);
  }
}
