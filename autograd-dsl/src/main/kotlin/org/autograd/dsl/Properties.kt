package org.autograd.dsl

import org.autograd.BackwardOptions
import org.autograd.DType
import org.autograd.Device
import org.autograd.HookHandle
import org.autograd.Shape
import org.autograd.Tensor
import org.autograd.ValuesAndIndices
import org.autograd.graph.Node

/** The shape. */
public val Tensor.shape: Shape get() = shape()

/** The type of the elements. */
public val Tensor.dtype: DType get() = dtype()

/** Where the elements live. */
public val Tensor.device: Device get() = device()

/** The operation that made this tensor; null for a leaf. */
public val Tensor.gradFn: Node? get() = gradFn()

/**
 * The accumulated gradient; null if there is none, and set to null to reset it.
 *
 * Setting throws [org.autograd.AutogradException] if the gradient does not have this tensor's
 * shape, dtype and device.
 */
public var Tensor.grad: Tensor?
    get() = grad()
    set(value) = setGrad(value)

/**
 * Whether gradients are computed for this tensor.
 *
 * Setting throws [org.autograd.AutogradException] if this is an integer or bool tensor that is to
 * require grad, or one that is not a leaf and is not to.
 */
public var Tensor.requiresGrad: Boolean
    get() = requiresGrad()
    set(value) {
        requiresGrad_(value)
    }

/**
 * Differentiates this tensor on the calling thread, see [org.autograd.Autograd.backward];
 * coroutines may use the suspending `backward(loss)` instead.
 *
 * @param gradient a tensor of this tensor's shape; may be left out if it has one element
 * @param retainGraph whether saved values are kept so that the graph can be run again; null means
 *   the value of [createGraph]
 * @param createGraph whether the pass itself is recorded, for derivatives of higher order
 * @param inputs the tensors to accumulate into; null means all leaves
 */
public fun Tensor.backward(
    gradient: Tensor? = null,
    retainGraph: Boolean? = null,
    createGraph: Boolean = false,
    inputs: List<Tensor>? = null,
): Unit = backward(gradient, BackwardOptions(retainGraph, createGraph, inputs))

/**
 * Lets a function see the complete gradient of this tensor in each pass that computes it. To
 * replace the gradient use `registerHook { grad -> ... }`.
 *
 * @return removes the hook again
 * @throws org.autograd.AutogradException if this tensor does not require grad
 */
public fun Tensor.onGrad(action: (Tensor?) -> Unit): HookHandle =
    registerHook { grad: Tensor? ->
        action(grad)
        null
    }

/** The values: `val (values, indices) = x.max(0)`. */
public operator fun ValuesAndIndices.component1(): Tensor = values()

/** The indices: `val (values, indices) = x.max(0)`. */
public operator fun ValuesAndIndices.component2(): Tensor = indices()
