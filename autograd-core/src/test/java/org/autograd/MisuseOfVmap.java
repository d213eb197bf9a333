package org.autograd;

import static org.autograd.Misuse.runtime;

import java.util.List;
import java.util.function.UnaryOperator;

/** The part of {@link Misuse#ALL} that is about batches. */
final class MisuseOfVmap {
  private static final GradOptions BATCHED = GradOptions.DEFAULT.withGradsBatched(true);

  private MisuseOfVmap() {}

  private static void map(UnaryOperator<Tensor> f, Tensor x) {
    Vmap.vmap(f).apply(x);
  }

  private static void grad(Tensor output, Tensor input, Tensor grads) {
    Autograd.grad(List.of(output), List.of(input), List.of(grads), BATCHED);
  }

  private static Tensor backward(Tensor root, Tensor result) {
    root.backward();
    return result;
  }

  private static CustomFunction<Tensor, Tensor> plain(boolean generates) {
    CustomFunctionBuilder<Tensor, Tensor> builder = CustomFunction.named("Plain");
    builder.forward((ctx, x) -> x.mul(2));
    return (generates ? builder.generateVmapRule() : builder.setupContext((ctx, in, out) -> {}))
        .backward((ctx, g) -> g);
  }

  static final List<Misuse> ALL =
      List.of(
          runtime(
              "VMAP-02",
              w -> grad(w.loss, w.leaf, Tensor.ones(DType.FLOAT64, 2, 1)),
              "gradient 0",
              "[2, 1]",
              "dimension 0"),
          runtime(
              "VMAP-03",
              w -> grad(w.middle, w.leaf, Tensor.ones(DType.FLOAT64, 3, 3)),
              "gradient 0",
              "[3, 3]",
              "[2]",
              "dimension 0"),
          runtime("VMAP-04", w -> map(t -> backward(w.loss, t), w.plain), "vmap", "Functional"),
          runtime("VMAP-04", w -> map(t -> backward(t.mul(t), t), w.leaf), "vmap", "Functional"),
          runtime(
              "VMAP-04",
              w -> map(t -> Autograd.grad(t.mul(w.loss), w.leaf), w.plain),
              "vmap",
              "output 0",
              "Functional"),
          runtime(
              "VMAP-04",
              w -> map(t -> Autograd.grad(w.loss, t), w.leaf),
              "vmap",
              "input 0",
              "Functional"),
          runtime(
              "VMAP-05",
              w -> map(plain(false)::apply, w.leaf),
              "Plain",
              "generateVmapRule",
              "vmap"),
          runtime("VMAP-06", w -> map(plain(true)::apply, w.leaf), "Plain", "setupContext"),
          runtime("VMAP-09", w -> map(Tensor::randLike, w.leaf), "rand", "vmap", "randomness"));
}
