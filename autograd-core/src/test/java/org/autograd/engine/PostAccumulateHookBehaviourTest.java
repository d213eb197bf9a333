package org.autograd.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.autograd.TestTensors.constant;
import static org.autograd.TestTensors.leaf;
import static org.autograd.TestTensors.recorded;
import static org.autograd.TestTensors.values;

import java.util.ArrayList;
import java.util.List;
import org.autograd.Autograd;
import org.autograd.AutogradException;
import org.autograd.BackwardOptions;
import org.autograd.DType;
import org.autograd.GradMode;
import org.autograd.HookHandle;
import org.autograd.Tensor;
import org.autograd.UnderScheduler;
import org.autograd.graph.PostAccumulateGradHook;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Hooks that run after a leaf's {@code .grad} was updated. */
@ExtendWith(UnderScheduler.class)
class PostAccumulateHookBehaviourTest {
  @Test
  @Tag("POST-01")
  void onlyLeavesThatRequireGradTakeSuchAHook() {
    leaf(1).registerPostAccumulateGradHook(p -> {});
    assertThatThrownBy(() -> leaf(1).mul(2).registerPostAccumulateGradHook(p -> {}))
        .isInstanceOf(AutogradException.class)
        .hasMessageContaining("MulBackward0")
        .hasMessageContaining("leaves");
    Tensor made = GradMode.noGrad(() -> leaf(1).mul(2));
    for (Tensor t : List.of(constant(1), made)) {
      assertThatThrownBy(() -> t.registerPostAccumulateGradHook(p -> {}))
          .isInstanceOf(AutogradException.class)
          .hasMessageContaining("require grad");
    }
  }

  @Test
  @Tag("POST-02")
  void hookGetsTheLeafAfterItsGradientWasUpdated() {
    Tensor x = leaf(1, 2);
    List<Tensor> got = new ArrayList<>();
    List<double[]> grads = new ArrayList<>();
    x.registerPostAccumulateGradHook(p -> {
      got.add(p);
      grads.add(values(p.grad()));
    });
    Tensor loss = x.mul(x).add(x).sum();
    loss.backward(BackwardOptions.DEFAULT.withRetainGraph(true));
    loss.backward();
    assertThat(got).hasSize(2).allSatisfy(p -> assertThat(p).isSameAs(x));
    assertThat(grads.get(0)).containsExactly(3, 5);
    assertThat(grads.get(1)).containsExactly(6, 10);

    Autograd.grad(x.mul(3).sum(), x);
    assertThat(got).as("grad accumulates nothing").hasSize(2);
    recorded(constant(3), g -> new Tensor[] {null}, x).backward();
    assertThat(got).as("only null arrived").hasSize(2);
  }

  @Test
  @Tag("POST-03")
  void hooksRunInTheOrderOfRegistration() {
    Tensor x = leaf(5);
    x.registerPostAccumulateGradHook(p -> p.sub_(p.grad()));
    x.registerPostAccumulateGradHook(p -> p.mul_(4));
    x.sum().backward();
    assertThat(values(x)).containsExactly(16);
  }

  @Test
  @Tag("POST-04")
  void hookReturnsNothing() throws ReflectiveOperationException {
    assertThat(PostAccumulateGradHook.class.getMethod("accept", Tensor.class).getReturnType())
        .isEqualTo(void.class);
  }

  @Test
  @Tag("POST-05")
  void hookMayChangeLeafAndGradientInPlaceWithoutNoGrad() {
    Tensor x = leaf(1, 2);
    List<Boolean> recording = new ArrayList<>();
    x.registerPostAccumulateGradHook(p -> {
      recording.add(GradMode.isEnabled());
      p.grad().mul_(10);
      p.add_(100);
    });
    x.mul(3).sum().backward();
    assertThat(values(x)).containsExactly(101, 102);
    assertThat(values(x.grad())).containsExactly(30, 30);
    assertThat(x.isLeaf()).isTrue();
    assertThat(x.grad().requiresGrad()).isFalse();
    x.mul(3).sum().backward(BackwardOptions.DEFAULT.withInputs(x));
    assertThat(values(x.grad())).as("(30 + 3) * 10").containsExactly(330, 330);
    assertThat(recording).containsExactly(false, false);
  }

  private static Tensor loss(Tensor w, Tensor b) {
    Tensor error = constant(1, 2, 3).mul(w).add(b).sub(constant(3, 5, 7));
    return error.mul(error).sum();
  }

  @Test
  @Tag("POST-06")
  void steppingInTheHookEqualsSteppingAfterwards() {
    Tensor[] plain = {leaf(0.5), leaf(-1)};
    Tensor[] hooked = {leaf(0.5), leaf(-1)};
    List<HookHandle> handles = new ArrayList<>();
    for (Tensor p : hooked) {
      handles.add(
          p.registerPostAccumulateGradHook(q -> {
            q.sub_(q.grad().mul(0.01));
            q.setGrad(null);
          }));
    }
    for (int step = 0; step < 5; step++) {
      loss(plain[0], plain[1]).backward();
      for (Tensor p : plain) {
        GradMode.noGrad(() -> p.sub_(p.grad().mul(0.01)));
        p.setGrad(null);
      }
      loss(hooked[0], hooked[1]).backward();
    }
    for (int i = 0; i < 2; i++) {
      assertThat(values(hooked[i])).containsExactly(values(plain[i]));
      assertThat(hooked[i].grad()).isNull();
    }
    assertThat(values(hooked[0])[0]).isGreaterThan(1);
    handles.forEach(HookHandle::remove);
    double before = values(hooked[0])[0];
    loss(hooked[0], hooked[1]).backward();
    assertThat(values(hooked[0])).containsExactly(before);
    assertThat(hooked[0].grad()).isNotNull();
  }

  @Test
  void hooksOnALeafMoveToTheAccumulatorOfReplacedData() {
    Tensor x = leaf(1, 2);
    List<String> log = new ArrayList<>();
    HookHandle onTensor =
        x.registerHook(g -> {
          log.add("tensor " + g.dtype());
          return null;
        });
    HookHandle post = x.registerPostAccumulateGradHook(p -> log.add("post " + p.grad().dtype()));
    x.setData(Tensor.of(1f, 2f));
    x.mul(2).sum().backward();
    assertThat(log).containsExactly("tensor " + DType.FLOAT32, "post " + DType.FLOAT32);
    onTensor.remove();
    post.remove();
    x.mul(2).sum().backward();
    assertThat(log).hasSize(2);
  }
}
