package org.autograd.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.autograd.TestTensors.constant;
import static org.autograd.TestTensors.leaf;
import static org.autograd.TestTensors.recorded;
import static org.autograd.TestTensors.values;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.stream.Stream;
import org.autograd.AnomalyMode;
import org.autograd.Autograd;
import org.autograd.AutogradException;
import org.autograd.BackwardOptions;
import org.autograd.DType;
import org.autograd.GradOptions;
import org.autograd.Graph;
import org.autograd.Scope;
import org.autograd.Tensor;
import org.autograd.UnderScheduler;
import org.autograd.graph.Meta;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Each way a pass can fail against each way a gradient is handed over: nothing has changed. */
@ExtendWith(UnderScheduler.class)
class FailedPassBehaviourTest {
  private static final class Planned extends Error {
    private static final long serialVersionUID = 1L;
  }

  /** A graph: two branches of one leaf, of which one can be made to fail, and what is around it. */
  private static final class World {
    final Tensor x = leaf(1, 2);
    final Tensor other = leaf(3, 4);
    final Tensor unrelated = leaf(5);
    final Tensor h = x.mul(other);
    Tensor failing = h.exp();
    final Tensor fine = h.mul(3);

    World() {
      x.setGrad(constant(7, 7));
    }

    Tensor loss() {
      return failing.add(fine).sum();
    }

    List<Object> state() {
      List<Object> all = new ArrayList<>();
      for (Tensor t : List.of(x, other, unrelated, h, fine)) {
        Tensor grad = Meta.of(t).grad();
        all.add(grad == null ? "none" : Arrays.toString(values(grad)) + grad.version());
        all.add(t.retainsGrad());
        all.add(System.identityHashCode(grad));
      }
      return all;
    }
  }

  /** What fails. */
  private enum Failure {
    TENSOR_HOOK {
      @Override
      void prepare(World w) {
        w.failing.registerHook(g -> fail());
      }
    },
    LEAF_HOOK {
      @Override
      void prepare(World w) {
        w.x.registerHook(g -> fail());
      }
    },
    UNFIT_HOOK {
      @Override
      void prepare(World w) {
        w.x.registerHook(g -> constant(1, 2, 3));
      }
    },
    PREHOOK {
      @Override
      void prepare(World w) {
        w.failing.gradFn().registerPrehook(g -> fail());
      }
    },
    NODE_HOOK {
      @Override
      void prepare(World w) {
        w.failing.gradFn().registerHook((in, out) -> fail());
      }
    },
    MULTI_GRAD_HOOK {
      @Override
      void prepare(World w) {
        Graph.registerMultiGradHook(List.of(w.x, w.h), g -> fail());
      }
    },
    NODE {
      @Override
      void prepare(World w) {
        w.failing = recorded(w.failing.detach(), g -> fail(), w.failing);
      }
    },
    SHAPE {
      @Override
      void prepare(World w) {
        w.failing = recorded(w.failing.detach(), g -> new Tensor[] {constant(1, 2, 3)}, w.failing);
      }
    },
    COUNT {
      @Override
      void prepare(World w) {
        w.failing = recorded(w.failing.detach(), g -> new Tensor[5], w.failing);
      }
    },
    SAVED_VALUE_CHANGED {
      @Override
      void prepare(World w) {
        Tensor saved = constant(1, 1);
        w.failing = w.failing.mul(saved);
        saved.add_(1);
      }
    },
    FREED {
      @Override
      void prepare(World w) {
        Tensor first = w.failing.mul(constant(1, 1));
        Autograd.grad(
            List.of(first), List.of(w.failing), List.of(constant(1, 1)), GradOptions.DEFAULT);
        w.failing = first;
      }
    },
    ANOMALY {
      @Override
      void prepare(World w) {
        w.failing =
            recorded(w.failing.detach(), g -> new Tensor[] {constant(Double.NaN, 1)}, w.failing);
      }

      @Override
      Scope scope() {
        return AnomalyMode.detectAnomaly();
      }
    },
    CANCELLED {
      @Override
      void prepare(World w) {
        w.failing.registerHook(g -> {
          throw new CancellationException("planned");
        });
      }
    },
    NESTED {
      @Override
      void prepare(World w) {
        World inner = new World();
        inner.failing = recorded(inner.failing.detach(), g -> fail(), inner.failing);
        w.failing.registerHook(g -> {
          inner.loss().backward();
          return null;
        });
      }
    };

    abstract void prepare(World w);

    Scope scope() {
      return () -> {};
    }

    private static <T> T fail() {
      throw new Planned();
    }
  }

  /** How gradients are handed over. */
  private enum Receiver {
    LEAVES {
      @Override
      void run(World w, Tensor loss, BackwardOptions options) {
        loss.backward(options);
      }
    },
    RETAINED {
      @Override
      void run(World w, Tensor loss, BackwardOptions options) {
        loss.backward(options);
      }

      @Override
      void prepare(World w) {
        w.h.retainGrad();
        w.fine.retainGrad();
      }
    },
    RETAINED_PRESENT {
      @Override
      void run(World w, Tensor loss, BackwardOptions options) {
        loss.backward(options);
      }

      @Override
      void prepare(World w) {
        w.fine.retainGrad();
        w.fine.setGrad(constant(1, 1));
      }
    },
    RETAINED_WHILE_CAPTURED {
      @Override
      void run(World w, Tensor loss, BackwardOptions options) {
        GradOptions o = GradOptions.DEFAULT.withCreateGraph(options.createGraph());
        Autograd.grad(List.of(loss), List.of(w.x, w.fine, w.h), null, o);
      }

      @Override
      void prepare(World w) {
        w.fine.retainGrad();
      }
    },
    INPUTS {
      @Override
      void run(World w, Tensor loss, BackwardOptions options) {
        loss.backward(options.withInputs(w.fine, w.x, w.h));
      }
    },
    INPUTS_AND_HOOKS_ELSEWHERE {
      @Override
      void run(World w, Tensor loss, BackwardOptions options) {
        loss.backward(options.withInputs(w.fine, w.x));
      }

      @Override
      void prepare(World w) {
        w.fine.registerHook(g -> null);
        w.other.registerHook(g -> null);
      }
    };

    abstract void run(World w, Tensor loss, BackwardOptions options);

    void prepare(World w) {}
  }

  record Case(Failure failure, Receiver receiver, BackwardOptions options) {}

  static Stream<Case> cases() {
    List<Case> all = new ArrayList<>();
    for (Failure f : Failure.values()) {
      for (Receiver r : Receiver.values()) {
        all.add(new Case(f, r, BackwardOptions.DEFAULT.withRetainGraph(true)));
        all.add(new Case(f, r, BackwardOptions.DEFAULT));
        all.add(new Case(f, r, BackwardOptions.DEFAULT.withCreateGraph(true)));
      }
    }
    return all.stream();
  }

  @ParameterizedTest
  @MethodSource("cases")
  void failedPassLeavesNothing(Case c) {
    World w = new World();
    c.receiver.prepare(w);
    try (Scope scope = c.failure.scope()) {
      c.failure.prepare(w);
      Tensor loss = w.loss();
      List<Object> before = w.state();
      Throwable thrown = null;
      try {
        c.receiver.run(w, loss, c.options);
      } catch (Planned | AutogradException | CancellationException e) {
        thrown = e;
      }
      assertThat(thrown).isNotNull();
      assertThat(w.state()).isEqualTo(before);
    }
  }

  @Test
  void unusedInputLeavesNothingAndTheGraphUsable() {
    World w = new World();
    w.h.retainGrad();
    List<Object> before = w.state();
    Tensor loss = w.h.sum();
    assertThatThrownBy(() -> Autograd.grad(List.of(loss), List.of(w.h, w.unrelated)))
        .isInstanceOf(AutogradException.class)
        .hasMessageContaining("input 1")
        .hasMessageContaining("allowUnused");
    assertThat(w.state()).isEqualTo(before);
    loss.backward();
    assertThat(values(w.h.grad())).containsExactly(1, 1);
  }

  @Test
  void inputThatNoGradientReachesLeavesNothing() {
    World w = new World();
    Tensor cut = recorded(constant(1, 1), g -> new Tensor[] {null}, w.h);
    w.fine.retainGrad();
    Tensor loss = cut.add(w.fine).sum();
    List<Object> before = w.state();
    Tensor end = recorded(constant(1), g -> new Tensor[] {null, constant(1)}, w.unrelated, loss);
    assertThatThrownBy(() -> Autograd.grad(List.of(end), List.of(w.fine, w.unrelated)))
        .isInstanceOf(AutogradException.class)
        .hasMessageContaining("input 1");
    assertThat(w.state()).isEqualTo(before);
  }

  @Test
  void zerosThatCannotBeMadeForAnEdgeLeaveNothing() {
    World w = new World();
    w.h.retainGrad();
    Tensor loss = w.h.sum();
    List<Object> before = w.state();
    GradOptions options = GradOptions.DEFAULT.withMaterializeGrads(true);
    assertThatThrownBy(() ->
            Autograd.grad(
                List.of(loss), List.of(w.h, Graph.getGradientEdge(w.unrelated)), null, options))
        .isInstanceOf(AutogradException.class)
        .hasMessageContaining("GradientEdge");
    assertThat(w.state()).isEqualTo(before);
  }

  @Test
  void refusedRequestLeavesItsInputsNotRetaining() {
    World w = new World();
    Tensor loss = w.failing.add(w.fine);
    for (BackwardOptions o :
        List.of(
            BackwardOptions.DEFAULT.withInputs(w.h, constant(1)),
            BackwardOptions.DEFAULT.withInputs(w.h))) {
      assertThatThrownBy(() -> loss.backward(o)).isInstanceOf(AutogradException.class);
      assertThat(w.h.retainsGrad()).isFalse();
    }
  }

  @Test
  void inputsThatAreNoLeavesRetainTheirGradientsAfterASuccessfulPass() {
    World w = new World();
    w.fine.sum().backward(BackwardOptions.DEFAULT.withRetainGraph(true).withInputs(w.h, w.fine));
    assertThat(w.h.retainsGrad()).isTrue();
    assertThat(values(w.h.grad())).containsExactly(3, 3);
    assertThat(values(w.fine.grad())).containsExactly(1, 1);
    w.fine.sum().backward(BackwardOptions.DEFAULT.withInputs(w.h, w.fine));
    assertThat(values(w.h.grad())).containsExactly(6, 6);
    assertThat(values(w.fine.grad())).containsExactly(2, 2);
  }

  @Test
  void retainedGradientOfARecordedPassIsReplacedByTheNext() {
    for (boolean linear : new boolean[] {true, false}) {
      World w = new World();
      w.h.retainGrad();
      // h = x * other = [3, 8].
      Tensor loss = (linear ? w.h : w.h.mul(w.h)).sum();
      BackwardOptions keep = BackwardOptions.DEFAULT.withRetainGraph(true);
      loss.backward(keep.withCreateGraph(true));
      Tensor first = w.h.grad();
      loss.backward(keep);
      Tensor second = w.h.grad();
      double[] once = linear ? new double[] {1, 1} : new double[] {6, 16};
      double[] twice = {2 * once[0], 2 * once[1]};
      assertThat(values(first)).containsExactly(once);
      assertThat(first.version()).isZero();
      assertThat(values(second)).containsExactly(twice);
      loss.backward(keep);
      assertThat(w.h.grad()).isSameAs(linear ? second : w.h.grad());
      assertThat(values(w.h.grad())).containsExactly(3 * once[0], 3 * once[1]);
      assertThat(values(first)).containsExactly(once);
    }
  }

  @Test
  void inputsNoneOfWhichIsReachedStillFillTheRetainedGradientOfTheRoot() {
    World w = new World();
    w.h.retainGrad();
    List<Tensor> seen = new ArrayList<>();
    w.h.registerHook(g -> seen.add(g) ? null : g);
    Tensor seed = constant(2, 3);
    GradOptions allow = GradOptions.DEFAULT.withAllowUnused(true);
    assertThat(Autograd.grad(List.of(w.h), List.of(w.unrelated), List.of(seed), allow))
        .containsExactly((Tensor) null);
    assertThat(values(w.h.grad())).containsExactly(2, 3);
    assertThat(seen).hasSize(1);
    Autograd.backward(List.of(w.h), List.of(seed), BackwardOptions.DEFAULT.withInputs(w.unrelated));
    assertThat(values(w.h.grad())).containsExactly(4, 6);
    assertThat(w.unrelated.grad()).isNull();
    // The graph has not run: it can.
    w.h.backward(seed);
    assertThat(values(w.other.grad())).containsExactly(2, 6);
  }

  @Test
  void secondPassThroughAFreedNodeIsRefusedWhateverInputsAreAskedFor() {
    Tensor bias = leaf(1, 2);
    Tensor m = Tensor.ones(DType.FLOAT64, 1, 1).requiresGrad_();
    Tensor v = Tensor.ones(DType.FLOAT64, 1, 2).requiresGrad_();
    Tensor y = bias.addmm(m, v);
    y.backward(constant(1, 1).view(1, 2));
    for (Tensor input : List.of(bias, m, v)) {
      assertThatThrownBy(() ->
              Autograd.grad(
                  List.of(y),
                  List.of(input),
                  List.of(constant(1, 1).view(1, 2)),
                  GradOptions.DEFAULT))
          .isInstanceOf(AutogradException.class)
          .hasMessageContaining("retainGraph");
    }
    assertThatThrownBy(
            () -> y.backward(constant(1, 1).view(1, 2), BackwardOptions.DEFAULT.withInputs(bias)))
        .isInstanceOf(AutogradException.class)
        .hasMessageContaining("retainGraph");
    assertThat(values(bias.grad())).containsExactly(1, 1);
  }

  @Test
  void nodeThatHappenedToSaveNothingRunsAgain() {
    Tensor bias = leaf(1, 2);
    Tensor one = Tensor.ones(DType.FLOAT64, 1, 1);
    Tensor y = bias.addmm(one, Tensor.ones(DType.FLOAT64, 1, 2));
    Tensor seed = constant(1, 1).view(1, 2);
    y.backward(seed);
    y.backward(seed);
    assertThat(values(bias.grad())).containsExactly(2, 2);
  }
}
