package org.autograd;

import com.google.errorprone.annotations.MustBeClosed;
import java.util.function.Supplier;
import org.autograd.batch.BatchLevel;
import org.autograd.batch.BatchedTangents;
import org.autograd.batch.Physical;
import org.autograd.forward.DualLevel;
import org.autograd.forward.Duals;
import org.autograd.mode.Bits;
import org.autograd.mode.Mode;
import org.autograd.mode.ThreadState;
import org.autograd.ops.Views;
import org.autograd.tensor.Layout;
import org.autograd.tensor.Raw;

/**
 * Forward-mode differentiation: Jacobian-vector products computed along with the values.
 *
 * <pre>{@code
 * try (ForwardAD.Level level = ForwardAD.dualLevel()) {
 *   Tensor dual = ForwardAD.makeDual(x, direction);
 *   Tensor y = dual.sin();
 *   ForwardAD.unpackDual(y).tangent(); // cos(x) * direction
 * }
 * }</pre>
 *
 * <p>Levels nest: tangents of one level never mix with those of another, so derivatives of
 * derivatives are right without further care. A level belongs to the thread that opened it, and to
 * the passes and coroutines started from there. Grad mode does not switch forward mode off,
 * inference mode does.
 */
public final class ForwardAD {
  private ForwardAD() {}

  /** An open level, for try-with-resources. */
  public static final class Level implements Scope {
    private final DualLevel level;

    private Level(DualLevel level) {
      this.level = level;
    }

    /** Returns how many levels were open when this one was: the first one has index 0. */
    public int index() {
      return level.index();
    }

    /**
     * Closes the level. Closing it again does nothing.
     *
     * @throws AutogradException if a level inside of it is still open. One from {@link
     *     #enterDualLevel}, which nothing else would close, is closed together with this one; if
     *     there is another one, all stay as they are
     */
    @Override
    public void close() {
      if (level.isOpen()) {
        exit("dualLevel", level);
      }
    }
  }

  /**
   * Opens a level inside those that are open.
   *
   * @return its index; the first one has index 0
   */
  public static int enterDualLevel() {
    return DualLevel.enter(ThreadState.current(), false).index();
  }

  /**
   * Closes the innermost level: tensors lose the tangents that they have at it.
   *
   * @throws AutogradException if no level is open
   */
  public static void exitDualLevel() {
    exit("exitDualLevel", current("exitDualLevel"));
  }

  /**
   * Closes the innermost level, which must be the one with the given index.
   *
   * @throws AutogradException if another level is the innermost one, which stays usable, or none is
   *     open
   */
  public static void exitDualLevel(int level) {
    DualLevel innermost = current("exitDualLevel");
    if (innermost.index() != level) {
      throw new AutogradException(
          "exitDualLevel: only the innermost level, "
              + innermost.index()
              + ", can be closed, not "
              + level
              + ". Close levels in the reverse order of opening.");
    }
    exit("exitDualLevel", innermost);
  }

  /** Opens a level until it is closed. */
  @MustBeClosed
  public static Level dualLevel() {
    return new Level(DualLevel.enter(ThreadState.current(), true));
  }

  /** Runs a block inside a new level and returns its result. */
  public static <T> T dualLevel(Supplier<T> block) {
    try (Level level = dualLevel()) {
      return block.get();
    }
  }

  /** Runs a block inside a new level. */
  public static void dualLevel(Runnable block) {
    try (Level level = dualLevel()) {
      block.run();
    }
  }

  private static void exit(String what, DualLevel level) {
    ThreadState state = ThreadState.current();
    if (!level.exit(state)) {
      throw new AutogradException(
          what
              + ": level "
              + level.index()
              + " is not the innermost open level of this thread. Close levels in the reverse order"
              + " of opening, on the thread that opened them.");
    }
  }

  private static DualLevel current(String what) {
    DualLevel level = DualLevel.innermost(ThreadState.current());
    if (level == null) {
      throw new AutogradException(
          what + ": no level is open. Open one with ForwardAD.dualLevel() or enterDualLevel().");
    }
    return level;
  }

  private static DualLevel at(String what, int index) {
    DualLevel level = current(what);
    if (index < 0 || index > level.index()) {
      throw new AutogradException(
          what
              + ": there is no open level "
              + index
              + "; the innermost one is "
              + level.index()
              + ".");
    }
    while (level.index() != index) {
      level = level.outer();
    }
    return level;
  }

  /**
   * Makes a dual tensor at the innermost level.
   *
   * @param primal a floating point tensor; the result shares its memory and version counter, it
   *     stays as it is
   * @param tangent a floating point tensor of the primal's shape; it becomes the tangent as it is
   *     if its dtype and strides are the primal's, else a copy does
   * @return a view of the primal that has the tangent
   * @throws AutogradException if no level is open, the shapes differ, one of the two has a tangent
   *     at that level already, or the tangent has one at a level inside of it
   * @throws IllegalArgumentException if one of the dtypes is not a floating point one
   */
  public static Tensor makeDual(Tensor primal, Tensor tangent) {
    return makeDual(primal, tangent, current("makeDual"));
  }

  /**
   * Makes a dual tensor at an open level, see {@link #makeDual(Tensor, Tensor)}.
   *
   * @param level the index of the level
   */
  public static Tensor makeDual(Tensor primal, Tensor tangent, int level) {
    return makeDual(primal, tangent, at("makeDual", level));
  }

  private static Tensor makeDual(Tensor primal, Tensor tangent, DualLevel level) {
    checkDType("primal", primal);
    checkDType("tangent", tangent);
    if (!Raw.layout(primal).sameSizes(Raw.layout(tangent))) {
      throw new AutogradException(
          "makeDual: the primal has shape "
              + primal.shape()
              + ", the tangent "
              + tangent.shape()
              + "; they must be equal. expand() the tangent.");
    }
    return dual(primal, tangent, level);
  }

  private static void checkDType(String which, Tensor t) {
    if (!t.dtype().isDifferentiable()) {
      throw new IllegalArgumentException(
          "makeDual: the "
              + which
              + " has dtype "
              + t.dtype()
              + "; forward mode needs a floating point dtype. Convert with to(FLOAT64).");
    }
  }

  private static Tensor dual(Tensor primal, Tensor tangent, DualLevel level) {
    ThreadState state = ThreadState.current();
    // A batched tangent leaves the primal as it is: its value is the same for all elements.
    BatchLevel batch = BatchLevel.of(primal);
    Mode before = state.mode;
    if (batch != null) {
      batch.outside(state);
      try {
        Tensor whole = BatchedTangents.without(batch, tangent, 0);
        return batch.view(primal, dual(batch.front(primal), whole, level), viewed(primal));
      } finally {
        state.mode = before;
      }
    }
    checkPlain("primal", primal, level);
    checkPlain("tangent", tangent, level);
    for (DualLevel l = DualLevel.innermost(state); l != level; l = l.outer()) {
      checkPlain("tangent", tangent, l);
    }
    Tensor dual = primal.view(primal.sizes());
    state.mode = level.below(before);
    try {
      Duals.cut(level, dual);
      Duals.make(level, dual, tangent);
    } finally {
      state.mode = before;
    }
    return dual;
  }

  /** The layout of a view of all of a tensor. */
  private static Layout viewed(Tensor t) {
    return Views.view(Raw.layout(t), Raw.layout(t).sizes());
  }

  private static void checkPlain(String which, Tensor t, DualLevel level) {
    if (Duals.at(level, Physical.value(t)) != null) {
      throw new AutogradException(
          "makeDual: the "
              + which
              + " has a tangent at level "
              + level.index()
              + " already. Unpack it first, or open another level.");
    }
  }

  /**
   * Takes a dual tensor of the innermost level apart.
   *
   * @return the parts: a view of the tensor that has no tangent at the level, and the tangent,
   *     which is no copy; without a tangent, or without an open level, the tensor itself and null
   */
  public static UnpackedDual unpackDual(Tensor tensor) {
    DualLevel level = DualLevel.innermost(ThreadState.current());
    return level == null ? new UnpackedDual(tensor, null) : unpack(tensor, level);
  }

  /**
   * Takes a dual tensor of an open level apart, see {@link #unpackDual(Tensor)}.
   *
   * @param level the index of the level
   * @throws AutogradException if there is no such level
   */
  public static UnpackedDual unpackDual(Tensor tensor, int level) {
    return unpack(tensor, at("unpackDual", level));
  }

  private static UnpackedDual unpack(Tensor tensor, DualLevel level) {
    ThreadState state = ThreadState.current();
    Mode before = state.mode;
    BatchLevel batch = BatchLevel.of(tensor);
    if (batch != null) {
      batch.outside(state);
      try {
        UnpackedDual parts = unpack(batch.front(tensor), level);
        Tensor tangent = parts.tangent();
        Layout layout = tangent == null ? Raw.layout(tensor) : viewed(tensor);
        return new UnpackedDual(
            batch.view(tensor, parts.primal(), layout),
            tangent == null ? null : Physical.rewrapped(batch, tangent, 0));
      } finally {
        state.mode = before;
      }
    }
    state.mode = level.below(before);
    try {
      Tensor tangent = Duals.at(level, tensor);
      if (tangent == null) {
        return new UnpackedDual(tensor, null);
      }
      Tensor primal = tensor.view(tensor.sizes());
      Duals.cut(level, primal);
      return new UnpackedDual(primal, tangent);
    } finally {
      state.mode = before;
    }
  }

  /** Tells whether operators of the calling thread pass tangents on. */
  public static boolean isForwardGradEnabled() {
    return !ThreadState.current().mode.has(Bits.NO_FORWARD);
  }

  /**
   * Sets whether operators of the calling thread pass tangents on, at once.
   *
   * @return restores what was in force; it need not be closed if the switch is to stay
   */
  public static Scope setForwardGradEnabled(boolean enabled) {
    ThreadState state = ThreadState.current();
    boolean before = state.mode.has(Bits.NO_FORWARD);
    state.mode = state.mode.with(Bits.NO_FORWARD, !enabled);
    return () -> {
      ThreadState now = ThreadState.current();
      now.mode = now.mode.with(Bits.NO_FORWARD, before);
    };
  }
}
