package org.autograd.engine;

import org.autograd.Tensor;
import org.autograd.graph.AccumulateGrad;
import org.autograd.graph.Edge;
import org.autograd.graph.Node;
import org.autograd.tensor.Layout;
import org.autograd.tensor.Raw;

/**
 * What one pass keeps for one node. In a sequential pass it is touched by one thread only; in a
 * parallel one, deliveries are made under its monitor, and a scheduler hands it from thread to
 * thread with the usual guarantees.
 */
public final class NodeTask {
  /** Stands for "delivered, but no gradient" among parked contributions. */
  private static final Object NOTHING = new Object();

  /** Up to how many elements a gradient is small. */
  private static final int SMALL = 1024;

  /** The pass that this belongs to. */
  final Object owner;

  final Node node;
  final int index;

  /** Whether the node is to be run, not only passed for its captured gradients. */
  boolean runs = true;

  /**
   * Where gradients asked for with {@code grad} go: input number and position in the result,
   * chained.
   */
  Capture captures;

  /** How many contributions from nodes of this pass have not arrived. */
  int missing;

  /** The place of the node among all nodes of the pass, newest first. */
  long rank;

  /** Where the turns of this node's edges begin, see {@link Discovery#turn}. */
  int firstTurn;

  /** The sum of the gradients that have arrived, by input. */
  Tensor[] buffer;

  /** Which entries of {@link #buffer} belong to this pass alone; bit 63 is never set. */
  long owned;

  /** A leaf's gradient, waiting for the commit. */
  Tensor staged;

  boolean stagedOwned;

  /** Gradients of tensors that retain theirs, waiting for the commit, chained; mostly null. */
  Retained retained;

  /** Whose turn it is among the contributions to the first input, and to the others. */
  private int nextTurn;

  private int[] moreNextTurns;
  private Object[][] parked;

  /**
   * A request for the gradient of one input.
   *
   * @param position where it goes among the captured ones
   * @param into the tensor whose {@code .grad} it goes to instead; null if it is captured
   */
  record Capture(int inputNr, int position, Tensor into, Capture next) {}

  /** A gradient that waits for the commit, and its tensor. */
  record Retained(Tensor tensor, Tensor grad, Retained next) {}

  NodeTask(Object owner, Node node, int index) {
    this.owner = owner;
    this.node = node;
    this.index = index;
  }

  /** Returns the node. */
  public Node node() {
    return node;
  }

  /** Tells whether running this node only stages the gradient of a leaf. */
  public boolean isPlainLeaf() {
    return node instanceof AccumulateGrad && node.hooks() == null;
  }

  /**
   * Tells whether running this node surely takes less time than waking a thread: the library's own
   * arithmetic on few elements, and no user code.
   */
  public boolean isSmall() {
    if (node.hooks() != null || !isSmall(node)) {
      return false;
    }
    if (node instanceof AccumulateGrad) {
      return true;
    }
    for (int e = 0; e < node.numEdges(); e++) {
      Edge edge = node.edge(e);
      if (edge != null && !isSmall(edge.node())) {
        return false;
      }
    }
    return node.resultsAreOwned();
  }

  private static boolean isSmall(Node node) {
    for (int i = 0; i < node.numInputs(); i++) {
      Layout layout = node.inputLayout(i);
      if (layout == null || layout.numel() > SMALL) {
        return false;
      }
    }
    return true;
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
    } else if ((owned >>> inputNr & 1) != 0 && inputNr < 63 && !Raw.layered(sum, grad)) {
      task.math.addInto(sum, grad);
    } else {
      Tensor added = task.math.add(sum, grad);
      buffer[inputNr] = Lending.exclusive(added);
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
  boolean arrive(int inputNr, int turn, Tensor grad, boolean fresh, GraphTask task) {
    if (turn == nextTurn(inputNr)) {
      fold(inputNr, grad, fresh, task);
      takeTurn(inputNr);
      if (parked != null) {
        unpark(inputNr, task);
      }
    } else {
      park(inputNr, turn, grad == null ? NOTHING : new Parked(grad, fresh));
    }
    return --missing == 0;
  }

  /** Same as {@link #arrive}, while other threads may deliver to this node. */
  synchronized boolean arriveShared(
      int inputNr, int turn, Tensor grad, boolean fresh, GraphTask task) {
    return arrive(inputNr, turn, grad, fresh, task);
  }

  private int nextTurn(int inputNr) {
    return inputNr == 0 ? nextTurn : moreNextTurns == null ? 0 : moreNextTurns[inputNr];
  }

  /** Returns whose turn it is among the contributions to an input, and goes on to the next. */
  int takeTurn(int inputNr) {
    if (inputNr == 0) {
      return nextTurn++;
    }
    if (moreNextTurns == null) {
      moreNextTurns = new int[node.numInputs()];
    }
    return moreNextTurns[inputNr]++;
  }

  /** Goes back to the first turn of each input. */
  void resetTurns() {
    nextTurn = 0;
    moreNextTurns = null;
  }

  private record Parked(Tensor grad, boolean fresh) {}

  private void park(int inputNr, int turn, Object what) {
    if (parked == null) {
      parked = new Object[node.numInputs()][];
    }
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
    while (waiting != null && nextTurn(inputNr) < waiting.length) {
      Object what = waiting[nextTurn(inputNr)];
      if (what == null) {
        return;
      }
      waiting[takeTurn(inputNr)] = null;
      if (what instanceof Parked p) {
        fold(inputNr, p.grad, p.fresh, task);
      }
    }
  }
}
