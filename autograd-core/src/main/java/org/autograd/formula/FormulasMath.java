package org.autograd.formula;

import org.autograd.Reduction;
import org.autograd.Scalar;
import org.autograd.Tensor;
import org.autograd.Tensors;
import org.autograd.forward.DualLevel;
import org.autograd.mode.Bits;
import org.autograd.mode.ThreadState;

/** Derivatives of powers, activations, linear maps and losses that take more than a line. */
final class FormulasMath {
  private static final double SQRT_2_OVER_PI = 0.7978845608028654;
  private static final double GELU_CUBE = 0.044715;

  private FormulasMath() {}

  /**
   * The gradient of a power with a fixed exponent by its base; the power 0 has gradient 0. It is
   * differentiated again as the power it is: the ways that are short because a factor is constant
   * are for gradients that nothing differentiates, or the derivatives would end one order early.
   */
  public static Tensor powBackward(Tensor grad, Tensor self, Scalar exponent) {
    double e = exponent.toDouble();
    if (e == 0) {
      return Tensor.zerosLike(grad);
    }
    boolean last = isLast();
    if (last && e == 1) {
      return grad;
    }
    if (last && e == 2) {
      return grad.mul(Formulas.conj(self.mul(2)));
    }
    Tensor slope =
        switch (exponent) {
          case Scalar.OfLong l -> self.pow(l.value() - 1).mul(l.value());
          case Scalar.OfDouble d -> self.pow(e - 1).mul(e);
        };
    return grad.mul(Formulas.conj(slope));
  }

  /** Tells whether nothing differentiates what is computed now. */
  private static boolean isLast() {
    ThreadState state = ThreadState.current();
    return !Bits.records(state.mode.bits) && DualLevel.isNone(state);
  }

  /**
   * The gradient of a power by its base; where the exponent is 0 it is 0. There, neither a base
   * without a slope (NaN, or so near to 0 that 1/x is infinite) nor a gradient that is not finite
   * takes part, which keeps the derivatives finite as well.
   */
  public static Tensor powBackwardSelf(Tensor grad, Tensor self, Tensor exponent) {
    Tensor regular = self.reciprocal().isfinite().logicalAnd(grad.isfinite());
    Tensor some = exponent.ne(0).logicalOr(regular);
    Tensor factor = Tensors.where(some, exponent, 0);
    Tensor less = Tensors.where(some, exponent.sub(1), 0);
    Tensor slope = Formulas.conj(factor.mul(self.pow(less)));
    return Tensors.where(some, grad, 0.0).mul(slope);
  }

  /**
   * The gradient of a power by its exponent; where the base is 0 and the exponent at least 0 it is
   * 0, with all its derivatives.
   */
  public static Tensor powBackwardExponent(
      Tensor grad, Tensor self, Tensor exponent, Tensor result) {
    Tensor some = self.eq(0).logicalAnd(exponent.ge(0)).logicalNot();
    Tensor base = Tensors.where(some, self.to(result.dtype()), 1.0);
    if (!isLast()) {
      // Nothing of the power at 0 may take part, as its slope can be infinite.
      return grad.mul(Formulas.conj(base.pow(exponent).mul(base.log())));
    }
    Tensor slope = Formulas.conj(result.mul(base.log()));
    return grad.mul(slope);
  }

  /** The gradient of gelu_tanh_backward by the input: the second derivative of gelu. */
  public static Tensor geluTanhDoubleBackward(Tensor grad, Tensor gradOutput, Tensor self) {
    Tensor squared = self.mul(self);
    Tensor t = squared.mul(GELU_CUBE).add(1).mul(self).mul(SQRT_2_OVER_PI).tanh();
    Tensor slope = squared.mul(3 * GELU_CUBE).add(1).mul(SQRT_2_OVER_PI);
    Tensor bend = self.mul(3 * GELU_CUBE * SQRT_2_OVER_PI);
    Tensor inner = bend.sub(t.mul(slope).mul(slope)).mul(self).add(slope);
    Tensor rest = t.mul(t).neg().add(1);
    // Far out the rest is 0, and what it would be multiplied by infinite.
    return grad.mul(gradOutput).mul(rest.mul(Tensors.where(rest.ne(0), inner, 0.0)));
  }

  /** The gradient of linear by its input. */
  public static Tensor linearInputBackward(Tensor grad, Tensor weight) {
    Tensor w = Formulas.conj(weight);
    if (weight.dim() == 1) {
      return grad.unsqueeze(-1).mul(w);
    }
    return grad.dim() == 2 ? grad.mm(w) : grad.matmul(w);
  }

  /** The gradient of linear by its weight. */
  public static Tensor linearWeightBackward(Tensor grad, Tensor input) {
    Tensor x = Formulas.conj(input);
    boolean vector = grad.dim() < input.dim();
    if (input.dim() == 1) {
      return vector ? grad.mul(x) : grad.unsqueeze(1).mul(x);
    }
    if (!vector && input.dim() == 2) {
      return grad.t().mm(x);
    }
    long in = input.size(-1);
    long rows = 1;
    for (int d = 0; d < input.dim() - 1; d++) {
      rows *= input.size(d);
    }
    Tensor flat = x.reshape(rows, in);
    return vector
        ? flat.t().mv(grad.reshape(rows))
        : grad.reshape(rows, grad.size(-1)).t().mm(flat);
  }

  /** The tangent of linear; the bias may be absent. */
  public static Tensor linearJvp(
      Tensor inputTangent, Tensor input, Tensor weightTangent, Tensor weight, Tensor biasTangent) {
    Tensor product = inputTangent.linear(weight).add(input.linear(weightTangent));
    return biasTangent == null ? product : product.add(biasTangent);
  }

  /** The gradient of softmax_backward by the result of softmax. */
  public static Tensor softmaxDoubleBackward(
      Tensor grad, Tensor gradOutput, Tensor output, int dim) {
    Tensor first = gradOutput.sub(output.mul(gradOutput).sum(dim, true)).mul(grad);
    return first.sub(gradOutput.mul(output.mul(grad).sum(dim, true)));
  }

  /** The tangent of softmax_backward by the result of softmax. */
  public static Tensor softmaxDoubleBackwardJvp(
      Tensor tangent, Tensor gradOutput, Tensor output, int dim) {
    Tensor first = gradOutput.sub(output.mul(gradOutput).sum(dim, true)).mul(tangent);
    return first.sub(output.mul(gradOutput.mul(tangent).sum(dim, true)));
  }

  /** The product of two tensors times the factor of the squared error's second derivative. */
  public static Tensor mseLossDoubleBackward(Tensor grad, Tensor other, Reduction reduction) {
    return scaled(grad.mul(other), reduction);
  }

  /** The tangent of mseLoss. */
  public static Tensor mseLossJvp(
      Tensor selfTangent, Tensor self, Tensor targetTangent, Tensor target, Reduction reduction) {
    Tensor each = self.sub(target).mul(selfTangent.sub(targetTangent)).mul(2);
    return switch (reduction) {
      case NONE -> each;
      case MEAN -> each.mean();
      case SUM -> each.sum();
    };
  }

  /** The tangent of mse_loss_backward. */
  public static Tensor mseLossBackwardJvp(
      Tensor gradTangent,
      Tensor grad,
      Tensor selfTangent,
      Tensor self,
      Tensor targetTangent,
      Tensor target,
      Reduction reduction) {
    Tensor ofGrad = self.sub(target).mul(gradTangent);
    return scaled(ofGrad.add(selfTangent.sub(targetTangent).mul(grad)), reduction);
  }

  private static Tensor scaled(Tensor t, Reduction reduction) {
    return t.mul(reduction == Reduction.MEAN ? 2.0 / t.numel() : 2.0);
  }
}
