package org.autograd.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.autograd.TestTensors.constant;
import static org.autograd.TestTensors.leaf;
import static org.autograd.TestTensors.values;

import java.lang.ref.WeakReference;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.autograd.Autograd;
import org.autograd.AutogradException;
import org.autograd.BackwardOptions;
import org.autograd.CustomFunction;
import org.autograd.DType;
import org.autograd.FunctionCtx;
import org.autograd.Garbage;
import org.autograd.GradOptions;
import org.autograd.GradientEdge;
import org.autograd.Graph;
import org.autograd.HookHandle;
import org.autograd.Tensor;
import org.autograd.TensorOrEdge;
import org.autograd.UnderScheduler;
import org.autograd.graph.AccumulateGrad;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Places in the graph that stand for tensors. */
@ExtendWith(UnderScheduler.class)
class GradientEdgeBehaviourTest {
  private static final GradOptions KEEP = GradOptions.DEFAULT.withRetainGraph(true);

  private static final class Triple extends CustomFunction<Tensor, Tensor> {
    @Override
    protected Tensor forward(FunctionCtx ctx, Tensor x) {
      return x.mul(3);
    }

    @Override
    protected Tensor[] backward(FunctionCtx ctx, Tensor[] grads) {
      return new Tensor[] {grads[0].mul(3)};
    }
  }

  @Test
  @Tag("EDGE-01")
  void edgeNamesTheNodeAndTheOutput() {
    Tensor x = leaf(1, 2, 3);
    List<Tensor> parts = x.unbind(0);
    assertThat(Graph.getGradientEdge(parts.get(2)))
        .isEqualTo(new GradientEdge(parts.get(2).gradFn(), 2));
    Tensor y = x.mul(2);
    assertThat(Graph.getGradientEdge(y)).isEqualTo(new GradientEdge(y.gradFn(), 0));
    GradientEdge ofLeaf = Graph.getGradientEdge(x);
    assertThat(ofLeaf.outputNr()).isZero();
    assertThat(ofLeaf.node())
        .isInstanceOf(AccumulateGrad.class)
        .isSameAs(y.gradFn().edge(0).node());
    for (Tensor none : List.of(constant(1), y.detach())) {
      assertThatThrownBy(() -> Graph.getGradientEdge(none))
          .isInstanceOf(AutogradException.class)
          .hasMessageContaining("require grad");
    }
    for (int nr : new int[] {-1, 1}) {
      assertThatThrownBy(() -> new GradientEdge(y.gradFn(), nr))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("MulBackward0");
    }
  }

  @Test
  @Tag("EDGE-02")
  void edgeAsInputGivesTheSameAsItsTensor() {
    Tensor x = leaf(1, 2, 3);
    Tensor builtin = x.mul(x);
    Tensor custom = new Triple().apply(builtin);
    Tensor second = custom.chunk(2, 0).get(1);
    Tensor loss = second.mul(second).sum().add(builtin.sum());
    List<Tensor> tensors = List.of(x, builtin, custom, second);
    List<Tensor> expected = Autograd.grad(List.of(loss), tensors, null, KEEP);
    // second = [27], d loss / d second = 54
    assertThat(values(expected.get(3))).containsExactly(54);
    assertThat(values(expected.get(1))).containsExactly(1, 1, 163);
    assertThat(values(expected.get(0))).containsExactly(2, 4, 978);
    for (int i = 0; i < tensors.size(); i++) {
      GradientEdge edge = Graph.getGradientEdge(tensors.get(i));
      assertThat(values(Autograd.grad(loss, edge, KEEP))).containsExactly(values(expected.get(i)));
      Tensor other = tensors.get((i + 1) % tensors.size());
      List<Tensor> mixed = Autograd.grad(List.of(loss), List.of(other, edge), null, KEEP);
      assertThat(values(mixed.get(1))).containsExactly(values(expected.get(i)));
      assertThat(values(mixed.get(0)))
          .containsExactly(values(expected.get((i + 1) % tensors.size())));
    }
  }

  @Test
  @Tag("EDGE-02")
  void edgeMayBeAnInputOfBackward() {
    Tensor x = leaf(1, 2);
    Tensor y = x.mul(3);
    Tensor z = leaf(5, 6);
    Tensor loss = y.mul(z).sum();
    BackwardOptions keep = BackwardOptions.DEFAULT.withRetainGraph(true);
    loss.backward(keep.withInputs(Graph.getGradientEdge(x)));
    assertThat(values(x.grad())).containsExactly(15, 18);
    assertThat(z.grad()).isNull();
    List<Double> seen = new ArrayList<>();
    HookHandle hook =
        y.registerHook(g -> {
          seen.add(values(g)[1]);
          return null;
        });
    loss.backward(keep.withInputs(Graph.getGradientEdge(y), z));
    hook.remove();
    assertThat(seen).containsExactly(6.0);
    assertThat(values(z.grad())).containsExactly(3, 6);
    assertThat(values(x.grad())).containsExactly(15, 18);
    y.retainGrad();
    loss.backward(keep.withInputs(Graph.getGradientEdge(y)));
    assertThat(values(y.grad())).containsExactly(5, 6);
  }

  @Test
  @Tag("EDGE-03")
  void edgeKeepsNamingTheOldValueAfterAnInPlaceChange() {
    Tensor x = leaf(1, 2).clone();
    GradientEdge edge = Graph.getGradientEdge(x);
    x.mul_(2);
    List<TensorOrEdge> inputs = List.of(edge, x);
    List<Tensor> grads = Autograd.grad(List.of(x.sum()), inputs);
    assertThat(values(grads.get(0))).containsExactly(2, 2);
    assertThat(values(grads.get(1))).containsExactly(1, 1);
  }

  @Test
  @Tag("EDGE-04")
  void edgeMayBeARootIfItStandsForAScalarOrHasAGradient() {
    Tensor x = leaf(1, 2);
    Tensor loss = x.mul(x).sum();
    Tensor y = x.mul(3);
    assertThat(values(Autograd.grad(Graph.getGradientEdge(loss), x, KEEP))).containsExactly(2, 4);
    Autograd.backward(Graph.getGradientEdge(loss));
    assertThat(values(x.grad())).containsExactly(2, 4);

    GradientEdge edge = Graph.getGradientEdge(y);
    assertThatThrownBy(() -> Autograd.backward(edge))
        .isInstanceOf(AutogradException.class)
        .hasMessageContaining("scalar")
        .hasMessageContaining("[2]");
    assertThatThrownBy(() -> Autograd.backward(List.of(edge), List.of(constant(1, 2, 3))))
        .isInstanceOf(AutogradException.class)
        .hasMessageContaining("[3]")
        .hasMessageContaining("[2]");
    assertThat(values(x.grad())).containsExactly(2, 4);
    Autograd.backward(List.of(edge), List.of(Tensor.of(10f, 20f)));
    assertThat(values(x.grad())).containsExactly(32, 64);

    Tensor z = x.mul(5);
    List<Tensor> mixed =
        Autograd.grad(
            List.of(z.sum(), Graph.getGradientEdge(z)),
            List.of(x),
            Arrays.asList(null, constant(1, 2)),
            GradOptions.DEFAULT);
    assertThat(values(mixed.get(0))).containsExactly(10, 15);
  }

  @Test
  @Tag("EDGE-05")
  void zerosCannotBeMadeForAnUnreachableEdge() {
    Tensor x = leaf(1, 2);
    Tensor y = leaf(3);
    Tensor loss = x.mul(2).sum();
    List<TensorOrEdge> inputs = List.of(x, Graph.getGradientEdge(y));
    assertThatThrownBy(
            () -> Autograd.grad(List.of(loss), inputs, null, KEEP.withMaterializeGrads(true)))
        .isInstanceOf(AutogradException.class)
        .hasMessageContaining("materializeGrads")
        .hasMessageContaining("input 1");
    assertThatThrownBy(() -> Autograd.grad(List.of(loss), inputs, null, KEEP))
        .isInstanceOf(AutogradException.class)
        .hasMessageContaining("allowUnused");
    List<Tensor> reached =
        Autograd.grad(
            List.of(loss),
            List.of(Graph.getGradientEdge(x), y),
            null,
            KEEP.withMaterializeGrads(true));
    assertThat(values(reached.get(0))).containsExactly(2, 2);
    assertThat(values(reached.get(1))).containsExactly(0);
    List<Tensor> grads = Autograd.grad(List.of(loss), inputs, null, KEEP.withAllowUnused(true));
    assertThat(values(grads.get(0))).containsExactly(2, 2);
    assertThat(grads.get(1)).isNull();
  }

  private static WeakReference<Tensor> edgeOf(Tensor x, GradientEdge[] edge) {
    Tensor loss = x.mul(x).sum();
    edge[0] = Graph.getGradientEdge(loss);
    return new WeakReference<>(loss);
  }

  @Test
  @Tag("EDGE-06")
  void edgeKeepsItsGraphAliveButNotTheTensor() {
    Tensor x = leaf(1, 2);
    GradientEdge[] edge = new GradientEdge[1];
    assertThat(Garbage.collected(edgeOf(x, edge))).isTrue();
    Autograd.backward(edge[0]);
    assertThat(values(x.grad())).containsExactly(2, 4);
  }

  @Test
  @Tag("EDGE-07")
  void leafWithReplacedContentsIsUnreachableButItsOldEdgeIsNot() {
    Tensor x = leaf(1, 2);
    GradientEdge before = Graph.getGradientEdge(x);
    Tensor loss = x.mul(3).sum();
    x.setData(Tensor.of(1f, 2f));
    assertThat(Graph.getGradientEdge(x)).isNotEqualTo(before);
    assertThatThrownBy(() -> Autograd.grad(loss, x, KEEP))
        .isInstanceOf(AutogradException.class)
        .hasMessageContaining("do not depend on input 0");
    assertThat(values(Autograd.grad(loss, before, KEEP))).containsExactly(3, 3);
    loss.backward();
    assertThat(x.grad().dtype())
        .as("an old graph's gradient in the new dtype")
        .isEqualTo(DType.FLOAT32);
    assertThat(values(x.grad())).containsExactly(3, 3);
  }
}
