package org.autograd.dsl

import kotlinx.coroutines.CoroutineDispatcher
import kotlinx.coroutines.Dispatchers
import kotlinx.coroutines.InternalCoroutinesApi
import org.autograd.engine.BackwardScheduler
import org.autograd.engine.GraphTask
import kotlin.coroutines.EmptyCoroutineContext

/**
 * Runs blocking passes (`loss.backward()`) on the threads of a coroutine dispatcher and on the
 * calling thread, which works too and waits for the end. Independent branches run at once;
 * gradients have the same bits as under any other scheduler.
 *
 * Put it in force with `Engine.scheduler(CoroutineScheduler())`. Coroutines use the suspending
 * [backward] and [grad] instead.
 *
 * @param dispatcher lends the threads. A pass never waits for one: what no thread takes, the
 *   calling thread does
 * @param parallelism how many nodes run at once at most
 * @throws IllegalArgumentException if `parallelism` is less than 1
 */
public class CoroutineScheduler(
    private val dispatcher: CoroutineDispatcher,
    private val parallelism: Int,
) : BackwardScheduler {
    /** Uses [Dispatchers.Default] and as many workers as there are processors, but at least two. */
    public constructor() : this(Dispatchers.Default, defaultParallelism)

    init {
        requireParallelism(parallelism)
    }

    override fun parallel(): Boolean = true

    @OptIn(InternalCoroutinesApi::class)
    override fun run(task: GraphTask) {
        val run = ParallelRun(task, parallelism)
        if (dispatcher.isDispatchNeeded(EmptyCoroutineContext)) {
            run.askForHelp = { dispatcher.dispatch(EmptyCoroutineContext, Runnable { run.help() }) }
        }
        task.cancellation(run::checkStopped)
        run.workAndWait()
        run.failure?.let { throw it }
    }
}

/** How many workers a pass has at most if nothing is said. */
internal val defaultParallelism: Int
    get() = Runtime.getRuntime().availableProcessors().coerceAtLeast(2)

internal fun requireParallelism(parallelism: Int) {
    require(parallelism >= 1) { "parallelism must be at least 1, got $parallelism" }
}
