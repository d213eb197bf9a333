package org.autograd.benchmarks;

import java.io.IOException;
import java.util.List;
import java.util.Optional;
import org.bytedeco.javacpp.Loader;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.openblas.presets.openblas_nolapack;
import org.bytedeco.pytorch.BoolOptional;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorArrayRefOptional;
import org.bytedeco.pytorch.global.torch;

/**
 * libtorch in this JVM, through JavaCPP.
 *
 * <p>Every native handle is closed in the run that made it: by hand where a run makes thousands, by
 * a {@link PointerScope} elsewhere. In-place methods return the Java object they were called on, so
 * their results are never closed. Run it with {@link #JVM_OPTIONS}: by default JavaCPP reads the
 * process's memory use from the operating system at every new handle, which makes a node dearer by
 * half, and registers every handle with a cleaner of its own. With the environment variable {@code
 * OMP_WAIT_POLICY=PASSIVE} its idle threads sleep: spinning ones take processors from the other
 * side and, on a busy machine, from libtorch itself.
 */
public final class LibtorchSide implements Side {

  /** JVM options under which the binding costs least. */
  public static final List<String> JVM_OPTIONS =
      List.of(
          "-Dorg.bytedeco.javacpp.maxPhysicalBytes=0", "-Dorg.bytedeco.javacpp.noPointerGC=true");

  @Override
  public String name() {
    return "libtorch";
  }

  @Override
  public String description() {
    return "libtorch "
        + version()
        + " (JavaCPP), CPU capability "
        + torch.get_cpu_capability().getString();
  }

  private static String version() {
    try {
      return Loader.getVersion("org.bytedeco", "pytorch");
    } catch (IOException unknown) {
      return "of unknown version";
    }
  }

  @Override
  public void useThreads(int threads) {
    torch.set_num_threads(threads);
    // The products are OpenBLAS's, which has threads of its own and does not hear torch.
    openblas_nolapack.blas_set_num_threads(threads);
    if (torch.get_num_threads() != threads || openblas_nolapack.blas_get_num_threads() != threads) {
      throw new IllegalStateException(
          "asked for %d threads, got %d in libtorch and %d in OpenBLAS"
              .formatted(
                  threads, torch.get_num_threads(), openblas_nolapack.blas_get_num_threads()));
    }
  }

  @Override
  public Optional<Task> prepare(Case work) {
    return switch (work) {
      case Case.Chain chain -> Optional.of(new ChainTask(chain));
      case Case.Elementwise elementwise -> Optional.of(new ElementwiseTask(elementwise));
      case Case.Product product -> Optional.of(new ProductTask(product));
      case Case.MlpStep step -> Optional.of(new MlpTask(step));
      case Case.Branches branches -> Optional.of(new BranchesTask(branches));
      case TransformCase transform -> LibtorchTransforms.prepare(transform).map(Task.class::cast);
    };
  }

  private static final class ChainTask extends NativeTask {
    private final Case.Chain chain;
    private final Tensor x;

    ChainTask(Case.Chain chain) {
      this.chain = chain;
      this.x = keep(leaf(Inputs.chain(chain), chain.sizes()));
    }

    private Tensor forward() {
      Tensor y = x;
      for (int i = 0; i < chain.nodes(); i++) {
        Tensor next = y.mul(x);
        if (y != x) {
          y.close();
        }
        y = next;
      }
      return y;
    }

    @Override
    public void run() {
      try (Tensor y = forward()) {
        if (chain.pass() == Case.Pass.FORWARD_BACKWARD) {
          try (Tensor loss = y.sum()) {
            loss.backward();
          }
        }
      }
    }

    @Override
    double result() {
      if (chain.pass() == Case.Pass.FORWARD) {
        return Inputs.checksum(values(forward().detach()));
      }
      run();
      return Inputs.checksum(values(x.grad()));
    }
  }

  private static final class ElementwiseTask extends NativeTask {
    private final Case.Elementwise work;
    private final Tensor a;
    private final Tensor b;
    private final Tensor out;

    ElementwiseTask(Case.Elementwise work) {
      this.work = work;
      this.a = keep(constant(Inputs.operand(work, 0), work.size()));
      this.b =
          work.operator() == Case.Operator.ADD
              ? keep(constant(Inputs.operand(work, 1), work.size()))
              : null;
      this.out = work.result() == Case.Result.EXISTING ? keep(torch.zeros(work.size())) : null;
    }

    private Tensor compute() {
      return switch (work.operator()) {
        case ADD -> out == null ? a.add(b) : torch.add_out(out, a, b);
        case EXP -> out == null ? a.exp() : torch.exp_out(out, a);
        case TANH -> out == null ? a.tanh() : torch.tanh_out(out, a);
        case SUM -> a.sum();
      };
    }

    @Override
    public void run() {
      Tensor result = compute();
      if (result != out) {
        result.close();
      }
    }

    @Override
    double result() {
      return Inputs.checksum(values(compute()));
    }
  }

  private static final class ProductTask extends NativeTask {
    private final Tensor a;
    private final Tensor b;

    ProductTask(Case.Product product) {
      int n = product.n();
      this.a = keep(constant(Inputs.matrix(n, 0), n, n));
      this.b = keep(constant(Inputs.matrix(n, 1), n, n));
    }

    @Override
    public void run() {
      a.mm(b).close();
    }

    @Override
    double result() {
      return Inputs.checksum(values(a.mm(b)));
    }
  }

  private static final class MlpTask extends NativeTask {
    private final Tensor x;
    private final Tensor[] parameters = new Tensor[4];
    private final Scalar rate = keep(new Scalar(Case.MlpStep.LEARNING_RATE));

    MlpTask(Case.MlpStep step) {
      this.x = keep(constant(Inputs.batch(step), step.batch(), step.in()));
      for (int i = 0; i < parameters.length; i++) {
        parameters[i] = keep(leaf(Inputs.parameter(step, i), Inputs.parameterSizes(step, i)));
      }
    }

    @Override
    public void run() {
      try (PointerScope _ = new PointerScope()) {
        Tensor hidden = x.mm(parameters[0]).add(parameters[1]).relu();
        Tensor out = hidden.mm(parameters[2]).add(parameters[3]);
        out.log_softmax(1).square().mean().backward();
        try (NoGradGuard _ = new NoGradGuard()) {
          for (Tensor parameter : parameters) {
            Tensor grad = parameter.grad();
            parameter.sub_(grad, rate);
            grad.zero_();
          }
        }
      }
    }

    @Override
    double result() {
      run();
      double sum = 0;
      for (Tensor parameter : parameters) {
        sum += Inputs.checksum(values(parameter.detach()));
      }
      return sum;
    }
  }

  private static final class BranchesTask extends NativeTask {
    private final Tensor[] leaves;
    private final Tensor loss;
    private final Tensor seed = keep(new Tensor());
    private final BoolOptional retain = keep(new BoolOptional(true));
    private final TensorArrayRefOptional all = keep(new TensorArrayRefOptional());

    BranchesTask(Case.Branches work) {
      int n = work.n();
      this.leaves = new Tensor[2 * work.branches()];
      Tensor total = null;
      for (int i = 0; i < leaves.length; i++) {
        leaves[i] = keep(leaf(Inputs.matrix(n, i), n, n));
      }
      for (int branch = 0; branch < work.branches(); branch++) {
        Tensor y = leaves[2 * branch];
        for (int i = 0; i < work.depth(); i++) {
          y = keep(y.mm(leaves[2 * branch + 1]));
        }
        Tensor sum = keep(y.sum());
        total = total == null ? sum : keep(total.add(sum));
      }
      this.loss = total;
    }

    @Override
    public void run() {
      loss.backward(seed, retain, false, all);
    }

    @Override
    double result() {
      run();
      double sum = 0;
      for (Tensor leaf : leaves) {
        sum += Inputs.checksum(values(leaf.grad()));
      }
      return sum;
    }
  }
}
