package org.autograd.graph;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import org.autograd.AutogradException;
import org.autograd.HookHandle;
import org.autograd.Tensor;
import org.autograd.mode.Anomaly;
import org.autograd.mode.ThreadState;
import org.autograd.tensor.Flags;
import org.autograd.tensor.Raw;

/**
 * One recorded operation: takes the gradients of the operation's outputs and gives those of its
 * inputs.
 *
 * <p>A node is made when its operation is recorded and then belongs to the graph. Its {@linkplain
 * #sequenceNr() sequence number} is larger than that of every node it leads to, which is what makes
 * the order of a pass topological.
 */
public abstract class Node extends NodeInputs {
  /**
   * The sequence number of nodes that accumulate into leaves: they run as soon as they are ready.
   */
  static final long ACCUMULATE = Long.MAX_VALUE;

  private static final VarHandle RELEASED;

  static {
    try {
      RELEASED = MethodHandles.lookup().findVarHandle(Node.class, "released", boolean.class);
    } catch (ReflectiveOperationException e) {
      throw new ExceptionInInitializerError(e);
    }
  }

  private final long sequence;
  private final Edge[] next;

  /**
   * Set before the first saved value is cleared, so that who finds one cleared also finds this set.
   */
  private volatile boolean released;

  /** The hooks on this node and on the tensors it made; null until the first. */
  volatile NodeHooks hooks;

  /**
   * Makes a node and numbers it.
   *
   * @param state the calling thread's state, whose counter is advanced
   * @param next one edge for each tensor operand, null where the operand requires no grad; taken
   *     over
   */
  protected Node(ThreadState state, Edge... next) {
    this.next = next;
    long number = state.sequence;
    for (Edge e : next) {
      if (e != null) {
        long n = e.node().sequence;
        if (n >= number && n != ACCUMULATE) {
          number = n + 1;
        }
      }
    }
    this.sequence = number;
    state.sequence = number + 1;
    if (Anomaly.isOn(state)) {
      noteSite(state);
    }
  }

  /** Makes the node of a leaf. */
  Node() {
    this.next = new Edge[0];
    this.sequence = ACCUMULATE;
    if (Anomaly.isOn()) {
      noteSite(ThreadState.current());
    }
  }

  /**
   * Returns the operation's name followed by {@code Backward} and a variant number, such as {@code
   * MulBackward0}.
   */
  public String name() {
    return getClass().getSimpleName();
  }

  /** Returns the name of the operation that this is the backward of, such as {@code mul}. */
  public final String operator() {
    String name = name();
    String stem = name.replaceFirst("Backward\\d*$", "");
    boolean builtIn =
        name.length() > stem.length() && Character.isDigit(name.charAt(name.length() - 1));
    return builtIn ? Character.toLowerCase(stem.charAt(0)) + stem.substring(1) : stem;
  }

  /**
   * Computes the gradients of the inputs.
   *
   * @param grads the gradients of the outputs, null where there is none; the array is the callee's
   * @param needed a bit for each edge that the caller wants, see {@link #needs}
   * @return one gradient for each edge, null where there is none or none is needed
   */
  public abstract Tensor[] apply(Tensor[] grads, long needed);

  /**
   * Applies the node's formula to gradients, outside of any pass: no hook runs and nothing is
   * freed. Recorded if grad mode is on. The accumulator of a leaf adds to the leaf's {@code .grad}.
   *
   * @param grads one gradient for each output of the operation, null for none
   * @return one gradient for each edge, null where the operand requires none
   * @throws IllegalArgumentException if the number of gradients is wrong
   * @throws AutogradException if the node's saved values have been freed or changed
   */
  public final List<Tensor> call(Tensor... grads) {
    if (grads.length != numInputs()) {
      throw new IllegalArgumentException(
          name()
              + ": takes "
              + numInputs()
              + " gradients, one for each output of its operation, but got "
              + grads.length
              + ".");
    }
    for (Tensor g : grads) {
      if (g != null) {
        Raw.flag(g, Flags.OWNED, false);
      }
    }
    return Collections.unmodifiableList(Arrays.asList(apply(grads.clone(), allNeeded())));
  }

  /**
   * Adds a function that runs after this node in each pass that runs it; see the package
   * description for the order of hooks. A node belongs to the values of all elements of a batch:
   * inside of {@link org.autograd.Vmap} the gradients that the hook gets have the dimensions of the
   * batches, too, while a hook of a tensor gets those of one element's shape.
   *
   * @return removes the hook again
   */
  public final HookHandle registerHook(NodeHook hook) {
    return Meta.hooks(this).add(Objects.requireNonNull(hook, "hook"));
  }

  /**
   * Adds a function that runs before this node in each pass that runs it; see the package
   * description for the order of hooks. A node belongs to the values of all elements of a batch:
   * inside of {@link org.autograd.Vmap} the gradients that the hook gets have the dimensions of the
   * batches, too, while a hook of a tensor gets those of one element's shape.
   *
   * @return removes the hook again
   */
  public final HookHandle registerPrehook(NodePrehook hook) {
    return Meta.hooks(this).add(Objects.requireNonNull(hook, "hook"));
  }

  /** Tells whether bit {@code i} of a mask is set; bit 63 stands for all inputs from 63 on. */
  protected static boolean needs(long mask, int i) {
    return (mask >>> Math.min(i, 63) & 1) != 0;
  }

  /** Returns the mask that asks for every edge that leads somewhere. */
  public final long allNeeded() {
    long mask = 0;
    for (int i = 0; i < next.length; i++) {
      if (next[i] != null) {
        mask |= 1L << Math.min(i, 63);
      }
    }
    return mask;
  }

  /**
   * Drops the saved values. Called after the node ran in a pass that does not keep the graph. Safe
   * from any thread: one of several does it, and passes that read at the same time get the whole
   * value or the error.
   */
  public final void release() {
    if (!released && hasSavedValues() && RELEASED.compareAndSet(this, false, true)) {
      VarHandle.storeStoreFence();
      releaseSaved();
    }
  }

  /**
   * Tells whether the gradients that {@link #apply} returns were made by the library's own
   * operators and kept nowhere else, so that a pass may trust their ownership marks. User code
   * keeps what it likes: the default is no.
   */
  protected boolean ownsResults() {
    return false;
  }

  /** Same as {@link #ownsResults()}, for the engine. */
  public final boolean resultsAreOwned() {
    return ownsResults();
  }

  /** Returns the hooks on this node and its tensors, or null. For the engine. */
  public final NodeHooks hooks() {
    return hooks;
  }

  /** Tells whether there are saved tensors that {@link #release()} would drop. */
  protected boolean hasSavedValues() {
    return false;
  }

  /** Sets the fields that hold saved tensors to null. */
  protected void releaseSaved() {}

  /**
   * Tells a visitor everything that the node has saved, in order and always under the same names; a
   * tensor that is gone is told as null. A node that saves something overrides this, so that users
   * can read it by name.
   */
  protected void visitSaved(SavedVisitor visitor) {}

  /**
   * Returns the node whose formula this one applies to a part of the gradient, or null: for most
   * there is none.
   */
  public Node wrapped() {
    return null;
  }

  /** Same as {@link #visitSaved}, for the library. */
  public final void tellSaved(SavedVisitor visitor) {
    visitSaved(visitor);
  }

  /** Returns what the node has saved, by name. */
  public final SavedValues saved() {
    return new SavedValues(this);
  }

  /** Tells whether the saved values have been dropped. */
  public final boolean isReleased() {
    // Who has just read a cleared field must not get an older answer here.
    VarHandle.loadLoadFence();
    return released;
  }

  /** Returns the number that orders nodes: newer ones have larger numbers. */
  public final long sequenceNr() {
    return sequence;
  }

  /** Returns how many edges leave this node: one for each tensor operand. */
  public final int numEdges() {
    return next.length;
  }

  /** Returns edge {@code i}, or null where the operand requires no grad. */
  public final Edge edge(int i) {
    return next[i];
  }

  /**
   * Returns one edge for each tensor operand, in their order; null where the operand requires no
   * grad.
   */
  public final List<Edge> nextFunctions() {
    return Collections.unmodifiableList(Arrays.asList(next));
  }

  /** Makes the error for a saved value that is gone. */
  public final AutogradException released() {
    return new AutogradException(
        name()
            + ": its saved values have been freed, because a backward pass through it has already"
            + " run. Give the first pass the option retainGraph (withRetainGraph(true)) if you need"
            + " to go through the graph a second time.");
  }

  @Override
  public String toString() {
    return "<" + name() + ">";
  }
}
