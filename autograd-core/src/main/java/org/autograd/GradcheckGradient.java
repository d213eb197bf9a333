package org.autograd;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.stream.IntStream;

/**
 * The gradient of a function as a function of its inputs and of the gradients of its outputs: what
 * {@code gradgradcheck} checks. Its outputs are the gradients that there are.
 */
final class GradcheckGradient implements TensorFunction, GradcheckNames {
  private static final GradOptions OPTIONS =
      GradOptions.DEFAULT.withCreateGraph(true).withAllowUnused(true);

  private final TensorFunction function;
  private final boolean[] requiresGrad;
  private final List<Tensor> arguments = new ArrayList<>();
  private final int count;
  private final int[] wanted;
  private int[] outputs = {};

  /**
   * Makes the gradient function.
   *
   * @param inputs where the function is checked
   * @param gradOutputs one for each output that requires grad; null for random ones
   */
  GradcheckGradient(
      TensorFunction function,
      List<Tensor> inputs,
      List<Tensor> gradOutputs,
      boolean nonContiguous) {
    this.function = function;
    count = inputs.size();
    wanted = GradcheckCase.requireGrad(check(), inputs);
    List<Tensor> results = differentiable(inputs);
    if (gradOutputs != null && gradOutputs.size() != results.size()) {
      throw new IllegalArgumentException(
          "gradgradcheck: got "
              + gradOutputs.size()
              + " gradients for "
              + results.size()
              + " outputs that require grad.");
    }
    arguments.addAll(inputs);
    arguments.addAll(gradOutputs == null ? random(results, nonContiguous) : gradOutputs);
    requiresGrad = new boolean[arguments.size()];
    for (int i = 0; i < requiresGrad.length; i++) {
      requiresGrad[i] = arguments.get(i).requiresGrad();
    }
  }

  private List<Tensor> differentiable(List<Tensor> inputs) {
    return GradcheckCase.evaluate(check(), function, inputs).stream()
        .filter(Tensor::requiresGrad)
        .toList();
  }

  /** Makes leaves of numbers evenly distributed on [-1, 1). */
  private static List<Tensor> random(List<Tensor> shapes, boolean nonContiguous) {
    Generator generator = GradcheckVectors.generator();
    List<Tensor> made = new ArrayList<>();
    for (Tensor t : shapes) {
      long[] sizes = Arrays.copyOf(t.sizes(), t.dim() + 1);
      sizes[t.dim()] = nonContiguous ? 2 : 1;
      Tensor drawn = Tensor.rand(generator, TensorOptions.of(t.dtype()), sizes).mul(2.0).sub(1.0);
      made.add(drawn.select(-1, 0).detach().requiresGrad_());
    }
    return made;
  }

  /** Returns the inputs of the function, followed by the gradients of its outputs. */
  List<Tensor> arguments() {
    return arguments;
  }

  @Override
  public List<Tensor> apply(List<Tensor> given) {
    // In forward mode the arguments come without their flags, and may be batches.
    List<Tensor> made = new ArrayList<>(given);
    for (int i = 0; i < requiresGrad.length; i++) {
      if (requiresGrad[i]) {
        made.set(i, Derivatives.fresh(List.of(given.get(i)), true).get(0));
      }
    }
    List<Tensor> inputs = made.subList(0, count);
    List<Tensor> grads =
        Derivatives.vjp(
            differentiable(inputs),
            IntStream.of(wanted).mapToObj(inputs::get).toList(),
            made.subList(count, made.size()),
            OPTIONS,
            false);
    outputs =
        IntStream.range(0, wanted.length)
            .filter(k -> grads.get(k) != null)
            .map(k -> wanted[k])
            .toArray();
    return grads.stream().filter(Objects::nonNull).toList();
  }

  @Override
  public String check() {
    return "gradgradcheck";
  }

  @Override
  public String input(int i) {
    return "input " + i + (i < count ? "" : " (the gradient of output " + (i - count) + ")");
  }

  @Override
  public String output(int i) {
    return "output "
        + i
        + (i < outputs.length ? " (the gradient of input " + outputs[i] + ")" : "");
  }
}
