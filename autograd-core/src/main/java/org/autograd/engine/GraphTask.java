package org.autograd.engine;

import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.autograd.Tensor;
import org.autograd.batch.BatchLevel;
import org.autograd.graph.AccumulateGrad;
import org.autograd.graph.Edge;
import org.autograd.graph.GradMath;
import org.autograd.graph.Node;
import org.autograd.mode.Anomaly;
import org.autograd.mode.Bits;
import org.autograd.mode.Mode;
import org.autograd.mode.Slot;
import org.autograd.mode.ThreadState;
import org.autograd.tensor.Flags;
import org.autograd.tensor.Raw;

/**
 * One execution of backward: its nodes, the gradients on their way, and what is to be committed.
 * Used once.
 *
 * <p>A scheduler takes {@link #initiallyReady} and calls {@link #run} for each node that is ready.
 * A sequential task is used by one thread; a parallel one by any number, each node by one.
 */
public final class GraphTask {
  /** The pass that the current thread works for. */
  public static final Slot<GraphTask> CURRENT = new Slot<>("graph task");

  /**
   * How far apart the sequence numbers of the nodes recorded by consecutive nodes of a pass are.
   */
  private static final int STRIDE_BITS = 20;

  private static final AtomicLong IDS = new AtomicLong();

  final GradMath math = GradMath.get();
  final boolean keepGraph;
  final boolean createGraph;
  final boolean parallel;

  /** The level that gradients are batched at, which ends with the pass; null for none. */
  final BatchLevel batch;

  /** For a pass restricted to some inputs, which nodes are wanted, by index; else null. */
  boolean[] wanted;

  private final int depth;
  private final long id = IDS.getAndIncrement();
  final Mode mode;
  private final long baseSequence;
  final Discovery nodes = new Discovery(this);
  final Tensor[] captured;

  /** The gradients that the caller gave and holds, of a pass that returns some; null for none. */
  List<Tensor> given;

  /** The inputs of {@code backward}, null entries for leaves; null if it has none. */
  private final Tensor[] into;

  /** Checks and completes what was captured, before anything is stored; may be null. */
  private Runnable completion;

  private volatile Extras extras;
  private long ran;
  private boolean finished;

  /** The innermost pass around this one that can be cancelled, or null. */
  private final GraphTask outer;

  /** How the pass is watched; null if anomaly detection is off. */
  final Anomaly anomaly;

  private Runnable cancellation;

  /** Whether several threads run nodes. While one does, nothing needs a lock. */
  boolean shared;

  /**
   * Prepares a pass.
   *
   * @param roots where it starts
   * @param grads the gradients of the roots, already checked and converted; null entries for none
   * @param inputs what is wanted; null for all leaves
   * @param into the tensors whose {@code .grad} the gradients of {@code inputs} go to, null entries
   *     for leaves; null if the gradients are returned
   * @param batch the level, the innermost one, that the gradients are batched at; null for none
   */
  GraphTask(
      Edge[] roots,
      Tensor[] grads,
      Edge[] inputs,
      Tensor[] into,
      boolean keepGraph,
      boolean createGraph,
      boolean parallel,
      BatchLevel batch) {
    this.keepGraph = keepGraph;
    this.createGraph = createGraph;
    this.parallel = parallel;
    this.batch = batch;
    this.captured = inputs != null && into == null ? new Tensor[inputs.length] : null;
    this.into = into;
    ThreadState state = ThreadState.current();
    GraphTask around = state.mode.get(CURRENT);
    this.depth = around == null ? 0 : around.depth + 1;
    this.outer = around == null || around.cancellation != null ? around : around.outer;
    this.anomaly = Anomaly.isOn(state) ? Anomaly.inForce(state) : null;
    this.mode = state.mode.with(Bits.GRAD, createGraph).with(CURRENT, this);
    this.baseSequence = state.sequence;
    Mode before = state.mode;
    boolean prepared = false;
    try {
      nodes.walk(roots, inputs, into);
      state.mode = mode;
      for (int i = 0; i < roots.length; i++) {
        NodeTask t = nodes.get(roots[i].node());
        if (wanted == null || wanted[t.index]) {
          if (grads[i] != null) {
            Raw.flag(grads[i], Flags.OWNED, false);
          }
          t.fold(roots[i].inputNr(), grads[i], false, this);
        }
      }
      prepared = true;
    } finally {
      state.mode = before;
      if (!prepared) {
        nodes.forget();
      }
    }
  }

  /** Returns the number of this pass, different for each. */
  public long id() {
    return id;
  }

  /** Tells whether saved values are kept after their node has run. */
  public boolean keepsGraph() {
    return keepGraph;
  }

  /** Tells whether gradients go to all leaves, not to some inputs only. */
  public boolean isWhole() {
    return wanted == null;
  }

  /** Returns the mode that nodes and hooks of this pass run under. */
  public Mode mode() {
    return mode;
  }

  /** Returns how many passes this one was started inside of. */
  int depth() {
    return depth;
  }

  /** Keeps a warning until the pass is over. */
  public void warn(String message) {
    extras().warn(message);
  }

  /** Hands the warnings to the thread that started the pass, once it is over. */
  void deliverWarnings() {
    if (extras != null) {
      extras.deliverWarnings(finished);
    }
  }

  /** Returns what user code leaves with this pass, made when it is first needed. */
  private synchronized Extras extras() {
    if (extras == null) {
      extras = new Extras();
    }
    return extras;
  }

  /** Returns how many nodes take part. */
  public int size() {
    return nodes.count();
  }

  /** Returns what the caller gets for each of the captured inputs, null if none were. */
  public Tensor[] captured() {
    return captured;
  }

  /**
   * Has a function check what was captured and fill what is missing. Called before the pass runs.
   *
   * @param completion runs on the caller's side before anything is stored; if it throws, nothing is
   */
  void completeBy(Runnable completion) {
    this.completion = completion;
  }

  /** Adds a function to run once after this pass. */
  public void queueCallback(Runnable callback) {
    extras().addCallback(callback);
  }

  /**
   * Lets this pass, and every pass started inside its nodes, be cancelled between nodes. Called
   * before the first node runs.
   *
   * @param check throws once the pass is to stop; may be called on any thread
   */
  public void cancellation(Runnable check) {
    cancellation = check;
  }

  /**
   * Lets further threads run nodes. Called by the only one that does so far, before it starts
   * another.
   */
  public void share() {
    shared = true;
  }

  /** Throws if this pass, or one around it, is to stop. Schedulers call it before each node. */
  public void checkCancelled() {
    if (cancellation != null) {
      cancellation.run();
    }
    checkOuterCancelled();
  }

  private void checkOuterCancelled() {
    for (GraphTask t = outer; t != null; t = t.outer) {
      t.cancellation.run();
    }
  }

  /** Hands out the nodes that are ready at the start. */
  public void initiallyReady(Consumer<NodeTask> ready) {
    for (int i = 0; i < nodes.count(); i++) {
      NodeTask t = nodes.found(i);
      if (t.missing == 0 && isWanted(t)) {
        ready.accept(t);
      }
    }
  }

  /** Tells whether the gradients that go into a node are computed in this pass. */
  boolean takesPart(Node node) {
    NodeTask t = nodes.get(node);
    return t != null && isWanted(t);
  }

  /**
   * Returns what a hook keeps for this pass, the same object whichever thread asks. It is gone when
   * the pass ends.
   *
   * @param hook whose it is
   * @param initial makes it when it is first asked for
   */
  <T> T hookState(Object hook, Supplier<T> initial) {
    return extras().hookState(hook, initial);
  }

  private boolean isWanted(NodeTask t) {
    return wanted == null || wanted[t.index];
  }

  /** Returns where the gradient of an edge goes in this pass, or null. */
  NodeTask target(NodeTask from, int edge) {
    Edge e = from.node.edge(edge);
    if (e == null) {
      return null;
    }
    NodeTask target = nodes.get(e.node());
    return isWanted(target) ? target : null;
  }

  /**
   * Runs one ready node on the calling thread, in this pass's mode.
   *
   * @param ready takes the nodes that became ready
   */
  public void run(NodeTask t, Consumer<NodeTask> ready) {
    ThreadState state = ThreadState.current();
    Mode before = state.mode;
    long sequence = state.sequence;
    state.mode = mode;
    if (createGraph) {
      long rank = parallel ? t.rank : ran++;
      boolean leaf = t.node instanceof AccumulateGrad;
      state.sequence = baseSequence + ((leaf ? size() + t.index : rank) << STRIDE_BITS);
    }
    Object around = null;
    if (anomaly != null) {
      around = state.running;
      state.running = t.node;
    }
    try {
      Evaluation.evaluate(this, t, state, ready);
    } catch (Throwable e) {
      Watch.report(this, anomaly, t.node, e);
      throw e;
    } finally {
      state.mode = before;
      if (anomaly != null) {
        state.running = around;
      }
      state.sequence = Math.max(sequence, state.sequence);
    }
  }

  /**
   * Completes what was captured, stores all staged gradients and runs the callbacks; called once,
   * after every node has run. Nothing is stored if a pass around this one has failed or was
   * cancelled meanwhile.
   */
  void finish() {
    checkOuterCancelled();
    ThreadState state = ThreadState.current();
    Mode before = state.mode;
    state.mode = mode;
    if (createGraph) {
      state.sequence = Math.max(state.sequence, baseSequence + ((2L * size() + 1) << STRIDE_BITS));
    }
    try {
      if (batch != null) {
        BatchedGrads.restore(state, batch, captured);
      }
      if (completion != null) {
        state.mode = before;
        completion.run();
        state.mode = mode;
      }
      Commit.commit(this, nodes);
      state.mode = before;
      retainInputs();
      runCallbacks();
      finished = true;
    } finally {
      state.mode = before;
    }
  }

  /** Inputs of {@code backward} that are no leaves retain their gradients from now on. */
  private void retainInputs() {
    for (int i = 0; into != null && i < into.length; i++) {
      if (into[i] != null) {
        into[i].retainGrad();
      }
    }
  }

  private void runCallbacks() {
    for (Runnable next = nextCallback(); next != null; next = nextCallback()) {
      ThreadState state = ThreadState.current();
      Mode before = state.mode;
      state.mode = mode;
      try {
        next.run();
      } finally {
        state.mode = before;
      }
    }
  }

  private Runnable nextCallback() {
    return extras == null ? null : extras.nextCallback();
  }

  /** Gives the nodes back to other passes; called once, whatever happened. */
  void close() {
    if (batch != null) {
      batch.close();
    }
    nodes.forget();
  }
}
