package org.autograd.dsl

import kotlinx.coroutines.CoroutineScope
import kotlinx.coroutines.coroutineScope
import kotlinx.coroutines.withContext
import org.autograd.AutogradException
import org.autograd.ForwardAD
import org.autograd.Tensor
import org.autograd.UnpackedDual
import org.autograd.forward.DualLevel
import org.autograd.mode.Bits
import org.autograd.mode.Mode
import org.autograd.mode.ThreadState
import kotlin.contracts.ExperimentalContracts
import kotlin.contracts.InvocationKind
import kotlin.contracts.contract

/** Marks the receivers of forward mode: what a block says without a receiver is of its own level. */
@DslMarker
@Target(AnnotationTarget.CLASS)
public annotation class DualDsl

/**
 * An open level of forward mode: the receiver of [dualLevel]. Its functions are about this level
 * also where another one has been opened inside of it (`this@dualLevel.unpackDual(y)`); after its
 * block has ended, and where it is not in force, they throw [AutogradException].
 */
@DualDsl
public open class DualScope internal constructor(
    private val level: DualLevel,
) {
    /** How many levels were open when this one was: the first one has index 0. */
    public val index: Int get() = level.index()

    /** The tangent that a tensor has at this level; null if it has none. */
    public val Tensor.tangent: Tensor? get() = unpackDual(this).tangent()

    /** A tensor without the tangent that it has at this level. */
    public val Tensor.primal: Tensor get() = unpackDual(this).primal()

    /**
     * Makes a dual tensor: a view of [primal] that has [tangent] at this level, which operators
     * carry along from here.
     *
     * @param primal a floating point tensor; stays as it is
     * @param tangent a floating point tensor of the same shape
     * @throws AutogradException if the shapes differ, or one of the two has a tangent at this level
     * @throws IllegalArgumentException if one of the dtypes is not a floating point one
     */
    public fun makeDual(
        primal: Tensor,
        tangent: Tensor,
    ): Tensor = ForwardAD.makeDual(primal, tangent, visibleIndex())

    /**
     * Takes a dual tensor of this level apart: `val (primal, tangent) = unpackDual(y)`. The tangent
     * is null if there is none.
     */
    public fun unpackDual(tensor: Tensor): UnpackedDual =
        ForwardAD.unpackDual(tensor, visibleIndex())

    private fun visibleIndex(): Int {
        var found = DualLevel.innermost(ThreadState.current())
        while (found != null && found.index() > index) {
            found = found.outer()
        }
        if (found !== level || !level.isOpen) {
            throw AutogradException(
                "dualLevel: level $index is not open here. Either its block has ended, or this " +
                    "runs on a thread or in a coroutine that was not started inside of it; " +
                    "coroutines started in the block of withDualLevel are inside.",
            )
        }
        return index
    }
}

/**
 * An open level of forward mode that is also a coroutine scope: the receiver of [withDualLevel].
 * Coroutines started in it are inside the level, which ends after them.
 */
public class DualCoroutineScope internal constructor(
    level: DualLevel,
    scope: CoroutineScope,
) : DualScope(level),
    CoroutineScope by scope

/** The value: `val (primal, tangent) = unpackDual(y)`. */
public operator fun UnpackedDual.component1(): Tensor = primal()

/** The tangent, or null: `val (primal, tangent) = unpackDual(y)`. */
public operator fun UnpackedDual.component2(): Tensor? = tangent()

/**
 * Runs a block inside a new level of forward mode and returns its result. The level is closed
 * however the block ends: a dual tensor that escapes keeps its value and has no tangent any more.
 *
 * ```
 * val slope = dualLevel {
 *     val x = makeDual(tensorOf(2.0), tensorOf(1.0))
 *     (x * x).tangent
 * } // 4
 * ```
 *
 * Levels nest, and their tangents never mix: a tensor made dual in an inner and in an outer level
 * gives second derivatives. See [ForwardAD].
 *
 * The block cannot suspend: the level belongs to the thread. Suspending code uses [withDualLevel].
 */
@OptIn(ExperimentalContracts::class)
public inline fun <T> dualLevel(crossinline block: DualScope.() -> T): T {
    contract { callsInPlace(block, InvocationKind.EXACTLY_ONCE) }
    return ForwardAD.dualLevel().use { innermostScope().block() }
}

@PublishedApi
internal fun innermostScope(): DualScope = DualScope(DualLevel.innermost(ThreadState.current())!!)

/**
 * Runs a suspending block inside a new level of forward mode and returns its result. The level
 * follows the coroutine from thread to thread, and those that are started inside; no other
 * coroutine sees it. It is closed when the block and the coroutines started in it have ended, also
 * by failure, cancellation or a timeout.
 *
 * ```
 * withDualLevel {
 *     val y = async(Dispatchers.Default) { f(makeDual(x, v)) }
 *     y.await().tangent
 * }
 * ```
 *
 * Passes started inside, by [backward] and [grad], compute with tangents too, on all their threads.
 */
@JvmSynthetic
public suspend fun <T> withDualLevel(block: suspend DualCoroutineScope.() -> T): T =
    withContext(CurrentMode) {
        ForwardAD.dualLevel().use {
            val level = DualLevel.innermost(ThreadState.current())!!
            // A scope of its own, so that what was started inside ends before the level does.
            coroutineScope { DualCoroutineScope(level, this).block() }
        }
    }

/**
 * Runs a block in which operators pass tangents on, or do not, and returns its result. The switch
 * found is restored however the block ends.
 *
 * The block cannot suspend; suspending code uses `withContext(ForwardGradEnabled(enabled)) { }`.
 */
@OptIn(ExperimentalContracts::class)
public inline fun <T> withForwardGradEnabled(
    enabled: Boolean,
    crossinline block: () -> T,
): T {
    contract { callsInPlace(block, InvocationKind.EXACTLY_ONCE) }
    return inside(ForwardAD.setForwardGradEnabled(enabled)) { block() }
}

/**
 * Has operators pass tangents on, or not: `withContext(ForwardGradEnabled(b)) { }`, see
 * [ModeContext].
 *
 * @property enabled whether operators pass tangents on
 */
public data class ForwardGradEnabled(
    val enabled: Boolean,
) : ModeContext() {
    override fun change(found: Mode): Mode = found.with(Bits.NO_FORWARD, !enabled)
}
