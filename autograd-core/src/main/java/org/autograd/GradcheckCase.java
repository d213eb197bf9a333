package org.autograd;

import java.util.List;
import java.util.stream.IntStream;

/** A function and the inputs at which its derivatives are checked. */
final class GradcheckCase {
  private final GradcheckNames names;
  private final TensorFunction function;
  private final List<Tensor> inputs;
  private final int[] checked;
  private final List<Tensor> outputs;
  private final int[] differentiable;

  /**
   * Runs the function once.
   *
   * @throws AutogradException if elements of an input to be checked share memory
   * @throws IllegalArgumentException if no input requires grad, or the function gives null
   */
  GradcheckCase(GradcheckNames names, TensorFunction function, List<Tensor> inputs) {
    this.names = names;
    this.function = function;
    checked = requireGrad(names.check(), inputs);
    this.inputs = List.copyOf(inputs);
    checkInputs();
    outputs = evaluate(this.inputs);
    differentiable = requiringGrad(outputs);
  }

  private static int[] requiringGrad(List<Tensor> tensors) {
    return IntStream.range(0, tensors.size()).filter(i -> tensors.get(i).requiresGrad()).toArray();
  }

  /**
   * Returns the positions of the inputs that require grad.
   *
   * @throws IllegalArgumentException if there are none, or an input is null
   * @throws AutogradException in inference mode
   */
  static int[] requireGrad(String check, List<Tensor> inputs) {
    FunctionalChecks.present(check, "input", inputs);
    if (InferenceMode.isEnabled()) {
      throw FunctionalChecks.inferenceMode(check);
    }
    int[] found = requiringGrad(inputs);
    if (found.length == 0) {
      throw new IllegalArgumentException(
          check
              + ": none of the "
              + inputs.size()
              + " inputs requires grad, so there is nothing to check. Call requiresGrad_() on those"
              + " to be checked.");
    }
    return found;
  }

  private void checkInputs() {
    for (int i : checked) {
      Tensor x = inputs.get(i);
      for (int d = 0; d < x.dim(); d++) {
        if (x.stride(d) == 0 && x.size(d) > 1) {
          throw new AutogradException(
              name()
                  + ": "
                  + inputName(i)
                  + " of shape "
                  + x.shape()
                  + " has stride 0 in dimension "
                  + d
                  + ": its elements share memory, so they cannot be moved one by one. Pass a copy,"
                  + " made with detach().clone().requiresGrad_().");
        }
      }
      if (x.dtype() != DType.FLOAT64) {
        Warnings.warn(
            name()
                + ": "
                + inputName(i)
                + " is "
                + x.dtype()
                + ". Differences of results at this precision hardly ever meet the tolerances; use"
                + " float64, or a larger eps and larger tolerances.");
      }
    }
  }

  /** Runs the function, with recording on. */
  List<Tensor> evaluate(List<Tensor> at) {
    return evaluate(name(), function, at);
  }

  /**
   * Runs a function, with recording on.
   *
   * @throws IllegalArgumentException if it gives null
   */
  static List<Tensor> evaluate(String check, TensorFunction function, List<Tensor> at) {
    List<Tensor> results = GradMode.enableGrad(() -> function.apply(at));
    if (results == null) {
      throw new IllegalArgumentException(
          check + ": the function returned null. Return an empty list for no results.");
    }
    for (int i = 0; i < results.size(); i++) {
      if (results.get(i) == null) {
        throw new IllegalArgumentException(check + ": output " + i + " of the function is null.");
      }
    }
    return results;
  }

  /** Names the check, for messages. */
  String name() {
    return names.check();
  }

  /** Names an input, for messages. */
  String inputName(int i) {
    return names.input(i);
  }

  /** Names an output, for messages. */
  String outputName(int i) {
    return names.output(i);
  }

  /** Returns the inputs. */
  List<Tensor> inputs() {
    return inputs;
  }

  /** Returns an input. */
  Tensor input(int i) {
    return inputs.get(i);
  }

  /** Returns the positions of the inputs that require grad. */
  int[] checked() {
    return checked;
  }

  /** Returns the inputs that require grad. */
  List<Tensor> checkedInputs() {
    return IntStream.of(checked).mapToObj(inputs::get).toList();
  }

  /** Returns what the function gave at the inputs. */
  List<Tensor> outputs() {
    return outputs;
  }

  /** Returns an output. */
  Tensor output(int i) {
    return outputs.get(i);
  }

  /** Returns the positions of the outputs that require grad. */
  int[] differentiable() {
    return differentiable;
  }

  /** Runs the function again and returns those results that require grad. */
  List<Tensor> freshDifferentiable() {
    return evaluate(inputs).stream().filter(Tensor::requiresGrad).toList();
  }
}
