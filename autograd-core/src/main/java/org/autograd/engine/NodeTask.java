package org.autograd.engine;

import org.autograd.Tensor;
import org.autograd.graph.Node;
import org.autograd.tensor.Raw;

/**
 * What one pass keeps for one node. In a sequential pass it is touched by one thread only; in a parallel one, deliveries
 * are made under its monitor, and a scheduler hands it from thread to thread with the usual guarantees.
 */
public final class NodeTask {
  /** Stands for "delivered, but no gradient" among parked contributions. */
  private static final Object NOTHING = new Object();

  /** The pass that this belongs to. */
  final Object owner;

  final Node node;
  final int index;

  /** Whether the node is to be run, not only passed for its captured gradients. */
  boolean runs = true;

  /** Where gradients asked for with {@code grad} go: input number and position in the result, chained. */
  Capture captures;

  /** How many contributions from nodes of this pass have not arrived. */
  int missing;

  /** The place of the node among all nodes of the pass, newest first. */
  long rank;

  /** For each edge, which contribution it is to its target's input; only in parallel passes. */
  int[] turns;

  /** The sum of the gradients that have arrived, by input. */
  Tensor[] buffer;

  /** Which entries of {@link #buffer} belong to this pass alone; bit 63 is never set. */
  long owned;

  /** A leaf's gradient, waiting for the commit. */
  Tensor staged;

  boolean stagedOwned;

  /** Gradients of retained outputs, waiting for the commit, and their tensors. */
  Tensor[] retained;

  Tensor[] retainedGrads;

  private int[] nextTurn;
  private Object[][] parked;

  /** A request to hand out the gradient of one input. */
  record Capture(int inputNr, int position, Capture next) {}

  NodeTask(Object owner, Node node, int index) {
    this.owner = owner;
    this.node = node;
    this.index = index;
  }

  /** Returns the node. */
  public Node node() {
    return node;
  }

  /** Tells whether this node comes before another: newer ones do, then those found earlier. */
  public boolean before(NodeTask other) {
    long a = node.sequenceNr();
    long b = other.node.sequenceNr();
    return a != b ? a > b : index < other.index;
  }

  /** Adds a contribution whose turn it is. */
  void fold(int inputNr, Tensor grad, boolean fresh, GraphTask task) {
    if (grad == null) {
      return;
    }
    if (buffer == null) {
      buffer = new Tensor[node.numInputs()];
    }
    Tensor sum = buffer[inputNr];
    if (sum == null) {
      buffer[inputNr] = grad;
      own(inputNr, fresh);
    } else if ((owned >>> inputNr & 1) != 0 && inputNr < 63) {
      task.math.addInto(sum, grad);
    } else {
      Tensor added = task.math.add(sum, grad);
      Raw.flag(added, org.autograd.tensor.Flags.OWNED, false);
      buffer[inputNr] = added;
      own(inputNr, !task.createGraph);
    }
  }

  private void own(int inputNr, boolean fresh) {
    if (inputNr < 63) {
      owned = fresh ? owned | 1L << inputNr : owned & ~(1L << inputNr);
    }
  }

  /**
   * Adds a contribution of a parallel pass: at once if its turn has come, else later.
   *
   * @return whether the node became ready
   */
  synchronized boolean arrive(int inputNr, int turn, Tensor grad, boolean fresh, GraphTask task) {
    if (nextTurn == null) {
      nextTurn = new int[node.numInputs()];
      parked = new Object[node.numInputs()][];
    }
    if (turn == nextTurn[inputNr]) {
      fold(inputNr, grad, fresh, task);
      nextTurn[inputNr]++;
      unpark(inputNr, task);
    } else {
      park(inputNr, turn, grad == null ? NOTHING : new Parked(grad, fresh));
    }
    return --missing == 0;
  }

  private record Parked(Tensor grad, boolean fresh) {}

  private void park(int inputNr, int turn, Object what) {
    Object[] waiting = parked[inputNr];
    if (waiting == null || waiting.length <= turn) {
      Object[] longer = new Object[Math.max(turn + 1, waiting == null ? 4 : 2 * waiting.length)];
      if (waiting != null) {
        System.arraycopy(waiting, 0, longer, 0, waiting.length);
      }
      waiting = longer;
      parked[inputNr] = waiting;
    }
    waiting[turn] = what;
  }

  private void unpark(int inputNr, GraphTask task) {
    Object[] waiting = parked[inputNr];
    while (waiting != null && nextTurn[inputNr] < waiting.length) {
      Object what = waiting[nextTurn[inputNr]];
      if (what == null) {
        return;
      }
      waiting[nextTurn[inputNr]++] = null;
      if (what instanceof Parked p) {
        fold(inputNr, p.grad, p.fresh, task);
      }
    }
  }
}
