package org.autograd.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.autograd.TestTensors.constant;
import static org.autograd.TestTensors.leaf;
import static org.autograd.TestTensors.recorded;
import static org.autograd.TestTensors.values;

import java.lang.reflect.Method;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.autograd.AutogradException;
import org.autograd.BackwardOptions;
import org.autograd.DType;
import org.autograd.Device;
import org.autograd.Tensor;
import org.autograd.UnderScheduler;
import org.autograd.Warnings;
import org.autograd.tensor.Raw;
import org.autograd.tensor.Storage;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(UnderScheduler.class)
class AccumulationBehaviourTest {
  private static final BackwardOptions CREATE = BackwardOptions.DEFAULT.withCreateGraph(true);

  /** A node that has no gradient to give. */
  private static Tensor deliversNothing(Tensor x) {
    return recorded(constant(1), g -> new Tensor[] {null}, x);
  }

  @Test
  @Tag("ACC-01")
  void gradStartsNullAndPassesAddUp() {
    Tensor x = leaf(2);
    assertThat(x.grad()).isNull();
    deliversNothing(x).backward();
    assertThat(x.grad()).isNull();
    x.mul(3).backward();
    assertThat(values(x.grad())).containsExactly(3);
    assertThat(x.grad().requiresGrad()).isFalse();
    x.mul(3).backward();
    assertThat(values(x.grad())).containsExactly(6);
    x.mul(x).backward();
    assertThat(values(x.grad())).containsExactly(10);
  }

  @Test
  @Tag("ACC-02")
  void existingGradIsUpdatedInPlace() {
    Tensor x = leaf(2, 5);
    x.mul(3).sum().backward();
    Tensor first = x.grad();
    Object memory = Raw.storage(first).memory();
    x.mul(x).sum().backward();
    assertThat(x.grad()).isSameAs(first);
    assertThat(Raw.storage(first).memory()).isSameAs(memory);
    assertThat(values(first)).containsExactly(7, 13);
    Tensor assigned = constant(100, 200);
    x.setGrad(assigned);
    x.mul(3).sum().backward();
    assertThat(x.grad()).isSameAs(assigned);
    assertThat(values(assigned)).containsExactly(103, 203);
  }

  @Test
  @Tag("ACC-03")
  void recordedPassReplacesGradByTheSum() {
    Tensor x = leaf(2, 5);
    x.mul(x).sum().backward(CREATE);
    Tensor first = x.grad();
    assertThat(values(first)).containsExactly(4, 10);
    x.mul(x).mul(x).sum().backward(CREATE);
    assertThat(x.grad()).isNotSameAs(first);
    assertThat(values(first)).containsExactly(4, 10);
    assertThat(values(x.grad())).containsExactly(4 + 12, 10 + 75);
    assertThat(x.grad().requiresGrad()).isTrue();

    Tensor y = leaf(2);
    y.mul(3).backward();
    Tensor plain = y.grad();
    y.mul(3).backward(CREATE);
    assertThat(y.grad()).isNotSameAs(plain);
    assertThat(values(plain)).containsExactly(3);
    assertThat(values(y.grad())).containsExactly(6);
  }

  @Test
  @Tag("ACC-04")
  void nullGradientLeavesGradAsItWas() {
    for (BackwardOptions options : List.of(BackwardOptions.DEFAULT, CREATE)) {
      Tensor x = leaf(2);
      Tensor y = leaf(3);
      recorded(constant(1), g -> new Tensor[] {null, g[0]}, x, y).backward(options);
      assertThat(x.grad()).isNull();
      assertThat(values(y.grad())).containsExactly(1);

      Tensor before = constant(7);
      x.setGrad(before);
      deliversNothing(x).backward(options);
      assertThat(x.grad()).isSameAs(before);
      assertThat(before.version()).isZero();
      assertThat(values(before)).containsExactly(7);
    }
  }

  /** The numbers 1, 2, 3, … in row-major order. */
  private static Tensor counting(long... sizes) {
    long n = Arrays.stream(sizes).reduce(1, (a, b) -> a * b);
    double[] values = new double[(int) n];
    Arrays.setAll(values, i -> i + 1);
    return Tensor.of(values, sizes);
  }

  private static Tensor channelsLast() {
    Tensor t = Tensor.ones(DType.FLOAT64, 2, 4, 5, 3).permute(new int[] {0, 3, 1, 2});
    assertThat(t.strides()).containsExactly(60, 1, 15, 3);
    return t.requiresGrad_();
  }

  /**
   * Runs each kind of pass on a new leaf, which is all ones, and looks at the gradient's strides
   * and values.
   */
  private static void firstGradientHas(long[] strides, Supplier<Tensor> leaf) {
    Tensor summed = leaf.get();
    summed.sum().backward();
    assertThat(summed.grad().strides()).containsExactly(strides);
    assertThat(values(summed.grad())).hasSize((int) summed.numel()).containsOnly(1);

    Tensor weights = counting(summed.sizes());
    List<Consumer<Tensor>> passes =
        List.of(
            x -> x.mul(weights).sum().backward(),
            x -> x.mul(x).mul(weights).mul(0.5).sum().backward(),
            x -> x.clone().backward(weights),
            x -> x.backward(weights),
            x -> x.mul(weights).sum().backward(CREATE));
    for (Consumer<Tensor> pass : passes) {
      Tensor x = leaf.get();
      pass.accept(x);
      assertThat(x.grad().strides()).containsExactly(strides);
      assertThat(values(x.grad())).containsExactly(values(weights));
    }
  }

  @Test
  @Tag("ACC-05")
  void gradOfADenseLeafHasItsStrides() {
    firstGradientHas(new long[] {60, 1, 15, 3}, AccumulationBehaviourTest::channelsLast);
    firstGradientHas(new long[] {1, 2}, () -> Tensor.ones(DType.FLOAT64, 3, 2).t().requiresGrad_());
    firstGradientHas(
        new long[] {1, 2},
        () -> Tensor.ones(DType.FLOAT64, 5, 2).slice(0, 1, 4).t().requiresGrad_());
    firstGradientHas(new long[] {3, 1}, () -> Tensor.ones(DType.FLOAT64, 2, 3).requiresGrad_());
  }

  @Test
  @Tag("ACC-06")
  void gradOfAnyOtherLeafIsRowMajor() {
    firstGradientHas(
        new long[] {2, 1},
        () ->
            Tensor.ones(DType.FLOAT64, 8)
                .asStrided(new long[] {2, 2}, new long[] {4, 2})
                .requiresGrad_());
    firstGradientHas(
        new long[] {3, 1}, () -> Tensor.ones(DType.FLOAT64, 1, 3).expand(2, 3).requiresGrad_());
    firstGradientHas(
        new long[] {2, 1},
        () -> Tensor.ones(DType.FLOAT64, 3, 4).t().slice(0, 0, 2).t().requiresGrad_());
  }

  @Test
  @Tag("ACC-07")
  void assignedGradKeepsItsStrides() {
    Tensor x = Tensor.ones(DType.FLOAT64, 2, 3).requiresGrad_();
    Tensor transposed = Tensor.zeros(DType.FLOAT64, 3, 2).t();
    Tensor gaps = Tensor.zeros(DType.FLOAT64, 12).asStrided(new long[] {2, 3}, new long[] {6, 2});
    for (Tensor assigned : List.of(transposed, gaps)) {
      long[] strides = assigned.strides();
      x.setGrad(assigned);
      for (int pass = 1; pass <= 2; pass++) {
        x.mul(counting(2, 3)).sum().backward();
        assertThat(x.grad()).isSameAs(assigned);
        assertThat(assigned.strides()).containsExactly(strides);
        assertThat(values(assigned)).containsExactly(values(counting(2, 3).mul(pass)));
      }
    }
  }

  /** The same numbers as if they lay on another device. */
  private static Tensor elsewhere(Tensor t) {
    Storage other =
        new Storage() {
          @Override
          public Device device() {
            return new Device("test", 1);
          }

          @Override
          public long length() {
            return t.numel();
          }

          @Override
          public long bytes() {
            return 8 * t.numel();
          }

          @Override
          public Storage alias() {
            return this;
          }

          @Override
          public Object memory() {
            return this;
          }
        };
    return Raw.alias(other, Raw.layout(t), t.dtype());
  }

  @Test
  @Tag("ACC-08")
  void assignedGradMustFit() {
    List<Method> setters =
        Arrays.stream(Tensor.class.getMethods())
            .filter(m -> m.getName().equals("setGrad"))
            .toList();
    assertThat(setters).hasSize(1);
    assertThat(setters.get(0).getParameterTypes()).containsExactly(Tensor.class);

    Tensor x = leaf(1, 2);
    Tensor good = constant(7, 8);
    x.setGrad(good);
    refuses(x, constant(1, 2, 3), "[3]", "[2]");
    refuses(x, constant(1), "[1]", "[2]");
    refuses(x, Tensor.of(new double[] {1, 2}, 1, 2), "[1, 2]", "[2]");
    refuses(x, Tensor.of(1f, 2f), "float32", "float64");
    refuses(x, elsewhere(good), "test:1", "cpu");
    refuses(x, x, "itself|own");
    assertThat(x.grad()).isSameAs(good);
    assertThat(values(good)).containsExactly(7, 8);
    x.setGrad(null);
    assertThat(x.grad()).isNull();
    x.setGrad(null);
    assertThat(x.grad()).isNull();
    Tensor untouched = constant(1);
    untouched.setGrad(null);
    assertThat(untouched.grad()).isNull();
  }

  @Test
  void leavesFrozenAfterTheGraphWasMadeGetNoGradient() {
    for (boolean hooked : new boolean[] {false, true}) {
      Tensor frozen = leaf(1, 2);
      Tensor other = leaf(3, 4);
      List<Tensor> told = new ArrayList<>();
      if (hooked) {
        frozen.registerPostAccumulateGradHook(told::add);
      }
      Tensor y = frozen.mul(other).sum();
      frozen.requiresGrad_(false);
      y.backward();
      assertThat(frozen.grad()).isNull();
      assertThat(told).isEmpty();
      assertThat(values(other.grad())).containsExactly(1, 2);
      frozen.requiresGrad_(true);
      frozen.mul(other).sum().backward();
      assertThat(values(frozen.grad())).containsExactly(3, 4);
    }
  }

  private static void refuses(Tensor x, Tensor grad, String... named) {
    var refused = assertThatThrownBy(() -> x.setGrad(grad)).isInstanceOf(AutogradException.class);
    for (String alternatives : named) {
      refused.message().containsAnyOf(alternatives.split("\\|"));
    }
  }

  @Test
  @Tag("ACC-09")
  void onlyAnUnretainedNonLeafWarnsThatItsGradIsNotFilled() {
    List<String> warnings = new ArrayList<>();
    Consumer<String> before = Warnings.handler();
    Warnings.handler(warnings::add);
    try {
      Tensor x = leaf(2);
      Tensor hidden = x.mul(3);
      Tensor retained = hidden.mul(2);
      retained.retainGrad();
      assertThat(x.grad()).isNull();
      assertThat(retained.grad()).isNull();
      assertThat(constant(1).grad()).isNull();
      assertThat(warnings).isEmpty();
      assertThat(hidden.grad()).isNull();
      assertThat(warnings).hasSize(1);
      assertThat(warnings.get(0)).contains("retainGrad");

      retained.backward();
      assertThat(values(x.grad())).containsExactly(6);
      assertThat(values(retained.grad())).containsExactly(1);
      assertThat(warnings).hasSize(1);
      assertThat(hidden.grad()).isNull();
      assertThat(warnings).hasSize(2);
    } finally {
      Warnings.handler(before);
    }
  }
}
