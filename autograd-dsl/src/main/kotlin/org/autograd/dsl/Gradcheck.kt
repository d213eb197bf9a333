package org.autograd.dsl

import org.autograd.GradCheck
import org.autograd.GradcheckAssert
import org.autograd.GradcheckException
import org.autograd.GradcheckOptions
import org.autograd.Tensor
import org.autograd.TensorFunction

/**
 * Makes options for gradient checks, see [GradcheckOptions].
 *
 * ```
 * gradcheck(x, gradcheckOptions(checkForwardAd = true)) { it.sin() }
 * ```
 */
public fun gradcheckOptions(
    eps: Double = GradcheckOptions.DEFAULT.eps,
    atol: Double = GradcheckOptions.DEFAULT.atol,
    rtol: Double = GradcheckOptions.DEFAULT.rtol,
    nondetTol: Double = GradcheckOptions.DEFAULT.nondetTol,
    raiseException: Boolean = true,
    checkUndefinedGrad: Boolean = true,
    checkGradDtypes: Boolean = false,
    checkBatchedGrad: Boolean = false,
    checkBatchedForwardGrad: Boolean = false,
    checkForwardAd: Boolean = false,
    checkBackwardAd: Boolean = true,
    checkFwdOverRev: Boolean = false,
    checkRevOverRev: Boolean = true,
    genNonContigGradOutputs: Boolean = false,
    fastMode: Boolean = false,
    masked: Boolean = false,
): GradcheckOptions =
    GradcheckOptions.DEFAULT
        .withEps(eps)
        .withAtol(atol)
        .withRtol(rtol)
        .withNondetTol(nondetTol)
        .withRaiseException(raiseException)
        .withCheckUndefinedGrad(checkUndefinedGrad)
        .withCheckGradDtypes(checkGradDtypes)
        .withCheckBatchedGrad(checkBatchedGrad)
        .withCheckBatchedForwardGrad(checkBatchedForwardGrad)
        .withCheckForwardAd(checkForwardAd)
        .withCheckBackwardAd(checkBackwardAd)
        .withCheckFwdOverRev(checkFwdOverRev)
        .withCheckRevOverRev(checkRevOverRev)
        .withGenNonContigGradOutputs(genNonContigGradOutputs)
        .withFastMode(fastMode)
        .withMasked(masked)

/**
 * Checks the derivative of a function against finite differences, see [GradCheck.gradcheck].
 *
 * @return whether it is right; false only if `raiseException` is off
 * @throws GradcheckException if it is wrong
 */
public fun gradcheck(
    x: Tensor,
    options: GradcheckOptions = GradcheckOptions.DEFAULT,
    f: (Tensor) -> Tensor,
): Boolean = GradCheck.gradcheck(TensorFunction.of(f), listOf(x), options)

/** Checks the derivatives of a function of two tensors, see [gradcheck]. */
public fun gradcheck(
    a: Tensor,
    b: Tensor,
    options: GradcheckOptions = GradcheckOptions.DEFAULT,
    f: (Tensor, Tensor) -> Tensor,
): Boolean = GradCheck.gradcheck(TensorFunction.of(f), listOf(a, b), options)

/** Checks the derivatives of a function of several tensors with several results, see [gradcheck]. */
public fun gradcheck(
    inputs: List<Tensor>,
    options: GradcheckOptions = GradcheckOptions.DEFAULT,
    f: (List<Tensor>) -> List<Tensor>,
): Boolean = GradCheck.gradcheck(f, inputs, options)

/**
 * Checks the second derivative of a function against finite differences of the first one, see
 * [GradCheck.gradgradcheck].
 *
 * @return whether it is right; false only if `raiseException` is off
 * @throws GradcheckException if it is wrong
 */
public fun gradgradcheck(
    x: Tensor,
    options: GradcheckOptions = GradcheckOptions.DEFAULT,
    f: (Tensor) -> Tensor,
): Boolean = GradCheck.gradgradcheck(TensorFunction.of(f), listOf(x), options)

/** Checks the second derivatives of a function of two tensors, see [gradgradcheck]. */
public fun gradgradcheck(
    a: Tensor,
    b: Tensor,
    options: GradcheckOptions = GradcheckOptions.DEFAULT,
    f: (Tensor, Tensor) -> Tensor,
): Boolean = GradCheck.gradgradcheck(TensorFunction.of(f), listOf(a, b), options)

/**
 * Checks the second derivatives of a function of several tensors with several results, see
 * [gradgradcheck].
 *
 * @param gradOutputs one for each result that requires grad; null for random ones
 */
public fun gradgradcheck(
    inputs: List<Tensor>,
    options: GradcheckOptions = GradcheckOptions.DEFAULT,
    gradOutputs: List<Tensor>? = null,
    f: (List<Tensor>) -> List<Tensor>,
): Boolean = GradCheck.gradgradcheck(f, inputs, gradOutputs, options)

/**
 * Asserts that the derivative of this function is right: `Tensor::exp shouldPassGradcheck x`.
 *
 * It fails with an [AssertionError] that shows what was expected and what was found, as test
 * frameworks want it.
 */
public infix fun ((Tensor) -> Tensor).shouldPassGradcheck(x: Tensor) {
    GradCheck.that(this, x).passesGradcheck()
}

/** Asserts that the derivative of this function is right, with options. */
public fun ((Tensor) -> Tensor).shouldPassGradcheck(
    x: Tensor,
    options: GradcheckOptions,
) {
    GradCheck.that(this, x).with(options).passesGradcheck()
}

/** Asserts that the derivatives of this function of two tensors are right. */
public fun ((Tensor, Tensor) -> Tensor).shouldPassGradcheck(
    a: Tensor,
    b: Tensor,
    options: GradcheckOptions = GradcheckOptions.DEFAULT,
) {
    GradCheck.that(this, a, b).with(options).passesGradcheck()
}

/** Asserts that the derivatives of this function of several tensors are right. */
@JvmName("listShouldPassGradcheck")
public infix fun ((List<Tensor>) -> List<Tensor>).shouldPassGradcheck(inputs: List<Tensor>) {
    that(inputs).passesGradcheck()
}

/** Asserts that the derivatives of this function of several tensors are right, with options. */
@JvmName("listShouldPassGradcheck")
public fun ((List<Tensor>) -> List<Tensor>).shouldPassGradcheck(
    inputs: List<Tensor>,
    options: GradcheckOptions,
) {
    that(inputs).with(options).passesGradcheck()
}

/** Asserts that the second derivative of this function is right, see [shouldPassGradcheck]. */
public infix fun ((Tensor) -> Tensor).shouldPassGradgradcheck(x: Tensor) {
    GradCheck.that(this, x).passesGradgradcheck()
}

/** Asserts that the second derivative of this function is right, with options. */
public fun ((Tensor) -> Tensor).shouldPassGradgradcheck(
    x: Tensor,
    options: GradcheckOptions,
) {
    GradCheck.that(this, x).with(options).passesGradgradcheck()
}

/** Asserts that the second derivatives of this function of two tensors are right. */
public fun ((Tensor, Tensor) -> Tensor).shouldPassGradgradcheck(
    a: Tensor,
    b: Tensor,
    options: GradcheckOptions = GradcheckOptions.DEFAULT,
) {
    GradCheck.that(this, a, b).with(options).passesGradgradcheck()
}

/** Asserts that the second derivatives of this function of several tensors are right. */
@JvmName("listShouldPassGradgradcheck")
public infix fun ((List<Tensor>) -> List<Tensor>).shouldPassGradgradcheck(inputs: List<Tensor>) {
    that(inputs).passesGradgradcheck()
}

/**
 * Asserts that the derivative of this function is wrong.
 *
 * @return what the check has to say
 */
public infix fun ((Tensor) -> Tensor).shouldFailGradcheck(x: Tensor): GradcheckException =
    GradCheck.that(this, x).failsGradcheck()

/** Asserts that the derivative of this function is wrong, with options. */
public fun ((Tensor) -> Tensor).shouldFailGradcheck(
    x: Tensor,
    options: GradcheckOptions,
): GradcheckException = GradCheck.that(this, x).with(options).failsGradcheck()

private fun ((List<Tensor>) -> List<Tensor>).that(inputs: List<Tensor>): GradcheckAssert =
    GradCheck.that(TensorFunction(this), inputs)
