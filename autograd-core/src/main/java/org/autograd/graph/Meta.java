package org.autograd.graph;

import org.autograd.CreationMeta;
import org.autograd.HookHandle;
import org.autograd.Tensor;
import org.autograd.tensor.BatchState;
import org.autograd.tensor.Flags;
import org.autograd.tensor.Raw;
import org.autograd.tensor.ViewState;

/**
 * What a tensor that takes part in autograd has beyond its edge: its gradient, its accumulator if
 * it is a leaf, its base if it is a view. Made when first needed. The monitor of this object is the
 * per-leaf lock of the engine's commit.
 */
public final class Meta implements ViewState {
  private volatile Tensor grad;
  private Edge accumulator;
  private boolean retains;

  /** Whether a pass that was recorded itself stored the gradient. */
  private boolean gradRecorded;

  private ViewInfo view;

  private Meta() {}

  /** Returns a tensor's meta, making it if need be. Safe from any thread. */
  public static Meta of(Tensor t) {
    Object meta = Raw.meta(t);
    if (meta != null) {
      return (Meta) meta;
    }
    synchronized (t) {
      meta = Raw.meta(t);
      if (meta == null) {
        meta = new Meta();
        Raw.meta(t, meta);
      }
      return (Meta) meta;
    }
  }

  /** Returns a tensor's meta, or null if it has none. */
  public static Meta ifPresent(Tensor t) {
    return (Meta) Raw.meta(t);
  }

  /** Makes this the meta of a view. */
  public void view(ViewInfo info) {
    view = info;
  }

  /** Returns what is known of a view; null for a tensor that is none. */
  public ViewInfo view() {
    return view;
  }

  /** Returns the root base of a view; null for a tensor that is none. */
  public Tensor base() {
    return view == null ? null : view.base();
  }

  @Override
  public boolean baseRequiresGrad() {
    return Raw.requiresGrad(view.base());
  }

  @Override
  public boolean baseIsLayered() {
    return view.hasForwardRoots() || Raw.layered(view.base());
  }

  @Override
  public Edge viewEdge(Tensor t) {
    return Raw.storage(t).version() == view.version() ? Raw.ownEdge(t) : refreshed(t);
  }

  @Override
  public Edge shownEdge(Tensor t) {
    return view.creation() == CreationMeta.DEFAULT ? viewEdge(t) : Raw.ownEdge(t);
  }

  /**
   * Makes the edge of a view anew from its base, if the base has a history that the view does not
   * know. What comes of it depends on the two alone, never on the thread that asks or its modes; a
   * view that requires grad still does after it.
   */
  private synchronized Edge refreshed(Tensor t) {
    int now = Raw.storage(t).version();
    Edge own = Raw.ownEdge(t);
    if (now == view.version() || (own == null && !baseRequiresGrad())) {
      return own;
    }
    view.checkRebase("gradFn", t, true);
    boolean retained = retains;
    if (retained && own != null) {
      hooks(own.node()).forget(own.inputNr());
    }
    Edge fresh = GradMath.get().viewEdge(view.base(), t);
    if (retained && fresh != null) {
      hooks(fresh.node()).retain(fresh.inputNr(), fresh.node().numInputs(), t);
    }
    Raw.edge(t, fresh);
    view.version(now);
    return fresh;
  }

  /**
   * Returns where a gradient of the tensor goes: to its node, to its accumulator, or null for
   * nowhere. That is so if it requires none, and if it requires grad only because it is a view,
   * made without being recorded, of a leaf that does. That of a batched tensor goes where its
   * value's does.
   */
  public static Edge gradientEdge(Tensor t) {
    if (Raw.has(t, Flags.BATCHED)) {
      return gradientEdge(((BatchState) Raw.layer(t)).value());
    }
    Edge e = Raw.edge(t);
    return e != null ? e : Raw.has(t, Flags.REQUIRES_GRAD) ? of(t).accumulator(t) : null;
  }

  private synchronized Edge accumulator(Tensor leaf) {
    if (accumulator == null) {
      accumulator = new Edge(new AccumulateGrad(leaf), 0);
    }
    return accumulator;
  }

  /**
   * Makes a tensor stand for a leaf that requires grad: its gradient goes where the leaf's does.
   */
  public static void standFor(Tensor t, Edge accumulator) {
    Raw.flag(t, Flags.REQUIRES_GRAD, true);
    of(t).accumulator = accumulator;
  }

  /**
   * Has a leaf's accumulator expect gradients that look like what the leaf is now, after other data
   * or another shape. If dtype or device changed, operations from now on lead to a new accumulator,
   * which the hooks on the leaf move to. The accumulator that a tensor only {@linkplain #standFor
   * stands} for is left alone.
   */
  public static void dataReplaced(Tensor leaf) {
    Meta meta = ifPresent(leaf);
    if (meta != null) {
      synchronized (meta) {
        if (meta.accumulator != null
            && meta.accumulator.node() instanceof AccumulateGrad before
            && before.leaf() == leaf) {
          boolean same =
              before.inputDtype(0) == Raw.dtype(leaf)
                  && before.inputDevice(0).equals(Raw.storage(leaf).device());
          before.describe(leaf);
          if (!same) {
            meta.accumulator = new Edge(new AccumulateGrad(leaf), 0);
            if (before.hooks != null) {
              meta.accumulator.node().hooks = new NodeHooks(before.hooks);
            }
          }
        }
      }
    }
  }

  /** Returns the accumulated gradient, or null. */
  public Tensor grad() {
    return grad;
  }

  /**
   * Sets the accumulated gradient; null resets it. A pass that is just storing its gradient does so
   * before or after.
   */
  public synchronized void grad(Tensor value) {
    grad(value, false);
  }

  /**
   * Same, of a pass.
   *
   * @param recorded whether the pass was recorded itself
   */
  public synchronized void grad(Tensor value, boolean recorded) {
    grad = value;
    gradRecorded = recorded;
  }

  /** Tells whether a pass that was recorded itself stored the gradient. */
  public synchronized boolean isGradRecorded() {
    return gradRecorded;
  }

  /** Tells whether {@code retainGrad()} is in force. */
  public boolean retains() {
    return retains;
  }

  /** Sets whether {@code retainGrad()} is in force for a non-leaf. */
  public void retains(Tensor t, boolean on) {
    retains = on;
    Edge e = Raw.edge(t);
    NodeHooks hooks = hooks(e.node());
    if (on) {
      hooks.retain(e.inputNr(), e.node().numInputs(), t);
    } else {
      hooks.forget(e.inputNr());
    }
  }

  /**
   * Adds a hook on a tensor that requires grad; it never runs if the gradient goes nowhere.
   *
   * @param always whether it is also called for a leaf that gets no gradient although its node runs
   */
  public static HookHandle hook(Tensor t, TensorHook hook, boolean always) {
    Edge e = gradientEdge(t);
    if (e == null) {
      return () -> {};
    }
    return hooks(e.node()).add(new NodeHooks.OnTensor(e.inputNr(), hook, always));
  }

  /** Adds a function to run after the gradient of a leaf that requires grad was accumulated. */
  public static HookHandle hookAccumulated(Tensor leaf, PostAccumulateGradHook hook) {
    Edge e = gradientEdge(leaf);
    return e == null ? () -> {} : hooks(e.node()).add(hook);
  }

  static NodeHooks hooks(Node node) {
    synchronized (node) {
      if (node.hooks == null) {
        node.hooks = new NodeHooks();
      }
      return node.hooks;
    }
  }

  /** Adds a gradient to {@code .grad} at once, by the layout rules. */
  synchronized void accumulate(Tensor leaf, Tensor g) {
    GradMath math = GradMath.get();
    Tensor old = grad;
    boolean record = org.autograd.mode.ThreadState.current().mode.has(org.autograd.mode.Bits.GRAD);
    if (old == null) {
      Tensor stored = math.cloneLike(g, Raw.layout(leaf));
      Raw.flag(stored, Flags.OWNED, false);
      grad = stored;
    } else if (record || Raw.layout(old).overlapsItself()) {
      grad = math.add(old, g);
    } else {
      math.addInto(old, g);
    }
  }
}
