package org.autograd.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.autograd.TestTensors.constant;
import static org.autograd.TestTensors.leaf;
import static org.autograd.TestTensors.recorded;
import static org.autograd.TestTensors.tap;
import static org.autograd.TestTensors.values;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import org.autograd.AutogradException;
import org.autograd.BackwardOptions;
import org.autograd.DType;
import org.autograd.GradMode;
import org.autograd.Graph;
import org.autograd.Tensor;
import org.autograd.UnderScheduler;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Passes that fail. */
@ExtendWith(UnderScheduler.class)
class EngineFailureBehaviourTest {
  private static final class Broken extends RuntimeException {
    private static final long serialVersionUID = 1L;

    Broken(String message) {
      super(message);
    }
  }

  private static Runnable breaking(String message) {
    return () -> {
      throw new Broken(message);
    };
  }

  @Test
  @Tag("ENG-08")
  void exceptionSurfacesWithItsOwnTypeMessageAndTrace() {
    Tensor x = leaf(2);
    Tensor inNode = tap(x, breaking("in a node")).mul(2);
    assertThatThrownBy(inNode::backward)
        .isInstanceOf(Broken.class)
        .hasMessage("in a node")
        .satisfies(e ->
            assertThat(Arrays.stream(e.getStackTrace()).map(StackTraceElement::getMethodName))
                .anyMatch(m -> m.contains("breaking")));
    Tensor hooked = x.mul(2);
    hooked.registerHook(g -> {
      throw new Broken("in a hook");
    });
    assertThatThrownBy(() -> hooked.mul(1).backward())
        .isInstanceOf(Broken.class)
        .hasMessage("in a hook");
    Tensor nested =
        tap(x, () -> GradMode.enableGrad(() -> tap(leaf(1), breaking("inside")).mul(1)).backward());
    assertThatThrownBy(nested::backward).isInstanceOf(Broken.class).hasMessage("inside");
    assertThat(x.grad()).isNull();
  }

  @Test
  @Tag("ENG-09")
  void failedPassLeavesNothingBehind() {
    Tensor x = leaf(2);
    Tensor shared = x.mul(3);
    List<String> late = Collections.synchronizedList(new ArrayList<>());
    Tensor other = tap(shared, () -> late.add("ran"));
    Tensor failing = tap(shared, breaking("no"));
    Tensor out = other.add(failing);
    assertThatThrownBy(() -> out.backward(BackwardOptions.DEFAULT.withRetainGraph(true)))
        .isInstanceOf(Broken.class);
    int after = late.size();
    assertThat(x.grad()).isNull();
    assertThat(GradMode.isEnabled()).isTrue();
    assertThat(Graph.currentGraphTaskId()).isEqualTo(-1);
    shared.backward();
    assertThat(values(x.grad())).containsExactly(3);
    assertThat(late).hasSize(after);
  }

  @Test
  @Tag("ENG-15")
  void gradientsThatDoNotFitAreErrorsThatNameTheNode() {
    Tensor x = leaf(1, 2);
    Tensor count = recorded(constant(1, 2), g -> new Tensor[] {g[0], g[0]}, x);
    assertThatThrownBy(() -> count.sum().backward())
        .isInstanceOf(AutogradException.class)
        .hasMessageContaining("HandMade")
        .hasMessageContaining("2");
    Tensor shape = recorded(constant(1, 2), g -> new Tensor[] {constant(1, 2, 3)}, x);
    assertThatThrownBy(() -> shape.sum().backward())
        .isInstanceOf(AutogradException.class)
        .hasMessageContaining("HandMade")
        .hasMessageContaining("[3]")
        .hasMessageContaining("[2]");
    assertThat(x.grad()).isNull();

    Tensor broadcast =
        recorded(constant(1, 2), g -> new Tensor[] {Tensor.ones(DType.FLOAT64, 3, 2)}, x);
    broadcast.sum().backward();
    assertThat(values(x.grad())).containsExactly(3, 3);
    Tensor f = Tensor.of(new float[] {1, 2}).requiresGrad_();
    recorded(constant(1, 2), g -> new Tensor[] {g[0]}, f).sum().backward();
    assertThat(f.grad().dtype()).isEqualTo(DType.FLOAT32);
  }
}
