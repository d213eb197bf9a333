package org.autograd.ops;

import static org.junit.jupiter.api.Assertions.fail;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.UnaryOperator;
import org.autograd.Autograd;
import org.autograd.DType;
import org.autograd.GradMode;
import org.autograd.GradOptions;
import org.autograd.Tensor;

/** Derivatives of a row, by autograd and by finite differences, all as flat arrays. */
final class Numeric {
  private static final double STEP = 1e-5;

  final Row row;
  final Object[] args;
  final List<Row.Slot> slots;
  final List<Tensor> inputs;
  final Tensor[] outputs;

  Numeric(Row row) {
    this(row, row.arguments(0));
  }

  Numeric(Row row, Object[] args) {
    this.row = row;
    this.args = args;
    slots = row.differentiable(args);
    inputs = slots.stream().map(s -> Row.get(args, s)).toList();
    outputs = row.differentiableResults(row.op().run(args));
  }

  /** Tells whether there is anything to differentiate. */
  boolean isDifferentiable() {
    return outputs.length > 0 && !slots.isEmpty();
  }

  /** Returns the elements of several tensors, one after the other. */
  static double[] flat(List<Tensor> tensors) {
    return tensors.stream().flatMapToDouble(t -> Arrays.stream(Arranged.values(t))).toArray();
  }

  static double[] flat(Tensor... tensors) {
    return flat(List.of(tensors));
  }

  /** Cuts an array into row-major tensors shaped like others. */
  static List<Tensor> like(List<Tensor> shapes, double[] values) {
    List<Tensor> cut = new ArrayList<>();
    int at = 0;
    for (Tensor t : shapes) {
      long[] sizes = Arranged.shape(t);
      int n = (int) Arranged.count(sizes);
      cut.add(Arranged.of(DType.FLOAT64, sizes.clone(), Arrays.copyOfRange(values, at, at + n)));
      at += n;
    }
    return cut;
  }

  /** Returns random numbers, one for each element of some tensors. */
  static double[] random(List<Tensor> shapes, long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    return random.doubles(flat(shapes).length, -1, 1).toArray();
  }

  /** Runs the operator at other values of its differentiable inputs. */
  double[] value(double[] x) {
    Object[] changed = Row.with(args, slots, like(inputs, x));
    return GradMode.noGrad(() -> flat(row.differentiableResults(row.op().run(changed))));
  }

  /** Returns the gradients of ⟨v, results⟩ by autograd. */
  double[] vjp(double[] x, double[] v) {
    List<Tensor> leaves = leaves(inputs, x);
    Tensor[] results = row.differentiableResults(row.op().run(Row.with(args, slots, leaves)));
    return gradients(List.of(results), leaves, like(List.of(results), v), false);
  }

  /** Returns the gradients of ⟨w, vjp⟩ by autograd, for the inputs and for v. */
  double[] second(double[] x, double[] v, double[] w) {
    List<Tensor> leaves = leaves(inputs, x);
    Tensor[] results = row.differentiableResults(row.op().run(Row.with(args, slots, leaves)));
    List<Tensor> cotangents = leaves(List.of(results), v);
    List<Tensor> first =
        Autograd.grad(
            List.of(results), leaves, cotangents, GradOptions.DEFAULT.withCreateGraph(true));
    List<Tensor> all = new ArrayList<>(leaves);
    all.addAll(cotangents);
    return gradients(first, all, like(inputs, w), true);
  }

  private static List<Tensor> leaves(List<Tensor> shapes, double[] values) {
    List<Tensor> leaves = like(shapes, values);
    leaves.forEach(Tensor::requiresGrad_);
    return leaves;
  }

  private static double[] gradients(
      List<Tensor> outputs, List<Tensor> inputs, List<Tensor> v, boolean unused) {
    List<Tensor> from = new ArrayList<>();
    List<Tensor> with = new ArrayList<>();
    for (int i = 0; i < outputs.size(); i++) {
      if (outputs.get(i).requiresGrad()) {
        from.add(outputs.get(i));
        with.add(v.get(i));
      } else if (!unused) {
        fail("result " + i + " does not require grad although an operand does");
      }
    }
    if (from.isEmpty()) {
      return new double[flat(inputs).length];
    }
    GradOptions options =
        unused ? GradOptions.DEFAULT.withMaterializeGrads(true) : GradOptions.DEFAULT;
    List<Tensor> grads = Autograd.grad(from, inputs, with, options);
    for (int i = 0; i < grads.size(); i++) {
      if (!Arrays.equals(Arranged.shape(grads.get(i)), Arranged.shape(inputs.get(i)))) {
        fail("gradient " + i + " has shape " + Arrays.toString(Arranged.shape(grads.get(i))));
      }
    }
    return flat(grads);
  }

  /** Returns the Jacobian by central differences, one row for each element of the argument. */
  static double[][] differences(UnaryOperator<double[]> f, double[] x) {
    double[][] columns = new double[x.length][];
    for (int i = 0; i < x.length; i++) {
      double[] moved = x.clone();
      moved[i] = x[i] + STEP;
      double[] up = f.apply(moved);
      moved[i] = x[i] - STEP;
      double[] down = f.apply(moved);
      columns[i] = new double[up.length];
      Arrays.setAll(columns[i], k -> (up[k] - down[k]) / (2 * STEP));
    }
    return columns;
  }

  /** Returns the derivative in one direction by central differences. */
  static double[] along(UnaryOperator<double[]> f, double[] x, double[] u) {
    double[] up = f.apply(moved(x, u, STEP));
    double[] down = f.apply(moved(x, u, -STEP));
    double[] slope = new double[up.length];
    Arrays.setAll(slope, k -> (up[k] - down[k]) / (2 * STEP));
    return slope;
  }

  private static double[] moved(double[] x, double[] u, double step) {
    double[] moved = x.clone();
    Arrays.setAll(moved, i -> x[i] + step * u[i]);
    return moved;
  }

  static double dot(double[] a, double[] b) {
    double sum = 0;
    for (int i = 0; i < a.length; i++) {
      sum += a[i] * b[i];
    }
    return sum;
  }

  /** Fails unless two arrays agree up to a part of the largest expected number, or of 1. */
  static void assertClose(String what, double[] expected, double[] actual, double tolerance) {
    double scale =
        Math.max(
            1, Arrays.stream(expected).filter(Double::isFinite).map(Math::abs).max().orElse(0));
    boolean same = expected.length == actual.length;
    for (int i = 0; same && i < expected.length; i++) {
      double e = expected[i];
      same =
          Double.isFinite(e)
              ? Math.abs(e - actual[i]) <= tolerance * scale
              : Double.compare(e, actual[i]) == 0;
    }
    if (!same) {
      fail(what + ": expected " + Arrays.toString(expected) + ", got " + Arrays.toString(actual));
    }
  }
}
