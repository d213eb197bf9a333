package org.autograd.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.autograd.TestTensors.constant;
import static org.autograd.TestTensors.leaf;
import static org.autograd.TestTensors.recorded;
import static org.autograd.TestTensors.values;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import org.autograd.Autograd;
import org.autograd.BackwardOptions;
import org.autograd.GradOptions;
import org.autograd.Tensor;
import org.autograd.Tensors;
import org.autograd.UnderScheduler;
import org.autograd.graph.Meta;
import org.autograd.graph.Node;
import org.autograd.mode.ThreadState;
import org.autograd.record.Record;
import org.autograd.tensor.Raw;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Whose memory a {@code .grad} lies in. */
@ExtendWith(UnderScheduler.class)
class GradMemoryBehaviourTest {
  private static final BackwardOptions KEEP = BackwardOptions.DEFAULT.withRetainGraph(true);
  private static final BackwardOptions CREATE = BackwardOptions.DEFAULT.withCreateGraph(true);

  /** All of them lie in memory of their own. */
  private static void apart(Tensor... tensors) {
    for (int i = 0; i < tensors.length; i++) {
      for (int j = 0; j < i; j++) {
        assertThat(Raw.storage(tensors[i]).memory())
            .as("memory of tensors %d and %d", j, i)
            .isNotSameAs(Raw.storage(tensors[j]).memory());
      }
    }
  }

  @Test
  @Tag("ACC-10")
  void gradsOfLeavesThatGetTheSameGradientAreApart() {
    for (BackwardOptions options : List.of(KEEP, CREATE)) {
      Tensor x = leaf(1, 2);
      Tensor y = leaf(3, 4);
      Tensor z = leaf(5, 6);
      Tensor supplied = constant(10, 20);
      Tensor sum = x.add(y).add(z.reshape(2, 1).reshape(2));
      sum.backward(supplied, options);
      apart(x.grad(), y.grad(), z.grad(), supplied);
      sum.sum().backward(options);
      apart(x.grad(), y.grad(), z.grad(), supplied);
      assertThat(values(x.grad())).containsExactly(11, 21);
      assertThat(values(z.grad())).containsExactly(11, 21);
      assertThat(values(supplied)).containsExactly(10, 20);
    }
  }

  @Test
  @Tag("ACC-10")
  void gradIsApartFromASuppliedGradientWhateverLiesBetween() {
    List<Function<Tensor, Tensor>> between =
        List.of(
            x -> x,
            x -> x.clone(),
            x -> x.add(1),
            x -> x.sub(constant(1, 2)),
            x -> x.reshape(1, 2).reshape(2),
            x -> x.unsqueeze(0).squeeze(),
            x -> recorded(constant(1, 2), g -> new Tensor[] {g[0]}, x),
            x -> Tensors.where(Tensor.of(true, true), x, constant(0, 0)),
            x -> x.clone().add_(1));
    for (Function<Tensor, Tensor> f : between) {
      for (BackwardOptions options : List.of(BackwardOptions.DEFAULT, CREATE)) {
        Tensor x = leaf(1, 2);
        Tensor supplied = constant(10, 20);
        f.apply(x).backward(supplied, options);
        apart(x.grad(), supplied);
        f.apply(x).backward(supplied, options);
        apart(x.grad(), supplied);
        assertThat(values(x.grad())).containsExactly(20, 40);
        assertThat(values(supplied)).containsExactly(10, 20);
      }
    }
    Tensor x = leaf(1);
    Tensor supplied = constant(10);
    x.sum().backward(supplied.reshape(new long[0]));
    apart(x.grad(), supplied);
    assertThat(values(x.grad())).containsExactly(10);
  }

  @Test
  @Tag("ACC-10")
  void retainedGradsAreApart() {
    for (BackwardOptions options : List.of(KEEP, CREATE)) {
      Tensor x = leaf(1, 2);
      Tensor h = x.clone();
      h.retainGrad();
      Tensor k = h.add(0);
      k.retainGrad();
      Tensor supplied = constant(10, 20);
      k.backward(supplied, options);
      apart(x.grad(), h.grad(), k.grad(), supplied);
      k.backward(supplied, options);
      apart(x.grad(), h.grad(), k.grad(), supplied);
      for (Tensor t : List.of(x, h, k)) {
        assertThat(values(t.grad())).containsExactly(20, 40);
      }
      assertThat(values(supplied)).containsExactly(10, 20);

      h.setGrad(null);
      Tensor asked =
          Autograd.grad(
                  List.of(k),
                  List.of(h),
                  List.of(supplied),
                  GradOptions.DEFAULT.withRetainGraph(true))
              .get(0);
      apart(h.grad(), k.grad(), asked);
      assertThat(values(h.grad())).containsExactly(10, 20);
    }
  }

  @Test
  @Tag("ACC-10")
  void gradIsApartFromWhatHooksAndNodesKeep() {
    Tensor x = leaf(1, 2);
    Tensor h = x.add(0);
    List<Tensor> seen = new ArrayList<>();
    h.registerHook(g -> {
      seen.add(g);
      return null;
    });
    x.registerHook(g -> {
      seen.add(g);
      return null;
    });
    h.mul(3).sum().backward();
    assertThat(seen).hasSize(2);
    for (Tensor g : seen) {
      apart(x.grad(), g);
      assertThat(values(g)).containsExactly(3, 3);
    }

    Tensor kept = constant(1, 2).mul(10);
    Tensor y = leaf(1, 2);
    y.registerHook(g -> kept);
    y.mul(3).sum().backward();
    apart(y.grad(), kept);

    Tensor one = leaf(1, 2);
    recorded(constant(1, 2), g -> new Tensor[] {kept}, one).sum().backward();
    apart(one.grad(), kept);
    Tensor fresh = constant(1, 2).mul(10);
    Tensor again = leaf(1, 2);
    recorded(constant(1, 2), g -> new Tensor[] {fresh}, again).sum().backward();
    apart(again.grad(), fresh);

    Tensor z = leaf(1, 2);
    Tensor w = leaf(1, 2);
    Tensor byHand = recorded(constant(1, 2), g -> new Tensor[] {kept, kept}, z, w);
    byHand.sum().backward();
    apart(z.grad(), w.grad(), kept);
    recorded(constant(1, 2), g -> new Tensor[] {kept, kept}, z, w).sum().backward();
    assertThat(values(z.grad())).containsExactly(20, 40);
    assertThat(values(w.grad())).containsExactly(20, 40);
    assertThat(values(kept)).containsExactly(10, 20);
  }

  @Test
  @Tag("ACC-10")
  void gradIsApartFromSavedValuesAndOperands() {
    Tensor x = leaf(1, 2);
    Tensor c = constant(3, 4);
    Tensor y = leaf(5, 6);
    Tensor scaled = x.mul(c).add(y.mul(x.detach()));
    scaled.backward(constant(1, 1), KEEP);
    apart(x.grad(), y.grad(), c, x, y);
    scaled.backward(constant(1, 1));
    assertThat(values(x.grad())).containsExactly(6, 8);
    assertThat(values(c)).containsExactly(3, 4);
    Tensor e = leaf(0, 0);
    Tensor grown = e.exp();
    grown.sum().backward();
    apart(e.grad(), grown, e);
  }

  /** A node that gives one new tensor to both operands and keeps no other reference to it. */
  private static final class Twins extends Node {
    Twins(Tensor x, Tensor y) {
      super(ThreadState.current(), Meta.gradientEdge(x), Meta.gradientEdge(y));
    }

    @Override
    public Tensor[] apply(Tensor[] grads, long needed) {
      Tensor both = grads[0].mul(3);
      return new Tensor[] {both, both};
    }

    @Override
    protected boolean ownsResults() {
      return true;
    }
  }

  @Test
  @Tag("ACC-10")
  void gradsThatANodeGivesAsOneTensorAreApart() {
    Tensor x = leaf(1, 2);
    Tensor y = leaf(1, 2);
    Tensor result = constant(1, 2);
    Record.history(result, new Twins(x, y));
    result.backward(constant(1, 2));
    apart(x.grad(), y.grad());
    assertThat(values(x.grad())).containsExactly(3, 6);
    assertThat(values(y.grad())).containsExactly(3, 6);

    x.setGrad(null);
    y.setGrad(null);
    Tensor older = x.mul(5);
    Tensor newer = constant(1, 2);
    Record.history(newer, new Twins(x, y));
    older.add(newer).backward(constant(1, 2));
    assertThat(values(x.grad())).containsExactly(3 + 5, 6 + 10);
    assertThat(values(y.grad())).as("apart while they add up").containsExactly(3, 6);
  }
}
