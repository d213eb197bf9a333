@file:Suppress("ktlint:standard:function-naming")

package org.autograd.dsl

import org.autograd.Tensor

// No signs: with a plusAssign on tensors `w += g` could mean two things for a `var`, so that it would
// not compile, and `x[mask] += y` would change the copy that the index makes.

/**
 * Adds to this tensor in place: `w add_ g`. The sign `w += g` is `w = w + g`: it makes a new tensor and rebinds a `var`.
 *
 * @throws org.autograd.AutogradException as the method of this name does
 */
public infix fun Tensor.add_(other: Tensor): Tensor = add_(other)

/** Same with a number. */
public infix fun Tensor.add_(other: Number): Tensor = byKind(other, { add_(it) }, { add_(it) })

/**
 * Subtracts from this tensor in place: `w sub_ 0.1 * g`. The sign `w -= g` rebinds a `var`, see [add_].
 *
 * @throws org.autograd.AutogradException as the method of this name does
 */
public infix fun Tensor.sub_(other: Tensor): Tensor = sub_(other)

/** Same with a number. */
public infix fun Tensor.sub_(other: Number): Tensor = byKind(other, { sub_(it) }, { sub_(it) })

/**
 * Multiplies this tensor in place: `w mul_ mask`. The sign `w *= g` rebinds a `var`, see [add_].
 *
 * @throws org.autograd.AutogradException as the method of this name does
 */
public infix fun Tensor.mul_(other: Tensor): Tensor = mul_(other)

/** Same with a number. */
public infix fun Tensor.mul_(other: Number): Tensor = byKind(other, { mul_(it) }, { mul_(it) })

/**
 * Divides this tensor in place: `w div_ norm`. The sign `w /= g` rebinds a `var`, see [add_].
 *
 * @throws org.autograd.AutogradException as the method of this name does
 */
public infix fun Tensor.div_(other: Tensor): Tensor = div_(other)

/** Same with a number. */
public infix fun Tensor.div_(other: Number): Tensor = byKind(other, { div_(it) }, { div_(it) })
