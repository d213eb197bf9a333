package org.autograd.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.autograd.TestTensors.constant;
import static org.autograd.TestTensors.leaf;
import static org.autograd.TestTensors.values;

import java.lang.ref.WeakReference;
import java.util.List;
import org.autograd.Autograd;
import org.autograd.AutogradException;
import org.autograd.BackwardOptions;
import org.autograd.Garbage;
import org.autograd.GradMode;
import org.autograd.GradOptions;
import org.autograd.Tensor;
import org.autograd.UnderScheduler;
import org.autograd.graph.Meta;
import org.autograd.graph.Node;
import org.autograd.mode.ThreadState;
import org.autograd.record.Record;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(UnderScheduler.class)
class RetainGradBehaviourTest {
  private static final BackwardOptions KEEP = BackwardOptions.DEFAULT.withRetainGraph(true);

  @Test
  @Tag("RG-01")
  void retainedGradIsFilledByEachPassAndAddsUp() {
    Tensor x = leaf(1, 2);
    Tensor h = x.mul(3);
    h.retainGrad();
    assertThat(h.retainsGrad()).isTrue();
    assertThat(h.isLeaf()).isFalse();
    Tensor loss = h.mul(h).sum();
    assertThat(h.grad()).isNull();
    loss.backward(KEEP);
    assertThat(values(h.grad())).containsExactly(6, 12);
    Tensor first = h.grad();
    loss.backward(KEEP);
    assertThat(values(h.grad())).containsExactly(12, 24);
    assertThat(h.grad()).isSameAs(first);
    assertThat(values(x.grad())).containsExactly(36, 72);

    x.mul(5).sum().backward();
    assertThat(values(h.grad())).as("a pass that does not reach h").containsExactly(12, 24);
    h.setGrad(null);
    loss.backward();
    assertThat(values(h.grad())).containsExactly(6, 12);
  }

  @Test
  @Tag("RG-02")
  void repeatedCallsAreHarmlessAndALeafIgnoresIt() {
    Tensor x = leaf(1, 2);
    Tensor h = x.mul(3);
    h.retainGrad();
    h.retainGrad();
    Tensor loss = h.mul(h).sum();
    h.retainGrad();
    loss.backward(KEEP);
    assertThat(values(h.grad())).containsExactly(6, 12);
    h.retainGrad();
    loss.backward();
    assertThat(values(h.grad())).containsExactly(12, 24);

    x.setGrad(null);
    x.retainGrad();
    assertThat(x.retainsGrad()).isFalse();
    x.mul(3).sum().backward();
    assertThat(values(x.grad())).containsExactly(3, 3);
    x.retainGrad();
    assertThat(x.retainsGrad()).isFalse();
    assertThat(values(x.grad())).containsExactly(3, 3);
  }

  @Test
  @Tag("RG-03")
  void tensorThatRequiresNoGradHasNoneToRetain() {
    Tensor made = GradMode.noGrad(() -> leaf(1).mul(2));
    for (Tensor t : List.of(constant(1), made, leaf(1).mul(2).detach())) {
      assertThatThrownBy(t::retainGrad)
          .isInstanceOf(AutogradException.class)
          .hasMessageContaining("require");
      assertThat(t.retainsGrad()).isFalse();
    }
  }

  @Test
  @Tag("RG-04")
  void retainedGradIsThatOfTheLatestValue() {
    for (int changes = 1; changes <= 2; changes++) {
      Tensor x = leaf(1);
      Tensor a = x.clone();
      a.retainGrad();
      for (int i = 0; i < changes; i++) {
        a.mul_(2);
      }
      assertThat(a.retainsGrad()).isTrue();
      a.sum().backward();
      assertThat(values(a.grad())).containsExactly(1);
      assertThat(values(x.grad())).containsExactly(2 * changes);
    }
    Tensor x = leaf(1);
    Tensor between = x.clone();
    between.mul_(2);
    between.retainGrad();
    between.mul_(3);
    between.mul(5).sum().backward();
    assertThat(values(between.grad())).containsExactly(5);
    assertThat(values(x.grad())).containsExactly(30);
  }

  /** A node whose operand is doubled into its first output and tripled into its second. */
  private static final class TwoOutputs extends Node {
    TwoOutputs(Tensor operand) {
      super(ThreadState.current(), Meta.gradientEdge(operand));
    }

    @Override
    public Tensor[] apply(Tensor[] grads, long needed) {
      Tensor sum = null;
      for (int i = 0; i < 2; i++) {
        if (grads[i] != null) {
          Tensor part = grads[i].mul(i + 2);
          sum = sum == null ? part : sum.add(part);
        }
      }
      return new Tensor[] {sum};
    }
  }

  private static Tensor[] doubledAndTripled(Tensor x) {
    Tensor[] outputs = GradMode.noGrad(() -> new Tensor[] {x.mul(2), x.mul(3)});
    Record.history(new TwoOutputs(x), outputs);
    return outputs;
  }

  @Test
  @Tag("RG-06")
  void retainedOutputsOfOneNodeGetWhatGradReturns() {
    for (int changed = 0; changed < 2; changed++) {
      Tensor x = leaf(1, 2);
      Tensor[] out = doubledAndTripled(x);
      Node shared = out[0].gradFn();
      assertThat(out[1].gradFn()).isSameAs(shared);
      out[0].retainGrad();
      out[1].retainGrad();
      out[changed].mul_(10);
      assertThat(out[changed].gradFn()).isNotSameAs(shared);
      assertThat(out[1 - changed].gradFn()).isSameAs(shared);
      Tensor loss = out[0].mul(out[1]).sum();
      List<Tensor> expected =
          Autograd.grad(
              List.of(loss), List.of(out), null, GradOptions.DEFAULT.withRetainGraph(true));
      assertThat(values(expected.get(0))).containsExactly(values(out[1]));
      assertThat(values(expected.get(1))).containsExactly(values(out[0]));
      out[0].setGrad(null);
      out[1].setGrad(null);
      loss.backward();
      assertThat(values(out[0].grad())).containsExactly(values(expected.get(0)));
      assertThat(values(out[1].grad())).containsExactly(values(expected.get(1)));
      // loss = 10 * 2x * 3x
      assertThat(values(x.grad())).containsExactly(120, 240);
    }
  }

  /** Retains an intermediate whose tensor nobody but the returned reference knows. */
  private static WeakReference<Tensor> retainAndForget(Tensor x, Tensor[] loss) {
    Tensor h = x.add(1);
    h.retainGrad();
    loss[0] = h.mul(4).sum();
    return new WeakReference<>(h);
  }

  @Test
  @Tag("RG-07")
  void retainingDoesNotKeepTheTensorAlive() {
    Tensor x = leaf(1, 2);
    Tensor[] loss = new Tensor[1];
    WeakReference<Tensor> h = retainAndForget(x, loss);
    assertThat(Garbage.collected(h)).isTrue();
    loss[0].backward();
    assertThat(values(x.grad())).containsExactly(4, 4);
  }
}
