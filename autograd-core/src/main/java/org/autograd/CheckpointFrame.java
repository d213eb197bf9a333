package org.autograd;

import java.lang.ref.WeakReference;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.WeakHashMap;
import java.util.function.Function;
import org.autograd.batch.BatchLevel;
import org.autograd.engine.Engine;
import org.autograd.engine.GraphTask;
import org.autograd.graph.SavedTensorHooks;
import org.autograd.graph.Spent;
import org.autograd.mode.Bits;
import org.autograd.mode.Mode;
import org.autograd.mode.ThreadState;
import org.autograd.ops.RandomTape;
import org.autograd.record.SavedHooks;

/**
 * One run of a checkpointed block: the places of what it saved, without the values, and how to get
 * them back.
 *
 * <p>Each pass that asks for a value recomputes once and takes each value once; a question from
 * outside of a pass recomputes for itself. Its monitor guards the places and the map of
 * recomputations, that of a recomputation its values; the two are never held together with a
 * recomputation going on.
 */
final class CheckpointFrame implements SavedTensorHooks<CheckpointFrame.Place> {
  /** Stands in the graph for a value that was not kept. */
  static final class Place {
    private final int index;
    private volatile boolean released;

    private Place(int index) {
      this.index = index;
    }
  }

  private final CheckpointOptions options;
  private final boolean earlyStop;
  private final Function<Tensor[], ?> block;
  private final CheckpointArguments args;

  /** What the block drew; null if it draws anew each time. */
  private final RandomTape random;

  /** The level of the mapped function that the block belongs to, or null. */
  private final BatchLevel batch = BatchLevel.innermost(ThreadState.current());

  private final List<WeakReference<Place>> places = new ArrayList<>();
  private final List<SavedNote> notes = new ArrayList<>();

  /** What was saved. A value from outside of the block is the same object each time. */
  private final List<WeakReference<Tensor>> originals = new ArrayList<>();

  private final Map<GraphTask, Recomputation> passes = new WeakHashMap<>();
  private boolean completed;
  private int released;

  /** Whether the block belongs to a function whose derivative is taken, and when it started. */
  private boolean derived;

  private Spent.Start start;

  /** The thread's counter of nodes when the block started in forward. */
  private long sequence;

  CheckpointFrame(
      CheckpointOptions options,
      boolean earlyStop,
      Function<Tensor[], ?> block,
      CheckpointArguments args) {
    this.options = options;
    this.earlyStop = earlyStop;
    this.block = block;
    this.args = args;
    this.random = options.preserveRngState() ? new RandomTape() : null;
  }

  @Override
  public synchronized Place pack(Tensor t) {
    Place place = new Place(places.size());
    places.add(new WeakReference<>(place));
    notes.add(SavedNote.of(t, options.debug()));
    originals.add(new WeakReference<>(t));
    return place;
  }

  @Override
  public Tensor unpack(Place place) {
    GraphTask task = Engine.current();
    Recomputation run = task == null ? new Recomputation(this) : recomputation(task);
    synchronized (run) {
      return run.take(place.index);
    }
  }

  private synchronized Recomputation recomputation(GraphTask task) {
    Recomputation run = passes.get(task);
    if (run == null) {
      run = new Recomputation(this);
      passes.put(task, run);
      task.queueCallback(() -> forget(task));
    }
    return run;
  }

  private synchronized void forget(GraphTask task) {
    passes.remove(task);
  }

  @Override
  public synchronized void release(Place place) {
    place.released = true;
    released++;
    releaseArguments();
  }

  /** Notes that the block has run to its end. */
  private synchronized void completed() {
    completed = true;
    releaseArguments();
  }

  private void releaseArguments() {
    if (completed && released == places.size()) {
      args.release();
    }
  }

  synchronized boolean isCompleted() {
    return completed;
  }

  /** Returns how many values have been saved so far. */
  synchronized int count() {
    return places.size();
  }

  /** Tells whether somebody may still ask for a value. */
  synchronized boolean isWanted(int index) {
    Place place = places.get(index).get();
    return place != null && !place.released;
  }

  /** Tells whether a tensor is the very one that was saved in forward. */
  synchronized boolean isOriginal(int index, Tensor t) {
    return originals.get(index).get() == t;
  }

  /** Returns what was saved so far. */
  synchronized List<SavedNote> notes() {
    return List.copyOf(notes);
  }

  boolean stopsEarly() {
    return earlyStop;
  }

  boolean debugs() {
    return options.debug();
  }

  /** Runs the block in forward: what it saves and draws is noted. */
  <R> R runFirst(Function<Tensor[], ? extends R> block, Tensor[] args) {
    try (Scope hooks = SavedHooks.scope(this);
        Scope draws = RandomTape.recording(random)) {
      ThreadState state = ThreadState.current();
      sequence = state.sequence;
      derived = state.mode.has(Bits.DERIVED);
      start = Spent.start(state.mode);
      R result = block.apply(args);
      completed();
      return result;
    }
  }

  /**
   * Runs the block again as in forward: recording, on the same arguments, drawing the same random
   * numbers, connecting derivatives to what they were connected to, and numbering nodes alike,
   * because that is what passes inside the block are ordered by. The nodes end with the
   * recomputation; those of the thread are numbered as if it had not been.
   */
  void runAgain() {
    try (Scope level = BatchLevel.reopen(batch)) {
      Tensor[] same = args.unpack();
      ThreadState state = ThreadState.current();
      long before = state.sequence;
      Mode mode = state.mode;
      try (Scope draws = RandomTape.replaying(random);
          Scope scope = GradMode.enableGrad()) {
        state.sequence = sequence;
        state.mode = Spent.again(state.mode.with(Bits.DERIVED, derived), start);
        block.apply(same);
      } finally {
        // The scopes inside have put back what they changed.
        state.mode = mode;
        state.sequence = before;
      }
    }
  }
}
