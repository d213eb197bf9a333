package org.autograd.dsl

import org.autograd.engine.BackwardScheduler
import org.autograd.engine.GraphTask
import org.autograd.engine.NodeTask
import java.util.Random
import kotlin.concurrent.thread

/** Runs ready nodes in random order on several threads. */
internal class RandomOrderScheduler(
    seed: Long,
    private val workers: Int,
) : BackwardScheduler {
    private val random = Random(seed)

    override fun parallel() = true

    override fun run(task: GraphTask) {
        task.share()
        @Suppress("PLATFORM_CLASS_MAPPED_TO_KOTLIN")
        val lock = Object()
        val ready = ArrayList<NodeTask>()
        var running = 0
        var failure: Throwable? = null
        task.initiallyReady { ready += it }

        fun take(): NodeTask? =
            synchronized(lock) {
                while (ready.isEmpty() && running > 0) lock.wait()
                if (ready.isEmpty()) return null
                running++
                val last = ready.removeLast()
                val at = random.nextInt(ready.size + 1)
                if (at == ready.size) last else ready.set(at, last)
            }

        fun work() {
            while (true) {
                val next = take() ?: return
                val found = ArrayList<NodeTask>()
                val failed = runCatching { task.run(next, found::add) }.exceptionOrNull()
                synchronized(lock) {
                    if (failed == null) ready += found else failure = failed
                    running--
                    lock.notifyAll()
                }
            }
        }
        List(workers) { thread { work() } }.forEach { it.join() }
        failure?.let { throw it }
    }
}
