package org.autograd;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;
import static org.autograd.CheckpointBlocks.block;
import static org.autograd.CheckpointBlocks.plainGrad;
import static org.autograd.CheckpointOptions.NON_REENTRANT;
import static org.autograd.CheckpointOptions.REENTRANT;
import static org.autograd.TestTensors.constant;
import static org.autograd.TestTensors.leaf;
import static org.autograd.TestTensors.values;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import org.autograd.CheckpointBlocks.Counted;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Checkpoints in checkpoints, in sequence, and around passes and other hooks. */
class NestedCheckpointTest {
  private static final GradOptions CREATE = GradOptions.DEFAULT.withCreateGraph(true);

  @RegisterExtension final CollectedWarnings warnings = new CollectedWarnings();

  @AfterEach
  void noHooksStayInForce() {
    assertThat(LowLevel.topSavedTensorsHooks(true)).isEmpty();
  }

  @Test
  @Tag("CKPT-09")
  void checkpointsNest() {
    Function<Tensor, Tensor> inner =
        t -> Checkpoint.checkpoint(NON_REENTRANT, CheckpointBlocks::block, t);
    Function<Tensor, Tensor> middle =
        t -> Checkpoint.checkpoint(NON_REENTRANT, u -> inner.apply(u.mul(2)).cos(), t);
    UnaryOperator<Tensor> plain = t -> block(t.mul(2)).cos();
    for (CheckpointOptions options :
        List.of(NON_REENTRANT, NON_REENTRANT.withEarlyStop(false), REENTRANT)) {
      Tensor x = leaf(0.3, 0.7);
      Checkpoint.checkpoint(options, t -> middle.apply(t), x).sum().backward();
      assertThat(values(x.grad())).containsExactly(plainGrad(plain, 0.3, 0.7));
    }
  }

  @Test
  @Tag("CKPT-09")
  void gradInsideACheckpointWorks() {
    UnaryOperator<Tensor> slope =
        t -> {
          Tensor y = t.mul(t).exp();
          return Autograd.grad(y, t, CREATE).mul(t.sin());
        };
    for (boolean early : new boolean[] {true, false}) {
      Tensor x = leaf(0.3);
      Counted counted = new Counted(slope);
      Checkpoint.checkpoint(NON_REENTRANT.withEarlyStop(early), counted, x).backward();
      Tensor p = leaf(0.3);
      slope.apply(p).backward();
      assertThat(values(x.grad())).containsExactly(values(p.grad()));
    }
  }

  @Test
  @Tag("ANOM-05")
  @Tag("CKPT-06")
  void anEarlyStopInsideOfAPassOfTheBlockIsNoError() {
    try (Scope anomaly = AnomalyMode.setDetectAnomaly(true)) {
      Tensor x = leaf(2);
      Tensor y =
          Checkpoint.checkpoint(
              NON_REENTRANT, t -> Autograd.grad(t.pow(3).mul(t.exp()), t, CREATE), x);
      y.backward();
      // (x³ eˣ)'' = (x³ + 6 x² + 6 x) eˣ.
      assertThat(x.grad().item()).isCloseTo(44 * Math.exp(2), within(1e-10));
    }
    assertThat(warnings.messages()).isEmpty();
  }

  @Test
  @Tag("CKPT-06")
  void blocksThatTakeDerivativesWorkInsideOfDerivatives() {
    List<UnaryOperator<Tensor>> slopes =
        List.of(
            Functional.grad((Tensor t) -> t.tanh().sum()),
            t -> Functional.jvp((Tensor u) -> u.tanh(), t, constant(1)).derivative(),
            t -> Functional.vjp((Tensor u) -> u.tanh(), t, constant(1)).derivative());
    double tanh = Math.tanh(0.7);
    double slope = 1 - tanh * tanh;
    for (boolean early : new boolean[] {true, false}) {
      for (UnaryOperator<Tensor> f : slopes) {
        UnaryOperator<Tensor> block =
            x -> Checkpoint.checkpoint(NON_REENTRANT.withEarlyStop(early), f, x).sum();
        UnaryOperator<Tensor> captured =
            x -> Checkpoint.checkpoint(NON_REENTRANT.withEarlyStop(early), () -> f.apply(x)).sum();
        for (UnaryOperator<Tensor> b : List.of(block, captured)) {
          UnaryOperator<Tensor> second = Functional.grad(b);
          UnaryOperator<Tensor> third = Functional.grad((Tensor x) -> second.apply(x).sum());
          double expected = slope * (6 * tanh * tanh - 2);
          assertThat(second.apply(constant(0.7)).item())
              .isCloseTo(-2 * tanh * slope, within(1e-12));
          assertThat(third.apply(constant(0.7)).item()).isCloseTo(expected, within(1e-12));
          assertThat(Functional.hvp(b, constant(0.7), constant(1)).derivative().item())
              .isCloseTo(expected, within(1e-12));
        }
      }
    }
  }

  @Test
  @Tag("CKPT-09")
  void combinesWithSaveOnCpuInEitherOrder() {
    Tensor a = leaf(0.3, 0.7);
    Tensor outside =
        Graph.saveOnCpu(
            true, () -> Checkpoint.checkpoint(NON_REENTRANT, CheckpointBlocks::block, a));
    outside.sum().backward();
    Tensor b = leaf(0.3, 0.7);
    Tensor inside =
        Checkpoint.checkpoint(NON_REENTRANT, t -> Graph.saveOnCpu(true, () -> block(t)), b);
    inside.sum().backward();
    double[] plain = plainGrad(CheckpointBlocks::block, 0.3, 0.7);
    assertThat(values(a.grad())).containsExactly(plain);
    assertThat(values(b.grad())).containsExactly(plain);
  }

  @Test
  @Tag("CKPT-11")
  void sequentialEqualsRunningInOrder() {
    List<Counted> layers = new ArrayList<>();
    for (int i = 0; i < 7; i++) {
      double k = 1 + 0.1 * i;
      layers.add(new Counted(t -> t.mul(k).sin()));
    }
    UnaryOperator<Tensor> plain =
        t -> {
          for (int i = 0; i < 7; i++) {
            t = t.mul(1 + 0.1 * i).sin();
          }
          return t;
        };
    for (CheckpointOptions options : List.of(NON_REENTRANT, REENTRANT)) {
      layers.forEach(l -> l.runs.set(0));
      Tensor x = leaf(0.3, 0.7);
      Tensor y = Checkpoint.checkpointSequential(options, layers, 3, x);
      assertThat(values(y)).containsExactly(values(plain.apply(constant(0.3, 0.7))));
      y.sum().backward();
      assertThat(values(x.grad())).containsExactly(plainGrad(plain, 0.3, 0.7));
      // Segments of two, two and three functions; the last one is not checkpointed.
      assertThat(layers.stream().map(l -> l.runs.get())).containsExactly(2, 2, 2, 2, 1, 1, 1);
    }
    assertThatThrownBy(() -> Checkpoint.checkpointSequential(NON_REENTRANT, layers, 8, leaf(1)))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
