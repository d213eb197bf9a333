package org.autograd.formula;

import java.util.Arrays;
import org.autograd.AutogradException;
import org.autograd.Reduction;
import org.autograd.Tensor;

/** The cross entropy of scores. */
final class CrossEntropy {
  private CrossEntropy() {}

  static Tensor of(
      Tensor self,
      Tensor target,
      Tensor weight,
      Reduction reduction,
      long ignoreIndex,
      double smoothing) {
    if (!(smoothing >= 0 && smoothing <= 1)) {
      throw new IllegalArgumentException(
          "crossEntropy: labelSmoothing must lie between 0 and 1, got " + smoothing);
    }
    if (self.dim() == 0) {
      throw new AutogradException("crossEntropy: scores need a dimension for the classes");
    }
    int dim = self.dim() == 1 ? 0 : 1;
    long classes = self.size(dim);
    if (weight != null && (weight.dim() != 1 || weight.size(0) != classes)) {
      throw new AutogradException(
          "crossEntropy: weight has shape "
              + weight.shape()
              + ", expected one weight for each of the "
              + classes
              + " classes");
    }
    if (target.dtype().isDifferentiable()) {
      checkProbabilities(self, target, ignoreIndex);
      return byProbabilities(self, target, weight, reduction, smoothing, dim);
    }
    Tensor logs = self.logSoftmax(dim);
    Tensor loss = logs.nllLoss(target, weight, reduction, ignoreIndex);
    if (smoothing == 0) {
      return loss;
    }
    Tensor even = evenly(logs, target, weight, reduction, ignoreIndex, dim);
    return loss.mul(1 - smoothing).add(even.mul(smoothing / classes));
  }

  private static void checkProbabilities(Tensor self, Tensor target, long ignoreIndex) {
    if (!Arrays.equals(self.sizes(), target.sizes())) {
      throw new AutogradException(
          "crossEntropy: a "
              + target.dtype()
              + " target holds class probabilities and must have the shape of the scores, "
              + self.shape()
              + ", not "
              + target.shape()
              + ". Class indices must be int64.");
    }
    if (ignoreIndex >= 0) {
      throw new IllegalArgumentException(
          "crossEntropy: ignoreIndex is for class indices, the target holds class probabilities");
    }
  }

  private static Tensor byProbabilities(
      Tensor self, Tensor target, Tensor weight, Reduction reduction, double smoothing, int dim) {
    Tensor logs = self.logSoftmax(dim);
    long classes = self.size(dim);
    Tensor share = smoothing == 0 ? target : target.mul(1 - smoothing).add(smoothing / classes);
    Tensor each = logs.mul(share);
    if (weight != null) {
      each = each.mul(alongClasses(weight, self.dim(), dim));
    }
    return switch (reduction) {
      case NONE -> each.sum(dim).neg();
      case SUM -> each.sum().neg();
      case MEAN -> each.sum().neg().div((double) self.numel() / classes);
    };
  }

  /** The loss against an even distribution over the classes. */
  private static Tensor evenly(
      Tensor logs, Tensor target, Tensor weight, Reduction reduction, long ignoreIndex, int dim) {
    Tensor weighted = weight == null ? logs : logs.mul(alongClasses(weight, logs.dim(), dim));
    Tensor ignored = target.eq(ignoreIndex);
    Tensor each = weighted.sum(dim).neg().maskedFill(ignored, 0);
    return switch (reduction) {
      case NONE -> each;
      case SUM -> each.sum();
      case MEAN -> each.sum().div(counted(logs, target, weight, ignored));
    };
  }

  /** The number of targets that count, or the sum of their weights. */
  private static Tensor counted(Tensor logs, Tensor target, Tensor weight, Tensor ignored) {
    if (weight == null) {
      return ignored.logicalNot().to(logs.dtype()).sum();
    }
    Tensor index = target.maskedFill(ignored, 0).reshape(target.numel());
    Tensor weights = weight.indexSelect(0, index);
    return weights.maskedFill(ignored.reshape(target.numel()), 0).sum();
  }

  private static Tensor alongClasses(Tensor weight, int rank, int dim) {
    long[] sizes = new long[rank];
    Arrays.fill(sizes, 1);
    sizes[dim] = weight.numel();
    return weight.reshape(sizes);
  }
}
