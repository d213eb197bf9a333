package org.autograd.ops;

import static org.autograd.ops.Numeric.assertClose;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.autograd.Autograd;
import org.autograd.ForwardAD;
import org.autograd.GradOptions;
import org.autograd.InplaceModificationException;
import org.autograd.Tensor;
import org.autograd.TensorFunction;
import org.autograd.Tensors;
import org.autograd.Vmap;
import org.autograd.VmapOptions;
import org.autograd.tensor.Raw;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/**
 * Every operator in every form: a change in place of a result, of its tangent or of a gradient
 * changes nothing that the caller holds, and gives what the operator that is not in place gives.
 */
class OperatorAliasingTest {
  private static Stream<DynamicTest> rows(String check, Consumer<Row> test) {
    return Row.determined().map(r -> dynamicTest(r.named(check), () -> test.accept(r)));
  }

  private static List<Tensor> get(Object[] args, List<Row.Slot> slots) {
    return slots.stream().map(s -> Row.get(args, s)).toList();
  }

  private static List<Tensor> random(List<Tensor> like, long seed) {
    return Numeric.like(like, Numeric.random(like, seed));
  }

  private static List<Row.Slot> differentiable(Row row, Object[] args) {
    return row.op().forwards.isEmpty() && row.op().node != null
        ? List.of()
        : row.differentiable(args);
  }

  @TestFactory
  Stream<DynamicTest> plainResults() {
    return rows("result changed", OperatorAliasingTest::plain);
  }

  private static void plain(Row row) {
    for (Object[] args : Forms.arguments(row)) {
      for (Forms.Form form : Forms.of(row, args)) {
        Held held = new Held().arguments(args);
        for (Tensor r : form.call().apply(args)) {
          if (!Forms.sharesMemory(r, args) && Forms.change(r)) {
            held.assertUnchanged(form.name());
          }
        }
      }
    }
  }

  @TestFactory
  Stream<DynamicTest> tangents() {
    return rows("tangents, result changed", r -> forward(r, 1));
  }

  @TestFactory
  Stream<DynamicTest> tangentsOfTangents() {
    return rows("nested tangents, result changed", r -> forward(r, 2));
  }

  private static void forward(Row row, int levels) {
    for (Object[] args : Forms.arguments(row)) {
      List<Row.Slot> all = differentiable(row, args);
      for (List<Row.Slot> slots : Forms.choices(all)) {
        for (Forms.Form form : Forms.of(row, args)) {
          nested(row, args, slots, form, levels, false);
          nested(row, args, slots, form, levels, true);
        }
      }
    }
  }

  /** Changes the results, or else their tangents. */
  private static void nested(
      Row row,
      Object[] args,
      List<Row.Slot> slots,
      Forms.Form form,
      int levels,
      boolean ofTangents) {
    Held held = new Held().arguments(args);
    List<Tensor> inputs = get(args, slots);
    List<ForwardAD.Level> open = new ArrayList<>();
    try {
      for (int l = 0; l < levels; l++) {
        open.add(ForwardAD.dualLevel());
        List<Tensor> tangents = random(inputs, 3 + l);
        held.add("direction " + l, tangents);
        List<Tensor> duals = new ArrayList<>();
        for (int i = 0; i < inputs.size(); i++) {
          duals.add(ForwardAD.makeDual(inputs.get(i), tangents.get(i)));
        }
        inputs = duals;
      }
      Object[] given = Row.with(args, slots, inputs);
      Tensor[] results = form.call().apply(given);
      for (Tensor r : results) {
        if (!r.dtype().isDifferentiable() || Forms.sharesMemory(r, args)) {
          continue;
        }
        if (ofTangents) {
          for (int l = levels - 1; l >= 0; l--) {
            Tensor t = ForwardAD.unpackDual(r, l).tangent();
            if (t != null && Forms.change(t)) {
              held.assertUnchanged(form.name() + ", tangent " + l + " changed");
            }
          }
          continue;
        }
        List<double[]> expected = parts(r.mul(2), levels);
        if (Forms.change(r)) {
          held.assertUnchanged(form.name());
          List<double[]> actual = parts(r, levels);
          for (int k = 0; k < actual.size(); k++) {
            assertClose(form.name() + ", part " + k, expected.get(k), actual.get(k), 0);
          }
        }
      }
    } finally {
      Collections.reverse(open);
      open.forEach(ForwardAD.Level::close);
    }
  }

  /** The value of a tensor and all its tangents, and their tangents, from the innermost level. */
  private static List<double[]> parts(Tensor t, int levels) {
    if (levels == 0) {
      return List.of(Arranged.values(t));
    }
    List<double[]> parts = new ArrayList<>(parts(t, levels - 1));
    Tensor tangent = ForwardAD.unpackDual(t, levels - 1).tangent();
    parts.addAll(parts(tangent == null ? Tensor.zerosLike(t) : tangent, levels - 1));
    return parts;
  }

  @TestFactory
  Stream<DynamicTest> gradients() {
    return rows("gradients changed", OperatorAliasingTest::reverse);
  }

  private static void reverse(Row row) {
    for (Object[] args : Forms.arguments(row)) {
      List<Row.Slot> slots = row.differentiable(args);
      for (Forms.Form form : Forms.of(row, args)) {
        if (!slots.isEmpty()) {
          gradients(row, args, slots, form, false);
          gradients(row, args, slots, form, true);
          stored(row, args, slots, form);
          recorded(row, args, slots, form);
        }
      }
    }
  }

  private static List<Tensor> results(Row row, Forms.Form form, Object[] args) {
    return Arrays.stream(row.differentiableResults(form.call().apply(args)))
        .filter(Tensor::requiresGrad)
        .toList();
  }

  private static void gradients(
      Row row, Object[] args, List<Row.Slot> slots, Forms.Form form, boolean createGraph) {
    List<Tensor> leaves = leaves(args, slots);
    List<Tensor> results = results(row, form, Row.with(args, slots, leaves));
    if (results.isEmpty()) {
      return;
    }
    List<Tensor> v = random(results, 5);
    GradOptions options = GradOptions.DEFAULT.withAllowUnused(true).withCreateGraph(createGraph);
    if (createGraph) {
      v.forEach(Tensor::requiresGrad_);
    }
    List<Tensor> grads = Autograd.grad(results, leaves, v, options);
    for (Tensor g : grads) {
      Held held = new Held().arguments(args).add("leaf", leaves).add("result", results);
      held.add("weight", v);
      grads.stream().filter(o -> o != g).forEach(o -> held.add("other gradient", o));
      if (g != null && Forms.change(g)) {
        held.assertUnchanged(form.name() + ", gradient changed");
      }
    }
  }

  private static void stored(Row row, Object[] args, List<Row.Slot> slots, Forms.Form form) {
    List<Tensor> leaves = leaves(args, slots);
    List<Tensor> results = results(row, form, Row.with(args, slots, leaves));
    if (results.isEmpty()) {
      return;
    }
    List<Tensor> v = random(results, 5);
    results.forEach(Tensor::retainGrad);
    Autograd.backward(results, v);
    List<Tensor> grads = new ArrayList<>();
    leaves.forEach(l -> grads.add(l.grad()));
    results.forEach(r -> grads.add(r.grad()));
    for (Tensor g : grads) {
      Held held = new Held().arguments(args).add("leaf", leaves).add("weight", v);
      grads.stream().filter(o -> o != g).forEach(o -> held.add("other gradient", o));
      assertTrue(g == null || Forms.change(g) || g.numel() > 0, "a gradient can be changed");
      held.assertUnchanged(form.name() + ", .grad changed");
    }
  }

  /** A recorded change in place has the gradients of the operator that is not, or is refused. */
  private static void recorded(Row row, Object[] args, List<Row.Slot> slots, Forms.Form form) {
    double[] expected = after(row, args, slots, form, t -> t.mul(2));
    try {
      double[] actual = after(row, args, slots, form, t -> Forms.change(t) ? t : t.mul(2));
      assertClose(form.name() + ", gradients", expected, actual, 0);
    } catch (InplaceModificationException e) {
      // The operator has saved its result.
    }
  }

  private static double[] after(
      Row row,
      Object[] args,
      List<Row.Slot> slots,
      Forms.Form form,
      UnaryOperator<Tensor> operator) {
    List<Tensor> leaves = leaves(args, slots);
    List<Tensor> inputs = leaves.stream().map(t -> t.mul(1)).toList();
    List<Tensor> results =
        results(row, form, Row.with(args, slots, inputs)).stream().map(operator).toList();
    if (results.isEmpty()) {
      return new double[0];
    }
    GradOptions zeros = GradOptions.DEFAULT.withMaterializeGrads(true);
    return Numeric.flat(Autograd.grad(results, leaves, random(results, 5), zeros));
  }

  private static List<Tensor> leaves(Object[] args, List<Row.Slot> slots) {
    return slots.stream().map(s -> Row.get(args, s).detach().clone().requiresGrad_()).toList();
  }

  @TestFactory
  Stream<DynamicTest> batches() {
    return rows("batch, result changed", OperatorAliasingTest::mapped);
  }

  private static void mapped(Row row) {
    for (Object[] args : Forms.arguments(row)) {
      for (List<Row.Slot> slots : Forms.choices(Row.tensors(args))) {
        if (OperatorVmapTest.isRefused(row, args, slots)) {
          continue;
        }
        List<Tensor> batched =
            get(args, slots).stream().map(t -> Tensors.stack(List.of(t, t), 0)).toList();
        for (Forms.Form form : Forms.of(row, args)) {
          if (!form.name().endsWith("in place") || slots.get(0).argument() == 0) {
            mapped(args, slots, batched, form);
          }
        }
      }
    }
  }

  private static void mapped(
      Object[] args, List<Row.Slot> slots, List<Tensor> batched, Forms.Form form) {
    Held held = new Held().arguments(args).add("batch", batched);
    TensorFunction f = given -> List.of(form.call().apply(Row.with(args, slots, given)));
    for (Tensor r : map(f, batched)) {
      if (!sharesMemory(r, args, batched) && Forms.change(r)) {
        held.assertUnchanged(form.name() + ", mapped result changed");
      }
    }
    boolean[] views = new boolean[1];
    map(
        given -> {
          List<Tensor> results = f.apply(given);
          views[0] = results.stream().anyMatch(r -> sharesMemory(r, args, batched));
          return results;
        },
        batched);
    if (views[0]) {
      return;
    }
    List<Tensor> expected = map(g -> f.apply(g).stream().map(t -> t.mul(2)).toList(), batched);
    List<Tensor> actual =
        map(g -> f.apply(g).stream().map(t -> Forms.change(t) ? t : t.mul(2)).toList(), batched);
    held.assertUnchanged(form.name() + ", result changed inside");
    for (int i = 0; i < actual.size(); i++) {
      assertClose(form.name(), Arranged.values(expected.get(i)), Arranged.values(actual.get(i)), 0);
    }
  }

  private static boolean sharesMemory(Tensor r, Object[] args, List<Tensor> batched) {
    return Forms.sharesMemory(r, args) || batched.stream().anyMatch(b -> Raw.sharesMemory(r, b));
  }

  private static List<Tensor> map(TensorFunction f, List<Tensor> batched) {
    return Vmap.vmapAll(f, VmapOptions.DEFAULT).apply(batched);
  }
}
