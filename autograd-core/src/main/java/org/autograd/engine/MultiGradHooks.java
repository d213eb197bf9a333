package org.autograd.engine;

import java.lang.ref.WeakReference;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.autograd.AutogradException;
import org.autograd.HookHandle;
import org.autograd.Tensor;
import org.autograd.batch.BatchHooks;
import org.autograd.graph.Meta;
import org.autograd.graph.Node;
import org.autograd.tensor.Raw;

/**
 * Hooks on several tensors at once. What they know of a pass is kept in its {@link GraphTask}, so
 * that it ends with the pass, however that ends.
 */
public final class MultiGradHooks {
  private MultiGradHooks() {}

  /**
   * Has a function called once per pass when the gradients of all tensors that take part are known.
   *
   * @throws AutogradException if one of the tensors does not require grad
   */
  public static HookHandle all(List<Tensor> tensors, Consumer<List<Tensor>> hook) {
    for (int i = 0; i < tensors.size(); i++) {
      if (Meta.gradientEdge(tensors.get(i)) == null) {
        throw new AutogradException(
            "registerMultiGradHook: tensor "
                + i
                + (Raw.requiresGrad(tensors.get(i))
                    ? " is a view of a leaf that was made without being recorded"
                    : " does not require grad")
                + ", so it never gets a gradient to wait for.");
      }
    }
    All all = new All(tensors, hook);
    List<HookHandle> handles = new ArrayList<>();
    for (int i = 0; i < tensors.size(); i++) {
      int place = i;
      handles.add(Meta.hook(tensors.get(i), grad -> all.arrived(place, grad), true));
    }
    return together(handles);
  }

  /**
   * Has a function called once per pass with the first gradient of one of the tensors that becomes
   * known.
   */
  public static HookHandle any(List<Tensor> tensors, Consumer<Tensor> hook) {
    Object key = new Object();
    List<HookHandle> handles = new ArrayList<>();
    for (Tensor t : tensors) {
      if (Raw.requiresGrad(t)) {
        handles.add(
            Meta.hook(
                t,
                BatchHooks.of(
                    t,
                    grad -> {
                      if (grad != null
                          && !Engine.current().hookState(key, AtomicBoolean::new).getAndSet(true)) {
                        hook.accept(grad);
                      }
                      return null;
                    }),
                false));
      }
    }
    return together(handles);
  }

  private static HookHandle together(List<HookHandle> handles) {
    return () -> handles.forEach(HookHandle::remove);
  }

  private static final class All {
    /**
     * Where the gradients come from. A node that nobody can reach any more takes part in no pass.
     */
    private final List<WeakReference<Node>> nodes = new ArrayList<>();

    private final Consumer<List<Tensor>> hook;

    All(List<Tensor> tensors, Consumer<List<Tensor>> hook) {
      for (Tensor t : tensors) {
        nodes.add(new WeakReference<>(Meta.gradientEdge(t).node()));
      }
      this.hook = BatchHooks.of(tensors, hook);
    }

    Tensor arrived(int place, Tensor grad) {
      GraphTask task = Engine.current();
      Waiting waiting = task.hookState(this, () -> new Waiting(nodes.size(), takingPart(task)));
      waiting.grads[place] = grad;
      if (waiting.missing.decrementAndGet() == 0) {
        int[] versions = Lending.versions(waiting.grads);
        hook.accept(Collections.unmodifiableList(Arrays.asList(waiting.grads.clone())));
        Lending.check("registerMultiGradHook", waiting.grads, versions);
      }
      return null;
    }

    private int takingPart(GraphTask task) {
      int n = 0;
      for (WeakReference<Node> ref : nodes) {
        Node node = ref.get();
        if (node != null && task.takesPart(node)) {
          n++;
        }
      }
      return n;
    }
  }

  /** The gradients that one pass has found so far; the counter orders writing and reading them. */
  private static final class Waiting {
    final Tensor[] grads;
    final AtomicInteger missing;

    Waiting(int size, int missing) {
      this.grads = new Tensor[size];
      this.missing = new AtomicInteger(missing);
    }
  }
}
