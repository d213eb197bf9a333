package org.autograd.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.autograd.TestTensors.constant;
import static org.autograd.TestTensors.leaf;
import static org.autograd.TestTensors.recorded;
import static org.autograd.TestTensors.values;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.autograd.Autograd;
import org.autograd.AutogradException;
import org.autograd.BackwardOptions;
import org.autograd.DType;
import org.autograd.GradMode;
import org.autograd.GradOptions;
import org.autograd.HookHandle;
import org.autograd.Index;
import org.autograd.Tensor;
import org.autograd.UnderScheduler;
import org.autograd.graph.TensorHook;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Hooks on tensors. */
@ExtendWith(UnderScheduler.class)
class TensorHookBehaviourTest {
  private static final BackwardOptions KEEP = BackwardOptions.DEFAULT.withRetainGraph(true);

  private static TensorHook noting(List<double[]> seen) {
    return g -> {
      seen.add(g == null ? null : values(g));
      return null;
    };
  }

  @Test
  @Tag("HOOK-01")
  void tensorThatRequiresNoGradTakesNoHook() {
    Tensor made = GradMode.noGrad(() -> leaf(1).mul(2));
    for (Tensor t : List.of(constant(1), made, leaf(1).mul(2).detach())) {
      assertThatThrownBy(() -> t.registerHook(g -> null))
          .isInstanceOf(AutogradException.class)
          .hasMessageContaining("require grad");
    }
  }

  @Test
  @Tag("HOOK-02")
  void hookRunsOnceWithTheCompleteGradientAndMayReplaceIt() {
    Tensor x = leaf(1, 2);
    Tensor y = x.mul(x);
    y.registerHook(g -> g.mul(2));
    y.sum().backward();
    assertThat(values(x.grad())).containsExactly(4, 8);

    Tensor a = leaf(1, 2);
    Tensor b = a.mul(3);
    List<double[]> seen = new ArrayList<>();
    b.registerHook(noting(seen));
    a.registerHook(g -> g.add(0.5));
    // b is used three times: 1 + 10 + 2b
    b.add(b.mul(10)).add(b.mul(b)).sum().backward();
    assertThat(seen).hasSize(1);
    assertThat(seen.get(0)).containsExactly(17, 23);
    assertThat(values(a.grad())).containsExactly(51.5, 69.5);
  }

  @Test
  @Tag("HOOK-03")
  void hooksRunInTheOrderOfRegistrationEachSeeingThePreviousResult() {
    Tensor x = leaf(1);
    Tensor y = x.mul(2);
    AtomicInteger total = new AtomicInteger();
    y.registerHook(g -> {
      total.addAndGet(1);
      return null;
    });
    y.backward(KEEP);
    assertThat(total).hasValue(1);
    HookHandle two =
        y.registerHook(g -> {
          total.addAndGet(2);
          return null;
        });
    y.backward(KEEP);
    assertThat(total).hasValue(4);
    two.remove();
    y.backward(KEEP);
    assertThat(total).hasValue(5);

    Tensor z = x.mul(1);
    z.registerHook(g -> g.add(1));
    z.registerHook(g -> g.mul(10));
    z.registerHook(g -> g.add(3));
    x.setGrad(null);
    z.backward();
    assertThat(values(x.grad())).containsExactly(23);
  }

  @Test
  @Tag("HOOK-04")
  void hookRemovedByAnEarlierOneOfTheSameTensorStillRunsInThisPassOnly() {
    for (boolean onLeaf : new boolean[] {false, true}) {
      Tensor x = leaf(1);
      Tensor y = x.mul(2);
      Tensor hooked = onLeaf ? x : y;
      List<String> log = new ArrayList<>();
      HookHandle[] later = new HookHandle[1];
      HookHandle first =
          hooked.registerHook(g -> {
            log.add("first");
            later[0].remove();
            later[0].remove();
            return null;
          });
      later[0] =
          hooked.registerHook(g -> {
            log.add("later");
            return null;
          });
      y.backward(KEEP);
      assertThat(log).containsExactly("first", "later");
      y.backward(KEEP);
      assertThat(log).containsExactly("first", "later", "first");
      first.remove();
      first.close();
      y.backward();
      assertThat(log).hasSize(3);
    }
  }

  @Test
  @Tag("HOOK-04")
  void eachHandleRemovesItsOwnRegistrationOfTheSameFunction() {
    Tensor x = leaf(1);
    List<String> log = new ArrayList<>();
    TensorHook doubles =
        g -> {
          log.add("double");
          return null;
        };
    x.registerHook(doubles);
    x.registerHook(g -> {
      log.add("between");
      return null;
    });
    HookHandle second = x.registerHook(doubles);
    second.remove();
    x.mul(2).backward();
    assertThat(log).containsExactly("double", "between");
  }

  @Test
  @Tag("HOOK-05")
  void replacementOfAnotherFormIsAnErrorNamingTheHook() throws ReflectiveOperationException {
    record Bad(Tensor replacement) implements TensorHook {
      @Override
      public Tensor apply(Tensor grad) {
        return replacement;
      }
    }

    for (Tensor bad : List.of(constant(1, 2, 3), constant(1).reshape(1, 1), Tensor.of(1f, 2f))) {
      for (boolean onLeaf : new boolean[] {false, true}) {
        Tensor x = leaf(1, 2);
        Tensor y = x.mul(2);
        HookHandle handle = (onLeaf ? x : y).registerHook(new Bad(bad));
        assertThatThrownBy(() -> y.sum().backward())
            .isInstanceOf(AutogradException.class)
            .hasMessageContaining("Bad[")
            .hasMessageContaining(bad.dtype() == DType.FLOAT32 ? "FLOAT32".toLowerCase() : "shape");
        assertThat(x.grad()).isNull();
        handle.remove();
        x.mul(2).sum().backward();
        assertThat(values(x.grad())).containsExactly(2, 2);
      }
    }
    // Anything but a tensor is refused by the compiler.
    assertThat(TensorHook.class.getMethod("apply", Tensor.class).getReturnType())
        .isEqualTo(Tensor.class);
  }

  @Test
  @Tag("HOOK-06")
  void hookOnAnOutputWithoutGradientGetsNullIfTheNodeRuns() {
    Tensor x = leaf(1, 2, 3);
    List<Tensor> parts = x.unbind(0);
    List<double[]> seen = new ArrayList<>();
    parts.get(1).registerHook(noting(seen));
    parts.get(0).backward(KEEP);
    assertThat(seen).containsExactly((double[]) null);
    assertThat(values(x.grad())).containsExactly(1, 0, 0);

    parts.get(2).registerHook(g -> constant(5).reshape(new long[0]));
    assertThatThrownBy(() -> parts.get(0).backward(KEEP))
        .isInstanceOf(AutogradException.class)
        .hasMessageContaining("no gradient to replace");
    assertThat(values(x.grad())).containsExactly(1, 0, 0);
  }

  @Test
  @Tag("HOOK-07")
  void leafHookIsNotCalledWhenOnlyNullArrives() {
    Tensor x = leaf(1, 2);
    List<double[]> seen = new ArrayList<>();
    x.registerHook(noting(seen));
    Tensor nothing = recorded(constant(3), grads -> new Tensor[] {null}, x);
    nothing.backward();
    assertThat(seen).isEmpty();
    assertThat(x.grad()).isNull();
  }

  @Test
  @Tag("HOOK-08")
  void hooksOutsideOfThePassDoNotRun() {
    Tensor x = leaf(1, 2);
    Tensor other = leaf(5, 6);
    Tensor y = x.mul(2);
    Tensor aside = y.mul(other);
    List<double[]> seen = new ArrayList<>();
    other.registerHook(noting(seen));
    aside.registerHook(noting(seen));
    y.sum().backward(KEEP);
    Autograd.grad(aside.sum(), y, GradOptions.DEFAULT.withRetainGraph(true));
    assertThat(seen).as("aside takes part in the second pass, other does not").hasSize(1);
    assertThat(seen.get(0)).containsExactly(1, 1);
  }

  @Test
  @Tag("HOOK-09")
  void gradReturnsWhatTheHooksOfAnInputMadeOfItsGradient() {
    Tensor x = leaf(1, 2);
    Tensor y = x.mul(3);
    x.registerHook(g -> g.mul(10));
    y.registerHook(g -> g.add(1));
    Tensor loss = y.mul(y).sum();
    GradOptions keep = GradOptions.DEFAULT.withRetainGraph(true);
    assertThat(values(Autograd.grad(loss, x, keep))).containsExactly(210, 390);
    assertThat(values(Autograd.grad(loss, y, keep))).containsExactly(7, 13);
    List<Tensor> both = Autograd.grad(List.of(loss), List.of(y, x));
    assertThat(values(both.get(0))).containsExactly(7, 13);
    assertThat(values(both.get(1))).containsExactly(210, 390);
    assertThat(x.grad()).isNull();
  }

  @Test
  @Tag("HOOK-10")
  void hookOnARootSeesItsGradientAndMayReplaceIt() {
    Tensor x = leaf(1, 2);
    Tensor y = x.sum();
    List<double[]> seen = new ArrayList<>();
    y.registerHook(noting(seen));
    y.registerHook(g -> g.mul(5));
    y.backward(KEEP);
    assertThat(values(x.grad())).containsExactly(5, 5);
    y.backward(Tensor.of(3.0).reshape(new long[0]));
    assertThat(values(x.grad())).containsExactly(20, 20);
    assertThat(seen.get(0)).containsExactly(1);
    assertThat(seen.get(1)).containsExactly(3);
  }

  @Test
  @Tag("HOOK-11")
  void hookStaysWithTheValueItWasRegisteredOn() {
    Tensor a = leaf(1);
    Tensor b = a.clone();
    List<double[]> before = new ArrayList<>();
    List<double[]> after = new ArrayList<>();
    b.registerHook(g -> {
      before.add(values(g));
      return g.mul(2);
    });
    b.mul_(2);
    b.registerHook(g -> {
      after.add(values(g));
      return g.mul(2);
    });
    b.sum().backward();
    assertThat(after).hasSize(1);
    assertThat(after.get(0)).containsExactly(1);
    assertThat(before).hasSize(1);
    assertThat(before.get(0)).containsExactly(4);
    assertThat(values(a.grad())).containsExactly(8);
  }

  @Test
  @Tag("HOOK-12")
  void hookOnASiblingViewFiresOnlyIfRegisteredAfterItsGradFnWasRefreshed() {
    Tensor base = leaf(1).clone();
    Tensor view = base.get(Index.all());
    Tensor sibling = base.get(Index.all());
    List<String> never = new ArrayList<>();
    List<double[]> seen = new ArrayList<>();
    for (Tensor t : List.of(view, sibling)) {
      t.registerHook(g -> {
        never.add("called");
        return null;
      });
    }
    view.mul_(2);
    sibling.gradFn();
    sibling.registerHook(noting(seen));
    view.add(sibling).sum().backward();
    assertThat(never).isEmpty();
    assertThat(seen).hasSize(1);
    assertThat(seen.get(0)).containsExactly(1);
  }
}
