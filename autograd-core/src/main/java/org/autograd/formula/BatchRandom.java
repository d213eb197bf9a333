package org.autograd.formula;

import java.util.function.Consumer;
import org.autograd.AutogradException;
import org.autograd.Randomness;
import org.autograd.Tensor;
import org.autograd.TensorOptions;
import org.autograd.batch.Adoption;
import org.autograd.batch.BatchLevel;

/** Batching rules of operators that fill a tensor in place: with random numbers or with one. */
final class BatchRandom {
  private BatchRandom() {}

  static void fill(BatchLevel batch, Tensor self, Tensor value) {
    BatchSupport.checkNumber("fill_", value);
    Adoption.prepare("fill_", batch, self);
    Tensor[] operands = BatchSupport.alignedInto(batch, self, value);
    operands[0].copy_(operands[1]);
  }

  static void uniform(BatchLevel batch, Tensor self, double from, double to) {
    draw("uniform_", batch, self, t -> t.uniform_(from, to));
  }

  static void normal(BatchLevel batch, Tensor self, double mean, double std) {
    draw("normal_", batch, self, t -> t.normal_(mean, std));
  }

  static void bernoulli(BatchLevel batch, Tensor self, double p) {
    draw("bernoulli_", batch, self, t -> t.bernoulli_(p));
  }

  static void bernoulli(BatchLevel batch, Tensor self, Tensor p) {
    check("bernoulli_", batch);
    if (batch.randomness() == Randomness.DIFFERENT || batch.has(p)) {
      Adoption.prepare("bernoulli_", batch, self);
    }
    if (!batch.has(self)) {
      self.bernoulli_(p);
      return;
    }
    Tensor[] operands = BatchSupport.alignedInto(batch, self, p);
    if (batch.randomness() == Randomness.DIFFERENT) {
      operands[0].bernoulli_(operands[1]);
    } else {
      operands[0].copy_(chances(p, self.sizes()).lt(operands[1]));
    }
  }

  static Tensor bernoulli(BatchLevel batch, Tensor self) {
    check("bernoulli", batch);
    Tensor p = batch.front(self);
    return batch.randomness() == Randomness.DIFFERENT
        ? p.bernoulli()
        : chances(self, self.sizes()).lt(p).to(self.dtype());
  }

  private static Tensor chances(Tensor like, long[] sizes) {
    return Tensor.zeros(TensorOptions.of(like.dtype()), sizes).uniform_();
  }

  private static void draw(String op, BatchLevel batch, Tensor self, Consumer<Tensor> fill) {
    check(op, batch);
    if (batch.randomness() == Randomness.DIFFERENT) {
      Adoption.prepare(op, batch, self);
      fill.accept(batch.front(self));
    } else if (!batch.has(self)) {
      fill.accept(self);
    } else {
      Tensor one = Tensor.zeros(TensorOptions.of(self.dtype()), self.sizes());
      fill.accept(one);
      batch.front(self).copy_(one);
    }
  }

  /** Refuses to draw where that is how the level was opened. */
  static void check(String op, BatchLevel batch) {
    if (batch.randomness() == Randomness.ERROR) {
      throw new AutogradException(
          op
              + ": a random operator inside of vmap. Say with the option randomness whether the"
              + " elements of the batch get DIFFERENT numbers or the SAME.");
    }
  }
}
