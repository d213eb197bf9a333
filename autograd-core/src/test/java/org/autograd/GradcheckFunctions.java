package org.autograd;

import java.util.List;
import java.util.function.BinaryOperator;
import java.util.function.UnaryOperator;

/** Functions with gradients that are wrong in a known way, and short ways to check them. */
final class GradcheckFunctions {
  static final GradcheckOptions QUIET = GradcheckOptions.DEFAULT.withRaiseException(false);

  private GradcheckFunctions() {}

  static boolean check(UnaryOperator<Tensor> f, Tensor x, GradcheckOptions options) {
    return GradCheck.gradcheck(TensorFunction.of(f), List.of(x), options);
  }

  static GradcheckOptions fast(boolean on) {
    return GradcheckOptions.DEFAULT.withFastMode(on);
  }

  /** x², element by element, with a backward of one's choice: it is given x and the gradient. */
  static UnaryOperator<Tensor> square(BinaryOperator<Tensor> backward) {
    CustomFunction<Tensor, Tensor> f =
        CustomFunction.<Tensor, Tensor>named("Square")
            .forward((ctx, x) -> {
              ctx.saveForBackward(x);
              return x.mul(x);
            })
            .backward(
                (ctx, grads) -> CustomFunction.gradients(backward.apply(ctx.saved(0), grads[0])));
    return f::apply;
  }

  /** x² with the gradient 3x. */
  static UnaryOperator<Tensor> wrongSquare() {
    return square((x, g) -> g.mul(x).mul(3.0));
  }

  /** x² with the right gradient. */
  static UnaryOperator<Tensor> rightSquare() {
    return square((x, g) -> g.mul(x).mul(2.0));
  }

  /** The identity, whose gradients, of any order, are off by a random part of themselves. */
  static UnaryOperator<Tensor> jitter(double part) {
    return x -> new Jitter(part).apply(x);
  }

  private static final class Jitter extends CustomFunction<Tensor, Tensor> {
    private final double part;

    Jitter(double part) {
      this.part = part;
    }

    @Override
    protected Tensor forward(FunctionCtx ctx, Tensor x) {
      return x.clone();
    }

    @Override
    protected Tensor[] backward(FunctionCtx ctx, Tensor[] grads) {
      Tensor off = Tensor.randLike(grads[0]).mul(part).add(1.0);
      return gradients(new Jitter(part).apply(grads[0]).mul(off));
    }
  }

  /** 2x, with the gradient {@code backward} times g and the tangent {@code jvp} times t. */
  static UnaryOperator<Tensor> doubling(double backward, double jvp) {
    return x -> new Doubling(backward, jvp).apply(x);
  }

  private static final class Doubling extends CustomFunction<Tensor, Tensor> {
    private final double backward;
    private final double jvp;

    Doubling(double backward, double jvp) {
      this.backward = backward;
      this.jvp = jvp;
    }

    @Override
    protected Tensor forward(FunctionCtx ctx, Tensor x) {
      return x.mul(2.0);
    }

    @Override
    protected Tensor[] backward(FunctionCtx ctx, Tensor[] grads) {
      return gradients(grads[0].mul(backward));
    }

    @Override
    protected Tensor[] jvp(FunctionCtx ctx, Tensor[] tangents) {
      return new Tensor[] {tangents[0].mul(jvp)};
    }
  }
}
