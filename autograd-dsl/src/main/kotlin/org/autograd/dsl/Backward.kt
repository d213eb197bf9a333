@file:JvmName("Passes")

package org.autograd.dsl

import kotlinx.coroutines.CancellationException
import kotlinx.coroutines.CoroutineDispatcher
import kotlinx.coroutines.Dispatchers
import kotlinx.coroutines.currentCoroutineContext
import kotlinx.coroutines.ensureActive
import kotlinx.coroutines.job
import kotlinx.coroutines.launch
import kotlinx.coroutines.withContext
import org.autograd.Autograd
import org.autograd.BackwardOptions
import org.autograd.GradOptions
import org.autograd.Tensor
import org.autograd.TensorOrEdge
import org.autograd.engine.Engine
import org.autograd.engine.GraphTask
import org.autograd.engine.Requests
import kotlin.coroutines.EmptyCoroutineContext

/**
 * Differentiates a tensor and adds the gradients of the leaves to their `.grad`, in coroutines:
 * independent branches of the graph run at once, and cancellation and `withTimeout` take effect
 * between nodes.
 *
 * Everything happens or nothing: if a node fails or the pass is cancelled, every `.grad` is what it
 * was before, no coroutine is left running, and with [retainGraph] the same graph can be run again.
 * The first failure is thrown, with those of other branches suppressed. Gradients have the same
 * bits at any parallelism. The mode in force at the call holds in every node. A gradient edge can
 * stand for its tensor.
 *
 * @param loss what is differentiated; must require grad
 * @param gradient a tensor of the loss's shape; may be left out if the loss has one element
 * @param retainGraph whether saved values are kept so that the graph can be run again; null means
 *   the value of [createGraph]
 * @param createGraph whether the pass itself is recorded, for derivatives of higher order
 * @param inputs the tensors to accumulate into; null means all leaves
 * @param dispatcher lends the threads that nodes run on; what takes less time than the way there runs on the calling thread
 * @param parallelism how many nodes run at once at most
 * @throws org.autograd.AutogradException if a tensor does not require grad, a gradient does not
 *   fit, or the graph has been freed
 * @throws IllegalArgumentException if `parallelism` is less than 1
 */
@JvmSynthetic
public suspend fun backward(
    loss: TensorOrEdge,
    gradient: Tensor? = null,
    retainGraph: Boolean? = null,
    createGraph: Boolean = false,
    inputs: List<TensorOrEdge>? = null,
    dispatcher: CoroutineDispatcher = Dispatchers.Default,
    parallelism: Int = defaultParallelism,
): Unit =
    backward(
        listOf(loss),
        gradient?.let(::listOf),
        retainGraph,
        createGraph,
        inputs,
        dispatcher,
        parallelism,
    )

/**
 * Differentiates the sum of several tensors, weighted by [gradients]; else as [backward] of one
 * tensor.
 *
 * @param losses what is differentiated; each must require grad
 * @param gradients one for each of them; null, or null entries, stand for ones
 */
@JvmSynthetic
public suspend fun backward(
    losses: List<TensorOrEdge>,
    gradients: List<Tensor?>? = null,
    retainGraph: Boolean? = null,
    createGraph: Boolean = false,
    inputs: List<TensorOrEdge>? = null,
    dispatcher: CoroutineDispatcher = Dispatchers.Default,
    parallelism: Int = defaultParallelism,
) {
    requireParallelism(parallelism)
    val options = BackwardOptions(retainGraph, createGraph, inputs)
    run(Requests.backward(losses, gradients, options, true), dispatcher, parallelism)
}

/**
 * Returns the gradient of a tensor with respect to one input, computed in coroutines as [backward]
 * does. Changes no `.grad`.
 *
 * @param output what is differentiated; must require grad
 * @param input a leaf or other tensor that requires grad and that the output depends on
 * @param gradOutput a tensor of the output's shape; may be left out if the output has one element
 * @param retainGraph whether saved values are kept so that the graph can be run again; null means
 *   the value of [createGraph]
 * @param createGraph whether the pass itself is recorded, for derivatives of higher order
 * @param isGradsBatched whether dimension 0 of [gradOutput] counts gradients that are propagated at
 *   once; dimension 0 of the result counts theirs
 * @param dispatcher lends the threads that nodes run on
 * @param parallelism how many nodes run at once at most
 * @throws org.autograd.AutogradException if a tensor does not require grad, the output does not
 *   depend on the input, a gradient does not fit, or the graph has been freed
 * @throws IllegalArgumentException if `parallelism` is less than 1
 */
@JvmSynthetic
public suspend fun grad(
    output: TensorOrEdge,
    input: TensorOrEdge,
    gradOutput: Tensor? = null,
    retainGraph: Boolean? = null,
    createGraph: Boolean = false,
    isGradsBatched: Boolean = false,
    dispatcher: CoroutineDispatcher = Dispatchers.Default,
    parallelism: Int = defaultParallelism,
): Tensor =
    grad(
        listOf(output),
        listOf(input),
        gradOutput?.let { listOf(it) },
        retainGraph,
        createGraph,
        isGradsBatched = isGradsBatched,
        dispatcher = dispatcher,
        parallelism = parallelism,
    )[0]!!

/**
 * Returns the gradients of one output with respect to several inputs: `grad(loss, parameters)`;
 * else as [grad] of several outputs.
 *
 * @param output what is differentiated; must require grad
 * @param inputs leaves or other tensors that require grad
 * @param gradOutput a tensor of the output's shape; may be left out if the output has one element
 * @return one gradient for each input; null entries only if unused inputs are allowed
 */
@JvmSynthetic
public suspend fun grad(
    output: TensorOrEdge,
    inputs: List<TensorOrEdge>,
    gradOutput: Tensor? = null,
    retainGraph: Boolean? = null,
    createGraph: Boolean = false,
    allowUnused: Boolean? = null,
    materializeGrads: Boolean = false,
    isGradsBatched: Boolean = false,
    dispatcher: CoroutineDispatcher = Dispatchers.Default,
    parallelism: Int = defaultParallelism,
): List<Tensor?> =
    grad(
        listOf(output),
        inputs,
        gradOutput?.let { listOf(it) },
        retainGraph,
        createGraph,
        allowUnused,
        materializeGrads,
        isGradsBatched,
        dispatcher,
        parallelism,
    )

/**
 * Returns the gradients of the sum of the outputs, weighted by [gradOutputs], with respect to the
 * inputs, computed in coroutines as [backward] does. Changes no `.grad`.
 *
 * @param outputs what is differentiated; each must require grad
 * @param inputs leaves or other tensors that require grad
 * @param gradOutputs one for each output; null, or null entries, stand for ones
 * @param retainGraph whether saved values are kept so that the graph can be run again; null means
 *   the value of [createGraph]
 * @param createGraph whether the pass itself is recorded, for derivatives of higher order
 * @param allowUnused whether an input that the outputs do not depend on gives null instead of an
 *   error; null means the value of [materializeGrads]
 * @param materializeGrads whether zeros stand for the gradient of such an input
 * @param isGradsBatched whether dimension 0 of each of [gradOutputs], which must all be given, counts
 *   gradients that are propagated at once; dimension 0 of each result counts theirs
 * @param dispatcher lends the threads that nodes run on
 * @param parallelism how many nodes run at once at most
 * @return one gradient for each input; null entries only if unused inputs are allowed
 * @throws org.autograd.AutogradException if a tensor does not require grad, an input is unused and
 *   that is not allowed, a gradient does not fit, or the graph has been freed
 * @throws IllegalArgumentException if there are no inputs, or options contradict each other
 */
@JvmSynthetic
public suspend fun grad(
    outputs: List<TensorOrEdge>,
    inputs: List<TensorOrEdge>,
    gradOutputs: List<Tensor?>? = null,
    retainGraph: Boolean? = null,
    createGraph: Boolean = false,
    allowUnused: Boolean? = null,
    materializeGrads: Boolean = false,
    isGradsBatched: Boolean = false,
    dispatcher: CoroutineDispatcher = Dispatchers.Default,
    parallelism: Int = defaultParallelism,
): List<Tensor?> {
    requireParallelism(parallelism)
    val options =
        GradOptions(retainGraph, createGraph, allowUnused, materializeGrads, isGradsBatched)
    val task = Requests.grad(outputs, inputs, gradOutputs, options, true)
    run(task, dispatcher, parallelism)
    return task.captured().asList()
}

private suspend fun run(
    task: GraphTask,
    dispatcher: CoroutineDispatcher,
    parallelism: Int,
) {
    try {
        val run = ParallelRun(task, parallelism)
        val job = currentCoroutineContext().job
        task.cancellation {
            job.ensureActive()
            run.checkStopped()
        }
        run.workBriefly()
        if (run.hasWork) workElsewhere(run, dispatcher)
        run.failure?.let { throw it }
        currentCoroutineContext().ensureActive()
        // From here on nothing suspends: the commit happens as a whole, on the caller's side.
        Engine.finish(task)
    } finally {
        Engine.close(task)
    }
}

/** Works on the threads of a dispatcher, with more workers where there is work for them. */
private suspend fun workElsewhere(
    run: ParallelRun,
    dispatcher: CoroutineDispatcher,
) {
    val several = Autograd.isMultithreadingEnabled()
    try {
        withContext(if (several) dispatcher else EmptyCoroutineContext) {
            if (several) run.askForHelp = { launch { run.help() } }
            run.work()
        }
    } catch (e: CancellationException) {
        run.failure?.let { if (it !is CancellationException) e.addSuppressed(it) }
        throw e
    }
}
