package org.autograd.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.autograd.TestTensors.constant;
import static org.autograd.TestTensors.leaf;
import static org.autograd.TestTensors.values;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import org.autograd.Autograd;
import org.autograd.AutogradException;
import org.autograd.BackwardOptions;
import org.autograd.CustomFunction;
import org.autograd.DType;
import org.autograd.FunctionCtx;
import org.autograd.Graph;
import org.autograd.Shape;
import org.autograd.Tensor;
import org.autograd.UnderScheduler;
import org.autograd.graph.InputMetadata;
import org.autograd.graph.Node;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** When hooks on nodes run, and nodes used without a pass. */
@ExtendWith(UnderScheduler.class)
class NodeBehaviourTest {
  /** Two tensors with a text between them. */
  record Labels(Tensor twice, String text, Tensor thrice) {}

  static final class Labelled extends CustomFunction<Tensor, Labels> {
    @Override
    protected Labels forward(FunctionCtx ctx, Tensor x) {
      return new Labels(x.mul(2), "between", x.mul(3));
    }

    @Override
    protected Tensor[] backward(FunctionCtx ctx, Tensor[] grads) {
      return new Tensor[] {grads[0].mul(2).add(grads[2].mul(3))};
    }
  }

  @Test
  @Tag("NODE-01")
  void gradFnIsTheSameNodeUntilAnInPlaceChange() {
    Tensor x = leaf(1, 2);
    Tensor y = x.mul(3);
    Node first = y.gradFn();
    y.sum().backward();
    assertThat(y.gradFn()).isSameAs(first);
    y.mul_(2);
    Node second = y.gradFn();
    assertThat(second).isNotSameAs(first);
    assertThat(y.gradFn()).isSameAs(second);
  }

  @Test
  @Tag("NODE-02")
  void nodesAreNamedAfterTheirOperator() {
    Tensor x = leaf(1, 2);
    assertThat(x.clone().gradFn().name()).matches("CloneBackward\\d");
    assertThat(x.mul(x).gradFn().name()).isEqualTo("MulBackward0");
    assertThat(x.add(x).gradFn().name()).isEqualTo("AddBackward0");
    assertThat(x.exp().gradFn().name()).isEqualTo("ExpBackward0");
    assertThat(Graph.getGradientEdge(x).node().name()).contains("AccumulateGrad");
    assertThat(new Labelled().apply(x).twice().gradFn().name()).isEqualTo("LabelledBackward");
  }

  @Test
  @Tag("NODE-03")
  void metadataIsKeptAsLongAsTheNode() {
    Tensor y = leaf(1, 2).mul(3);
    y.gradFn().metadata().put("note", 7);
    y.sum().backward();
    assertThat(y.gradFn().metadata()).containsExactly(Map.entry("note", 7));
    y.gradFn().metadata().remove("note");
    assertThat(y.gradFn().metadata()).isEmpty();
  }

  /** Which hooks ran in a pass over c = 2b, b = 2a. */
  private static final class Chain {
    final List<String> log = Collections.synchronizedList(new ArrayList<>());
    final Tensor a = leaf(1);
    final Tensor b = a.mul(2);
    final Tensor c = b.mul(2);

    Chain() {
      watch("a", a);
      watch("b", b);
    }

    private void watch(String name, Tensor t) {
      t.registerHook(g -> {
        log.add(name + " tensor");
        return null;
      });
      Node node = Graph.getGradientEdge(t).node();
      node.registerPrehook(g -> {
        log.add(name + " before");
        return null;
      });
      node.registerHook((in, out) -> {
        log.add(name + " after");
        return null;
      });
    }
  }

  @Test
  @Tag("NODE-11")
  void nodeHooksRunOnlyIfTheNodeDoes() {
    String[] all = {"b tensor", "b before", "b after", "a tensor", "a before", "a after"};
    Chain one = new Chain();
    Autograd.grad(one.c, one.b);
    assertThat(one.log).containsExactly("b tensor");

    Chain both = new Chain();
    Autograd.grad(List.of(both.c), List.of(both.a, both.b));
    assertThat(both.log).containsExactly("b tensor", "b before", "b after", "a tensor");

    Chain full = new Chain();
    full.c.backward();
    assertThat(full.log).containsExactly(all);

    Chain inputs = new Chain();
    inputs.c.backward(BackwardOptions.DEFAULT.withInputs(inputs.a, inputs.b));
    assertThat(inputs.log).containsExactly(all);
  }

  @Test
  @Tag("NODE-12")
  void calledNodeAppliesItsFormula() {
    Tensor x = leaf(1);
    Tensor y = x.mul(2);
    List<Tensor> grads = y.gradFn().call(constant(1));
    assertThat(grads).hasSize(2);
    assertThat(values(grads.get(0))).containsExactly(2);
    assertThat(grads.get(1)).isNull();
    for (int wrong : new int[] {0, 2}) {
      assertThatThrownBy(() -> y.gradFn().call(new Tensor[wrong]))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("MulBackward0")
          .hasMessageContaining("1 gradients");
    }
    assertThat(x.grad()).isNull();

    Tensor z = x.mul(x);
    Tensor first = z.gradFn().call(constant(1)).get(0).add(z.gradFn().call(constant(1)).get(1));
    assertThat(values(Autograd.grad(first, x)))
        .as("recorded: the derivative of 2x")
        .containsExactly(2);

    assertThat(Graph.getGradientEdge(x).node().call(constant(4))).isEmpty();
    assertThat(values(x.grad())).containsExactly(4);
    y.backward();
    z.backward();
    assertThatThrownBy(() -> z.gradFn().call(constant(1)))
        .isInstanceOf(AutogradException.class)
        .hasMessageContaining("freed");
  }

  @Test
  @Tag("NODE-13")
  void nodeTellsWhatGradientsItExpects() {
    Tensor x = Tensor.of(1f, 2f).requiresGrad_();
    Tensor z = x.mul(Tensor.of(3f).reshape(new long[0]));
    List<InputMetadata> one = z.gradFn().inputMetadata();
    assertThat(one).hasSize(1);
    assertThat(one.get(0).shape()).isEqualTo(Shape.of(2));
    assertThat(one.get(0).dtype()).isEqualTo(DType.FLOAT32);
    assertThat(one.get(0).device()).isEqualTo(z.device());

    List<InputMetadata> two = leaf(1, 2, 3).chunk(2, 0).get(0).gradFn().inputMetadata();
    assertThat(two).hasSize(2);
    assertThat(two.get(0).shape()).isEqualTo(Shape.of(2));
    assertThat(two.get(1).shape()).isEqualTo(Shape.of(1));
    assertThat(two.get(1).dtype()).isEqualTo(DType.FLOAT64);
    assertThat(Graph.getGradientEdge(x).node().inputMetadata().get(0).shape())
        .isEqualTo(Shape.of(2));
  }
}
