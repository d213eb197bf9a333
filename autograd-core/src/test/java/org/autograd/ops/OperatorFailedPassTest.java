package org.autograd.ops;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.autograd.Autograd;
import org.autograd.BackwardOptions;
import org.autograd.GradOptions;
import org.autograd.Tensor;
import org.autograd.TestTensors;
import org.autograd.graph.Meta;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/**
 * A pass that fails behind an operator, in every form of it, leaves what leaves, retaining tensors
 * and inputs have, and the values of all operands.
 */
class OperatorFailedPassTest {
  private static final class Planned extends Error {
    private static final long serialVersionUID = 1L;
  }

  /** One form of an operator: makes results of arguments that may be changed. */
  private interface Form {
    Tensor[] run(Object[] args);
  }

  private record NamedForm(String name, Form form) {}

  @TestFactory
  Stream<DynamicTest> passThatFailsLeavesNothing() {
    return Row.all()
        .filter(r -> new Numeric(r).isDifferentiable())
        .flatMap(r ->
            forms(r).stream()
                .map(f -> dynamicTest(r.named(f.name + ", failed pass"), () -> check(r, f))));
  }

  private static List<NamedForm> forms(Row row) {
    OpCase op = row.op();
    List<NamedForm> forms = new ArrayList<>();
    if (op.call != null) {
      forms.add(new NamedForm("call", op.call::apply));
    }
    if (op.copy != null) {
      forms.add(new NamedForm("copy", op.copy::apply));
    }
    if (op.inplace != null && (op.random || OperatorFormsTest.fitsItself(row))) {
      forms.add(new NamedForm("in place", a -> new Tensor[] {op.inplace.apply(a)}));
    }
    if (op.foreach != null) {
      forms.add(new NamedForm("list", a -> op.foreach.apply(lists(a))));
    }
    if (op.foreachInplace != null && OperatorFormsTest.fitsItself(row)) {
      forms.add(
          new NamedForm(
              "list in place",
              a -> {
                Object[] lists = lists(a);
                op.foreachInplace.apply(lists);
                return (Tensor[]) lists[0];
              }));
    }
    return forms;
  }

  private static Object[] lists(Object[] args) {
    Object[] lists = args.clone();
    for (int i = 0; i < lists.length; i++) {
      if (lists[i] instanceof Tensor t) {
        lists[i] = new Tensor[] {t};
      }
    }
    return lists;
  }

  /** All that a failed pass could have changed. */
  private static List<Object> state(List<Tensor> tensors) {
    List<Object> all = new ArrayList<>();
    for (Tensor t : tensors) {
      Tensor grad = Meta.of(t).grad();
      all.add(Arrays.toString(Arranged.values(t)));
      all.add(t.version());
      all.add(t.retainsGrad());
      all.add(System.identityHashCode(grad));
      all.add(grad == null ? "" : Arrays.toString(Arranged.values(grad)) + grad.version());
    }
    return all;
  }

  private static void check(Row row, NamedForm form) {
    Object[] args = row.arguments(0);
    List<Row.Slot> slots = row.differentiable(args);
    for (int fails = 0; fails <= slots.size(); fails++) {
      World w = new World(row, form.form, fails);
      if (w.results.length == 0) {
        continue;
      }
      List<Object> before = state(w.watched);
      if (!w.fails(() -> Autograd.backward(List.of(w.results), w.seeds, w.options))) {
        continue;
      }
      assertEquals(before, state(w.watched), "backward, failing at " + fails);
      w.fails(() ->
          Autograd.backward(
              List.of(w.results), w.seeds, w.options.withInputs(w.watched.toArray(new Tensor[0]))));
      assertEquals(before, state(w.watched), "inputs, failing at " + fails);
      GradOptions options = GradOptions.DEFAULT.withRetainGraph(true).withAllowUnused(true);
      w.fails(() -> Autograd.grad(List.of(w.results), w.watched, w.seeds, options));
      assertEquals(before, state(w.watched), "grad, failing at " + fails);
    }
  }

  /**
   * The operator on leaves, one of which has a failing node before it, or all of its results do.
   */
  private static final class World {
    final List<Tensor> watched = new ArrayList<>();
    final BackwardOptions options = BackwardOptions.DEFAULT.withRetainGraph(true);
    final Tensor[] results;
    final List<Tensor> seeds;
    private boolean reached;

    World(Row row, Form form, int fails) {
      Object[] args = row.arguments(0);
      List<Row.Slot> slots = row.differentiable(args);
      List<Tensor> operands = new ArrayList<>();
      for (int i = 0; i < slots.size(); i++) {
        Tensor leaf = Copies.clone(Row.get(args, slots.get(i))).requiresGrad_();
        if (i % 2 == 0) {
          leaf.setGrad(Tensor.onesLike(leaf));
        }
        watched.add(leaf);
        Tensor between = leaf.clone();
        if (i != 0 || row.op().inplace == null) {
          between.retainGrad();
          watched.add(between);
        }
        operands.add(i == fails ? failing(between) : between);
      }
      Tensor[] all = row.differentiableResults(form.run(Row.with(args, slots, operands)));
      List<Tensor> kept = new ArrayList<>();
      for (Tensor t : all) {
        if (t.requiresGrad()) {
          t.retainGrad();
          watched.add(t);
          kept.add(fails == slots.size() ? failing(t) : t);
        }
      }
      results = kept.toArray(new Tensor[0]);
      seeds = kept.stream().map(Tensor::onesLike).toList();
    }

    private Tensor failing(Tensor t) {
      return TestTensors.tap(
          t,
          () -> {
            reached = true;
            throw new Planned();
          });
    }

    /** Runs a pass; it ends well only if no gradient of the operator goes to the failing node. */
    boolean fails(Runnable pass) {
      reached = false;
      try {
        pass.run();
      } catch (Planned e) {
        assertTrue(reached);
      }
      return reached;
    }
  }
}
