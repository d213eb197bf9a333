package org.autograd;

import com.google.errorprone.annotations.MustBeClosed;
import java.nio.file.Path;
import java.util.function.Function;
import java.util.function.Supplier;
import org.autograd.graph.SavedTensorHooks;
import org.autograd.record.DiskSpill;
import org.autograd.record.HostSpill;
import org.autograd.record.Mutation;
import org.autograd.record.SavedHooks;

/** The part of {@link Graph} that says what happens to tensors saved for backward. */
abstract class SavedTensorScopes {
  /** For {@link Graph}. */
  SavedTensorScopes() {}

  /**
   * Has tensors that are saved for backward on this thread packed and unpacked until the scope is
   * closed. Of nested scopes the innermost applies. A value keeps the hooks it was saved with,
   * whatever is in force when it is read; in-place changes of such a value are not noticed. Numbers
   * that operators were given are not packed.
   *
   * @param pack is given what is saved, with recording off, and returns anything
   * @param unpack is given what {@code pack} returned, each time the value is read, and returns the
   *     same values again
   * @throws AutogradException if hooks are disabled
   */
  @MustBeClosed
  public static <P> Scope savedTensorsHooks(
      Function<? super Tensor, ? extends P> pack, Function<? super P, ? extends Tensor> unpack) {
    return savedTensorsHooks(SavedTensorHooks.<P>of(pack, unpack));
  }

  /**
   * Runs a block with saved tensors packed and unpacked, see {@link #savedTensorsHooks(Function,
   * Function)}.
   */
  public static <P, T> T savedTensorsHooks(
      Function<? super Tensor, ? extends P> pack,
      Function<? super P, ? extends Tensor> unpack,
      Supplier<T> block) {
    return in(savedTensorsHooks(pack, unpack), block);
  }

  /**
   * Runs a block with saved tensors packed and unpacked, see {@link #savedTensorsHooks(Function,
   * Function)}.
   */
  public static <P> void savedTensorsHooks(
      Function<? super Tensor, ? extends P> pack,
      Function<? super P, ? extends Tensor> unpack,
      Runnable block) {
    in(savedTensorsHooks(pack, unpack), block);
  }

  /** Same as {@link #savedTensorsHooks(Function, Function)}, with the pair as a value. */
  @MustBeClosed
  public static Scope savedTensorsHooks(SavedTensorHooks<?> hooks) {
    return OpenScope.of("Graph.savedTensorsHooks", SavedHooks.scope(hooks));
  }

  /**
   * Runs a block with saved tensors packed and unpacked, see {@link #savedTensorsHooks(Function,
   * Function)}.
   */
  public static <T> T savedTensorsHooks(SavedTensorHooks<?> hooks, Supplier<T> block) {
    return in(savedTensorsHooks(hooks), block);
  }

  /**
   * Runs a block with saved tensors packed and unpacked, see {@link #savedTensorsHooks(Function,
   * Function)}.
   */
  public static void savedTensorsHooks(SavedTensorHooks<?> hooks, Runnable block) {
    in(savedTensorsHooks(hooks), block);
  }

  /** Has tensors that are saved for backward kept in host memory until the scope is closed. */
  @MustBeClosed
  public static Scope saveOnCpu() {
    return saveOnCpu(false);
  }

  /**
   * Has tensors that are saved for backward kept in host memory until the scope is closed; reading
   * them brings them back to their device.
   *
   * @param pinMemory whether they are copied to memory that transfers faster, where there is such
   */
  @MustBeClosed
  public static Scope saveOnCpu(boolean pinMemory) {
    return savedTensorsHooks(saveOnCpuHooks(pinMemory));
  }

  /** Runs a block with saved tensors kept in host memory, see {@link #saveOnCpu(boolean)}. */
  public static <T> T saveOnCpu(boolean pinMemory, Supplier<T> block) {
    return in(saveOnCpu(pinMemory), block);
  }

  /** Runs a block with saved tensors kept in host memory, see {@link #saveOnCpu(boolean)}. */
  public static void saveOnCpu(boolean pinMemory, Runnable block) {
    in(saveOnCpu(pinMemory), block);
  }

  /** Returns the hooks of {@link #saveOnCpu(boolean)}, to be combined with others. */
  public static SavedTensorHooks<?> saveOnCpuHooks(boolean pinMemory) {
    return new HostSpill(pinMemory);
  }

  /**
   * Has tensors that are saved for backward written to files until the scope is closed, and read
   * back from memory-mapped files, some ahead of a backward pass.
   *
   * <p>A file is deleted as soon as its value is let go by a pass, when the graph becomes
   * unreachable, or when the JVM exits; what a JVM left behind that was killed is deleted by the
   * next one that spills to the same directory. If a value cannot be written, for example because
   * the disk is full, the operation that saves it fails and no gradient has changed. An in-place
   * operator that fails so leaves its tensor as it was; what the forward of a custom function has
   * written by then stays written.
   *
   * @param dir where to put the files; made if need be
   */
  @MustBeClosed
  public static Scope saveToDisk(Path dir) {
    return savedTensorsHooks(saveToDiskHooks(dir));
  }

  /** Runs a block with saved tensors written to files, see {@link #saveToDisk(Path)}. */
  public static <T> T saveToDisk(Path dir, Supplier<T> block) {
    return in(saveToDisk(dir), block);
  }

  /** Runs a block with saved tensors written to files, see {@link #saveToDisk(Path)}. */
  public static void saveToDisk(Path dir, Runnable block) {
    in(saveToDisk(dir), block);
  }

  /** Returns the hooks of {@link #saveToDisk(Path)}, to be combined with others. */
  public static SavedTensorHooks<?> saveToDiskHooks(Path dir) {
    return new DiskSpill(dir);
  }

  /**
   * Forbids saved-tensor hooks on this thread until the scope is closed.
   *
   * @param message what entering a hook scope fails with
   * @throws AutogradException with the message if hooks are in force now
   */
  @MustBeClosed
  public static Scope disableSavedTensorsHooks(String message) {
    return OpenScope.of("Graph.disableSavedTensorsHooks", SavedHooks.disabledScope(message));
  }

  /**
   * Runs a block in which saved-tensor hooks are forbidden, see {@link
   * #disableSavedTensorsHooks(String)}.
   */
  public static <T> T disableSavedTensorsHooks(String message, Supplier<T> block) {
    return in(disableSavedTensorsHooks(message), block);
  }

  /**
   * Runs a block in which saved-tensor hooks are forbidden, see {@link
   * #disableSavedTensorsHooks(String)}.
   */
  public static void disableSavedTensorsHooks(String message, Runnable block) {
    in(disableSavedTensorsHooks(message), block);
  }

  /**
   * Allows tensors that are saved for backward to be changed in place until the scope is closed:
   * backward uses the values of the time of saving, which are cloned when a change happens. A graph
   * recorded in the scope must be differentiated in it.
   *
   * @throws AutogradException inside another such scope, or if saved-tensor hooks are disabled
   */
  @MustBeClosed
  public static Scope allowMutationOnSavedTensors() {
    return OpenScope.of("Graph.allowMutationOnSavedTensors", Mutation.enter());
  }

  /**
   * Runs a block that may change saved tensors in place, see {@link
   * #allowMutationOnSavedTensors()}.
   */
  public static <T> T allowMutationOnSavedTensors(Supplier<T> block) {
    return in(allowMutationOnSavedTensors(), block);
  }

  /**
   * Runs a block that may change saved tensors in place, see {@link
   * #allowMutationOnSavedTensors()}.
   */
  public static void allowMutationOnSavedTensors(Runnable block) {
    in(allowMutationOnSavedTensors(), block);
  }

  private static <T> T in(Scope entered, Supplier<T> block) {
    try (Scope scope = entered) {
      return block.get();
    }
  }

  private static void in(Scope entered, Runnable block) {
    try (Scope scope = entered) {
      block.run();
    }
  }
}
