package org.autograd.dsl

import kotlinx.coroutines.channels.Channel
import kotlinx.coroutines.flow.Flow
import kotlinx.coroutines.flow.buffer
import kotlinx.coroutines.flow.flowOn
import org.autograd.GradMode
import org.autograd.mode.ThreadState

/**
 * Returns the same sequence with its body running without recording. The body sees its own mode
 * whenever it runs, also one it changed before it yielded; the consumer sees its own whenever the
 * body does not run.
 */
public fun <T> Sequence<T>.withNoGrad(): Sequence<T> = withGradEnabled(false)

/** Returns the same sequence with its body running with recording on, see [withNoGrad]. */
public fun <T> Sequence<T>.withGrad(): Sequence<T> = withGradEnabled(true)

/** Returns the same sequence with its body running with recording on or off, see [withNoGrad]. */
public fun <T> Sequence<T>.withGradEnabled(enabled: Boolean): Sequence<T> =
    Sequence { OwnModeIterator(this, enabled) }

/**
 * Returns the same flow with its body running without recording. The body sees its own mode
 * whenever it runs, also one it changed before it emitted; the collector sees its own whenever the
 * body does not run.
 */
public fun <T> Flow<T>.withNoGrad(): Flow<T> = withGradEnabled(false)

/** Returns the same flow with its body running with recording on, see [withNoGrad]. */
public fun <T> Flow<T>.withGrad(): Flow<T> = withGradEnabled(true)

/** Returns the same flow with its body running with recording on or off, see [withNoGrad]. */
public fun <T> Flow<T>.withGradEnabled(enabled: Boolean): Flow<T> {
    // The channel puts body and collector into coroutines of their own: in one coroutine, a
    // collector whose context has no mode would run in the body's.
    return flowOn(GradEnabled(enabled)).buffer(Channel.RENDEZVOUS)
}

private class OwnModeIterator<T>(
    body: Sequence<T>,
    enabled: Boolean,
) : Iterator<T> {
    private val own = ThreadState.current().copy()
    private val iterator: Iterator<T> =
        inside {
            GradMode.setGradEnabled(enabled)
            body.iterator()
        }

    override fun hasNext(): Boolean = inside { iterator.hasNext() }

    override fun next(): T = inside { iterator.next() }

    private inline fun <R> inside(block: () -> R): R {
        val consumer = ThreadState.swap(own)
        try {
            return block()
        } finally {
            ThreadState.swap(consumer)
        }
    }
}
