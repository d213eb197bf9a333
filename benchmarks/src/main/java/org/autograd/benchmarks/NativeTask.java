package org.autograd.benchmarks;

import java.util.ArrayList;
import java.util.List;
import org.bytedeco.javacpp.Pointer;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;

/** What all tasks of libtorch share: the handles that live as long as the task. */
abstract class NativeTask implements Task {
  private final List<Pointer> owned = new ArrayList<>();

  final <P extends Pointer> P keep(P pointer) {
    owned.add(pointer);
    return pointer;
  }

  abstract double result();

  @Override
  public double probe() {
    try (PointerScope _ = new PointerScope()) {
      return result();
    }
  }

  @Override
  public void close() {
    owned.forEach(Pointer::close);
    owned.clear();
  }

  static Tensor constant(float[] values, long... sizes) {
    return Tensor.create(values, sizes);
  }

  static Tensor leaf(float[] values, long... sizes) {
    return constant(values, sizes).set_requires_grad(true);
  }

  /** Copies a tensor of floats or doubles. */
  static float[] values(Tensor tensor) {
    float[] values = new float[Math.toIntExact(tensor.numel())];
    tensor.to(torch.ScalarType.Float).contiguous().data_ptr_float().get(values);
    return values;
  }
}
