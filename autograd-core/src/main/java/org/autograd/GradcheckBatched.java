package org.autograd;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import java.util.function.Supplier;

/** Compares batched gradients and tangents of two random vectors with a loop over the two. */
final class GradcheckBatched {
  private static final int COUNT = 2;
  private static final double ATOL = 1e-8;
  private static final double RTOL = 1e-5;
  private static final GradOptions OPTIONS =
      GradOptions.DEFAULT.withRetainGraph(true).withAllowUnused(true);

  private GradcheckBatched() {}

  /**
   * Checks gradients of each output.
   *
   * @throws GradcheckException if a batched gradient fails or differs
   */
  static void checkReverse(GradcheckCase c) {
    Generator generator = GradcheckVectors.generator();
    for (int output : c.differentiable()) {
      Tensor o = c.output(output);
      String what = "gradients of " + c.outputName(output);
      Tensor batch = vectors(o, generator);
      List<List<Tensor>> loop = loop(batch, v -> gradients(c, o, v, false));
      List<Tensor> batched = attempt(c, what, () -> gradients(c, o, batch, true));
      for (int j = 0; j < batched.size(); j++) {
        compare(c, what + " for " + c.inputName(c.checked()[j]), batched.get(j), loop, j);
      }
    }
  }

  private static List<Tensor> gradients(
      GradcheckCase c, Tensor output, Tensor vector, boolean batched) {
    return Autograd.grad(
        List.of(output), c.checkedInputs(), List.of(vector), OPTIONS.withGradsBatched(batched));
  }

  /**
   * Checks tangents for each input.
   *
   * @throws GradcheckException if a batched tangent fails or differs
   */
  static void checkForward(GradcheckCase c) {
    Generator generator = GradcheckVectors.generator();
    for (int input : c.checked()) {
      String what = "tangents for " + c.inputName(input);
      TensorFunction jvp = tangents -> tangents(c, input, tangents.get(0));
      Tensor batch = vectors(c.input(input), generator);
      List<List<Tensor>> loop = loop(batch, v -> jvp.apply(List.of(v)));
      List<Tensor> batched = attempt(c, what, () -> mapped(jvp, batch));
      for (int i = 0; i < batched.size(); i++) {
        compare(c, what + ", result " + i + ",", batched.get(i), loop, i);
      }
    }
  }

  /** Maps over tangents only, so that a custom function need not say how it is mapped. */
  private static List<Tensor> mapped(TensorFunction jvp, Tensor batch) {
    try (Scope any = FunctionVmap.unchecked()) {
      return Vmap.vmapAll(jvp).apply(List.of(batch));
    }
  }

  /** Returns the tangents of all outputs of floating point dtype. */
  private static List<Tensor> tangents(GradcheckCase c, int input, Tensor direction) {
    try (ForwardAD.Level level = ForwardAD.dualLevel()) {
      List<Tensor> inputs = new ArrayList<>(c.inputs());
      inputs.replaceAll(Tensor::detach);
      inputs.set(input, ForwardAD.makeDual(inputs.get(input), direction));
      List<Tensor> tangents = new ArrayList<>();
      for (Tensor output : c.evaluate(inputs)) {
        if (output.dtype().isFloating()) {
          UnpackedDual parts = ForwardAD.unpackDual(output);
          tangents.add(
              parts.tangent() == null ? Tensor.zerosLike(parts.primal()) : parts.tangent());
        }
      }
      return tangents;
    }
  }

  private static Tensor vectors(Tensor like, Generator generator) {
    List<Tensor> vectors = new ArrayList<>();
    for (int k = 0; k < COUNT; k++) {
      vectors.add(GradcheckVectors.normal(like, generator));
    }
    return Tensors.stack(vectors);
  }

  private static List<List<Tensor>> loop(Tensor batch, Function<Tensor, List<Tensor>> one) {
    List<List<Tensor>> results = new ArrayList<>();
    for (int k = 0; k < COUNT; k++) {
      results.add(one.apply(batch.select(0, k)));
    }
    return results;
  }

  private static List<Tensor> attempt(
      GradcheckCase c, String what, Supplier<List<Tensor>> batched) {
    try {
      return batched.get();
    } catch (RuntimeException e) {
      throw new GradcheckException(
          c.name() + ": computing batched " + what + " failed, one by one it works: " + e, e);
    }
  }

  /** Compares result {@code i} of the batch with result {@code i} of each run of the loop. */
  private static void compare(
      GradcheckCase c, String what, Tensor batched, List<List<Tensor>> loop, int i) {
    for (int k = 0; k < COUNT; k++) {
      double[] expected = elements(loop.get(k).get(i));
      double[] found = elements(batched == null ? null : batched.select(0, k));
      for (int e = 0; e < Math.max(expected.length, found.length); e++) {
        double one = e < expected.length ? expected[e] : 0;
        double all = e < found.length ? found[e] : 0;
        if (all != one && !(Math.abs(all - one) <= ATOL + RTOL * Math.abs(one))) {
          throw new GradcheckException(
              c.name()
                  + ": batched "
                  + what
                  + " differ from those computed one by one: element "
                  + e
                  + " (in row-major order) for vector "
                  + k
                  + " is "
                  + all
                  + " in the batch, "
                  + one
                  + " in the loop.");
        }
      }
    }
  }

  /** Returns the elements of a tensor; none stands for zeros. */
  private static double[] elements(Tensor t) {
    return t == null ? new double[0] : t.toDoubleArray();
  }
}
