package org.autograd.dsl

import kotlinx.coroutines.CopyableThreadContextElement
import kotlinx.coroutines.DelicateCoroutinesApi
import kotlinx.coroutines.ExperimentalCoroutinesApi
import org.autograd.InferenceMode
import org.autograd.mode.Bits
import org.autograd.mode.Mode
import org.autograd.mode.ThreadState
import kotlin.coroutines.CoroutineContext

/**
 * A coroutine context element that gives a coroutine a mode of its own: grad mode and whatever else
 * is in force travel with the coroutine from thread to thread, changes made inside (also by
 * `GradMode.setGradEnabled`) stay inside and survive suspension, and no other coroutine on the same
 * thread sees them.
 *
 * Its values are requests that may be used any number of times, also at once: [CurrentMode],
 * [NoGrad], [EnableGrad], [GradEnabled], [Inference], [ForwardGradEnabled], [DetectAnomaly],
 * [SavedTensorsHooks], [SaveOnCpu] and [SaveToDisk]. Each `withContext`, `launch`, `async` or
 * `runBlocking` with one of them starts with the mode in force at that place, changed as asked.
 * Coroutines started inside inherit the mode that is in force there at that time.
 *
 * A coroutine without such an element works with the mode of whichever thread it is on.
 */
@OptIn(ExperimentalCoroutinesApi::class, DelicateCoroutinesApi::class)
public sealed class ModeContext : CopyableThreadContextElement<ThreadState> {
    /** What all elements of this kind are found under; a context has one at most. */
    public companion object Key : CoroutineContext.Key<ModeContext>

    final override val key: CoroutineContext.Key<ModeContext> get() = Key

    /** Changes the mode found at the start. */
    internal abstract fun change(found: Mode): Mode

    /** The state that a copy for a new coroutine starts from. */
    internal open fun found(): ThreadState = ThreadState.current()

    /** Makes the element of a new coroutine; called where it is started. */
    final override fun copyForChild(): ModeContext = carry(found())

    /** Makes the element of a new coroutine that asks for a change. */
    final override fun mergeForChild(overwritingElement: CoroutineContext.Element): ModeContext =
        (overwritingElement as ModeContext).carry(found())

    private fun carry(found: ThreadState): ModeContext {
        val own = found.copy()
        own.mode = change(own.mode)
        return Carried(own)
    }

    /**
     * Puts the coroutine's mode in force on the thread. A request that was not copied changes
     * nothing.
     */
    override fun updateThreadContext(context: CoroutineContext): ThreadState = ThreadState.current()

    /** Puts back what the thread had. */
    override fun restoreThreadContext(
        context: CoroutineContext,
        oldState: ThreadState,
    ) {
        ThreadState.swap(oldState)
    }
}

/**
 * The element that a coroutine really runs with. Its state is in force while the coroutine is on a
 * thread, so that whatever changes the mode changes it here: nothing has to be read back at a
 * suspension, when the coroutine may already go on elsewhere.
 */
private class Carried(
    private val own: ThreadState,
) : ModeContext() {
    override fun change(found: Mode): Mode = own.mode

    override fun found(): ThreadState = own

    override fun updateThreadContext(context: CoroutineContext): ThreadState = ThreadState.swap(own)
}

/**
 * Carries the mode that is in force, see [ModeContext]. For coroutines that switch modes
 * themselves.
 */
public data object CurrentMode : ModeContext() {
    override fun change(found: Mode): Mode = found
}

/** Switches recording off: `withContext(NoGrad) { }`, see [ModeContext]. */
public data object NoGrad : ModeContext() {
    override fun change(found: Mode): Mode = found.with(Bits.GRAD, false)
}

/** Switches recording on: `withContext(EnableGrad) { }`, see [ModeContext]. */
public data object EnableGrad : ModeContext() {
    override fun change(found: Mode): Mode = found.with(Bits.GRAD, true)
}

/**
 * Switches recording on or off: `withContext(GradEnabled(b)) { }`, see [ModeContext].
 *
 * @property enabled whether operations are recorded
 */
public data class GradEnabled(
    val enabled: Boolean,
) : ModeContext() {
    override fun change(found: Mode): Mode = found.with(Bits.GRAD, enabled)
}

/** Switches inference mode on: `withContext(Inference) { }`, see [ModeContext]. */
public data object Inference : ModeContext() {
    init {
        // From its first use on, fresh tensors ask whether the mode is on.
        InferenceMode.isEnabled()
    }

    override fun change(found: Mode): Mode = found.with(Bits.INFERENCE, true).with(Bits.GRAD, false)
}
