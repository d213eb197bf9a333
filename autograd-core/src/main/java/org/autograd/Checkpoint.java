package org.autograd;

import com.google.errorprone.annotations.MustBeClosed;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BiFunction;
import java.util.function.Function;
import java.util.function.Supplier;
import org.autograd.graph.CreationSite;
import org.autograd.mode.Bits;
import org.autograd.mode.Slot;
import org.autograd.mode.ThreadState;

/**
 * Trades time for memory: what a block saves for backward is dropped, and the block is run again
 * when a pass needs it.
 *
 * <pre>{@code
 * Tensor y = Checkpoint.checkpoint(CheckpointOptions.NON_REENTRANT, block::forward, x);
 * }</pre>
 *
 * <p>The block may return anything; tensors that it captures take part like those it is given, but
 * only those given are offered to saved-tensor hooks around the call, such as those of an outer
 * checkpoint or of {@code saveOnCpu}.
 *
 * <p>The block must do the same each time. If it differs when it is run again, the pass that runs
 * it fails:
 *
 * <ul>
 *   <li>with an {@link AutogradException} if the block saves fewer tensors for backward than the
 *       first time, or tensors of another shape, dtype or device; or more of them, but only if
 *       recomputation does not end early. The reentrant kind compares the number of results alone.
 *       Other numbers in tensors that are alike are not noticed;
 *   <li>with an {@link InplaceModificationException} if an argument was changed in place since, or
 *       the block changes a tensor in place that it has saved;
 *   <li>with what the block throws.
 * </ul>
 *
 * <p>Gradients are then what they were before the pass, except that with the reentrant kind blocks
 * that the pass has been through have added to those of tensors that they capture.
 *
 * <p>Random numbers that the block draws from the default generator come again when it is run
 * again, whatever other threads draw, unless the options say otherwise. That includes what it draws
 * in passes, and in coroutines that carry the mode. Other threads that it starts, such as those of
 * an executor, draw from the process's generator each time: have them draw from a {@link Generator}
 * that the block seeds.
 *
 * <p>Which kind of checkpoint is meant is to be said with each call; without options a warning asks
 * for it, once for each line of the user's code, and the non-reentrant kind is used. The reentrant
 * kind works with {@code backward()} without inputs only: {@code Autograd.grad} and its relatives,
 * and {@code backward} with inputs, throw an {@link AutogradException} when they come to it, as
 * does a pass in which no tensor that the block returns requires grad. It takes tensors alone as
 * arguments, and computes gradients of tensors that the block captures only if some argument
 * requires grad.
 */
public final class Checkpoint {
  private static final Slot<Boolean> EARLY_STOP = new Slot<>("checkpoint early stop");

  /** The lines that have been warned of. */
  private static final Set<String> UNSAID = ConcurrentHashMap.newKeySet();

  private Checkpoint() {}

  /** Same as with options, but warns that they are missing, see {@link Checkpoint}. */
  public static <R> R checkpoint(Supplier<? extends R> block) {
    return checkpoint(unsaid(), block);
  }

  /**
   * Runs a block that needs no arguments as a checkpoint, see {@link Checkpoint}.
   *
   * @throws IllegalArgumentException for the reentrant kind, which needs arguments
   */
  public static <R> R checkpoint(CheckpointOptions options, Supplier<? extends R> block) {
    if (options.reentrant()) {
      throw new IllegalArgumentException(
          "checkpoint: the reentrant kind needs the tensors that the block works on as arguments."
              + " Give them, or use CheckpointOptions.NON_REENTRANT.");
    }
    return run(options, args -> block.get());
  }

  /** Same as with options, but warns that they are missing, see {@link Checkpoint}. */
  public static <R> R checkpoint(Function<? super Tensor, ? extends R> block, Tensor a) {
    return checkpoint(unsaid(), block, a);
  }

  /** Runs a block as a checkpoint, see {@link Checkpoint}. */
  public static <R> R checkpoint(
      CheckpointOptions options, Function<? super Tensor, ? extends R> block, Tensor a) {
    return run(options, args -> block.apply(args[0]), a);
  }

  /** Same as with options, but warns that they are missing, see {@link Checkpoint}. */
  public static <R> R checkpoint(
      BiFunction<? super Tensor, ? super Tensor, ? extends R> block, Tensor a, Tensor b) {
    return checkpoint(unsaid(), block, a, b);
  }

  /** Runs a block as a checkpoint, see {@link Checkpoint}. */
  public static <R> R checkpoint(
      CheckpointOptions options,
      BiFunction<? super Tensor, ? super Tensor, ? extends R> block,
      Tensor a,
      Tensor b) {
    return run(options, args -> block.apply(args[0], args[1]), a, b);
  }

  /** Same as with options, but warns that they are missing, see {@link Checkpoint}. */
  public static <R> R checkpoint(Function<Tensor[], ? extends R> block, Tensor... args) {
    return run(unsaid(), block, args);
  }

  /**
   * Runs a block of any number of arguments as a checkpoint, see {@link Checkpoint}.
   *
   * @param args may contain nulls
   */
  public static <R> R checkpoint(
      CheckpointOptions options, Function<Tensor[], ? extends R> block, Tensor... args) {
    return run(options, block, args);
  }

  /**
   * Runs functions one after the other, all but the last segment of them as checkpoints.
   *
   * @param segments how many checkpoints there are, plus one: between 1 and the number of functions
   * @param x what the first function is given
   * @return what the last one returns
   * @throws IllegalArgumentException if there cannot be that many segments
   */
  public static Tensor checkpointSequential(
      CheckpointOptions options,
      List<? extends Function<? super Tensor, ? extends Tensor>> functions,
      int segments,
      Tensor x) {
    if (segments < 1 || segments > functions.size()) {
      throw new IllegalArgumentException(
          "checkpointSequential: "
              + functions.size()
              + " functions cannot be split into "
              + segments
              + " segments; give a number between 1 and that of the functions.");
    }
    int size = functions.size() / segments;
    Tensor t = x;
    for (int s = 0; s < segments - 1; s++) {
      List<? extends Function<? super Tensor, ? extends Tensor>> part =
          functions.subList(s * size, (s + 1) * size);
      t = checkpoint(options, in -> inOrder(part, in), t);
    }
    return inOrder(functions.subList((segments - 1) * size, functions.size()), t);
  }

  private static Tensor inOrder(
      List<? extends Function<? super Tensor, ? extends Tensor>> functions, Tensor x) {
    Tensor t = x;
    for (Function<? super Tensor, ? extends Tensor> f : functions) {
      t = f.apply(t);
    }
    return t;
  }

  /**
   * Says for the checkpoints run on this thread, whatever their options, whether recomputation ends
   * early, until the scope is closed.
   */
  @MustBeClosed
  public static Scope setEarlyStop(boolean enabled) {
    ThreadState state = ThreadState.current();
    Boolean before = state.mode.get(EARLY_STOP);
    state.mode = state.mode.with(EARLY_STOP, enabled);
    return OpenScope.of(
        "Checkpoint.setEarlyStop",
        () -> {
          ThreadState now = ThreadState.current();
          now.mode = now.mode.with(EARLY_STOP, before);
        });
  }

  private static CheckpointOptions unsaid() {
    String line = CreationSite.caller();
    if (UNSAID.add(line)) {
      Warnings.warn(
          "checkpoint: say which kind is meant with CheckpointOptions.NON_REENTRANT, which is used"
              + " now, or REENTRANT; at "
              + line
              + ".");
    }
    return CheckpointOptions.NON_REENTRANT;
  }

  private static <R> R run(
      CheckpointOptions options, Function<Tensor[], ? extends R> block, Tensor... args) {
    if (options.reentrant()) {
      return ReentrantCheckpoint.run(options, block, args);
    }
    ThreadState state = ThreadState.current();
    if (!Bits.records(state.mode.bits)) {
      return block.apply(args);
    }
    Boolean said = state.mode.get(EARLY_STOP);
    boolean earlyStop = said != null ? said : options.earlyStop();
    CheckpointFrame frame =
        new CheckpointFrame(options, earlyStop, block, new CheckpointArguments(state, args));
    return frame.runFirst(block, args);
  }
}
