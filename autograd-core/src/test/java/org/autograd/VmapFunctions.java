package org.autograd;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.autograd.TestTensors.values;

import java.util.Arrays;
import java.util.List;

/** Functions whose rule for {@link Vmap} is generated, and what compares them with operators. */
final class VmapFunctions {
  private VmapFunctions() {}

  /** x^3; saves the derivative, which is computed in forward. */
  static final class Cube extends CustomFunction<Tensor, List<Tensor>> {
    @Override
    protected boolean generateVmapRule() {
      return true;
    }

    @Override
    protected List<Tensor> forward(Tensor x) {
      return List.of(x.pow(3), x.square().mul(3));
    }

    @Override
    protected void setupContext(FunctionCtx ctx, Tensor x, List<Tensor> output) {
      ctx.saveForBackward(x, output.get(1));
      ctx.saveForForward(x, output.get(1));
    }

    @Override
    protected Tensor[] backward(FunctionCtx ctx, Tensor[] g) {
      return gradients(g[0].mul(ctx.saved(1)).add(g[1].mul(ctx.saved(0)).mul(6)));
    }

    @Override
    protected Tensor[] jvp(FunctionCtx ctx, Tensor[] t) {
      return gradients(t[0].mul(ctx.saved(1)), t[0].mul(ctx.saved(0)).mul(6));
    }

    static Tensor of(Tensor x) {
      return new Cube().apply(x).get(0);
    }
  }

  /** The normalised rows times a weight: reduces over dimension 0 of an element. */
  static final class Weighted extends CustomFunction<Weighted.In, Tensor> {
    record In(Tensor x, double k, Tensor w) {}

    @Override
    protected boolean generateVmapRule() {
      return true;
    }

    @Override
    protected Tensor forward(In in) {
      return in.x().sum(0).mul(in.w()).mul(in.k());
    }

    @Override
    protected void setupContext(FunctionCtx ctx, In in, Tensor output) {
      ctx.saveForBackward(in.x(), in.w());
      ctx.saveForForward(in.x(), in.w());
      ctx.put("k", in.k());
    }

    @Override
    protected Tensor[] backward(FunctionCtx ctx, Tensor[] g) {
      Tensor x = ctx.saved(0);
      Tensor scaled = g[0].mul(ctx.get("k", Double.class));
      return gradients(
          scaled.mul(ctx.saved(1)).unsqueeze(0).expand(x.sizes()), null, scaled.mul(x.sum(0)));
    }

    @Override
    protected Tensor[] jvp(FunctionCtx ctx, Tensor[] t) {
      Tensor product = t[0].sum(0).mul(ctx.saved(1)).add(ctx.saved(0).sum(0).mul(t[2]));
      return gradients(product.mul(ctx.get("k", Double.class)));
    }

    static Tensor of(Tensor x, Tensor w) {
      return new Weighted().apply(new In(x, 0.5, w));
    }
  }

  /** The same by operators. */
  static Tensor weighted(Tensor x, Tensor w) {
    return x.sum(0).mul(w).mul(0.5);
  }

  static Tensor numbers(long... sizes) {
    double[] all = new double[(int) Arrays.stream(sizes).reduce(1, (a, b) -> a * b)];
    Arrays.setAll(all, i -> Math.cos(2.3 * i + 1) * 2);
    return Tensor.of(all, sizes);
  }

  static void assertClose(Tensor actual, Tensor expected) {
    assertThat(actual.sizes()).isEqualTo(expected.sizes());
    assertThat(values(actual)).containsExactly(values(expected), within(1e-12));
  }
}
