package org.autograd.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.autograd.TestTensors.constant;
import static org.autograd.TestTensors.leaf;
import static org.autograd.TestTensors.recorded;
import static org.autograd.TestTensors.values;

import java.util.ArrayList;
import java.util.List;
import java.util.function.BiConsumer;
import java.util.function.BinaryOperator;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.autograd.Autograd;
import org.autograd.BackwardOptions;
import org.autograd.CustomFunction;
import org.autograd.FunctionCtx;
import org.autograd.GradOptions;
import org.autograd.Graph;
import org.autograd.InplaceModificationException;
import org.autograd.MultiGradMode;
import org.autograd.Scope;
import org.autograd.Tensor;
import org.autograd.UnderScheduler;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * User code that writes into the gradient it is given changes that of its own branch only, or is
 * refused.
 */
@ExtendWith(UnderScheduler.class)
class LentGradientsBehaviourTest {
  private static final BackwardOptions CREATE = BackwardOptions.DEFAULT.withCreateGraph(true);
  private static final BackwardOptions KEEP = BackwardOptions.DEFAULT.withRetainGraph(true);

  /** Where user code gets a gradient that it writes into, times 100. */
  private enum Writer {
    TENSOR_HOOK((z, y) -> z.registerHook(g -> nothing(g.mul_(100)))),
    SECOND_HOOK((z, y) -> {
      z.registerHook(g -> g.add(0));
      z.registerHook(g -> nothing(g.mul_(100)));
    }),
    HOOK_AFTER_ONE_THAT_RETURNS_ITS_GRADIENT((z, y) -> {
      z.registerHook(g -> g);
      z.registerHook(g -> nothing(g.mul_(100)));
    }),
    PREHOOK((z, y) -> z.gradFn().registerPrehook(gs -> nothing(gs.get(0).mul_(100)))),
    NODE_HOOK((z, y) -> z.gradFn().registerHook((in, out) -> nothing(in.get(0).mul_(100)))),
    ANY_HOOK(
        (z, y) -> Graph.registerMultiGradHook(List.of(z), MultiGradMode.ANY, g -> g.mul_(100)));

    final BiConsumer<Tensor, Tensor> register;

    Writer(BiConsumer<Tensor, Tensor> register) {
      this.register = register;
    }
  }

  /** What has a gradient that is, or lies in the memory of, the one that z gets. */
  private enum Sharing {
    ADDED((z, y) -> z.add(y)),
    ADDED_AFTER((z, y) -> y.add(z)),
    VIEWED((z, y) -> z.add(y.view(2, 1).view(2))),
    VIEWS((z, y) -> z.view(1, 2).add(y.view(1, 2)).view(2)),
    SUBTRACTED_TWICE((z, y) -> z.sub(y.neg()));

    final BinaryOperator<Tensor> join;

    Sharing(BinaryOperator<Tensor> join) {
      this.join = join;
    }
  }

  private static <T> T nothing(Tensor written) {
    return null;
  }

  record Case(Writer writer, Sharing sharing, BackwardOptions options) {}

  static Stream<Case> cases() {
    List<Case> all = new ArrayList<>();
    for (Writer w : Writer.values()) {
      for (Sharing s : Sharing.values()) {
        for (BackwardOptions o : List.of(BackwardOptions.DEFAULT, KEEP, CREATE)) {
          all.add(new Case(w, s, o));
        }
      }
    }
    return all.stream();
  }

  @ParameterizedTest
  @MethodSource("cases")
  void writingHookChangesItsOwnBranchOnly(Case c) {
    Tensor x = leaf(1, 2);
    Tensor y = leaf(3, 4);
    Tensor z = x.mul(1);
    c.writer.register.accept(z, y);
    Tensor seed = constant(1, 1);
    Tensor joined = c.sharing.join.apply(z, y);
    joined.retainGrad();
    joined.backward(seed, c.options);
    assertThat(values(x.grad())).containsExactly(100, 100);
    assertThat(values(y.grad())).containsExactly(1, 1);
    assertThat(values(joined.grad())).containsExactly(1, 1);
    assertThat(values(seed)).containsExactly(1, 1);
    assertThat(seed.version()).isZero();
  }

  @ParameterizedTest
  @MethodSource("cases")
  void writingHookDoesNotChangeWhatIsCaptured(Case c) {
    Tensor x = leaf(1, 2);
    Tensor y = leaf(3, 4);
    Tensor z = x.mul(1);
    c.writer.register.accept(z, y);
    Tensor joined = c.sharing.join.apply(z, y);
    GradOptions options = GradOptions.DEFAULT.withCreateGraph(c.options.createGraph());
    List<Tensor> grads =
        Autograd.grad(List.of(joined), List.of(joined, y, x), List.of(constant(1, 1)), options);
    assertThat(values(grads.get(0))).containsExactly(1, 1);
    assertThat(values(grads.get(1))).containsExactly(1, 1);
    assertThat(values(grads.get(2))).containsExactly(100, 100);
  }

  @Test
  void hookOnALeafWritesIntoItsOwnGradientOnly() {
    Tensor x = leaf(1, 2);
    Tensor y = leaf(3, 4);
    x.registerHook(g -> nothing(g.mul_(100)));
    x.add(y).backward(constant(1, 1));
    assertThat(values(x.grad())).containsExactly(100, 100);
    assertThat(values(y.grad())).containsExactly(1, 1);
  }

  @Test
  void hookWritesIntoAnExpandedGradientOfItsOwn() {
    Tensor x = leaf(1, 2);
    Tensor y = leaf(3);
    Tensor z = x.mul(1);
    List<long[]> strides = new ArrayList<>();
    z.registerHook(g -> {
      strides.add(g.strides());
      g.select(0, 0).mul_(100);
      return null;
    });
    Tensor sum = z.sum();
    sum.retainGrad();
    Tensor loss = sum.add(y.sum());
    loss.retainGrad();
    loss.backward();
    assertThat(strides.get(0)).containsExactly(0);
    assertThat(values(x.grad())).containsExactly(100, 100);
    assertThat(values(y.grad())).containsExactly(1);
    assertThat(values(sum.grad())).containsExactly(1);
    assertThat(values(loss.grad())).containsExactly(1);
  }

  @Test
  void retainedGradientIsWhatTheHooksBeforeItMade() {
    for (BackwardOptions options : List.of(BackwardOptions.DEFAULT, CREATE)) {
      Tensor x = leaf(1, 2);
      Tensor z = x.mul(1);
      List<Tensor> kept = new ArrayList<>();
      z.registerHook(g -> nothing(kept.add(g.mul_(10)) ? g : g));
      z.retainGrad();
      x.registerHook(g -> nothing(kept.get(0).mul_(7)));
      z.mul(1).backward(constant(1, 1), options);
      assertThat(values(z.grad())).containsExactly(10, 10);
      assertThat(values(x.grad())).containsExactly(10, 10);
    }
  }

  @Test
  void gradientThatAHookKeptCanBeWrittenIntoLaterWithoutChangingALeaf() {
    Tensor x = leaf(1, 2);
    Tensor y = leaf(3, 4);
    List<Tensor> kept = new ArrayList<>();
    Tensor last = x.mul(1);
    last.registerHook(g -> nothing(kept.get(0).mul_(100)));
    y.registerHook(g -> nothing(kept.add(g) ? g : g));
    Tensor far = last.mul(1).mul(1).mul(1);
    try (Scope inOrder = Autograd.setMultithreadingEnabled(false)) {
      far.add(y).backward(constant(1, 1));
    }
    assertThat(values(y.grad())).containsExactly(1, 1);
    assertThat(values(x.grad())).containsExactly(1, 1);
  }

  private static final class Scale extends CustomFunction<Tensor, Tensor> {
    @Override
    public Tensor forward(FunctionCtx ctx, Tensor x) {
      return x.clone();
    }

    @Override
    public Tensor[] backward(FunctionCtx ctx, Tensor... grads) {
      return new Tensor[] {grads[0].mul_(100)};
    }
  }

  @Test
  void customBackwardThatWritesIntoASharedGradientIsRefused() {
    for (UnaryOperator<Tensor> f :
        List.<UnaryOperator<Tensor>>of(
            t -> new Scale().apply(t),
            t -> recorded(t.detach().clone(), g -> new Tensor[] {g[0].mul_(100)}, t))) {
      for (BackwardOptions options : List.of(BackwardOptions.DEFAULT, CREATE)) {
        Tensor x = leaf(1, 2);
        Tensor y = leaf(3, 4);
        Tensor joined = f.apply(x).add(y);
        assertThatThrownBy(() -> joined.backward(constant(1, 1), options))
            .isInstanceOf(InplaceModificationException.class)
            .hasMessageContaining("gradient 0")
            .hasMessageContaining("clone()");
        assertThat(x.grad()).isNull();
        assertThat(y.grad()).isNull();
      }
    }
  }

  @Test
  void customBackwardMayWriteIntoAGradientThatNobodyElseHas() {
    for (BackwardOptions options : List.of(BackwardOptions.DEFAULT, CREATE)) {
      Tensor x = leaf(1, 2);
      new Scale()
          .apply(new Scale().apply(x).mul(1).mul(3))
          .mul(2)
          .backward(constant(1, 1), options);
      assertThat(values(x.grad())).containsExactly(60_000, 60_000);
      Tensor s = leaf(5);
      new Scale().apply(s).backward(options);
      assertThat(values(s.grad())).containsExactly(100);
    }
  }

  @Test
  void customBackwardMayWriteIntoTheSumOfTwoGradients() {
    for (BackwardOptions options : List.of(BackwardOptions.DEFAULT, CREATE)) {
      Tensor x = leaf(1, 2);
      Tensor y = leaf(3, 4);
      Tensor z = new Scale().apply(x);
      z.add(y).add(z).backward(constant(1, 1), options);
      assertThat(values(x.grad())).containsExactly(200, 200);
      assertThat(values(y.grad())).containsExactly(1, 1);
    }
  }

  @Test
  void customBackwardDoesNotChangeItsRetainedOrCapturedGradient() {
    Tensor x = leaf(1, 2);
    Tensor z = new Scale().apply(x);
    z.retainGrad();
    Tensor loss = z.mul(2);
    assertThatThrownBy(() -> loss.backward(constant(1, 1), KEEP))
        .isInstanceOf(InplaceModificationException.class);
    assertThat(z.grad()).isNull();
    assertThatThrownBy(() ->
            Autograd.grad(
                List.of(loss), List.of(z, x), List.of(constant(1, 1)), GradOptions.DEFAULT))
        .isInstanceOf(InplaceModificationException.class);
  }

  @Test
  void hookThatWritesIntoWhatWentIntoItsNodeIsRefused() {
    Tensor x = leaf(1, 2);
    Tensor y = leaf(3, 4);
    Tensor z = x.mul(1);
    z.gradFn().registerHook((in, out) -> nothing(out.get(0).mul_(100)));
    assertThatThrownBy(() -> z.add(y).backward(constant(1, 1)))
        .isInstanceOf(InplaceModificationException.class)
        .hasMessageContaining("MulBackward");
    assertThat(y.grad()).isNull();
  }

  @Test
  void multiGradHookThatWritesIntoAGradientIsRefused() {
    Tensor x = leaf(1, 2);
    Tensor y = leaf(3, 4);
    Graph.registerMultiGradHook(List.of(x, y), gs -> gs.get(0).mul_(100));
    assertThatThrownBy(() -> x.mul(1).add(y).backward(constant(1, 1)))
        .isInstanceOf(InplaceModificationException.class)
        .hasMessageContaining("registerMultiGradHook");
    assertThat(x.grad()).isNull();
    assertThat(y.grad()).isNull();
  }

  @Test
  void gradientReturnedByTwoHooksIsNotWrittenIntoByAThird() {
    Tensor x = leaf(1, 2);
    Tensor y = leaf(3, 4);
    Tensor mine = constant(5, 6);
    Tensor a = x.mul(1);
    Tensor b = y.mul(1);
    a.registerHook(g -> mine);
    b.registerHook(g -> mine);
    b.registerHook(g -> nothing(g.mul_(100)));
    a.gradFn().registerPrehook(gs -> List.of(mine));
    a.gradFn().registerPrehook(gs -> nothing(gs.get(0).mul_(10)));
    a.add(b).backward(constant(1, 1));
    assertThat(values(mine)).containsExactly(5, 6);
    assertThat(values(x.grad())).containsExactly(50, 60);
    assertThat(values(y.grad())).containsExactly(500, 600);
  }

  @Test
  void hookOnANodeThatGivesASavedTensorDoesNotWriteIntoThat() {
    Tensor w = constant(2, 3);
    Tensor x = leaf(1, 2);
    Tensor y = recorded(constant(1, 1), g -> new Tensor[] {w}, x);
    y.gradFn().registerHook((in, out) -> nothing(in.get(0).mul_(100)));
    y.backward(constant(1, 1));
    assertThat(values(w)).containsExactly(2, 3);
    assertThat(values(x.grad())).containsExactly(200, 300);
  }

  @Test
  void secondDerivativeGoesThroughAWriteOfAHook() {
    // z = x, hook g -> g * g in place; loss = sum(z^3) / 3: x.grad = z^4, its derivative 4 z^3.
    Tensor x = leaf(2, 3);
    Tensor z = x.mul(1);
    z.registerHook(g -> nothing(g.mul_(g.clone())));
    Tensor loss = z.mul(z).mul(z).sum().div(3);
    Tensor gx =
        Autograd.grad(List.of(loss), List.of(x), null, GradOptions.DEFAULT.withCreateGraph(true))
            .get(0);
    assertThat(values(gx)).usingComparatorWithPrecision(1e-12).containsExactly(16, 81);
  }
}
