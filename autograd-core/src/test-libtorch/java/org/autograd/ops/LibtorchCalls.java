package org.autograd.ops;

import java.util.Arrays;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.BinaryOperator;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import org.bytedeco.pytorch.T_TensorTensor_T;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorVector;

/** The libtorch call for each operator of the tables. */
final class LibtorchCalls {
  /** A call and its results. */
  interface Call {
    Tensor[] apply(LibtorchArgs args);
  }

  /** By name in the tables. */
  static final Map<String, Call> ALL;

  /** Operators without a call of their own there, and why. */
  static final Map<String, String> NOT_COMPARED;

  static {
    LibtorchCalls calls = new LibtorchCalls();
    LibtorchPointwise.add(calls);
    LibtorchReductions.add(calls);
    LibtorchViews.add(calls);
    LibtorchOthers.add(calls);
    ALL = calls.all;
    NOT_COMPARED = notCompared();
  }

  private final Map<String, Call> all = new TreeMap<>();

  private LibtorchCalls() {}

  private static Map<String, String> notCompared() {
    Map<String, String> reasons = new TreeMap<>();
    String drawn = "draws random numbers from a stream of its own";
    for (String op :
        Arrays.asList(
            "uniform_", "normal_", "bernoulli", "bernoulli_", "bernoulli_.tensor", "dropout")) {
      reasons.put(op, drawn);
    }
    String part = "internal; compared as the gradient of the operator it belongs to";
    for (String op :
        Arrays.asList(
            "tanh_backward",
            "sigmoid_backward",
            "relu_backward",
            "gelu_erf_backward",
            "gelu_tanh_backward",
            "gather_backward",
            "index_select_backward",
            "index_backward",
            "softmax_backward",
            "log_softmax_backward",
            "nll_loss_backward",
            "mse_loss_backward",
            "reverse_cumsum",
            "maximum_backward",
            "sum_of_products",
            "minimum_backward",
            "clamp_backward",
            "clamp_min_backward",
            "clamp_max_backward",
            "select_backward",
            "slice_backward",
            "diagonal_backward")) {
      reasons.put(op, part);
    }
    String step = "internal; compared as the operator that calls it";
    for (String op :
        Arrays.asList("gelu_erf", "gelu_tanh", "contiguous_copy", "to_copy", "unsafe_view")) {
      reasons.put(op, step);
    }
    return reasons;
  }

  void put(String op, Call call) {
    if (all.put(op, call) != null) {
      throw new IllegalStateException("two libtorch calls for " + op);
    }
  }

  void one(String op, Function<LibtorchArgs, Tensor> call) {
    put(op, a -> new Tensor[] {call.apply(a)});
  }

  void unary(String op, UnaryOperator<Tensor> call) {
    one(op, a -> call.apply(a.tensor(0)));
  }

  void binary(String op, BinaryOperator<Tensor> call) {
    one(op, a -> call.apply(a.tensor(0), a.tensor(1)));
  }

  void pair(String op, Function<LibtorchArgs, T_TensorTensor_T> call) {
    put(
        op,
        a -> {
          T_TensorTensor_T both = call.apply(a);
          return new Tensor[] {both.get0(), both.get1()};
        });
  }

  void list(String op, Function<LibtorchArgs, TensorVector> call) {
    put(op, a -> Theirs.list(call.apply(a)));
  }
}
