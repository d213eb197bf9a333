package org.autograd.fuzz;

import java.util.List;
import org.autograd.CustomFunction;
import org.autograd.FunctionCtx;
import org.autograd.Tensor;

/** Custom functions, each with the same thing made of operators. */
enum CustomKind {
  /** The sine of the product, from saved inputs. */
  SINE_OF_PRODUCT(2) {
    @Override
    Tensor call(List<Tensor> in) {
      return new SineOfProduct().apply(in);
    }

    @Override
    Tensor byOperators(List<Tensor> in) {
      return in.get(0).mul(in.get(1)).sin();
    }
  },
  /** tanh, from its saved result. */
  TANH(1) {
    @Override
    Tensor call(List<Tensor> in) {
      return new Tanh().apply(in);
    }

    @Override
    Tensor byOperators(List<Tensor> in) {
      return in.get(0).tanh();
    }
  };

  final int arity;

  CustomKind(int arity) {
    this.arity = arity;
  }

  abstract Tensor call(List<Tensor> in);

  abstract Tensor byOperators(List<Tensor> in);

  private static final class SineOfProduct extends CustomFunction<List<Tensor>, Tensor> {
    @Override
    protected boolean generateVmapRule() {
      return true;
    }

    @Override
    protected Tensor forward(List<Tensor> in) {
      return in.get(0).mul(in.get(1)).sin();
    }

    @Override
    protected void setupContext(FunctionCtx ctx, List<Tensor> in, Tensor output) {
      ctx.saveForBackward(in.get(0), in.get(1));
      ctx.saveForForward(in.get(0), in.get(1));
    }

    @Override
    protected Tensor[] backward(FunctionCtx ctx, Tensor[] g) {
      // Inside of a checkpoint a saved tensor can be read once.
      Tensor x = ctx.saved(0);
      Tensor y = ctx.saved(1);
      Tensor slope = x.mul(y).cos().mul(g[0]);
      return gradients(slope.mul(y), slope.mul(x));
    }

    @Override
    protected Tensor[] jvp(FunctionCtx ctx, Tensor[] t) {
      Tensor inner =
          sum(
              t[0] == null ? null : t[0].mul(ctx.saved(1)),
              t[1] == null ? null : t[1].mul(ctx.saved(0)));
      return gradients(ctx.saved(0).mul(ctx.saved(1)).cos().mul(inner));
    }

    private static Tensor sum(Tensor a, Tensor b) {
      return a == null ? b : b == null ? a : a.add(b);
    }
  }

  private static final class Tanh extends CustomFunction<List<Tensor>, Tensor> {
    @Override
    protected boolean generateVmapRule() {
      return true;
    }

    @Override
    protected Tensor forward(List<Tensor> in) {
      return in.get(0).tanh();
    }

    @Override
    protected void setupContext(FunctionCtx ctx, List<Tensor> in, Tensor output) {
      ctx.saveForBackward(output);
      ctx.saveForForward(output);
    }

    @Override
    protected Tensor[] backward(FunctionCtx ctx, Tensor[] g) {
      return gradients(g[0].mul(ctx.saved(0).square().neg().add(1)));
    }

    @Override
    protected Tensor[] jvp(FunctionCtx ctx, Tensor[] t) {
      return gradients(t[0].mul(ctx.saved(0).square().neg().add(1)));
    }
  }
}
