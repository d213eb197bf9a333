package org.autograd.ops;

import static org.autograd.ops.Mapped.assertSame;
import static org.autograd.ops.Numeric.assertClose;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.autograd.Autograd;
import org.autograd.ForwardAD;
import org.autograd.Functional;
import org.autograd.GradOptions;
import org.autograd.Tensor;
import org.autograd.graph.GradMath;
import org.autograd.tensor.Layout;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/** Derivatives of mapped operators and mapped derivatives of operators, against loops. */
class OperatorVmapGradTest {
  private static final int SIZE = 3;
  private static final GradOptions ZEROS = GradOptions.DEFAULT.withMaterializeGrads(true);

  private static Stream<DynamicTest> rows(String check, Consumer<Row> test) {
    return OperatorForwardTest.rows(check, r -> true, test);
  }

  /** The ways to batch a row that are not refused. */
  private static List<Mapped.Choice> choices(Row row, Object[] args) {
    return Mapped.choices(args).stream()
        .filter(c -> !OperatorVmapTest.isRefused(row, args, c.slots()))
        .toList();
  }

  @TestFactory
  Stream<DynamicTest> gradientsThroughAMapEqualLoops() {
    return rows("grad of vmap", OperatorVmapGradTest::gradOfVmap);
  }

  private static void gradOfVmap(Row row) {
    List<Object[]> samples = OperatorVmapTest.samples(row, SIZE);
    Object[] args = samples.get(0);
    List<Row.Slot> inputs = row.differentiable(args);
    for (Mapped.Choice choice : choices(row, args)) {
      List<Row.Slot> slots = choice.slots();
      for (Mapped.Place place : OperatorVmapTest.places(row)) {
        // Leaves: the batched tensors as a whole, the others once for all.
        List<Tensor> batched = Mapped.batches(samples, slots, place);
        Object[] fixed = Row.with(args, inputs, leaves(args, inputs));
        List<Tensor> leaves = new ArrayList<>();
        for (Row.Slot s : inputs) {
          int at = slots.indexOf(s);
          leaves.add(at < 0 ? Row.get(fixed, s) : batched.get(at).requiresGrad_());
        }
        Tensor[] results =
            row.differentiableResults(Mapped.run(Mapped.call(row, fixed, slots), batched, place));
        List<Tensor> v = Numeric.like(List.of(results), Numeric.random(List.of(results), 3));
        List<Tensor> grads = Autograd.grad(List.of(results), leaves, v, ZEROS);
        Tensor[][] each = new Tensor[SIZE][];
        for (int i = 0; i < SIZE; i++) {
          each[i] = gradients(row, Mapped.sample(samples, slots, i), inputs, element(v, i));
        }
        for (int k = 0; k < inputs.size(); k++) {
          int at = k;
          List<Tensor> own = Arrays.stream(each).map(e -> e[at]).toList();
          int dim = place.dim(own.get(0).dim());
          Tensor expected = slots.contains(inputs.get(k)) ? Mapped.stacked(own, dim) : sum(own);
          Tensor[] actual = {grads.get(k)};
          assertSame(choice.name() + place + k, new Tensor[] {expected}, actual, 1e-13);
        }
      }
    }
  }

  private static List<Tensor> leaves(Object[] args, List<Row.Slot> slots) {
    return slots.stream().map(s -> Operands.rowMajor(Row.get(args, s)).requiresGrad_()).toList();
  }

  private static List<Tensor> element(List<Tensor> batched, int i) {
    return batched.stream().map(t -> t.select(0, i)).toList();
  }

  private static Tensor sum(List<Tensor> each) {
    double[] sum = new double[Arranged.values(each.get(0)).length];
    for (Tensor t : each) {
      double[] own = Arranged.values(t);
      Arrays.setAll(sum, i -> sum[i] + own[i]);
    }
    return Arranged.of(each.get(0).dtype(), Arranged.shape(each.get(0)).clone(), sum);
  }

  private static Tensor[] gradients(Row row, Object[] args, List<Row.Slot> slots, List<Tensor> v) {
    List<Tensor> leaves = leaves(args, slots);
    Tensor[] results = row.differentiableResults(row.op().run(Row.with(args, slots, leaves)));
    return Autograd.grad(List.of(results), leaves, v, ZEROS).toArray(new Tensor[0]);
  }

  @TestFactory
  Stream<DynamicTest> formulasOfNodesOnBatchedGradientsEqualLoops() {
    return OperatorForwardTest.rows(
        "vmap of vjp", r -> r.op().node != null, OperatorVmapGradTest::vmapOfVjp);
  }

  private static void vmapOfVjp(Row row) {
    Object[] args = row.arguments(0);
    List<Row.Slot> slots = row.differentiable(args);
    List<Tensor> leaves = leaves(args, slots);
    Tensor[] results = row.op().run(Row.with(args, slots, leaves));
    Tensor[] own = row.differentiableResults(results);
    List<Tensor> v = new ArrayList<>();
    for (Tensor t : own) {
      List<Tensor> each = new ArrayList<>();
      for (int i = 0; i < SIZE; i++) {
        each.add(Numeric.like(List.of(t), Numeric.random(List.of(t), 50 + i)).get(0));
      }
      v.add(Mapped.stacked(each, 0));
    }
    Tensor[] actual =
        Mapped.run(
            grads -> {
              Tensor[] all = new Tensor[results.length];
              for (int i = 0, at = 0; i < all.length; i++) {
                all[i] = results[i].requiresGrad() ? grads.get(at++) : null;
              }
              return reduced(own[0].gradFn().call(all), leaves);
            },
            v,
            Mapped.Place.FRONT);
    Tensor[] expected = Mapped.loop(SIZE, i -> gradients(row, args, slots, element(v, i)));
    assertSame("gradients", expected, actual, 1e-13);
  }

  @TestFactory
  Stream<DynamicTest> gradientsInsideAMapEqualLoops() {
    return rows("vmap of a pass", OperatorVmapGradTest::vmapOfPass);
  }

  private static void vmapOfPass(Row row) {
    List<Object[]> samples = OperatorVmapTest.samples(row, SIZE);
    Object[] args = samples.get(0);
    List<Row.Slot> inputs = row.differentiable(args);
    if (OperatorVmapTest.isRefused(row, args, inputs)) {
      return;
    }
    List<Tensor> like = List.of(new Numeric(row, args).outputs);
    List<Tensor> v = new ArrayList<>();
    for (Tensor t : like) {
      v.add(Mapped.stacked(List.of(cotangent(t, 80), cotangent(t, 81), cotangent(t, 82)), 0));
    }
    // The inputs batched or the same for all elements; the vectors always batched.
    for (List<Row.Slot> slots : List.of(inputs, List.<Row.Slot>of())) {
      List<Tensor> given = new ArrayList<>(Mapped.batches(samples, slots, Mapped.Place.FRONT));
      given.addAll(v);
      Tensor[] actual =
          Mapped.run(
              all -> {
                Object[] own = Row.with(args, slots, all.subList(0, slots.size()));
                return Functional.vjp(
                        x ->
                            List.of(
                                row.differentiableResults(row.op().run(Row.with(own, inputs, x)))),
                        inputs.stream().map(s -> Row.get(own, s)).toList(),
                        all.subList(slots.size(), all.size()))
                    .derivative();
              },
              given,
              Mapped.Place.FRONT);
      Tensor[] expected =
          Mapped.loop(
              SIZE, i -> gradients(row, Mapped.sample(samples, slots, i), inputs, element(v, i)));
      assertSame("gradients by " + slots, expected, actual, 1e-13);
    }
  }

  private static Tensor cotangent(Tensor like, long seed) {
    return Numeric.like(List.of(like), Numeric.random(List.of(like), seed)).get(0);
  }

  /** Adds up over broadcast dimensions, as a pass does. */
  private static List<Tensor> reduced(List<Tensor> gradients, List<Tensor> like) {
    List<Tensor> reduced = new ArrayList<>();
    for (Tensor g : gradients) {
      if (g != null) {
        long[] sizes = Arranged.shape(like.get(reduced.size()));
        boolean fits = Arrays.equals(g.sizes(), sizes);
        reduced.add(fits ? g : GradMath.get().sumToSize(g, Layout.contiguous(sizes.clone())));
      }
    }
    return reduced;
  }

  @TestFactory
  Stream<DynamicTest> tangentsInsideAMapEqualLoops() {
    return rows("vmap of jvp", OperatorVmapGradTest::vmapOfJvp);
  }

  private static void vmapOfJvp(Row row) {
    List<Object[]> samples = OperatorVmapTest.samples(row, SIZE);
    Object[] args = samples.get(0);
    List<Row.Slot> inputs = row.differentiable(args);
    Tensor[] like = new Numeric(row, args).outputs;
    List<List<Tensor>> u = new ArrayList<>();
    for (int i = 0; i < SIZE; i++) {
      List<Tensor> own = inputs.stream().map(s -> Row.get(args, s)).toList();
      u.add(Numeric.like(own, Numeric.random(own, 60 + i)));
    }
    for (Mapped.Choice choice : choices(row, args)) {
      List<Row.Slot> slots = choice.slots();
      if (row.op().isInplaceOnly() && slots.get(0).argument() != 0) {
        // A dual tensor from outside takes no batched values.
        continue;
      }
      for (boolean same : new boolean[] {false, true}) {
        // Either all tangents are batched, or they are the same for all elements.
        List<Tensor> batched = new ArrayList<>(Mapped.batches(samples, slots, Mapped.Place.FRONT));
        for (int k = 0; !same && k < inputs.size(); k++) {
          int at = k;
          batched.add(Mapped.stacked(u.stream().map(e -> e.get(at)).toList(), 0));
        }
        Tensor[] actual =
            Mapped.run(
                given -> {
                  Object[] own = Row.with(args, slots, given.subList(0, slots.size()));
                  List<Tensor> tangents =
                      same ? u.get(0) : given.subList(slots.size(), given.size());
                  return List.of(tangents(row, own, inputs, tangents, like));
                },
                batched,
                Mapped.Place.FRONT);
        Tensor[] expected =
            Mapped.loop(
                SIZE,
                i -> {
                  Object[] own = Mapped.sample(samples, slots, i);
                  return tangents(row, own, inputs, u.get(same ? 0 : i), like);
                });
        assertSame(choice.name() + (same ? ", one tangent" : ""), expected, actual, 1e-13);
      }
    }
  }

  private static Tensor[] tangents(
      Row row, Object[] args, List<Row.Slot> slots, List<Tensor> u, Tensor[] like) {
    Tensor[] tangents = Dual.tangents(row, args, slots, u);
    assertEquals(like.length, tangents.length, "number of tangents");
    Arrays.setAll(tangents, i -> tangents[i] == null ? Tensor.zerosLike(like[i]) : tangents[i]);
    return tangents;
  }

  @TestFactory
  Stream<DynamicTest> tangentsThroughAMapEqualLoops() {
    return rows("jvp of vmap", OperatorVmapGradTest::jvpOfVmap);
  }

  private static void jvpOfVmap(Row row) {
    List<Object[]> samples = OperatorVmapTest.samples(row, SIZE);
    Object[] args = samples.get(0);
    List<Row.Slot> inputs = row.differentiable(args);
    if (OperatorVmapTest.isRefused(row, args, inputs)) {
      return;
    }
    for (Mapped.Place place : OperatorVmapTest.places(row)) {
      List<Tensor> batched = Mapped.batches(samples, inputs, place);
      List<Tensor> u = Numeric.like(batched, Numeric.random(batched, 70));
      try (ForwardAD.Level level = ForwardAD.dualLevel()) {
        List<Tensor> duals = new ArrayList<>();
        for (int i = 0; i < u.size(); i++) {
          duals.add(ForwardAD.makeDual(batched.get(i), u.get(i)));
        }
        Tensor[] mapped = Mapped.run(Mapped.call(row, args, inputs), duals, place);
        Tensor[] results = row.differentiableResults(mapped);
        double[] actual = Dual.flat(Dual.unpacked(row, mapped), results);
        List<Tensor[]> each = new ArrayList<>();
        for (int i = 0; i < SIZE; i++) {
          List<Tensor> own = new ArrayList<>();
          for (Tensor t : u) {
            own.add(Operands.rowMajor(t.select(place.dim(t.dim() - 1), i)));
          }
          Object[] sample = Mapped.sample(samples, inputs, i);
          Tensor[] like = new Numeric(row, sample).outputs;
          each.add(tangents(row, sample, inputs, own, like));
        }
        Tensor[] expected = Mapped.loop(SIZE, each::get);
        assertClose(place.toString(), Numeric.flat(expected), actual, 1e-13);
      }
    }
  }
}
