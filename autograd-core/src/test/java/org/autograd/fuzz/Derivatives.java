package org.autograd.fuzz;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.autograd.Autograd;
import org.autograd.ForwardAD;
import org.autograd.GradOptions;
import org.autograd.Tensor;
import org.autograd.TensorFunction;

/** Derivatives of a function of tensors, each by one mode. */
final class Derivatives {
  private static final GradOptions UNUSED = GradOptions.DEFAULT.withMaterializeGrads(true);

  private Derivatives() {}

  /** The sum of the products of all elements. */
  static Tensor dot(List<Tensor> a, List<Tensor> b) {
    Tensor total = null;
    for (int i = 0; i < a.size(); i++) {
      Tensor part = a.get(i).mul(b.get(i)).sum();
      total = total == null ? part : total.add(part);
    }
    return total;
  }

  /** Other tensors that require grad, with the same memory layout. */
  static List<Tensor> leaves(List<Tensor> x) {
    return x.stream().map(t -> t.detach().requiresGrad_()).toList();
  }

  /** The gradients of a scalar. */
  static List<Tensor> gradients(Tensor y, List<Tensor> x) {
    return y.requiresGrad() ? Autograd.grad(List.of(y), x, null, UNUSED) : zeros(x);
  }

  static List<Tensor> zeros(List<Tensor> like) {
    return like.stream().map(t -> Tensor.zeros(t.sizes()).to(t.dtype())).toList();
  }

  /** The gradients of ⟨f, w⟩. */
  static List<Tensor> reverse(TensorFunction f, List<Tensor> at, List<Tensor> w) {
    List<Tensor> x = leaves(at);
    return gradients(dot(f.apply(x), w), x);
  }

  /** The gradients of ⟨f, w⟩, recorded; zeros where there is no way. */
  private static List<Tensor> recorded(TensorFunction f, List<Tensor> x, List<Tensor> w) {
    Tensor y = dot(f.apply(x), w);
    return y.requiresGrad()
        ? Autograd.grad(List.of(y), x, null, UNUSED.withCreateGraph(true))
        : zeros(x);
  }

  /** The product of the hessian of ⟨f, w⟩ and u, by two backward passes. */
  static List<Tensor> reverseOverReverse(
      TensorFunction f, List<Tensor> at, List<Tensor> w, List<Tensor> u) {
    List<Tensor> x = leaves(at);
    return gradients(dot(recorded(f, x, w), u), x);
  }

  /** The tangents of f along u. */
  static List<Tensor> forward(TensorFunction f, List<Tensor> at, List<Tensor> u) {
    try (ForwardAD.Level level = ForwardAD.dualLevel()) {
      return tangents(f.apply(duals(at, u)), level.index());
    }
  }

  /** The product of the hessian of ⟨f, w⟩ and u: the tangents of the gradients. */
  static List<Tensor> forwardOverReverse(
      TensorFunction f, List<Tensor> at, List<Tensor> w, List<Tensor> u) {
    List<Tensor> x = leaves(at);
    try (ForwardAD.Level level = ForwardAD.dualLevel()) {
      List<Tensor> duals = duals(x, u);
      Tensor y = dot(f.apply(duals), w);
      return y.requiresGrad()
          ? tangents(Autograd.grad(List.of(y), duals, null, UNUSED), level.index())
          : zeros(x);
    }
  }

  /** The second derivatives of f along u and v, by two levels of tangents. */
  static List<Tensor> forwardTwice(
      TensorFunction f, List<Tensor> at, List<Tensor> u, List<Tensor> v) {
    try (ForwardAD.Level outer = ForwardAD.dualLevel()) {
      List<Tensor> inside = duals(at, u);
      List<Tensor> tangents;
      try (ForwardAD.Level inner = ForwardAD.dualLevel()) {
        tangents = tangents(f.apply(duals(inside, v)), inner.index());
      }
      return tangents(tangents, outer.index());
    }
  }

  private static List<Tensor> duals(List<Tensor> primals, List<Tensor> tangents) {
    List<Tensor> duals = new ArrayList<>();
    for (int i = 0; i < primals.size(); i++) {
      duals.add(ForwardAD.makeDual(primals.get(i), tangents.get(i)));
    }
    return duals;
  }

  private static List<Tensor> tangents(List<Tensor> duals, int level) {
    return duals.stream()
        .map(t -> {
          Tensor tangent = ForwardAD.unpackDual(t, level).tangent();
          return tangent == null ? Tensor.zerosLike(t.detach()) : tangent;
        })
        .toList();
  }

  /** ⟨f, w⟩ a step away along u. */
  static double moved(
      TensorFunction f, List<Tensor> at, List<Tensor> w, List<Tensor> u, double step) {
    Tensor[] moved = new Tensor[at.size()];
    Arrays.setAll(
        moved,
        i -> {
          Tensor to = at.get(i).add(u.get(i).mul(step));
          return to;
        });
    return dot(f.apply(List.of(moved)), w).item();
  }
}
