package org.autograd;

import static org.autograd.TestTensors.leaf;
import static org.autograd.TestTensors.values;

import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import java.util.function.UnaryOperator;

/** Blocks to checkpoint, and what they give without. */
final class CheckpointBlocks {
  private CheckpointBlocks() {}

  /** exp(sin(x)²), which saves x, sin(x) twice and the result. */
  static Tensor block(Tensor x) {
    Tensor s = x.sin();
    return s.mul(s).exp();
  }

  static double[] plainGrad(UnaryOperator<Tensor> f, double... at) {
    Tensor x = leaf(at);
    f.apply(x).sum().backward();
    return values(x.grad());
  }

  /** Counts how often a block runs. */
  static final class Counted implements Function<Tensor, Tensor> {
    private final UnaryOperator<Tensor> block;
    final AtomicInteger runs = new AtomicInteger();

    Counted(UnaryOperator<Tensor> block) {
      this.block = block;
    }

    @Override
    public Tensor apply(Tensor t) {
      runs.incrementAndGet();
      return block.apply(t);
    }
  }
}
