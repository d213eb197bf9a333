package org.autograd.benchmarks;

import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.BoolOptional;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorVector;
import org.bytedeco.pytorch.global.torch;

/** Loops over libtorch for work that this library does by transforming a function. */
final class LibtorchTransforms {

  private LibtorchTransforms() {}

  /** Prepares a loop; empty where the case is one function call. */
  static Optional<LoopTask> prepare(TransformCase work) {
    return switch (work) {
      case TransformCase.PerSample samples -> Optional.of(new GradientsTask(samples.network()));
      case TransformCase.Rosenbrock rosenbrock -> Optional.of(new HessianTask(rosenbrock));
      case TransformCase.Power _, TransformCase.Layers _ -> Optional.empty();
    };
  }

  /** A loop that ends in tensors. */
  abstract static class LoopTask extends NativeTask {
    /** Does the work once; handles belong to the scope around the call. */
    abstract List<Tensor> compute();

    @Override
    public final void run() {
      try (PointerScope _ = new PointerScope()) {
        compute();
      }
    }

    @Override
    final double result() {
      return compute().stream().mapToDouble(t -> Inputs.checksum(values(t))).sum();
    }
  }

  /** Forward and backward of one sample after the other. */
  private static final class GradientsTask extends LoopTask {
    private final int count;
    private final Tensor samples;
    private final TensorVector parameters;

    GradientsTask(Case.MlpStep network) {
      this.count = network.batch();
      this.samples = keep(constant(Inputs.batch(network), count, network.in()));
      Tensor[] leaves = new Tensor[4];
      for (int i = 0; i < leaves.length; i++) {
        leaves[i] = keep(leaf(Inputs.parameter(network, i), Inputs.parameterSizes(network, i)));
      }
      this.parameters = keep(new TensorVector(leaves));
    }

    @Override
    List<Tensor> compute() {
      List<TensorVector> found = Stream.generate(TensorVector::new).limit(4).toList();
      for (int i = 0; i < count; i++) {
        try (PointerScope _ = new PointerScope()) {
          TensorVector gradients =
              torch.grad(new TensorVector(loss(samples.narrow(0, i, 1))), parameters);
          for (int j = 0; j < 4; j++) {
            found.get(j).push_back(gradients.get(j));
          }
        }
      }
      return found.stream().map(torch::stack).toList();
    }

    private Tensor loss(Tensor x) {
      Tensor hidden = x.mm(parameters.get(0)).add(parameters.get(1)).relu();
      Tensor out = hidden.mm(parameters.get(2)).add(parameters.get(3));
      return out.log_softmax(1).square().mean();
    }
  }

  /** The gradient of one element of the gradient after the other. */
  private static final class HessianTask extends LoopTask {
    private final int n;
    private final Tensor x;
    private final TensorVector inputs;
    private final TensorVector ones = keep(new TensorVector());
    private final BoolOptional retain = keep(new BoolOptional(true));
    private final Scalar one = keep(new Scalar(1));
    private final Scalar hundred = keep(new Scalar(100));

    HessianTask(TransformCase.Rosenbrock work) {
      this.n = work.n();
      this.x = keep(Tensor.create(Inputs.point(work), n).set_requires_grad(true));
      this.inputs = keep(new TensorVector(x));
    }

    @Override
    List<Tensor> compute() {
      TensorVector value = new TensorVector(rosenbrock());
      Tensor gradient = torch.grad(value, inputs, ones, retain, true, false).get(0);
      TensorVector rows = new TensorVector();
      for (int i = 0; i < n; i++) {
        try (PointerScope _ = new PointerScope()) {
          TensorVector element = new TensorVector(gradient.select(0, i));
          rows.push_back(torch.grad(element, inputs, ones, retain, false, false).get(0));
        }
      }
      return List.of(torch.stack(rows));
    }

    private Tensor rosenbrock() {
      Tensor left = x.narrow(0, 0, n - 1);
      Tensor right = x.narrow(0, 1, n - 1);
      Tensor valley = right.sub(left.square()).square().mul(hundred);
      return valley.add(left.sub(one).square()).sum();
    }
  }
}
