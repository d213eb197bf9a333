package org.autograd.dsl

import org.autograd.Checkpoint
import org.autograd.CheckpointOptions
import org.autograd.Graph
import org.autograd.Scope
import org.autograd.Tensor
import org.autograd.Tensors
import org.autograd.graph.SavedTensorHooks
import org.autograd.mode.Mode
import org.autograd.record.SavedHooks
import java.nio.file.Path
import java.util.function.BiFunction
import java.util.function.Function
import java.util.function.Supplier
import kotlin.contracts.ExperimentalContracts
import kotlin.contracts.InvocationKind
import kotlin.contracts.contract

/**
 * Runs a block in which tensors saved for backward are packed by [pack], and by [unpack] made again
 * each time they are read; see `Graph.savedTensorsHooks`.
 *
 * The block cannot suspend; suspending code uses `withContext(SavedTensorsHooks(pack, unpack)) { }`.
 */
@OptIn(ExperimentalContracts::class)
public inline fun <P, T> savedTensorsHooks(
    noinline pack: (Tensor) -> P,
    noinline unpack: (P) -> Tensor,
    crossinline block: () -> T,
): T {
    contract { callsInPlace(block, InvocationKind.EXACTLY_ONCE) }
    return savedTensorsHooks(hooksOf(pack, unpack)) { block() }
}

/** Same as with two functions, with the pair as a value. */
@OptIn(ExperimentalContracts::class)
public inline fun <T> savedTensorsHooks(
    hooks: SavedTensorHooks<*>,
    crossinline block: () -> T,
): T {
    contract { callsInPlace(block, InvocationKind.EXACTLY_ONCE) }
    return inside(Graph.savedTensorsHooks(hooks)) { block() }
}

/**
 * Runs a block in which tensors saved for backward are kept in host memory, see `Graph.saveOnCpu`.
 *
 * The block cannot suspend; suspending code uses `withContext(SaveOnCpu()) { }`.
 */
@OptIn(ExperimentalContracts::class)
public inline fun <T> saveOnCpu(
    pinMemory: Boolean = false,
    crossinline block: () -> T,
): T {
    contract { callsInPlace(block, InvocationKind.EXACTLY_ONCE) }
    return inside(Graph.saveOnCpu(pinMemory)) { block() }
}

/**
 * Runs a block in which tensors saved for backward are written to files in [dir], see
 * `Graph.saveToDisk`.
 *
 * The block cannot suspend; suspending code uses `withContext(SaveToDisk(dir)) { }`.
 */
@OptIn(ExperimentalContracts::class)
public inline fun <T> saveToDisk(
    dir: Path,
    crossinline block: () -> T,
): T {
    contract { callsInPlace(block, InvocationKind.EXACTLY_ONCE) }
    return inside(Graph.saveToDisk(dir)) { block() }
}

/**
 * Runs a block in which saved-tensor hooks are forbidden with a message, see
 * `Graph.disableSavedTensorsHooks`. The block cannot suspend.
 */
@OptIn(ExperimentalContracts::class)
public inline fun <T> disableSavedTensorsHooks(
    message: String,
    crossinline block: () -> T,
): T {
    contract { callsInPlace(block, InvocationKind.EXACTLY_ONCE) }
    return inside(Graph.disableSavedTensorsHooks(message)) { block() }
}

/**
 * Runs a block that may change saved tensors in place, see `Graph.allowMutationOnSavedTensors`. The
 * block cannot suspend.
 */
@OptIn(ExperimentalContracts::class)
public inline fun <T> allowMutationOnSavedTensors(crossinline block: () -> T): T {
    contract { callsInPlace(block, InvocationKind.EXACTLY_ONCE) }
    return inside(Graph.allowMutationOnSavedTensors()) { block() }
}

@OptIn(ExperimentalContracts::class)
@PublishedApi
internal inline fun <T> inside(
    scope: Scope,
    block: () -> T,
): T {
    contract { callsInPlace(block, InvocationKind.EXACTLY_ONCE) }
    try {
        return block()
    } finally {
        scope.close()
    }
}

@PublishedApi
internal fun <P> hooksOf(
    pack: (Tensor) -> P,
    unpack: (P) -> Tensor,
): SavedTensorHooks<P> =
    object : SavedTensorHooks<P> {
        override fun pack(tensor: Tensor): P = pack(tensor)

        override fun unpack(packed: P): Tensor = unpack(packed)
    }

/**
 * Has tensors saved for backward packed and unpacked by hooks: `withContext(SavedTensorsHooks(hooks))
 * { }`, see [ModeContext].
 */
public class SavedTensorsHooks(
    private val hooks: SavedTensorHooks<*>,
) : ModeContext() {
    override fun change(found: Mode): Mode = SavedHooks.pushed(found, hooks)

    override fun toString(): String = "SavedTensorsHooks($hooks)"
}

/** Same as [SavedTensorsHooks] with the pair as a value. */
public fun <P> SavedTensorsHooks(
    pack: (Tensor) -> P,
    unpack: (P) -> Tensor,
): SavedTensorsHooks = SavedTensorsHooks(hooksOf(pack, unpack))

/**
 * Has tensors saved for backward kept in host memory: `withContext(SaveOnCpu()) { }`, see
 * [ModeContext].
 *
 * @property pinMemory whether they are copied to memory that transfers faster, where there is such
 */
public data class SaveOnCpu(
    val pinMemory: Boolean = false,
) : ModeContext() {
    override fun change(found: Mode): Mode =
        SavedHooks.pushed(found, Graph.saveOnCpuHooks(pinMemory))
}

/**
 * Has tensors saved for backward written to files: `withContext(SaveToDisk(dir)) { }`, see
 * [ModeContext].
 *
 * @property dir where to put the files
 */
public data class SaveToDisk(
    val dir: Path,
) : ModeContext() {
    override fun change(found: Mode): Mode = SavedHooks.pushed(found, Graph.saveToDiskHooks(dir))
}

/**
 * Runs a block without keeping what it saves for backward, and runs it again when a pass needs it;
 * see `Checkpoint`. The block cannot suspend.
 *
 * Tensors that the block captures take part; give those that saved-tensor hooks around the call
 * shall see as arguments.
 *
 * @param options which kind of checkpoint, `CheckpointOptions.NON_REENTRANT` for most. Without them
 * that kind is used and a warning asks to say so, once for each line of the caller's code.
 */
public fun <T> checkpoint(
    options: CheckpointOptions,
    block: () -> T,
): T = Checkpoint.checkpoint(options, Supplier { block() })

/** Same as with options, but warns that they are missing. */
public fun <T> checkpoint(block: () -> T): T = Checkpoint.checkpoint(Supplier { block() })

/** Same as without arguments, with a tensor that the block is given. */
public fun <T> checkpoint(
    a: Tensor,
    options: CheckpointOptions,
    block: (Tensor) -> T,
): T = Checkpoint.checkpoint(options, Function<Tensor, T> { block(it) }, a)

/** Same as with options, but warns that they are missing. */
public fun <T> checkpoint(
    a: Tensor,
    block: (Tensor) -> T,
): T = Checkpoint.checkpoint(Function<Tensor, T> { block(it) }, a)

/** Same as without arguments, with tensors that the block is given. */
public fun <T> checkpoint(
    a: Tensor,
    b: Tensor,
    options: CheckpointOptions,
    block: (Tensor, Tensor) -> T,
): T = Checkpoint.checkpoint(options, BiFunction<Tensor, Tensor, T> { x, y -> block(x, y) }, a, b)

/** Same as with options, but warns that they are missing. */
public fun <T> checkpoint(
    a: Tensor,
    b: Tensor,
    block: (Tensor, Tensor) -> T,
): T = Checkpoint.checkpoint(BiFunction<Tensor, Tensor, T> { x, y -> block(x, y) }, a, b)
