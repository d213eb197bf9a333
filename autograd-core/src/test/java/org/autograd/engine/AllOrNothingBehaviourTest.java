package org.autograd.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;
import static org.autograd.TestTensors.constant;
import static org.autograd.TestTensors.leaf;
import static org.autograd.TestTensors.recorded;
import static org.autograd.TestTensors.tap;
import static org.autograd.TestTensors.values;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.autograd.AutogradException;
import org.autograd.BackwardOptions;
import org.autograd.DType;
import org.autograd.GradMode;
import org.autograd.Tensor;
import org.autograd.UnderScheduler;
import org.autograd.graph.Meta;
import org.autograd.tensor.Raw;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** A pass that fails leaves every {@code .grad} as it was. */
@ExtendWith(UnderScheduler.class)
class AllOrNothingBehaviourTest {
  private static final BackwardOptions KEEP = BackwardOptions.DEFAULT.withRetainGraph(true);
  private static final BackwardOptions CREATE = BackwardOptions.DEFAULT.withCreateGraph(true);

  private static final class Planned extends Error {
    private static final long serialVersionUID = 1L;
  }

  /** What can be told of a {@code .grad}: the object, its memory bit by bit, gaps included. */
  private record Snapshot(Tensor grad, Object memory, List<Long> bits, String form) {
    static Snapshot of(Tensor t) {
      Tensor grad = Meta.of(t).grad();
      if (grad == null) {
        return new Snapshot(null, null, List.of(), "");
      }
      double[] array = (double[]) Raw.array(grad);
      return new Snapshot(
          grad,
          array,
          Arrays.stream(array).mapToObj(Double::doubleToRawLongBits).toList(),
          Arrays.toString(grad.strides()) + grad.version() + grad.requiresGrad() + grad.gradFn());
    }

    static List<Snapshot> of(List<Tensor> tensors) {
      return tensors.stream().map(Snapshot::of).toList();
    }
  }

  /** The sum of exp(a * p + s) * s * a * p, with a node that can fail at every place. */
  private static final class Model {
    static final double[] A = {0.5, -1};
    static final double[] P = {2, 3};
    static final double[] S = {-0.25, 0.75};

    final Tensor absent = leaf(A);
    final Tensor present = leaf(P);
    final Tensor strided = leaf(S);
    final Tensor retained;
    final Tensor retainedPresent;
    final Tensor loss;
    final List<Tensor> all;
    int places;
    int failsAt = -1;

    Model() {
      present.setGrad(constant(0.1, -0.0));
      strided.setGrad(
          Tensor.of(new double[] {9, 100, Double.NaN, 200, 9})
              .asStrided(new long[] {2}, new long[] {2}, 1L));
      Tensor a = place(absent);
      retained = place(place(a.mul(place(present))).add(place(strided)));
      retained.retainGrad();
      Tensor left = place(retained.exp());
      Tensor right = place(place(strided.mul(absent)).mul(present));
      retainedPresent = place(left.mul(right));
      retainedPresent.retainGrad();
      retainedPresent.setGrad(constant(5, 6));
      loss = place(place(retainedPresent.clone()).sum());
      all = List.of(absent, present, strided, retained, retainedPresent);
    }

    private Tensor place(Tensor t) {
      int nr = places++;
      return tap(
          t,
          () -> {
            if (nr == failsAt) {
              throw new Planned();
            }
          });
    }

    /** The gradients by hand, in the order of {@link #all}, each added to what it starts from. */
    double[][] expected(int passes) {
      double[][] g = {{0, 0}, {0.1, -0.0}, {100, 200}, {0, 0}, {5, 6}};
      for (int i = 0; i < 2; i++) {
        double e = Math.exp(A[i] * P[i] + S[i]);
        double product = S[i] * A[i] * P[i];
        g[0][i] += passes * (e * P[i] * product + e * S[i] * P[i]);
        g[1][i] += passes * (e * A[i] * product + e * S[i] * A[i]);
        g[2][i] += passes * (e * product + e * A[i] * P[i]);
        g[3][i] += passes * e * product;
        g[4][i] += passes;
      }
      return g;
    }

    void check(int passes) {
      double[][] expected = expected(passes);
      for (int i = 0; i < expected.length; i++) {
        assertThat(values(all.get(i).grad())).containsExactly(expected[i], within(1e-12));
      }
    }
  }

  @Test
  void failureInAnyNodeLeavesEveryGradAsItWasAndTheGraphRunnable() {
    for (BackwardOptions options : List.of(KEEP, CREATE)) {
      Model m = new Model();
      List<Snapshot> before = Snapshot.of(m.all);
      for (m.failsAt = 0; m.failsAt < m.places; m.failsAt++) {
        assertThatThrownBy(() -> m.loss.backward(options)).isInstanceOf(Planned.class);
        assertThat(Snapshot.of(m.all)).as("after failure at %d", m.failsAt).isEqualTo(before);
        assertThat(GradMode.isEnabled()).isTrue();
      }
      m.loss.backward(KEEP);
      m.check(1);
      m.loss.backward(KEEP);
      m.check(2);
    }
  }

  @Test
  void failureAfterSuccessfulPassesKeepsTheirGradients() {
    Model m = new Model();
    m.loss.backward(KEEP);
    List<Snapshot> before = Snapshot.of(m.all);
    for (m.failsAt = 0; m.failsAt < m.places; m.failsAt++) {
      assertThatThrownBy(() -> m.loss.backward(KEEP)).isInstanceOf(Planned.class);
      assertThat(Snapshot.of(m.all)).isEqualTo(before);
    }
    m.loss.backward(KEEP);
    m.check(2);
  }

  @Test
  void failureInAPassThatFreesTheGraphLeavesEveryGradAsItWas() {
    int places = new Model().places;
    for (int i = 0; i < places; i++) {
      Model m = new Model();
      List<Snapshot> before = Snapshot.of(m.all);
      m.failsAt = i;
      assertThatThrownBy(m.loss::backward).isInstanceOf(Planned.class);
      assertThat(Snapshot.of(m.all)).isEqualTo(before);
    }
    Model freed = new Model();
    freed.loss.backward();
    freed.check(1);
    List<Snapshot> before = Snapshot.of(freed.all);
    assertThatThrownBy(freed.loss::backward)
        .isInstanceOf(AutogradException.class)
        .hasMessageContaining("retainGraph");
    assertThat(Snapshot.of(freed.all)).isEqualTo(before);
  }

  @Test
  void failureInAnyHookLeavesEveryGradAsItWas() {
    Model m = new Model();
    for (Tensor hooked : m.all) {
      List<Snapshot> before = Snapshot.of(m.all);
      var failing =
          hooked.registerHook(g -> {
            throw new Planned();
          });
      assertThatThrownBy(() -> m.loss.backward(KEEP)).isInstanceOf(Planned.class);
      assertThat(Snapshot.of(m.all)).isEqualTo(before);
      failing.remove();
      var unfit = hooked.registerHook(g -> constant(1, 2, 3));
      assertThatThrownBy(() -> m.loss.backward(KEEP)).isInstanceOf(AutogradException.class);
      assertThat(Snapshot.of(m.all)).isEqualTo(before);
      unfit.remove();
    }
    m.loss.backward(KEEP);
    m.check(1);
  }

  @Test
  void gradientThatDoesNotFitLeavesEveryGradAsItWas() {
    Model m = new Model();
    List<Snapshot> before = Snapshot.of(m.all);
    for (Tensor t : m.all) {
      Tensor unfit = recorded(constant(1), g -> new Tensor[] {constant(1, 2, 3)}, t);
      Tensor count = recorded(constant(1), g -> new Tensor[0], t);
      for (Tensor bad : List.of(unfit, count)) {
        assertThatThrownBy(() -> m.loss.add(bad).sum().backward(KEEP))
            .isInstanceOf(AutogradException.class);
        assertThat(Snapshot.of(m.all)).isEqualTo(before);
      }
    }
  }

  @Test
  void gradThatCannotTakeTheGradientLeavesAllOthersAsTheyWere() {
    for (int i = 0; i < 3; i++) {
      Model m = new Model();
      Tensor changed = m.all.get(i);
      Tensor late = leaf(1, 2);
      changed.setData(Tensor.ones(DType.FLOAT64, 3));
      changed.setGrad(constant(1, 2, 3));
      changed.setData(constant(1, 2));
      List<Snapshot> before = Snapshot.of(m.all);
      Tensor loss = m.loss.add(late.sum());
      assertThatThrownBy(() -> loss.sum().backward(KEEP))
          .isInstanceOf(AutogradException.class)
          .hasMessageContaining("[3]")
          .hasMessageContaining("[2]");
      assertThat(Snapshot.of(m.all)).isEqualTo(before);
      assertThat(late.grad()).isNull();
    }
  }

  @Test
  void anotherPassOverTheSameLeavesKeepsWhatItStored() throws InterruptedException {
    for (boolean ownThread : new boolean[] {false, true}) {
      Tensor x = leaf(2);
      Tensor y = leaf(3);
      y.setGrad(constant(50));
      Runnable other = () -> GradMode.enableGrad(() -> x.mul(y)).backward(BackwardOptions.DEFAULT);
      List<Throwable> problems = new ArrayList<>();
      Tensor loss =
          tap(
              tap(
                  x.mul(10).add(y.mul(20)),
                  () -> {
                    throw new Planned();
                  }),
              () -> {
                if (!ownThread) {
                  other.run();
                  return;
                }
                Thread t = new Thread(other);
                t.setUncaughtExceptionHandler((at, e) -> problems.add(e));
                t.start();
                try {
                  t.join();
                } catch (InterruptedException e) {
                  throw new IllegalStateException(e);
                }
              });
      assertThatThrownBy(loss::backward).isInstanceOf(Planned.class);
      assertThat(problems).isEmpty();
      assertThat(values(x.grad())).containsExactly(3);
      assertThat(values(y.grad())).containsExactly(52);
    }
  }
}
