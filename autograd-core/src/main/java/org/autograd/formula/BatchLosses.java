package org.autograd.formula;

import java.util.Arrays;
import org.autograd.DType;
import org.autograd.Reduction;
import org.autograd.Tensor;
import org.autograd.TensorOptions;
import org.autograd.batch.BatchLevel;
import org.autograd.ops.Losses;
import org.autograd.ops.Types;
import org.autograd.tensor.Raw;

/** Batching rules of losses; values come back with the batch in front. */
final class BatchLosses {
  private BatchLosses() {}

  static Tensor mseLoss(BatchLevel batch, Tensor self, Tensor target, Reduction reduction) {
    Types.checkFloating("mseLoss", Types.promote("mseLoss", self, target));
    Losses.warnIfBroadcast("mseLoss", self, target);
    Tensor[] operands = BatchSupport.aligned(batch, self, target);
    Tensor difference = operands[0].sub(operands[1]);
    return reduced(difference.mul(difference), reduction);
  }

  private static Tensor reduced(Tensor each, Reduction reduction) {
    return switch (reduction) {
      case NONE -> each;
      case SUM -> BatchSupport.joined(each).sum(1);
      case MEAN -> BatchSupport.joined(each).mean(1);
    };
  }

  static Tensor mseLossBackward(
      BatchLevel batch, Tensor gradOutput, Tensor self, Tensor target, Reduction reduction) {
    Tensor[] operands = BatchSupport.aligned(batch, gradOutput, self, target);
    Tensor difference = operands[1].sub(operands[2]);
    long elements = 1;
    int skip = batch.has(self) || batch.has(target) ? 1 : 0;
    for (int d = skip; d < difference.dim(); d++) {
      elements *= difference.size(d);
    }
    double factor = reduction == Reduction.MEAN ? 2.0 / elements : 2.0;
    return operands[0].mul(difference).mul(factor);
  }

  /**
   * Class indices and weights of a batch of losses.
   *
   * @param dim the dimension of the classes in values with the batch in front
   * @param skip which targets are ignored
   * @param index class indices with a dimension of size 1 for the classes; 0 where ignored
   * @param weight the weight of each target's class, 0 where it is ignored
   */
  private record Targets(int dim, Tensor skip, Tensor index, Tensor weight) {
    static Targets of(
        BatchLevel batch, long[] sizes, Tensor like, Tensor target, Tensor weight, long ignored) {
      int dim = sizes.length == 1 ? 1 : 2;
      Tensor t = batch.front(target).to(DType.INT64);
      Tensor skip = t.eq(ignored);
      Tensor index = t.maskedFill(skip, 0).unsqueeze(dim);
      Tensor each;
      if (weight == null) {
        each = skip.logicalNot().to(like.dtype());
      } else {
        long[] shape = new long[sizes.length + 1];
        Arrays.fill(shape, 1);
        shape[0] = batch.size();
        shape[dim] = weight.numel();
        Tensor spread = batch.front(weight).reshape(shape).expand(BatchSupport.sizes(batch, sizes));
        each = spread.gather(dim, index).squeeze(dim).maskedFill(skip, 0);
      }
      return new Targets(dim, skip, index, each);
    }

    /** The sum of the weights for each element of the batch. */
    Tensor total() {
      return BatchSupport.joined(weight).sum(1);
    }
  }

  static Tensor nllLoss(
      BatchLevel batch,
      Tensor self,
      Tensor target,
      Tensor weight,
      Reduction reduction,
      long ignoreIndex) {
    long[] sizes = Raw.layout(self).sizes();
    Losses.checkTargets("nllLoss", sizes, target, weight, self.dtype());
    Targets at = Targets.of(batch, sizes, self, target, weight, ignoreIndex);
    Tensor logs = batch.front(self).gather(at.dim(), at.index()).squeeze(at.dim());
    Tensor each = logs.mul(at.weight()).neg().maskedFill(at.skip(), 0);
    return switch (reduction) {
      case NONE -> each;
      case SUM -> reduced(each, Reduction.SUM);
      case MEAN -> reduced(each, Reduction.SUM).div(at.total());
    };
  }

  static Tensor nllLossBackward(
      BatchLevel batch,
      Tensor gradOutput,
      Tensor self,
      Tensor target,
      Tensor weight,
      Reduction reduction,
      long ignoreIndex) {
    long[] selfSizes = Raw.layout(self).sizes();
    Losses.checkTargets("nllLossBackward", selfSizes, target, weight, gradOutput.dtype());
    Targets at = Targets.of(batch, selfSizes, gradOutput, target, weight, ignoreIndex);
    Tensor grad = batch.front(gradOutput);
    Tensor scaled = reduction == Reduction.MEAN ? grad.div(at.total()) : grad;
    int missing = at.weight().dim() - scaled.dim();
    Tensor each = at.weight().mul(BatchSupport.behind(scaled, missing)).neg();
    each = each.maskedFill(at.skip(), 0);
    DType dtype = gradOutput.dtype();
    Tensor zeros = Tensor.zeros(TensorOptions.of(dtype), BatchSupport.sizes(batch, selfSizes));
    return zeros.scatter(at.dim(), at.index(), each.to(dtype).unsqueeze(at.dim()));
  }
}
