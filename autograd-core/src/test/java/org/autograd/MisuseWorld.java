package org.autograd;

import static org.autograd.TestTensors.constant;
import static org.autograd.TestTensors.leaf;
import static org.autograd.TestTensors.values;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Some tensors to misuse; a fresh set for each row. */
final class MisuseWorld {
  final Tensor leaf = leaf(1, 2);
  final Tensor other = leaf(3);
  final Tensor plain = constant(5, 6);
  final Tensor integers = Tensor.of(1L, 2L);
  final Tensor middle = leaf.mul(2);
  final Tensor view = middle.get(Index.to(1));
  final Tensor leafView = leaf.get(Index.to(1));
  final List<Tensor> parts = middle.unbind(0);
  final Tensor unrecordedView = GradMode.noGrad(() -> middle.get(Index.from(1)));
  final Tensor product = middle.mul(middle);
  final Tensor loss = product.sum();
  final Tensor inference;
  final Tensor freed;

  MisuseWorld() {
    leaf.setGrad(constant(7, 8));
    try (Scope scope = InferenceMode.enter()) {
      inference = constant(1, 2).mul(1);
    }
    Tensor y = other.mul(other);
    y.backward();
    freed = y;
  }

  List<Tensor> all() {
    List<Tensor> all =
        new ArrayList<>(
            List.of(
                leaf,
                other,
                plain,
                integers,
                middle,
                view,
                leafView,
                unrecordedView,
                product,
                loss,
                inference,
                freed));
    all.addAll(parts);
    return all;
  }

  /** Everything that a misuse must not change, as text. */
  List<String> state() {
    List<String> state = new ArrayList<>();
    for (Tensor t : all()) {
      Tensor grad = t.isLeaf() || t.retainsGrad() ? t.grad() : null;
      state.add(
          Arrays.toString(values(t))
              + " version "
              + (t.isInference() ? "none" : t.version())
              + " grad "
              + (grad == null
                  ? null
                  : Arrays.toString(values(grad)) + "@" + System.identityHashCode(grad))
              + " requires "
              + t.requiresGrad()
              + " retains "
              + t.retainsGrad()
              + " leaf "
              + t.isLeaf()
              + " shape "
              + t.shape()
              + " node "
              + (t == unrecordedView ? "" : System.identityHashCode(t.gradFn())));
    }
    return state;
  }
}
