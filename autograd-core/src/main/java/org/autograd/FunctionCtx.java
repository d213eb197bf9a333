package org.autograd;

import java.util.Arrays;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.IntFunction;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import org.autograd.graph.Edge;
import org.autograd.graph.SavedVisitor;
import org.autograd.record.SavedTensor;
import org.autograd.tensor.Raw;

/**
 * What the forward of one call of a {@link CustomFunction} leaves for its backward.
 *
 * <p>The {@code save} and {@code mark} methods are for {@code forward} and {@code setupContext};
 * the saved tensors can be read until the graph is freed, anything else for as long as the context
 * is reachable.
 */
public final class FunctionCtx extends CtxAttributes {
  private static final Tensor[] NONE = {};

  private final Map<Tensor, Integer> inputs = new IdentityHashMap<>();
  private final BackwardCFunction node;
  private boolean materializeGrads = true;
  private volatile boolean filled;

  /** For a context of one element of a batch: how it sees what that of the batch is given. */
  private FunctionCtx whole;

  private UnaryOperator<Tensor> valueOf;

  /** For such a context after forward: the saved tensors. */
  private IntFunction<Tensor> elements;

  private int elementCount;

  private Tensor[] toSave = NONE;
  private Tensor[] forForward = NONE;

  /** Whether jvp is running: in the thread of the call, before anybody else has this context. */
  private boolean inJvp;

  private Set<Tensor> dirty = Set.of();
  private Set<Tensor> nonDifferentiable = Set.of();
  private volatile SavedTensor[] saved;

  FunctionCtx(String name, Object[] arguments, boolean[] needsInputGrad, BackwardCFunction node) {
    super(name, needsInputGrad);
    this.node = node;
    for (int i = 0; i < arguments.length; i++) {
      if (arguments[i] instanceof Tensor t) {
        inputs.putIfAbsent(t, i);
      }
    }
  }

  /**
   * Makes the context for forward of one element of a batch.
   *
   * @param whole that of the batch
   * @param valueOf gives the value that an element belongs to
   */
  FunctionCtx(FunctionCtx whole, Object[] arguments, UnaryOperator<Tensor> valueOf) {
    this(whole.name, arguments, whole.needsInputGrad, null);
    this.whole = whole;
    this.valueOf = valueOf;
  }

  /**
   * Makes the context for backward and jvp of one element of a batch.
   *
   * @param whole that of the batch
   * @param count how many tensors are saved
   * @param elements gives elements of the saved tensors
   */
  FunctionCtx(FunctionCtx whole, int count, IntFunction<Tensor> elements) {
    this(whole.name, new Object[0], whole.needsInputGrad, null);
    this.whole = whole;
    this.elementCount = count;
    this.elements = elements;
    this.filled = true;
  }

  /**
   * Saves arguments and results for backward, where {@link #savedTensors()} returns them. They are
   * checked for in-place changes and freed with the graph. Other tensors may be saved too, but no
   * gradients go through them. A second call replaces the first.
   *
   * @param tensors may contain nulls
   * @throws AutogradException after forward
   */
  public void saveForBackward(Tensor... tensors) {
    filling("saveForBackward");
    toSave = tensors.clone();
  }

  /**
   * Saves arguments and results for {@code jvp}, where {@link #savedTensors()} returns them. They
   * have the tangents of the levels outside of the one that jvp runs for. A second call replaces
   * the first.
   *
   * @param tensors may contain nulls
   * @throws AutogradException after forward
   */
  public void saveForForward(Tensor... tensors) {
    filling("saveForForward");
    forForward = tensors.clone();
  }

  /**
   * Returns the saved tensors in their order, nulls included; an empty list if none were saved. In
   * jvp they are those given to {@link #saveForForward}, elsewhere those given to {@link
   * #saveForBackward}.
   *
   * @throws AutogradException if they have been freed
   * @throws InplaceModificationException if one was changed in place since
   */
  public List<Tensor> savedTensors() {
    if (elements != null) {
      Tensor[] tensors = new Tensor[elementCount];
      Arrays.setAll(tensors, elements);
      return Collections.unmodifiableList(Arrays.asList(tensors));
    }
    if (inJvp) {
      return Collections.unmodifiableList(Arrays.asList(forForward.clone()));
    }
    SavedTensor[] all = savedValues();
    Tensor[] tensors = new Tensor[all.length];
    for (int i = 0; i < tensors.length; i++) {
      tensors[i] = unpack(all[i]);
    }
    return Collections.unmodifiableList(Arrays.asList(tensors));
  }

  /**
   * Returns saved tensor number {@code i}, which may be null.
   *
   * @throws AutogradException if there are fewer, or if they have been freed
   * @throws InplaceModificationException if it was changed in place since
   */
  public Tensor saved(int i) {
    if (elements != null) {
      return i < 0 || i >= elementCount ? whole.saved(i) : elements.apply(i);
    }
    if (inJvp) {
      checkIndex(i, forForward.length, "saveForForward");
      return forForward[i];
    }
    SavedTensor[] all = savedValues();
    checkIndex(i, all.length, "saveForBackward");
    return unpack(all[i]);
  }

  private void checkIndex(int i, int count, String by) {
    if (i < 0 || i >= count) {
      throw new AutogradException(
          name + ": there is no saved tensor " + i + "; " + by + " was given " + count + ".");
    }
  }

  /** Runs jvp, for which what was saved is what {@link #saveForForward} was given. */
  Tensor[] inJvp(Supplier<Tensor[]> jvp) {
    inJvp = true;
    try {
      return jvp.get();
    } finally {
      inJvp = false;
    }
  }

  private SavedTensor[] savedValues() {
    SavedTensor[] all = saved;
    if (all == null && node != null && node.isReleased()) {
      throw node.released();
    }
    return all == null ? new SavedTensor[0] : all;
  }

  private Tensor unpack(SavedTensor s) {
    return s == null ? null : SavedTensor.unpack(s, node);
  }

  /**
   * Tells that arguments were changed in place. Each must be returned as a result.
   *
   * @throws InplaceModificationException if one may not be changed in place while gradients are
   *     recorded: call this before the change, so that nothing is changed then
   * @throws AutogradException after forward
   */
  public void markDirty(Tensor... tensors) {
    filling("markDirty");
    if (whole != null) {
      whole.markDirty(Arrays.stream(tensors).map(valueOf).toArray(Tensor[]::new));
    }
    if (node != null) {
      for (Tensor t : tensors) {
        if (isInput(t)) {
          FunctionResults.checkMayChange(name, t, inputs.keySet());
        }
      }
    }
    dirty = identities(tensors);
  }

  /**
   * Tells that results are not differentiable: they will not require grad, and backward gets zeros
   * for them. Results of integer or bool dtype are so without being marked.
   *
   * @throws AutogradException after forward
   */
  public void markNonDifferentiable(Tensor... tensors) {
    filling("markNonDifferentiable");
    nonDifferentiable = identities(tensors);
  }

  /**
   * Tells whether backward gets zeros for a result that no gradient arrived for, which is the
   * default, or null.
   *
   * @throws AutogradException after forward
   */
  public void setMaterializeGrads(boolean materialize) {
    filling("setMaterializeGrads");
    materializeGrads = materialize;
  }

  private void filling(String what) {
    if (filled) {
      throw new AutogradException(
          name + ": " + what + " can be called in forward and setupContext only.");
    }
  }

  private static Set<Tensor> identities(Tensor[] tensors) {
    Set<Tensor> set = Collections.newSetFromMap(new IdentityHashMap<>());
    for (Tensor t : tensors) {
      if (t != null) {
        set.add(t);
      }
    }
    return set;
  }

  Tensor[] toSave() {
    return toSave;
  }

  Tensor[] forForward() {
    return forForward;
  }

  Set<Tensor> nonDifferentiable() {
    return nonDifferentiable;
  }

  boolean isInput(Tensor t) {
    return inputs.containsKey(t);
  }

  /** Returns the first position at which a tensor is an argument, or -1. */
  int position(Tensor t) {
    return inputs.getOrDefault(t, -1);
  }

  Set<Tensor> dirty() {
    return dirty;
  }

  boolean isNonDifferentiable(Tensor t) {
    return nonDifferentiable.contains(t);
  }

  boolean materializesGrads() {
    return materializeGrads;
  }

  /** Saves what is to be saved, now that results have their history. */
  void filled() {
    filled = true;
    if (node != null) {
      SavedTensor[] all = new SavedTensor[toSave.length];
      for (int i = 0; i < all.length; i++) {
        Tensor t = toSave[i];
        Edge e = t == null ? null : Raw.edge(t);
        all[i] =
            e != null && e.node() == node
                ? SavedTensor.output(t, e.inputNr())
                : SavedTensor.input(t);
      }
      saved = all;
    }
    toSave = NONE;
  }

  /** Forgets what only forward and jvp need. */
  void forget() {
    inputs.clear();
    forForward = NONE;
    dirty = Set.of();
    nonDifferentiable = Set.of();
  }

  void visitSaved(SavedVisitor visitor) {
    visitor.tensors("savedTensors", saved);
    attributes().forEach(visitor::attribute);
  }

  boolean hasSaved() {
    SavedTensor[] all = saved;
    return all != null && all.length > 0;
  }

  void releaseSaved() {
    SavedTensor[] all = saved;
    saved = null;
    SavedTensor.release(all);
  }

  @Override
  public String toString() {
    return "context of " + name;
  }
}
