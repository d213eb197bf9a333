package org.autograd.benchmarks;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.autograd.Tensor;
import org.autograd.benchmarks.TransformCase.Outcome;
import org.autograd.benchmarks.TransformSide.Way;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.BoolOptional;
import org.bytedeco.pytorch.TensorVector;
import org.bytedeco.pytorch.global.torch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class TransformsTest {

  private static List<float[]> ours(TransformCase work, Way way) {
    return new TransformSide("side", way)
        .computation(work).orElseThrow().get().stream().map(Tensor::toFloatArray).toList();
  }

  /** What the loop over libtorch gives. */
  private static List<float[]> theirs(TransformCase work) {
    try (PointerScope _ = new PointerScope();
        LibtorchTransforms.LoopTask task = LibtorchTransforms.prepare(work).orElseThrow()) {
      return task.compute().stream().map(NativeTask::values).toList();
    }
  }

  private static void same(List<float[]> expected, List<float[]> actual) {
    assertEquals(expected.size(), actual.size());
    for (int i = 0; i < expected.size(); i++) {
      assertArrayEquals(expected.get(i), actual.get(i), 1e-5f);
    }
  }

  @Test
  void tangentOfAPowerFollowsTheRule() {
    TransformCase.Power work = new TransformCase.Power(3);
    float x = Inputs.base()[0];

    same(List.of(new float[] {x * x * x * x}), ours(work, Way.PLAIN));
    same(List.of(new float[] {x * x * x * x}, new float[] {4 * x * x * x}), ours(work, Way.JVP));
  }

  @Test
  void derivativesOfLayersAreThoseOfLibtorch() {
    TransformCase.Layers outputs = new TransformCase.Layers(3, 4, 2, Outcome.OUTPUTS);
    TransformCase.Layers squares = new TransformCase.Layers(3, 4, 2, Outcome.SUM_OF_SQUARES);
    try (PointerScope _ = new PointerScope()) {
      var x = NativeTask.leaf(Inputs.points(outputs), 2, 4);
      var v = NativeTask.constant(Inputs.vectors(outputs), 2, 4);
      var y = x;
      for (int i = 0; i < 3; i++) {
        y =
            (i == 0 ? y : y.tanh())
                .mm(NativeTask.constant(Inputs.weight(outputs, i), 4, 4))
                .add(NativeTask.constant(Inputs.bias(outputs, i), 4));
      }
      var square = y.square().sum();
      // Pulling back is linear in the weights of the outputs; its derivative in them pushes.
      var weights = torch.ones_like(y).set_requires_grad(true);
      var tangent = grad(grad(y, x, weights), weights, v);
      var product = grad(grad(square, x, torch.ones_like(square)), x, v);

      same(List.of(NativeTask.values(y.detach())), ours(outputs, Way.PLAIN));
      same(
          List.of(NativeTask.values(y.detach()), NativeTask.values(tangent.detach())),
          ours(outputs, Way.JVP));
      same(List.of(NativeTask.values(square.detach())), ours(squares, Way.PLAIN));
      same(
          List.of(NativeTask.values(square.detach()), NativeTask.values(product.detach())),
          ours(squares, Way.HVP));
    }
  }

  private static org.bytedeco.pytorch.Tensor grad(
      org.bytedeco.pytorch.Tensor output,
      org.bytedeco.pytorch.Tensor input,
      org.bytedeco.pytorch.Tensor weights) {
    return torch
        .grad(
            new TensorVector(output),
            new TensorVector(input),
            new TensorVector(weights),
            new BoolOptional(true),
            true,
            false)
        .get(0);
  }

  @ParameterizedTest
  @EnumSource(
      value = Way.class,
      names = {"VMAP", "LOOP"})
  void gradientsOfSamplesAreThoseOfLibtorch(Way way) {
    TransformCase work = new TransformCase.PerSample(new Case.MlpStep(3, 4, 5, 2));
    List<float[]> found = ours(work, way);

    assertEquals(
        List.of(3 * 4 * 5, 3 * 5, 3 * 5 * 2, 3 * 2), found.stream().map(g -> g.length).toList());
    same(theirs(work), found);
  }

  @ParameterizedTest
  @EnumSource(
      value = Way.class,
      names = {"VMAP", "LOOP"})
  void secondDerivativesFollowTheRule(Way way) {
    TransformCase.Rosenbrock work = new TransformCase.Rosenbrock(2);
    double x = Inputs.point(work)[0];
    double y = Inputs.point(work)[1];
    double[] expected = {1200 * x * x - 400 * y + 2, -400 * x, -400 * x, 200};
    Tensor hessian = new TransformSide("side", way).computation(work).orElseThrow().get().get(0);

    assertArrayEquals(new long[] {2, 2}, hessian.sizes());
    assertArrayEquals(expected, hessian.toDoubleArray(), 1e-10);
  }

  @ParameterizedTest
  @EnumSource(
      value = Way.class,
      names = {"VMAP", "LOOP"})
  void secondDerivativesAreThoseOfLibtorch(Way way) {
    TransformCase work = new TransformCase.Rosenbrock(5);

    same(theirs(work), ours(work, way));
  }

  @Test
  void waysThatACaseDoesNotHaveAreEmpty() {
    TransformCase function = new TransformCase.Power(1);
    TransformCase derivative = new TransformCase.Rosenbrock(2);

    assertTrue(new TransformSide("side", Way.LOOP).prepare(function).isEmpty());
    assertTrue(new TransformSide("side", Way.JVP).prepare(derivative).isEmpty());
    assertTrue(Sides.named(Sides.AUTOGRAD).prepare(derivative).isEmpty());
    assertTrue(Sides.named(Sides.LIBTORCH).prepare(function).isEmpty());
  }

  @ParameterizedTest
  @EnumSource(Outcome.class)
  void probesOfAFunctionShowItsValue(Outcome outcome) {
    TransformCase.Layers work = new TransformCase.Layers(2, 3, 2, outcome);
    double expected = Inputs.checksum(ours(work, Way.PLAIN).get(0));

    assertEquals(expected, probe(Sides.PLAIN, work));
    assertEquals(expected, probe(Sides.JVP, work), 1e-5 * expected);
  }

  private static double probe(String side, TransformCase work) {
    try (Task task = Sides.named(side).prepare(work).orElseThrow()) {
      return task.probe();
    }
  }
}
