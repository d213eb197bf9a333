package org.autograd.dsl

import org.autograd.GradMode
import org.autograd.InferenceMode
import kotlin.contracts.ExperimentalContracts
import kotlin.contracts.InvocationKind
import kotlin.contracts.contract

/**
 * Runs a block without recording and returns its result. The mode found is restored however the
 * block ends.
 *
 * The block cannot suspend: the mode belongs to the thread and would stay behind on it. Suspending
 * code uses `withContext(NoGrad) { }`.
 */
@OptIn(ExperimentalContracts::class)
public inline fun <T> withNoGrad(crossinline block: () -> T): T {
    contract { callsInPlace(block, InvocationKind.EXACTLY_ONCE) }
    return withGradEnabled(false) { block() }
}

/**
 * Runs a block with recording on and returns its result. The mode found is restored however the
 * block ends.
 *
 * The block cannot suspend; suspending code uses `withContext(EnableGrad) { }`.
 */
@OptIn(ExperimentalContracts::class)
public inline fun <T> withGrad(crossinline block: () -> T): T {
    contract { callsInPlace(block, InvocationKind.EXACTLY_ONCE) }
    return withGradEnabled(true) { block() }
}

/**
 * Runs a block with recording on or off and returns its result. The mode found is restored however
 * the block ends.
 *
 * The block cannot suspend; suspending code uses `withContext(GradEnabled(enabled)) { }`.
 */
@OptIn(ExperimentalContracts::class)
public inline fun <T> withGradEnabled(
    enabled: Boolean,
    crossinline block: () -> T,
): T {
    contract { callsInPlace(block, InvocationKind.EXACTLY_ONCE) }
    val scope = GradMode.setGradEnabled(enabled)
    try {
        return block()
    } finally {
        scope.close()
    }
}

/**
 * Runs a block in inference mode and returns its result: tensors made in it have no version counter
 * and never take part in recorded operations that would have to save them. The mode found is
 * restored however the block ends.
 *
 * The block cannot suspend; suspending code uses `withContext(Inference) { }`.
 */
@OptIn(ExperimentalContracts::class)
public inline fun <T> inferenceMode(crossinline block: () -> T): T {
    contract { callsInPlace(block, InvocationKind.EXACTLY_ONCE) }
    val scope = InferenceMode.enter()
    try {
        return block()
    } finally {
        scope.close()
    }
}
