package org.autograd.record;

import java.lang.ref.WeakReference;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.WeakHashMap;
import org.autograd.AutogradException;
import org.autograd.InplaceModificationException;
import org.autograd.Scope;
import org.autograd.Tensor;
import org.autograd.graph.GradMath;
import org.autograd.graph.SavedTensorHooks;
import org.autograd.mode.Bits;
import org.autograd.mode.Mode;
import org.autograd.mode.Slot;
import org.autograd.mode.ThreadState;
import org.autograd.tensor.Layout;
import org.autograd.tensor.Raw;
import org.autograd.tensor.Storage;

/**
 * Lets saved tensors be changed in place: before memory is written to, what was saved of it is
 * cloned, once for each saved version. Its monitor guards the handles.
 */
public final class Mutation implements SavedTensorHooks<Mutation.Handle>, Scope {
  private static final Slot<Mutation> SLOT = new Slot<>("mutation of saved tensors");

  /** What is kept of one version of a tensor, for all nodes that saved it. */
  public static final class Handle {
    private final Layout layout;
    private final int version;

    /** What was saved; null once it is a clone. */
    private Storage storage;

    private Tensor value;
    private int uses = 1;

    private Handle(Tensor t) {
      value = alias(t);
      storage = Raw.storage(t);
      layout = Raw.layout(t);
      version = storage.version();
    }

    private boolean holds(Tensor t) {
      return value != null
          && storage == Raw.storage(t)
          && version == storage.version()
          && layout.equals(Raw.layout(t))
          && Raw.dtype(value) == Raw.dtype(t);
    }

    private static Tensor alias(Tensor t) {
      return Raw.alias(Raw.storage(t), Raw.layout(t), Raw.dtype(t));
    }
  }

  /** The handles by memory; the memory of most is an array, which is equal to itself only. */
  private final Map<Object, List<WeakReference<Handle>>> handles = new WeakHashMap<>();

  /** The handles that hold a clone. */
  private final Set<Handle> cloned = Collections.newSetFromMap(new WeakHashMap<>());

  private Scope hooks;
  private boolean closed;

  private Mutation() {}

  /**
   * Allows in-place changes of saved tensors until it is closed.
   *
   * @throws AutogradException inside another such scope, or if saved-tensor hooks are disabled
   */
  public static Mutation enter() {
    ThreadState state = ThreadState.current();
    if (state.mode.get(SLOT) != null) {
      throw new AutogradException(
          "allowMutationOnSavedTensors: scopes of it cannot be nested; close the outer one first.");
    }
    Mutation entered = new Mutation();
    entered.hooks = SavedHooks.scope(entered);
    state.mode = state.mode.with(SLOT, entered).with(Bits.MUTATION, true);
    return entered;
  }

  @Override
  public void close() {
    ThreadState state = ThreadState.current();
    if (state.mode.get(SLOT) == this) {
      state.mode = state.mode.with(SLOT, null).with(Bits.MUTATION, false);
      hooks.close();
    }
    synchronized (this) {
      closed = true;
      handles.values().stream()
          .flatMap(List::stream)
          .map(WeakReference::get)
          .forEach(Mutation::drop);
      cloned.forEach(Mutation::drop);
      handles.clear();
      cloned.clear();
    }
  }

  private static void drop(Handle h) {
    if (h != null) {
      h.storage = null;
      h.value = null;
    }
  }

  /** Returns how many clones are kept now. */
  public synchronized int clones() {
    return cloned.size();
  }

  @Override
  public synchronized Handle pack(Tensor t) {
    List<WeakReference<Handle>> list =
        handles.computeIfAbsent(Raw.storage(t).memory(), m -> new ArrayList<>(1));
    for (Iterator<WeakReference<Handle>> it = list.iterator(); it.hasNext(); ) {
      Handle h = it.next().get();
      if (h == null || h.storage == null) {
        it.remove();
      } else if (h.holds(t)) {
        h.uses++;
        return h;
      }
    }
    Handle h = new Handle(t);
    list.add(new WeakReference<>(h));
    return h;
  }

  @Override
  public synchronized Tensor unpack(Handle h) {
    if (closed || ThreadState.current().mode.get(SLOT) != this) {
      throw new IllegalStateException(
          "allowMutationOnSavedTensors: the graph was recorded in a scope of it and can be"
              + " differentiated in the same scope only. Call backward before the scope ends.");
    }
    if (h.storage != null && h.storage.version() != h.version) {
      throw new InplaceModificationException(
          "allowMutationOnSavedTensors: "
              + Record.describe(h.value)
              + " that was saved for backward has been changed by something that is no operator,"
              + " from version "
              + h.version
              + " to "
              + h.storage.version()
              + ", so the saved value is lost.");
    }
    return h.value;
  }

  @Override
  public synchronized void release(Handle h) {
    if (--h.uses == 0) {
      cloned.remove(h);
      drop(h);
    }
  }

  /**
   * Clones what was saved of a tensor's memory and is still needed, before the memory is written
   * to.
   */
  static void beforeWrite(ThreadState state, Tensor t) {
    state.mode.get(SLOT).cloneSaved(state, t);
  }

  private synchronized void cloneSaved(ThreadState state, Tensor t) {
    List<WeakReference<Handle>> list = handles.get(Raw.storage(t).memory());
    if (list == null) {
      return;
    }
    for (WeakReference<Handle> ref : list) {
      Handle h = ref.get();
      if (h != null && h.storage != null && h.version == h.storage.version()) {
        Mode before = state.mode;
        state.mode = before.with(Bits.GRAD, false);
        try {
          h.value = GradMath.get().cloneLike(h.value, Raw.layout(h.value));
        } finally {
          state.mode = before;
        }
        h.storage = null;
        cloned.add(h);
      }
    }
    list.removeIf(ref -> ref.refersTo(null));
  }
}
