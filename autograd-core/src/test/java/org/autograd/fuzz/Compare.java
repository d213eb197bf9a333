package org.autograd.fuzz;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.autograd.Checkpoint;
import org.autograd.CheckpointOptions;
import org.autograd.Functional;
import org.autograd.GradMode;
import org.autograd.Tensor;
import org.autograd.TensorFunction;
import org.autograd.Tensors;
import org.autograd.Vmap;
import org.autograd.ops.OperatorTable;

/** A program with its arguments, and directions and weights for its derivatives. */
final class Compare {
  private static final int BATCH = 2;

  final Program program;
  final TensorFunction direct;
  final TensorFunction functional;
  final List<Tensor> x;
  final List<Tensor> u;
  final List<Tensor> v;
  final List<Tensor> w;
  private final List<Tensor> given = new ArrayList<>();
  private final List<double[]> before = new ArrayList<>();

  Compare(Program program) {
    this.program = program;
    direct = in -> Interpreter.run(program, in);
    functional = Functionalized.of(program);
    x = program.arguments();
    u = program.directions(1);
    v = program.directions(2);
    w = weights(plain(functional), 3);
    for (List<Tensor> list : List.of(x, u, v, w)) {
      for (Tensor t : list) {
        given.add(t);
        before.add(OperatorTable.values(t));
      }
    }
  }

  static List<Tensor> weights(List<Tensor> like, long seed) {
    List<Tensor> w = new ArrayList<>();
    for (Tensor t : like) {
      String sizes = Arrays.toString(t.sizes());
      w.add(OperatorTable.tensor("normal(" + sizes.substring(1, sizes.length() - 1) + ")", seed++));
    }
    return w;
  }

  /** The values alone. */
  List<Tensor> plain(TensorFunction f) {
    return GradMode.noGrad(() -> f.apply(program.arguments()));
  }

  /** The gradients as they must be. */
  List<Tensor> gradients() {
    return Derivatives.reverse(functional, x, w);
  }

  List<Tensor> grads(List<Tensor> leaves) {
    return leaves.stream()
        .map(t -> t.grad() == null ? Tensor.zeros(t.sizes()).to(t.dtype()) : t.grad())
        .toList();
  }

  static boolean finite(List<Tensor> tensors) {
    return tensors.stream()
        .flatMapToDouble(t -> Arrays.stream(OperatorTable.values(t)))
        .allMatch(Double::isFinite);
  }

  void nothingChanged() {
    for (int i = 0; i < given.size(); i++) {
      if (!Arrays.equals(before.get(i), OperatorTable.values(given.get(i)))) {
        throw new AssertionError("a tensor of the caller has changed");
      }
    }
  }

  void same(String what, List<Tensor> expected, List<Tensor> actual, double tolerance) {
    if (expected.size() != actual.size()) {
      throw new AssertionError(what + ": " + expected.size() + " expected, got " + actual.size());
    }
    for (int i = 0; i < expected.size(); i++) {
      same(what + " " + i, expected.get(i), actual.get(i), tolerance);
    }
  }

  /** Compares two modes, unless a derivative does not exist: what is left of it may differ. */
  void agree(List<Tensor> reverse, List<Tensor> forward, double tolerance) {
    if (finite(reverse) && finite(forward)) {
      same("both modes", reverse, forward, tolerance);
    }
  }

  private static void same(String what, Tensor expected, Tensor actual, double tolerance) {
    double[] a = OperatorTable.values(expected);
    double[] b = OperatorTable.values(actual);
    boolean same =
        Arrays.equals(expected.sizes(), actual.sizes()) && expected.dtype() == actual.dtype();
    double scale =
        Math.max(1, Arrays.stream(a).filter(Double::isFinite).map(Math::abs).max().orElse(0));
    for (int i = 0; same && i < a.length; i++) {
      same =
          Double.compare(a[i], b[i]) == 0
              || Math.abs(a[i] - b[i]) <= tolerance * scale
              || Double.isInfinite(scale);
    }
    if (!same) {
      throw new AssertionError(
          what
              + ": expected "
              + expected.shape()
              + Arrays.toString(a)
              + ", got "
              + actual.shape()
              + Arrays.toString(b));
    }
  }

  /** Compares with central differences, unless the function has a kink between. */
  void differences() {
    TensorFunction arranged =
        in -> {
          List<Tensor> placed = new ArrayList<>();
          for (int i = 0; i < in.size(); i++) {
            Program.Leaf leaf = program.leaves().get(i);
            placed.add(leaf.arranged(in.get(i)));
          }
          return direct.apply(placed);
        };
    // Where elements share memory they move together.
    List<Tensor> along = new ArrayList<>();
    for (int i = 0; i < u.size(); i++) {
      along.add(program.leaves().get(i).arranged(u.get(i)));
    }
    double[] slopes = new double[3];
    for (int i = 0; i < slopes.length; i++) {
      double h = 1e-4 / (1 << i);
      int side = i;
      slopes[i] =
          GradMode.noGrad(() ->
              (Derivatives.moved(arranged, x, w, along, h)
                      - Derivatives.moved(arranged, x, w, along, -h))
                  / (2 * h));
    }
    double scale = Math.max(1, Math.abs(slopes[0]));
    double spread =
        Math.max(Math.abs(slopes[0] - slopes[1]), Math.abs(slopes[1] - slopes[2])) / scale;
    if (!(spread < 1e-5)) {
      return;
    }
    double actual = Derivatives.dot(Derivatives.reverse(direct, x, w), along).item();
    if (Double.isFinite(actual) && !(Math.abs(actual - slopes[2]) < 1e-4 * scale)) {
      throw new AssertionError("differences give " + slopes[2] + ", reverse mode " + actual);
    }
  }

  void checkpoint(CheckpointOptions options) {
    TensorFunction f =
        in ->
            Arrays.asList(
                Checkpoint.checkpoint(
                    options,
                    (Tensor[] a) -> direct.apply(Arrays.asList(a)).toArray(new Tensor[0]),
                    in.toArray(new Tensor[0])));
    same("gradients", gradients(), Derivatives.reverse(f, x, w), 1e-9);
    same(
        "hessian times u",
        Derivatives.reverseOverReverse(functional, x, w, u),
        Derivatives.reverseOverReverse(f, x, w, u),
        1e-8);
  }

  TensorFunction gradientOf(TensorFunction f) {
    int[] all = new int[x.size()];
    Arrays.setAll(all, i -> i);
    return Functional.grad(in -> List.of(Derivatives.dot(f.apply(in), w)), all);
  }

  /** The arguments, one behind the other with others. */
  List<Tensor> batch() {
    List<Tensor> batch = new ArrayList<>();
    for (int i = 0; i < x.size(); i++) {
      List<Tensor> elements = new ArrayList<>();
      for (int k = 0; k < BATCH; k++) {
        elements.add(program.leaves().get(i).arranged(x.get(i).add(u.get(i).mul(0.1 * k))));
      }
      batch.add(OperatorTable.batched(elements));
    }
    return batch;
  }

  static List<Tensor> loop(TensorFunction f, List<Tensor> batch) {
    List<List<Tensor>> each = new ArrayList<>();
    for (int i = 0; i < BATCH; i++) {
      int at = i;
      each.add(f.apply(batch.stream().map(t -> t.select(0, at)).toList()));
    }
    List<Tensor> stacked = new ArrayList<>();
    for (int r = 0; r < each.get(0).size(); r++) {
      int at = r;
      stacked.add(Tensors.stack(each.stream().map(e -> e.get(at)).toList()));
    }
    return stacked;
  }

  void mapped(String what, TensorFunction f, TensorFunction g, double tolerance) {
    same(what, loop(g, batch()), Vmap.vmapAll(f).apply(batch()), tolerance);
  }
}
