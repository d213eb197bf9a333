package org.autograd;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.autograd.graph.Node;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Trains for many steps in which everything happens that could leave something behind, in a heap of
 * fixed size, which the build gives to this class's own process.
 */
class TrainingSoak {
  private static final int STEPS = 20_000;
  private static final int FIRST_READING = 2_000;
  private static final long TOLERATED = 1L << 20;

  private static final BackwardOptions RETAIN = BackwardOptions.DEFAULT.withRetainGraph(true);
  private static final BackwardOptions CREATE = BackwardOptions.DEFAULT.withCreateGraph(true);
  private static final GradOptions CREATE_GRADS = GradOptions.DEFAULT.withCreateGraph(true);

  private final Tensor data = wave(6, 4, 0.3);
  private final Tensor target = wave(6, 1, 0.7);
  private final Tensor w1 = wave(4, 8, 1.1).requiresGrad_();
  private final Tensor w2 = wave(8, 1, 1.3).requiresGrad_();
  private final List<Tensor> parameters = List.of(w1, w2);

  /** Carried from step to step and changed in place with its history, which is cut after each. */
  private final Tensor state = wave(6, 8, 0.9);

  /** The hyperbolic tangent, with a backward of its own. */
  private final CustomFunction<Tensor, Tensor> bent =
      CustomFunction.<Tensor, Tensor>named("Bent")
          .forward((ctx, in) -> {
            ctx.saveForBackward(in);
            return in.tanh();
          })
          .backward((ctx, grads) -> {
            Tensor tanh = ctx.saved(0).tanh();
            return CustomFunction.gradients(grads[0].mul(tanh.mul(tanh).neg().add(1)));
          });

  private int hookCalls;
  private int failures;
  private int explained;

  @TempDir private Path spill;

  private static Tensor wave(int rows, int columns, double frequency) {
    double[] values = new double[rows * columns];
    for (int i = 0; i < values.length; i++) {
      values[i] = 0.5 * Math.sin(frequency * (i + 1));
    }
    return Tensor.of(values).reshape(rows, columns).clone();
  }

  @Test
  @Timeout(value = 10, unit = TimeUnit.MINUTES)
  void liveHeapAfterManyStepsIsAsAfterFew() throws Exception {
    assertThat(Runtime.getRuntime().maxMemory()).as("heap").isLessThanOrEqualTo(256L << 20);
    Consumer<String> warnings = Warnings.handler();
    Warnings.handler(
        message -> explained += message.startsWith("Error detected in SqrtBackward0") ? 1 : 0);
    ExecutorService other = Executors.newSingleThreadExecutor();
    double firstLoss = 0;
    double loss = 0;
    long early = 0;
    try {
      for (int i = 1; i <= STEPS; i++) {
        int nr = i;
        loss = i % 100 == 0 ? other.submit(() -> step(nr)).get() : step(i);
        if (i == 1) {
          firstLoss = loss;
        }
        if (i == FIRST_READING) {
          early = Garbage.liveBytes();
        }
      }
    } finally {
      other.shutdown();
      Warnings.handler(warnings);
    }
    assertThat(other.awaitTermination(10, TimeUnit.SECONDS)).isTrue();
    long late = Garbage.liveBytes();
    System.out.printf(
        "Soak: live heap %,d bytes after %,d steps, %,d after %,d; loss %.4f, then %.4f; %,d hook"
            + " calls, %,d failures%n",
        early, FIRST_READING, late, STEPS, firstLoss, loss, hookCalls, failures);
    assertThat(Math.abs(late - early)).as("change of the live heap in bytes").isLessThan(TOLERATED);
    assertThat(loss).isLessThan(0.5 * firstLoss);
    assertThat(hookCalls).isGreaterThan(STEPS);
    assertThat(failures).isGreaterThan(STEPS);
    assertThat(explained).as("errors explained by anomaly detection").isEqualTo(STEPS / 50);
    try (Stream<Path> files = Files.list(spill)) {
      assertThat(files).isEmpty();
    }
  }

  private double step(int nr) {
    if (nr % 3 == 0) {
      failInHook();
    }
    failInplace(nr);
    if (nr % 4 == 0) {
      failSecondTime();
    }
    if (nr % 50 == 0) {
      failWatched();
    }
    if (nr % 10 == 0) {
      assertThat(InferenceMode.run(() -> predict().isInference())).isTrue();
    }
    double loss = nr % 200 == 0 ? spilled() : nr % 5 == 0 ? packed() : train(nr);
    GradMode.noGrad(() -> {
      for (Tensor p : parameters) {
        p.sub_(p.grad().mul(0.1));
      }
    });
    for (Tensor p : parameters) {
      if (nr % 2 == 0) {
        p.setGrad(null);
      } else {
        p.setGrad(p.grad().detach());
        GradMode.noGrad(() -> p.grad().zero_());
      }
    }
    return loss;
  }

  /** Both layers, with views of the hidden values changed in place, also through one another. */
  private Tensor predict() {
    Tensor hidden = data.matmul(w1);
    if (!InferenceMode.isEnabled()) {
      hidden.narrow(1, 0, 4).mul_(1.1);
      Tensor right = hidden.narrow(1, 4, 4);
      right.transpose(0, 1).add_(0.01);
      right.mul_(0.9);
    }
    return bent.apply(hidden).matmul(w2);
  }

  private Tensor loss() {
    Tensor error = predict().sub(target);
    return error.mul(error).mean();
  }

  private double train(int nr) {
    try (HookHandle leaf = w1.registerHook(this::seen);
        HookHandle stored = w2.registerPostAccumulateGradHook(p -> hookCalls++);
        HookHandle all = Graph.registerMultiGradHook(parameters, grads -> hookCalls++);
        HookHandle any =
            Graph.registerMultiGradHook(parameters, MultiGradMode.ANY, grad -> hookCalls++)) {
      Tensor loss = loss();
      hooked(loss, nr);
      if (nr % 2 == 0) {
        List<Tensor> grads = Autograd.grad(List.of(loss), parameters, null, CREATE_GRADS);
        Tensor penalty =
            grads.get(0).mul(grads.get(0)).sum().add(grads.get(1).mul(grads.get(1)).sum());
        loss.add(penalty.mul(1e-4)).backward();
      } else if (nr % 7 == 0) {
        // The gradients lead to the graph, which leads to the leaves, which have the gradients.
        loss.backward(CREATE);
      } else {
        carried().add(loss).backward(nr % 9 == 0 ? RETAIN : BackwardOptions.DEFAULT);
        state.detach_();
      }
      return loss.item();
    }
  }

  /** Hooks of all kinds that go with the graph. */
  private void hooked(Tensor loss, int nr) {
    Node node = loss.gradFn();
    node.metadata().put("step", nr);
    Tensor mean = loss.mul(1);
    mean.retainGrad();
    mean.gradFn().registerPrehook(grads -> null);
    node.registerHook((in, out) -> null);
    loss.registerHook(this::seen);
    if (nr % 7 == 0) {
      loss.registerHook(g -> {
        Tensor x = w2.detach().requiresGrad_();
        GradMode.enableGrad(() -> x.mul(x).sum()).backward();
        Graph.queueCallback(() -> hookCalls++);
        return null;
      });
    }
  }

  private Tensor seen(Tensor grad) {
    hookCalls++;
    return null;
  }

  /** A value that lives on, changed in place in each step. */
  private Tensor carried() {
    state.mul_(0.5);
    state.narrow(0, 0, 6).add_(data.matmul(w1).mul(1e-3));
    return state.sum().mul(1e-6);
  }

  private double packed() {
    Tensor loss =
        Graph.savedTensorsHooks(
            t -> new Packed(t.toDoubleArray(), t.sizes()),
            p -> Tensor.of(p.values).reshape(p.sizes),
            this::loss);
    loss.backward();
    return loss.item();
  }

  private record Packed(double[] values, long[] sizes) {}

  private double spilled() {
    Tensor loss = Graph.saveToDisk(spill, this::loss);
    loss.backward();
    return loss.item();
  }

  private void fails(Class<? extends Throwable> type, Runnable action) {
    assertThatThrownBy(action::run).isInstanceOf(type);
    failures++;
  }

  private void failInHook() {
    Tensor loss = loss();
    Tensor shown = data.matmul(w1);
    shown.registerHook(g -> {
      throw new IllegalStateException("planned");
    });
    fails(IllegalStateException.class, () -> shown.sum().add(loss).backward(RETAIN));
    fails(IllegalStateException.class, () -> shown.sum().add(loss).backward(CREATE));
  }

  private void failInplace(int nr) {
    Tensor x = w1.mul(2);
    Tensor y = x.mul(x).sum();
    if (nr % 2 == 0) {
      x.add_(1);
      fails(InplaceModificationException.class, y::backward);
    } else {
      fails(InplaceModificationException.class, () -> w1.add_(1));
      fails(InplaceModificationException.class, () -> x.unbind(0).get(0).add_(1));
    }
  }

  private void failSecondTime() {
    Tensor y = w2.mul(w2).sum();
    Autograd.grad(y, w2);
    fails(AutogradException.class, () -> Autograd.grad(y, w2));
  }

  private void failWatched() {
    try (Scope watched = AnomalyMode.detectAnomaly()) {
      Tensor y = w2.mul(0).sqrt().sum();
      fails(AutogradException.class, y.mul(0)::backward);
    }
  }
}
