package org.autograd;

import java.util.List;
import java.util.Objects;
import org.autograd.batch.Batch;
import org.autograd.batch.BatchHooks;
import org.autograd.batch.Physical;
import org.autograd.forward.Duals;
import org.autograd.graph.Edge;
import org.autograd.graph.GradMath;
import org.autograd.graph.Meta;
import org.autograd.graph.Node;
import org.autograd.graph.PostAccumulateGradHook;
import org.autograd.graph.TensorHook;
import org.autograd.mode.ThreadState;
import org.autograd.ops.TensorGradMath;
import org.autograd.record.Sharing;
import org.autograd.tensor.Flags;
import org.autograd.tensor.Layout;
import org.autograd.tensor.Raw;
import org.autograd.tensor.Storage;

/**
 * An n-dimensional array that can take part in automatic differentiation.
 *
 * <p>A CPU tensor views a Java array on the heap; nothing needs to be closed. Operators are
 * inherited from {@link TensorOps}, factories from {@link TensorFactories}. A tensor may be read
 * from any thread; changing one in place while another thread uses it is the caller's race.
 */
public final class Tensor extends TensorProperties implements TensorOrEdge {
  static {
    Raw.register(Tensor::new);
    GradMath.register(new TensorGradMath());
  }

  private Tensor(Storage storage, Layout layout, DType dtype, int flags) {
    super(storage, layout, dtype, flags);
  }

  /**
   * Tells whether gradients are computed for this tensor. A view says what its base does; but one
   * of a leaf that was made without being recorded, under {@code noGrad()}, in inference mode or
   * before the leaf was told to require grad, has no gradient: results computed from it require
   * grad, too, and their backward gives it none, and its base none.
   */
  public boolean requiresGrad() {
    return Raw.requiresGrad(this);
  }

  /** Same as {@code requiresGrad_(true)}. */
  public Tensor requiresGrad_() {
    return requiresGrad_(true);
  }

  /**
   * Sets whether gradients are computed for this tensor.
   *
   * @return this
   * @throws AutogradException if it is to be switched on for an integer or bool tensor, or off for
   *     a non-leaf, or changed for a tensor that stands for one element of a batch inside of {@link
   *     Vmap}
   */
  public Tensor requiresGrad_(boolean on) {
    if (BatchedTensors.is(this)) {
      if (on != requiresGrad()) {
        BatchedTensors.refuse(
            "requiresGrad_", this, "Use Functional.grad, vjp or jacrev to differentiate there.");
      }
      return this;
    }
    if (on && !dtype().isDifferentiable()) {
      throw new AutogradException(
          "requiresGrad_: only tensors of floating point dtype can require grad, not "
              + dtype()
              + ". Convert with to(FLOAT32).");
    }
    if (!isLeaf()) {
      if (!on) {
        throw new AutogradException(
            "requiresGrad_: cannot be switched off for a tensor that is not a leaf (made by "
                + shownEdge().node().name()
                + "). Use detach() to get a tensor without history.");
      }
      return this;
    }
    if (on && isInference() && !InferenceMode.isEnabled()) {
      throw new AutogradException(
          "requiresGrad_: a tensor made in inference mode cannot require grad outside of it. clone() it first.");
    }
    Raw.flag(this, Flags.REQUIRES_GRAD, on);
    return this;
  }

  /** Tells whether this tensor was not made by a recorded operation. */
  public boolean isLeaf() {
    return shownEdge() == null;
  }

  /** Returns where this tensor comes from, for questions that have an answer always. */
  private Edge shownEdge() {
    // What follows a tensor that was given a batch does so first.
    BatchedTensors.is(this);
    return Raw.shownEdge(this);
  }

  /**
   * Returns the node of the operation that made this tensor, or null for a leaf.
   *
   * @throws InplaceModificationException if this is a view whose base was changed in place since,
   *     and the way it was made forbids that it follows
   */
  public Node gradFn() {
    BatchedTensors.is(this);
    Edge e = Raw.edge(this);
    return e == null ? null : e.node();
  }

  /** Returns which output of {@link #gradFn()} this tensor is; 0 for leaves. */
  public int outputNr() {
    Edge e = shownEdge();
    return e == null ? 0 : e.inputNr();
  }

  /**
   * Returns the accumulated gradient: this tensor's shape and dtype, or null if there is none.
   * Warns if this is a non-leaf for which {@link #retainGrad()} was not called.
   */
  public Tensor grad() {
    if (BatchedTensors.is(this)) {
      return BatchedTensors.map(this, Tensor::grad);
    }
    Meta meta = Meta.ifPresent(this);
    Tensor grad = meta == null ? null : meta.grad();
    Edge from = grad != null ? null : shownEdge();
    if (from != null && (meta == null || !meta.retains())) {
      Warnings.warn(
          "grad() of a tensor that is not a leaf (made by "
              + from.node().name()
              + ") is not filled by backward. Call retainGrad() on it before, or ask for it with Autograd.grad.");
    }
    return grad;
  }

  /**
   * Sets the accumulated gradient. Passes that are not recorded add to it in place, unless several
   * of its elements share one place in memory, as in an expanded tensor: then the sum replaces it.
   *
   * @param grad a tensor of this tensor's shape, dtype and device, or null to reset it
   * @throws AutogradException if it does not fit or is this tensor itself, or one of the two stands
   *     for one element of a batch inside of {@link Vmap}
   */
  public void setGrad(Tensor grad) {
    BatchedTensors.refuse("setGrad", this, "Set the gradient of the whole tensor, outside.");
    if (grad == null) {
      if (Raw.meta(this) != null) {
        Meta.of(this).grad(null);
      }
      return;
    }
    BatchedTensors.refuse("setGrad", grad, "Return it from the function and set it outside.");
    if (grad == this) {
      throw new AutogradException("setGrad: a tensor cannot be its own gradient. clone() it.");
    }
    if (!Raw.layout(this).sameSizes(Raw.layout(grad))) {
      throw new AutogradException(
          "setGrad: gradient has shape "
              + grad.shape()
              + ", the tensor "
              + shape()
              + "; they must be equal.");
    }
    if (grad.dtype() != dtype()) {
      throw new AutogradException(
          "setGrad: gradient has dtype "
              + grad.dtype()
              + ", the tensor "
              + dtype()
              + "; convert with to("
              + dtype()
              + ").");
    }
    if (!grad.device().equals(device())) {
      throw new AutogradException(
          "setGrad: gradient is on " + grad.device() + ", the tensor on " + device() + ".");
    }
    Raw.flag(grad, Flags.OWNED, false);
    Meta.of(this).grad(grad);
  }

  /**
   * Has backward passes store this non-leaf's gradient into {@link #grad()}; does nothing on a
   * leaf.
   *
   * @throws AutogradException if this tensor does not require grad
   * @throws InplaceModificationException as {@link #gradFn()} does
   */
  public void retainGrad() {
    if (BatchedTensors.is(this)) {
      Physical.value(this).retainGrad();
      return;
    }
    if (!requiresGrad()) {
      throw new AutogradException(
          "retainGrad: the tensor does not require grad, so it has no gradient to retain.");
    }
    if (Raw.edge(this) != null && !retainsGrad()) {
      Meta.of(this).retains(this, true);
    }
  }

  /** Tells whether {@link #retainGrad()} is in force for this non-leaf. */
  public boolean retainsGrad() {
    Meta meta = Meta.ifPresent(Physical.value(this));
    return meta != null && meta.retains();
  }

  /**
   * Adds a hook that runs in each pass that computes this tensor's gradient, and may replace it. If
   * this tensor is changed in place later, the hook stays with the old value. A hook on a tensor
   * that stands for one element of a batch inside of {@link Vmap} gets the gradient of one element,
   * too.
   *
   * @return removes the hook again
   * @throws AutogradException if this tensor does not require grad
   */
  public HookHandle registerHook(TensorHook hook) {
    if (!requiresGrad()) {
      throw new AutogradException(
          "registerHook: the tensor does not require grad, so there is no gradient to see.");
    }
    return Meta.hook(this, BatchHooks.of(this, Objects.requireNonNull(hook, "hook")), false);
  }

  /**
   * Adds a function that runs in each pass after this leaf's {@link #grad()} was updated, and gets
   * this tensor. It may change this tensor and its gradient in place. This leaf's gradient is then
   * stored as soon as it is known: it stays if the pass fails later.
   *
   * @return removes the hook again
   * @throws AutogradException if this tensor is not a leaf or does not require grad, or stands for
   *     one element of a batch inside of {@link Vmap}
   */
  public HookHandle registerPostAccumulateGradHook(PostAccumulateGradHook hook) {
    BatchedTensors.refuse(
        "registerPostAccumulateGradHook",
        this,
        "Gradients are accumulated into the whole tensor: register the hook on that, outside.");
    if (!requiresGrad()) {
      throw new AutogradException(
          "registerPostAccumulateGradHook: the tensor does not require grad, so no gradient is accumulated.");
    }
    if (!isLeaf()) {
      throw new AutogradException(
          "registerPostAccumulateGradHook: gradients are accumulated into leaves only, but this tensor was made by "
              + gradFn().name()
              + ". Use registerHook to see its gradient.");
    }
    return Meta.hookAccumulated(this, Objects.requireNonNull(hook, "hook"));
  }

  /**
   * Makes this tensor a leaf without grad, in place. Graphs recorded before keep their edges.
   *
   * @return this
   * @throws AutogradException if this is a view, whose history belongs to its base
   */
  public Tensor detach_() {
    if (BatchedTensors.is(this)) {
      Batch.replace(this, detach());
      return this;
    }
    if (isView()) {
      throw new AutogradException(
          "detach_: cannot detach a view in place. Use detach() to get a tensor without history.");
    }
    Meta meta = Meta.ifPresent(this);
    if (meta != null && meta.retains()) {
      meta.retains(this, false);
    }
    Raw.edge(this, null);
    Duals.drop(this);
    return this;
  }

  /**
   * Returns an alias over the same memory without history and with a version counter of its own:
   * changes through it are invisible to the checks of saved values. Prefer {@code detach()}.
   */
  public Tensor data() {
    if (BatchedTensors.is(this)) {
      return BatchedTensors.map(this, Tensor::data);
    }
    Tensor data = Raw.alias(Raw.storage(this).alias(), Raw.layout(this), dtype());
    Sharing.shared(this, data);
    Raw.flag(data, Flags.INFERENCE, isInference());
    return data;
  }

  /**
   * Replaces memory, shape and dtype by those of another tensor; this object and its flags stay,
   * and so do its gradient and its tangents if shape and dtype are the same. The version counter
   * stays, too: older views of this tensor keep the old memory, but share the counter still.
   *
   * @throws AutogradException if this tensor requires grad and the new dtype cannot, or one of the
   *     two stands for one element of a batch inside of {@link Vmap}
   */
  public void setData(Tensor data) {
    BatchedTensors.refuse("setData", this, "Use the new data in its place.");
    BatchedTensors.refuse("setData", data, "Return it from the function and set it outside.");
    if (requiresGrad() && !data.dtype().isDifferentiable()) {
      throw new AutogradException(
          "setData: this tensor requires grad, which needs a floating point dtype, but the data has "
              + data.dtype()
              + ".");
    }
    Storage storage = Raw.storage(data).alias();
    storage.countWith(Raw.storage(this));
    Sharing.shared(data);
    Sharing.shared(this);
    Raw.set(this, storage, Raw.layout(data), data.dtype());
    Duals.refit(ThreadState.current(), this);
    Meta.dataReplaced(this);
  }

  /**
   * Differentiates this one-element tensor; see {@link Autograd#backward(List, List,
   * BackwardOptions)}.
   */
  public void backward() {
    backward(null, BackwardOptions.DEFAULT);
  }

  /**
   * Differentiates this tensor; see {@link Autograd#backward(List, List, BackwardOptions)}.
   *
   * @param gradient a tensor of this tensor's shape
   */
  public void backward(Tensor gradient) {
    backward(gradient, BackwardOptions.DEFAULT);
  }

  /**
   * Differentiates this one-element tensor; see {@link Autograd#backward(List, List,
   * BackwardOptions)}.
   */
  public void backward(BackwardOptions options) {
    backward(null, options);
  }

  /** Differentiates this tensor; see {@link Autograd#backward(List, List, BackwardOptions)}. */
  public void backward(Tensor gradient, BackwardOptions options) {
    Autograd.backward(List.of(this), gradient == null ? null : List.of(gradient), options);
  }
}
