package org.autograd.dsl

import org.autograd.engine.GraphTask
import org.autograd.engine.NodeTask
import org.autograd.engine.ReadyQueue
import java.util.concurrent.CancellationException
import java.util.function.Consumer

/**
 * Runs one pass on several workers, without knowing how workers are started.
 *
 * A worker goes on with the newest node that it made ready itself and touches nothing shared for
 * it. What else becomes ready is spare: whichever worker has nothing to do takes it, the newest
 * first, and a new worker is asked for as soon as the work before and in the spare nodes is worth
 * it.
 */
internal class ParallelRun(
    private val task: GraphTask,
    private val parallelism: Int,
) {
    /** A monitor that can also be waited on. */
    @Suppress("PLATFORM_CLASS_MAPPED_TO_KOTLIN")
    private val lock = Object()

    /** Ready nodes that no worker holds; guarded by [lock]. */
    private val spare = ReadyQueue()

    /** How many spare nodes there are, to be asked without the lock. */
    @Volatile
    private var spares = 0

    /** How many of them may take long. */
    @Volatile
    private var heavySpares = 0

    /** Workers at work, and workers asked for that have not started; guarded by [lock]. */
    private var working = 0
    private var asked = 0

    @Volatile
    private var stopped = false

    /**
     * What the first failing node threw, with what others threw suppressed; read it when no worker
     * is left.
     */
    var failure: Throwable? = null
        private set

    /** Asks for one more worker: [help] is to be called once, on some thread. */
    var askForHelp: () -> Unit = {}

    init {
        task.initiallyReady(::addSpare)
    }

    /** Throws if a node has failed: for passes started inside other nodes. */
    fun checkStopped() {
        if (stopped) {
            throw CancellationException("another node of the pass has failed")
        }
    }

    /** Whether nodes wait for a worker. */
    val hasWork: Boolean get() = spares > 0 && !stopped

    /**
     * Works on small nodes, and not on many: less than it costs to wake another thread, so that a pass over few small nodes
     * never leaves the calling thread. To be called first, if at all; [work] does the rest, if there [is any][hasWork].
     */
    fun workBriefly() {
        if (enter(0)) {
            Worker(BRIEFLY).work()
        }
    }

    /** Works until nothing is left that this worker could do. */
    fun work() {
        if (enter(0)) {
            Worker().work()
        }
    }

    /** Works as a worker that was asked for, if there still is something to do. */
    fun help() {
        if (enter(1)) {
            Worker().work()
        }
    }

    /**
     * Works, and blocks the calling thread until no worker is at work. Workers that start later do
     * nothing.
     */
    fun workAndWait() {
        var interrupted = false
        do {
            work()
            val more =
                synchronized(lock) {
                    while (working > 0 && !hasRoom()) {
                        try {
                            lock.wait()
                        } catch (_: InterruptedException) {
                            interrupted = true
                        }
                    }
                    hasRoom()
                }
        } while (more)
        if (interrupted) {
            Thread.currentThread().interrupt()
        }
    }

    /** Tells whether there is something to do for one worker more; called under [lock]. */
    private fun hasRoom() = !stopped && !spare.isEmpty && working < parallelism

    private fun enter(claims: Int): Boolean =
        synchronized(lock) {
            asked -= claims
            val free = hasRoom()
            if (free) working++
            free
        }

    private fun mayAsk(): Boolean =
        synchronized(lock) {
            val free = hasRoom() && working + asked < parallelism
            if (free) asked++
            free
        }

    private fun addSpare(t: NodeTask) {
        synchronized(lock) {
            spare.push(t)
            spares++
            if (!t.isSmall) heavySpares++
            lock.notifyAll()
        }
    }

    /** Takes a spare node; if there is none, the worker is no longer at work. */
    private fun takeSpare(): NodeTask? =
        synchronized(lock) {
            val t = if (stopped) null else spare.pop()
            if (t == null) {
                leave()
            } else {
                spares--
                if (!t.isSmall) heavySpares--
            }
            t
        }

    private fun leave() {
        working--
        lock.notifyAll()
    }

    private fun fail(e: Throwable) {
        synchronized(lock) {
            val first = failure
            if (first == null) {
                failure = e
            } else if (first !== e && e !is CancellationException) {
                first.addSuppressed(e)
            }
            stopped = true
            leave()
        }
    }

    /** @param budget how many nodes it runs, small ones only; negative: any number of any kind */
    private inner class Worker(
        private var budget: Int = -1,
    ) : Consumer<NodeTask> {
        private var own: NodeTask? = null
        private val leaves = ArrayDeque<NodeTask>()

        /**
         * The worth of the nodes that this worker ran while others were waiting, since it last
         * asked for help.
         */
        private var done = 0

        fun work() {
            try {
                while (true) {
                    val next = next() ?: return
                    if (budget < 0) {
                        askForHelpBefore(next)
                    } else if (budget-- == 0 || heavySpares > 0 || !next.isSmall) {
                        putBack(next)
                        return
                    }
                    task.checkCancelled()
                    task.run(next, this)
                }
            } catch (e: Throwable) {
                fail(e)
            }
        }

        private fun next(): NodeTask? {
            if (stopped) return takeSpare()
            leaves.removeLastOrNull()?.let { return it }
            val t = own ?: return takeSpare()
            own = null
            return t
        }

        /** Leaves everything this worker holds to others. */
        private fun putBack(next: NodeTask) {
            addSpare(next)
            own?.let { addSpare(it) }
            leaves.forEach { addSpare(it) }
            synchronized(lock) { leave() }
        }

        /** Takes a node that the one just run made ready. */
        override fun accept(t: NodeTask) {
            if (t.isPlainLeaf) {
                leaves.addLast(t)
                return
            }
            val kept = own
            own = if (kept == null || t.before(kept)) t else kept
            if (kept != null) addSpare(if (own === t) kept else t)
        }

        private fun askForHelpBefore(next: NodeTask) {
            if (spares == 0) return
            done += if (heavySpares > 0 || !next.isSmall) WORTH_A_WORKER else 1
            if (done >= WORTH_A_WORKER) {
                done = 0
                if (mayAsk()) {
                    task.share()
                    askForHelp()
                }
            }
        }
    }

    private companion object {
        /** So many small nodes take longer than starting a worker. */
        const val WORTH_A_WORKER = 64

        /** So many small nodes run in well under a millisecond. */
        const val BRIEFLY = 2048
    }
}
