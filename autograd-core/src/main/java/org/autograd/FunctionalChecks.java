package org.autograd;

import java.util.ArrayList;
import java.util.List;

/** What {@link Functional} refuses. */
final class FunctionalChecks {
  private FunctionalChecks() {}

  /** Checks a list of tensors that is an argument. */
  static void present(String op, String what, List<Tensor> tensors) {
    present(op, what, "", "give", tensors);
  }

  /** Checks what the user's function returned. */
  static List<Tensor> outputs(String op, List<Tensor> outputs) {
    present(op, "output", " of the function", "return", outputs);
    return outputs;
  }

  private static void present(
      String op, String what, String of, String remedy, List<Tensor> tensors) {
    if (tensors == null || tensors.isEmpty()) {
      throw new IllegalArgumentException(
          op
              + ": the list of "
              + what
              + "s"
              + of
              + " is "
              + (tensors == null ? "null" : "empty")
              + "; "
              + remedy
              + " at least one tensor.");
    }
    for (int i = 0; i < tensors.size(); i++) {
      if (tensors.get(i) == null) {
        throw new IllegalArgumentException(
            op + ": " + what + " " + i + of + " is null; " + remedy + " a tensor.");
      }
    }
  }

  /** Checks that a derivative with respect to an input exists, and can be computed now. */
  static void differentiable(String op, Tensor input, int position) {
    if (!input.dtype().isDifferentiable()) {
      throw new AutogradException(
          op
              + ": input "
              + position
              + " has dtype "
              + input.dtype()
              + ", which has no derivatives. Convert it with to(FLOAT32).");
    }
    if (InferenceMode.isEnabled()) {
      throw inferenceMode(op);
    }
  }

  static AutogradException inferenceMode(String op) {
    return new AutogradException(
        op + ": nothing is differentiated in inference mode. Leave it, or use noGrad() instead.");
  }

  /** Checks that a function gave one tensor of one element. */
  static void scalar(String op, List<Tensor> outputs) {
    if (outputs.size() != 1) {
      throw new AutogradException(
          op + ": the function must return a single tensor, not " + outputs.size() + ".");
    }
    if (outputs.get(0).numel() != 1) {
      throw new AutogradException(
          op
              + ": the function must return a tensor with a single element, but its shape is "
              + outputs.get(0).shape()
              + ". sum() it, or use jacobian.");
    }
  }

  /**
   * Checks vectors against the tensors they belong to.
   *
   * @param what an input or output
   * @return the vectors, of integers in the dtype of what they belong to; ones if they were left
   *     out
   */
  static List<Tensor> vectors(String op, List<Tensor> v, List<Tensor> tensors, String what) {
    if (v == null) {
      if (tensors.size() != 1 || tensors.get(0).numel() != 1) {
        throw new AutogradException(
            op
                + ": v can be left out only for a single "
                + what
                + " with one element, but there "
                + (tensors.size() == 1
                    ? "it has shape " + tensors.get(0).shape()
                    : "are " + tensors.size())
                + ". Give it.");
      }
      return List.of(Tensor.onesLike(tensors.get(0)));
    }
    present(op, "v", v);
    if (v.size() != tensors.size()) {
      throw new AutogradException(
          op
              + ": there are "
              + v.size()
              + " tensors in v for "
              + tensors.size()
              + " "
              + what
              + "s.");
    }
    for (int i = 0; i < v.size(); i++) {
      if (!v.get(i).shape().equals(tensors.get(i).shape())) {
        throw new AutogradException(
            op
                + ": v "
                + i
                + " has shape "
                + v.get(i).shape()
                + ", but "
                + what
                + " "
                + i
                + " has shape "
                + tensors.get(i).shape()
                + "; they must be equal.");
      }
    }
    List<Tensor> vectors = new ArrayList<>(v.size());
    for (int i = 0; i < v.size(); i++) {
      DType dtype = tensors.get(i).dtype();
      boolean converts = dtype.isDifferentiable() && !v.get(i).dtype().isDifferentiable();
      vectors.add(converts ? v.get(i).to(dtype) : v.get(i));
    }
    return vectors;
  }

  /** Strict: every output requires grad. */
  static void dependent(String op, List<Tensor> outputs) {
    for (int i = 0; i < outputs.size(); i++) {
      if (!outputs.get(i).requiresGrad()) {
        throw independent(
            op, output(i) + " does not require grad: it is independent of all inputs", "");
      }
    }
  }

  /** Strict: every output has a tangent. */
  static void moved(String op, List<Tensor> tangents) {
    for (int i = 0; i < tangents.size(); i++) {
      if (tangents.get(i) == null) {
        throw independent(op, output(i) + " is independent of all inputs", "");
      }
    }
  }

  private static String output(int i) {
    return "output " + i + " of the function";
  }

  /** Strict: there is a derivative of the output with respect to the input. */
  static void present(String op, Tensor derivative, String output, int input) {
    if (derivative == null) {
      throw independent(op, output + " is independent of input " + input, "");
    }
  }

  /** Strict, with a graph: a derivative can be differentiated with respect to the inputs again. */
  static void again(String op, Tensor derivative, String what, List<Tensor> inputs) {
    again(op, derivative, what, " with createGraph = true", inputs);
  }

  /** Strict, with a graph: so can the derivative of an input. */
  static void again(String op, Tensor derivative, String what, int input, List<Tensor> inputs) {
    again(op, derivative, what(what, input), inputs);
  }

  /** Strict: so can the derivative of an input, whose own derivative is to be taken. */
  static void twice(String op, Tensor derivative, int input, List<Tensor> inputs) {
    again(op, derivative, what("jacobian", input), "", inputs);
  }

  private static void again(
      String op, Tensor derivative, String what, String more, List<Tensor> inputs) {
    if (!Reach.leadsTo(derivative, inputs)) {
      throw independent(op, what + " is independent of the inputs", more);
    }
  }

  private static String what(String what, int input) {
    return "the " + what + " of the function with respect to input " + input;
  }

  /** The function wrote to what it was given. */
  static AutogradException changedInput(String op) {
    return new AutogradException(
        op
            + ": the function changed an input in place, so there is no derivative with respect to"
            + " the value it was given. Use the form that returns a result, or a clone().");
  }

  private static AutogradException independent(String op, String what, String more) {
    return new AutogradException(
        op + ": " + what + ". This is not allowed in strict mode" + more + ".");
  }
}
