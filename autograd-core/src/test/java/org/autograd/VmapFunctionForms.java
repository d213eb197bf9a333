package org.autograd;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;

/** One function in every form whose context is filled after forward. */
final class VmapFunctionForms {
  private VmapFunctionForms() {}

  static final class Power extends CustomFunction2<Tensor, Integer, Tensor> {
    Tensor returned;

    @Override
    protected boolean generateVmapRule() {
      return true;
    }

    @Override
    protected Tensor forward(Tensor base, Integer exponent) {
      assertThat(GradMode.isEnabled()).isFalse();
      returned = base.pow(exponent);
      return returned;
    }

    @Override
    protected void setupContext(FunctionCtx ctx, Tensor base, Integer exponent, Tensor output) {
      assertThat(output).isSameAs(returned);
      ctx.saveForBackward(base);
      ctx.saveForForward(base);
      ctx.put("exponent", exponent);
    }

    static Tensor slope(FunctionCtx ctx) {
      int n = ctx.get("exponent", Integer.class);
      return ctx.saved(0).pow(n - 1).mul(n);
    }

    @Override
    protected Tensor[] backward(FunctionCtx ctx, Tensor[] g) {
      return gradients(g[0].mul(slope(ctx)), null);
    }

    @Override
    protected Tensor[] jvp(FunctionCtx ctx, Tensor[] t) {
      assertThat(t[1]).isNull();
      return gradients(t[0].mul(slope(ctx)));
    }
  }

  /** x k w, k a number. */
  static class Scaled extends CustomFunction3<Tensor, Double, Tensor, Tensor> {
    @Override
    protected Tensor forward(Tensor x, Double k, Tensor w) {
      return x.mul(k).mul(w);
    }

    @Override
    protected void setupContext(FunctionCtx ctx, Tensor x, Double k, Tensor w, Tensor output) {
      ctx.saveForBackward(x.mul(k), w.mul(k));
    }

    @Override
    protected Tensor[] backward(FunctionCtx ctx, Tensor[] g) {
      return gradients(g[0].mul(ctx.saved(1)), null, g[0].mul(ctx.saved(0)));
    }
  }

  static final class Generated extends Scaled {
    @Override
    protected boolean generateVmapRule() {
      return true;
    }
  }

  /** With a rule of its own; notes where the batches are. */
  static final class Ruled extends Scaled {
    List<Integer> dims;

    @Override
    protected Batched<Tensor> vmap(
        VmapInfo info, List<Integer> inDims, Tensor x, Double k, Tensor w) {
      dims = inDims;
      assertThat(info.batchSize()).isEqualTo(4);
      assertThat(inDims.get(0)).isZero();
      return new Batched<>(apply(x, k, w), List.of(0));
    }
  }

  static final class NestedScaled extends NestedIOFunction<List<Object>, List<Object>> {
    record Factor(double k, Tensor w) {}

    @Override
    protected boolean generateVmapRule() {
      return true;
    }

    @Override
    protected List<Object> forwardExtended(List<Object> in) {
      Factor factor = (Factor) in.get(1);
      Tensor x = (Tensor) in.get(0);
      return List.of(new Factor(5, x.mul(factor.k()).mul(factor.w())), x.mul(2));
    }

    @Override
    protected void setupContext(FunctionCtx ctx, List<Object> in, List<Object> output) {
      Factor factor = (Factor) in.get(1);
      assertThat(((Factor) output.get(0)).k()).isEqualTo(5);
      ctx.saveForBackward((Tensor) in.get(0), factor.w());
      ctx.put("k", factor.k());
    }

    @Override
    protected List<Object> backwardExtended(FunctionCtx ctx, List<Object> grads) {
      Factor first = (Factor) grads.get(0);
      assertThat(first.k()).isEqualTo(5);
      Tensor g = first.w().mul(ctx.get("k", Double.class));
      return List.of(
          g.mul(ctx.saved(1)).add(((Tensor) grads.get(1)).mul(2)),
          new Factor(0, g.mul(ctx.saved(0))));
    }

    /** The first result plus the second. */
    static Tensor of(Tensor x, Tensor w) {
      List<Object> out = new NestedScaled().apply(List.of(x, new Factor(0.5, w)));
      return ((Factor) out.get(0)).w().add((Tensor) out.get(1));
    }
  }

  static final class Doubled extends InplaceFunction<Tensor, Tensor> {
    Doubled(boolean inplace) {
      super(inplace);
    }

    @Override
    protected boolean generateVmapRule() {
      return true;
    }

    @Override
    protected Tensor forward(Tensor x) {
      return inplace() ? x.mul_(2) : x.mul(2);
    }

    @Override
    protected void setupContext(FunctionCtx ctx, Tensor x, Tensor output) {
      if (inplace()) {
        ctx.markDirty(x);
      }
    }

    @Override
    protected Tensor[] backward(FunctionCtx ctx, Tensor[] g) {
      return gradients(g[0].mul(2));
    }
  }

  static CustomFunction2<Tensor, Integer, Tensor> powerOfLambdas() {
    return CustomFunction2.<Tensor, Integer, Tensor>builder("Power")
        .forward(
            Tensor::pow,
            (ctx, x, n, y) -> {
              ctx.saveForBackward(x);
              ctx.saveForForward(x);
              ctx.put("exponent", n);
            })
        .generateVmapRule()
        .jvp((ctx, t) -> CustomFunction.gradients(t[0].mul(Power.slope(ctx))))
        .backward((ctx, g) -> CustomFunction.gradients(g[0].mul(Power.slope(ctx)), null));
  }

  static CustomFunction3Builder<Tensor, Double, Tensor, Tensor> scaledOfLambdas() {
    return CustomFunction3.<Tensor, Double, Tensor, Tensor>builder("Scaled")
        .forward(
            (x, k, w) -> x.mul(k).mul(w),
            (ctx, x, k, w, y) -> ctx.saveForBackward(x.mul(k), w.mul(k)));
  }

  static final CustomFunctionBuilder.Backward SCALED =
      (ctx, g) -> CustomFunction.gradients(g[0].mul(ctx.saved(1)), null, g[0].mul(ctx.saved(0)));
}
