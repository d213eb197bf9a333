package org.autograd.graph;

import java.lang.ref.WeakReference;
import java.util.List;
import org.autograd.HookHandle;
import org.autograd.Tensor;

/**
 * The hooks on a node and on the tensors that it made. Safe for several threads; a pass works on
 * snapshots.
 */
public final class NodeHooks {
  /**
   * One hook on a tensor.
   *
   * @param nr which output of the operation the tensor is
   * @param hook the function
   * @param always whether it is also called for a leaf that gets no gradient although its node runs
   */
  public record OnTensor(int nr, TensorHook hook, boolean always) {}

  private final HookList<OnTensor> onTensors;
  private final HookList<PostAccumulateGradHook> accumulated;
  private final HookList<NodePrehook> before = new HookList<>();
  private final HookList<NodeHook> after = new HookList<>();
  private WeakReference<Tensor>[] retained;

  NodeHooks() {
    onTensors = new HookList<>();
    accumulated = new HookList<>();
  }

  /**
   * Makes the hooks of a leaf's next accumulator: those on the leaf go with it, those on the node
   * do not.
   */
  NodeHooks(NodeHooks ofLeaf) {
    onTensors = ofLeaf.onTensors;
    accumulated = ofLeaf.accumulated;
  }

  HookHandle add(OnTensor hook) {
    return onTensors.add(hook);
  }

  HookHandle add(PostAccumulateGradHook hook) {
    return accumulated.add(hook);
  }

  HookHandle add(NodePrehook hook) {
    return before.add(hook);
  }

  HookHandle add(NodeHook hook) {
    return after.add(hook);
  }

  /** Returns the hooks on tensors in the order of their registration; the list never changes. */
  public List<OnTensor> onTensors() {
    return onTensors.all();
  }

  /**
   * Returns the functions that are called once a leaf's {@code .grad} is updated; the list never
   * changes.
   */
  public List<PostAccumulateGradHook> accumulated() {
    return accumulated.all();
  }

  /** Returns the hooks that run before the node; the list never changes. */
  public List<NodePrehook> before() {
    return before.all();
  }

  /** Returns the hooks that run after the node; the list never changes. */
  public List<NodeHook> after() {
    return after.all();
  }

  /** Same as {@link #after()}, but null instead of an empty list. */
  public List<NodeHook> afterOrNull() {
    List<NodeHook> all = after.all();
    return all.isEmpty() ? null : all;
  }

  /**
   * Tells whether there is user code that runs after a gradient of this node was stored, so that it
   * must be there by then.
   */
  public boolean seeStored() {
    return !accumulated.all().isEmpty() || !after.all().isEmpty() || !before.all().isEmpty();
  }

  /**
   * Has the gradient of output {@code nr} stored into the tensor's {@code .grad}, without keeping
   * the tensor alive.
   */
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
