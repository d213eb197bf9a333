package org.autograd.graph;

import java.lang.ref.WeakReference;
import java.util.ArrayList;
import java.util.List;
import org.autograd.HookHandle;
import org.autograd.Tensor;

/** The hooks on a node and on the tensors that it made. Guarded by itself; a pass works on copies. */
public final class NodeHooks {
  /** One hook on the tensor that is output {@code nr} of the operation. */
  public record OnTensor(int nr, TensorHook hook) {}

  NodeHooks() {}

  private List<OnTensor> onTensors = List.of();
  private WeakReference<Tensor>[] retained;

  synchronized HookHandle add(int nr, TensorHook hook) {
    OnTensor added = new OnTensor(nr, hook);
    List<OnTensor> copy = new ArrayList<>(onTensors);
    copy.add(added);
    onTensors = copy;
    return () -> remove(added);
  }

  private synchronized void remove(OnTensor hook) {
    List<OnTensor> copy = new ArrayList<>(onTensors);
    copy.removeIf(h -> h == hook);
    onTensors = copy;
  }

  /** Returns the hooks in the order of their registration; the list never changes. */
  public synchronized List<OnTensor> onTensors() {
    return onTensors;
  }

  /** Has the gradient of output {@code nr} stored into the tensor's {@code .grad}, without keeping the tensor alive. */
  @SuppressWarnings("unchecked")
  synchronized void retain(int nr, int outputs, Tensor tensor) {
    if (retained == null) {
      retained = new WeakReference[outputs];
    }
    retained[nr] = new WeakReference<>(tensor);
  }

  /** Stops storing the gradient of output {@code nr}. */
  synchronized void forget(int nr) {
    if (retained != null) {
      retained[nr] = null;
    }
  }

  /** Returns the tensor whose gradient is to be stored, or null. */
  public synchronized Tensor retained(int nr) {
    return retained == null || retained[nr] == null ? null : retained[nr].get();
  }
}
