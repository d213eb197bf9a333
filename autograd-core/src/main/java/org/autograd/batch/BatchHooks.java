package org.autograd.batch;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import java.util.function.Consumer;
import org.autograd.Tensor;
import org.autograd.graph.TensorHook;

/**
 * Hooks on batched tensors. A pass knows the gradients of values; the user's hook is called with
 * those of one element.
 */
public final class BatchHooks {
  private BatchHooks() {}

  private record ElementHook(BatchForm form, TensorHook hook) implements TensorHook {
    @Override
    public Tensor apply(Tensor grad) {
      return form.apply(hook::apply, grad);
    }

    @Override
    public String toString() {
      return hook.toString();
    }
  }

  /** Returns the hook on the value of a tensor: the given one for a tensor that is not batched. */
  public static TensorHook of(Tensor t, TensorHook hook) {
    BatchForm form = BatchForm.of(t);
    return form == null ? hook : new ElementHook(form, hook);
  }

  /** Same as {@link #of} for a hook that gets the gradients of several tensors in a list. */
  public static Consumer<List<Tensor>> of(List<Tensor> tensors, Consumer<List<Tensor>> hook) {
    List<BatchForm> forms = new ArrayList<>();
    tensors.forEach(t -> forms.add(BatchForm.of(t)));
    BatchLevel[] levels =
        forms.stream()
            .filter(Objects::nonNull)
            .flatMap(f -> Arrays.stream(f.levels()))
            .toArray(BatchLevel[]::new);
    if (levels.length == 0) {
      return hook;
    }
    return grads -> {
      try (Reentry reentry = new Reentry(levels)) {
        List<Tensor> elements = new ArrayList<>(grads);
        for (int i = 0; i < forms.size(); i++) {
          if (forms.get(i) != null) {
            elements.set(i, forms.get(i).element(reentry, grads.get(i)));
          }
        }
        hook.accept(Collections.unmodifiableList(elements));
      }
    };
  }
}
