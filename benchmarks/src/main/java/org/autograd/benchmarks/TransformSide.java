package org.autograd.benchmarks;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import org.autograd.Functional;
import org.autograd.JacobianOptions;
import org.autograd.Tensor;
import org.autograd.TensorFunction;
import org.autograd.Tensors;
import org.autograd.ValueAndDerivative;
import org.autograd.Vmap;
import org.autograd.VmapOptions;
import org.autograd.kernel.cpu.CpuThreads;

/** A way of this library to do a {@link TransformCase}. */
final class TransformSide implements Side {

  /** What is done with the function of a case. */
  enum Way {
    /** It is evaluated, without gradients. */
    PLAIN,
    /** It is evaluated with its derivative along a vector. */
    JVP,
    /** It is evaluated with the product of its hessian and a vector, forward over reverse. */
    HVP,
    /** The derivatives of all samples, or all rows of the hessian, are computed at once. */
    VMAP,
    /** The same one after the other, stacked at the end. */
    LOOP
  }

  private final String name;
  private final Way way;

  TransformSide(String name, Way way) {
    this.name = name;
    this.way = way;
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public String description() {
    return AutogradSide.DESCRIPTION;
  }

  @Override
  public void useThreads(int threads) {
    CpuThreads.set(threads);
  }

  @Override
  public Optional<Task> prepare(Case work) {
    if (!(work instanceof TransformCase transform)) {
      return Optional.empty();
    }
    // All ways of a function have its value in common, ways of a derivative all they compute.
    boolean value = way == Way.PLAIN || way == Way.JVP || way == Way.HVP;
    return computation(transform).map(compute -> new TransformTask(compute, value));
  }

  /**
   * Returns what one run does: it gives the value of the function and then the derivative along a
   * vector, if the way has one, or all the derivatives that the case asks for. Empty where the case
   * cannot be done this way.
   */
  Optional<Supplier<List<Tensor>>> computation(TransformCase work) {
    return Optional.ofNullable(
        switch (work) {
          case TransformCase.Power power ->
              function(
                  x -> power(x, power.nodes()),
                  Tensor.wrap(Inputs.base(), 1),
                  Tensor.wrap(new float[] {1}, 1));
          case TransformCase.Layers layers -> {
            long[] sizes = {layers.batch(), layers.width()};
            yield function(
                layers(layers),
                Tensor.wrap(Inputs.points(layers), sizes),
                Tensor.wrap(Inputs.vectors(layers), sizes));
          }
          case TransformCase.PerSample samples -> gradients(samples.network());
          case TransformCase.Rosenbrock rosenbrock -> hessian(rosenbrock);
        });
  }

  private Supplier<List<Tensor>> function(UnaryOperator<Tensor> f, Tensor x, Tensor v) {
    return switch (way) {
      case PLAIN -> () -> List.of(f.apply(x));
      case JVP -> () -> both(Functional.jvp(f, x, v));
      case HVP -> () -> both(Functional.hvp(f, x, v));
      case VMAP, LOOP -> null;
    };
  }

  private static List<Tensor> both(ValueAndDerivative<Tensor, Tensor> result) {
    return List.of(result.value(), result.derivative());
  }

  private static Tensor power(Tensor x, int nodes) {
    Tensor y = x;
    for (int i = 0; i < nodes; i++) {
      y = y.mul(x);
    }
    return y;
  }

  private static UnaryOperator<Tensor> layers(TransformCase.Layers layers) {
    int width = layers.width();
    List<Tensor> weights = new ArrayList<>();
    List<Tensor> biases = new ArrayList<>();
    for (int i = 0; i < layers.count(); i++) {
      weights.add(Tensor.wrap(Inputs.weight(layers, i), width, width));
      biases.add(Tensor.wrap(Inputs.bias(layers, i), width));
    }
    return x -> {
      Tensor y = x;
      for (int i = 0; i < weights.size(); i++) {
        y = (i == 0 ? y : y.tanh()).mm(weights.get(i)).add(biases.get(i));
      }
      return layers.outcome() == TransformCase.Outcome.OUTPUTS ? y : y.square().sum();
    };
  }

  private Supplier<List<Tensor>> gradients(Case.MlpStep network) {
    Tensor samples = Tensor.wrap(Inputs.batch(network), network.batch(), network.in());
    List<Tensor> parameters = new ArrayList<>();
    for (int i = 0; i < 4; i++) {
      parameters.add(Tensor.wrap(Inputs.parameter(network, i), Inputs.parameterSizes(network, i)));
    }
    TensorFunction gradient = Functional.grad(TransformSide::loss, 1, 2, 3, 4);
    return switch (way) {
      case VMAP -> {
        TensorFunction all =
            Vmap.vmapAll(gradient, VmapOptions.DEFAULT.withInDims(0, null, null, null, null));
        yield () -> all.apply(with(samples, parameters));
      }
      case LOOP -> () -> stacked(gradient, samples, parameters);
      case PLAIN, JVP, HVP -> null;
    };
  }

  /** The loss of one sample, the first of the tensors; the others are the parameters. */
  private static List<Tensor> loss(List<Tensor> tensors) {
    Tensor x = tensors.get(0).unsqueeze(0);
    Tensor hidden = x.mm(tensors.get(1)).add(tensors.get(2)).relu();
    Tensor out = hidden.mm(tensors.get(3)).add(tensors.get(4));
    return List.of(out.logSoftmax(1).square().mean());
  }

  private static List<Tensor> with(Tensor sample, List<Tensor> parameters) {
    List<Tensor> all = new ArrayList<>();
    all.add(sample);
    all.addAll(parameters);
    return all;
  }

  private static List<Tensor> stacked(
      TensorFunction gradient, Tensor samples, List<Tensor> parameters) {
    List<List<Tensor>> found = new ArrayList<>();
    for (Tensor _ : parameters) {
      found.add(new ArrayList<>());
    }
    for (int i = 0; i < samples.size(0); i++) {
      List<Tensor> gradients = gradient.apply(with(samples.select(0, i), parameters));
      for (int j = 0; j < found.size(); j++) {
        found.get(j).add(gradients.get(j));
      }
    }
    return found.stream().map(Tensors::stack).toList();
  }

  private Supplier<List<Tensor>> hessian(TransformCase.Rosenbrock work) {
    Tensor x = Tensor.wrap(Inputs.point(work), work.n());
    return switch (way) {
      case VMAP -> () -> hessian(x, JacobianOptions.VECTORIZED);
      case LOOP -> () -> hessian(x, JacobianOptions.DEFAULT);
      case PLAIN, JVP, HVP -> null;
    };
  }

  private static List<Tensor> hessian(Tensor x, JacobianOptions options) {
    return List.of(Functional.hessian(TransformSide::rosenbrock, x, options));
  }

  private static Tensor rosenbrock(Tensor x) {
    long pairs = x.size(0) - 1;
    Tensor left = x.narrow(0, 0, pairs);
    Tensor right = x.narrow(0, 1, pairs);
    Tensor valley = right.sub(left.square()).square().mul(100);
    return valley.add(left.sub(1).square()).sum();
  }

  private static final class TransformTask implements Task {
    private final Supplier<List<Tensor>> compute;
    private final boolean value;
    private List<Tensor> results;

    TransformTask(Supplier<List<Tensor>> compute, boolean value) {
      this.compute = compute;
      this.value = value;
    }

    @Override
    public void run() {
      results = compute.get();
    }

    @Override
    public double probe() {
      run();
      List<Tensor> shared = value ? results.subList(0, 1) : results;
      return shared.stream().mapToDouble(AutogradSide::checksum).sum();
    }
  }
}
