package org.autograd.benchmarks;

import java.util.Optional;
import java.util.function.Supplier;
import org.autograd.GradMode;
import org.autograd.Scope;
import org.autograd.Tensor;
import org.autograd.kernel.cpu.CpuThreads;

/** This library. The sides differ in how backward runs. */
public final class AutogradSide implements Side {

  static final String DESCRIPTION = "autograd, this revision, tensors on the Java heap";

  private final String name;
  private final Pass pass;

  /**
   * Makes a side.
   *
   * @param name its name in a table
   * @param pass how backward runs
   */
  public AutogradSide(String name, Pass pass) {
    this.name = name;
    this.pass = pass;
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public String description() {
    return DESCRIPTION;
  }

  @Override
  public void useThreads(int threads) {
    CpuThreads.set(threads);
  }

  @Override
  public Optional<Task> prepare(Case work) {
    return Optional.ofNullable(
        switch (work) {
          case Case.Chain chain -> new ChainTask(chain, pass);
          case Case.Elementwise elementwise -> new ElementwiseTask(elementwise);
          case Case.Product product -> new ProductTask(product);
          case Case.MlpStep step -> new MlpTask(step, pass);
          case Case.Branches branches -> new BranchesTask(branches, pass);
          case TransformCase _ -> null;
        });
  }

  private static Tensor leaf(float[] values, long... sizes) {
    return Tensor.wrap(values, sizes).requiresGrad_();
  }

  static double checksum(Tensor tensor) {
    return Inputs.checksum(tensor.detach().toFloatArray());
  }

  private static double checksum(Tensor[] tensors, boolean grads) {
    double sum = 0;
    for (Tensor tensor : tensors) {
      sum += checksum(grads ? tensor.grad() : tensor);
    }
    return sum;
  }

  private static final class ChainTask implements Task {
    private final Case.Chain chain;
    private final Pass pass;
    private final Tensor x;

    ChainTask(Case.Chain chain, Pass pass) {
      this.chain = chain;
      this.pass = pass;
      this.x = leaf(Inputs.chain(chain), chain.sizes());
    }

    private Tensor forward() {
      Tensor y = x;
      for (int i = 0; i < chain.nodes(); i++) {
        y = y.mul(x);
      }
      return y;
    }

    @Override
    public void run() {
      Tensor y = forward();
      if (chain.pass() == Case.Pass.FORWARD_BACKWARD) {
        pass.backward(y.sum(), false);
      }
    }

    @Override
    public double probe() {
      if (chain.pass() == Case.Pass.FORWARD) {
        return checksum(forward());
      }
      run();
      return checksum(x.grad());
    }
  }

  private static final class ElementwiseTask implements Task {
    private final Supplier<Tensor> compute;
    private Tensor result;

    ElementwiseTask(Case.Elementwise work) {
      Tensor a = Tensor.wrap(Inputs.operand(work, 0), work.size());
      boolean fresh = work.result() == Case.Result.NEW;
      Tensor out = fresh ? null : Tensor.zeros(work.size());
      compute =
          switch (work.operator()) {
            case ADD -> {
              Tensor b = Tensor.wrap(Inputs.operand(work, 1), work.size());
              yield fresh ? () -> a.add(b) : () -> a.addOut(b, out);
            }
            case EXP -> fresh ? a::exp : () -> a.expOut(out);
            case TANH -> fresh ? a::tanh : () -> a.tanhOut(out);
            case SUM -> a::sum;
          };
    }

    @Override
    public void run() {
      result = compute.get();
    }

    @Override
    public double probe() {
      run();
      return checksum(result);
    }
  }

  private static final class ProductTask implements Task {
    private final Tensor a;
    private final Tensor b;
    private Tensor result;

    ProductTask(Case.Product product) {
      int n = product.n();
      this.a = Tensor.wrap(Inputs.matrix(n, 0), n, n);
      this.b = Tensor.wrap(Inputs.matrix(n, 1), n, n);
    }

    @Override
    public void run() {
      result = a.mm(b);
    }

    @Override
    public double probe() {
      run();
      return checksum(result);
    }
  }

  private static final class MlpTask implements Task {
    private final Pass pass;
    private final Tensor x;
    private final Tensor[] parameters = new Tensor[4];

    MlpTask(Case.MlpStep step, Pass pass) {
      this.pass = pass;
      this.x = Tensor.wrap(Inputs.batch(step), step.batch(), step.in());
      for (int i = 0; i < parameters.length; i++) {
        parameters[i] = leaf(Inputs.parameter(step, i), Inputs.parameterSizes(step, i));
      }
    }

    @Override
    public void run() {
      Tensor hidden = x.mm(parameters[0]).add(parameters[1]).relu();
      Tensor out = hidden.mm(parameters[2]).add(parameters[3]);
      pass.backward(out.logSoftmax(1).square().mean(), false);
      try (Scope _ = GradMode.noGrad()) {
        for (Tensor parameter : parameters) {
          Tensor grad = parameter.grad();
          parameter.sub_(grad, Case.MlpStep.LEARNING_RATE);
          grad.zero_();
        }
      }
    }

    @Override
    public double probe() {
      run();
      return checksum(parameters, false);
    }
  }

  private static final class BranchesTask implements Task {
    private final Pass pass;
    private final Tensor[] leaves;
    private final Tensor loss;

    BranchesTask(Case.Branches work, Pass pass) {
      this.pass = pass;
      int n = work.n();
      this.leaves = new Tensor[2 * work.branches()];
      for (int i = 0; i < leaves.length; i++) {
        leaves[i] = leaf(Inputs.matrix(n, i), n, n);
      }
      Tensor total = null;
      for (int branch = 0; branch < work.branches(); branch++) {
        Tensor y = leaves[2 * branch];
        for (int i = 0; i < work.depth(); i++) {
          y = y.mm(leaves[2 * branch + 1]);
        }
        total = total == null ? y.sum() : total.add(y.sum());
      }
      this.loss = total;
    }

    @Override
    public void run() {
      pass.backward(loss, true);
    }

    @Override
    public double probe() {
      run();
      return checksum(leaves, true);
    }
  }
}
