package org.autograd.ops;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.autograd.Autograd;
import org.autograd.GradOptions;
import org.autograd.Tensor;
import org.autograd.TensorFunction;
import org.autograd.Vmap;
import org.autograd.VmapOptions;

/**
 * Inputs of a mapped function.
 *
 * @param inputs with the batch in dimension 0 of those that have one
 * @param batched which have one
 */
record MappedCase(List<Tensor> inputs, int... batched) {
  static MappedCase all(Tensor... inputs) {
    int[] all = new int[inputs.length];
    Arrays.setAll(all, i -> i);
    return new MappedCase(List.of(inputs), all);
  }

  private boolean has(int i) {
    return Arrays.stream(batched).anyMatch(b -> b == i);
  }

  private Tensor[] map(TensorFunction f, List<Tensor> given) {
    Integer[] dims = new Integer[given.size()];
    Arrays.setAll(dims, i -> has(i) ? 0 : null);
    return Vmap.vmapAll(f, VmapOptions.DEFAULT.withInDims(dims))
        .apply(given)
        .toArray(new Tensor[0]);
  }

  private List<Tensor> element(List<Tensor> given, int i) {
    List<Tensor> element = new ArrayList<>();
    for (int k = 0; k < given.size(); k++) {
      element.add(has(k) ? given.get(k).select(0, i) : given.get(k));
    }
    return element;
  }

  /** Compares values, errors and gradients of a mapped function with those of a loop. */
  void agrees(TensorFunction f) {
    int size = (int) inputs.get(batched[0]).size(0);
    Tensor[][] each = new Tensor[size][];
    for (int i = 0; i < size; i++) {
      try {
        each[i] = f.apply(element(inputs, i)).toArray(new Tensor[0]);
      } catch (RuntimeException e) {
        RuntimeException refused = assertThrows(e.getClass(), () -> map(f, inputs));
        assertEquals(e.getMessage(), refused.getMessage());
        return;
      }
    }
    if (size == 0) {
      map(f, inputs);
      return;
    }
    Mapped.assertSame("values", Mapped.loop(size, i -> each[i]), map(f, inputs), 1e-13);
    gradients(f, size);
  }

  private void gradients(TensorFunction f, int size) {
    List<Tensor> mapped = leaves();
    Tensor[] results = map(f, mapped);
    if (!results[0].requiresGrad()) {
      return;
    }
    List<Tensor> v = Numeric.like(List.of(results), Numeric.random(List.of(results), 5));
    List<Tensor> looped = leaves();
    List<Tensor> from = new ArrayList<>();
    List<Tensor> with = new ArrayList<>();
    for (int i = 0; i < size; i++) {
      List<Tensor> own = f.apply(element(looped, i));
      for (int k = 0; k < own.size(); k++) {
        from.add(own.get(k));
        with.add(v.get(k).select(0, i).to(own.get(k).dtype()));
      }
    }
    Tensor[] actual = gradients(List.of(results), mapped, v);
    Mapped.assertSame("gradients", gradients(from, looped, with), actual, 1e-12);
  }

  private List<Tensor> leaves() {
    return inputs.stream()
        .map(t -> t.dtype().isDifferentiable() ? t.detach().clone().requiresGrad_() : t)
        .toList();
  }

  private static Tensor[] gradients(List<Tensor> from, List<Tensor> inputs, List<Tensor> v) {
    List<Tensor> leaves = inputs.stream().filter(Tensor::requiresGrad).toList();
    GradOptions zeros = GradOptions.DEFAULT.withMaterializeGrads(true);
    return Autograd.grad(from, leaves, v, zeros).toArray(new Tensor[0]);
  }
}
