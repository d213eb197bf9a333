package org.autograd.dsl

import org.autograd.Tensor

/** Tells where elements are equal, as a bool tensor of the broadcast shape. */
public infix fun Tensor.eq(other: Tensor): Tensor = eq(other)

/** Tells where elements differ, as a bool tensor of the broadcast shape. */
public infix fun Tensor.ne(other: Tensor): Tensor = ne(other)

/** Tells where elements are less, as a bool tensor of the broadcast shape. */
public infix fun Tensor.lt(other: Tensor): Tensor = lt(other)

/** Tells where elements are less or equal, as a bool tensor of the broadcast shape. */
public infix fun Tensor.le(other: Tensor): Tensor = le(other)

/** Tells where elements are greater, as a bool tensor of the broadcast shape. */
public infix fun Tensor.gt(other: Tensor): Tensor = gt(other)

/** Tells where elements are greater or equal, as a bool tensor of the broadcast shape. */
public infix fun Tensor.ge(other: Tensor): Tensor = ge(other)

/** Tells where elements equal a number. */
public infix fun Tensor.eq(other: Number): Tensor = byKind(other, { eq(it) }, { eq(it) })

/** Tells where elements differ from a number. */
public infix fun Tensor.ne(other: Number): Tensor = byKind(other, { ne(it) }, { ne(it) })

/** Tells where elements are less than a number. */
public infix fun Tensor.lt(other: Number): Tensor = byKind(other, { lt(it) }, { lt(it) })

/** Tells where elements are less than or equal to a number. */
public infix fun Tensor.le(other: Number): Tensor = byKind(other, { le(it) }, { le(it) })

/** Tells where elements are greater than a number. */
public infix fun Tensor.gt(other: Number): Tensor = byKind(other, { gt(it) }, { gt(it) })

/** Tells where elements are greater than or equal to a number. */
public infix fun Tensor.ge(other: Number): Tensor = byKind(other, { ge(it) }, { ge(it) })

/** Tells where both are not zero. */
public infix fun Tensor.and(other: Tensor): Tensor = logicalAnd(other)

/** Tells where at least one is not zero. */
public infix fun Tensor.or(other: Tensor): Tensor = logicalOr(other)

/** Tells where exactly one is not zero. */
public infix fun Tensor.xor(other: Tensor): Tensor = logicalXor(other)

/** Tells where elements are zero. */
public operator fun Tensor.not(): Tensor = logicalNot()

/** Hands a number to the form for integers or the form for fractions. */
internal inline fun <T> byKind(
    number: Number,
    integer: (Long) -> T,
    fraction: (Double) -> T,
): T =
    when (number) {
        is Int, is Long, is Short, is Byte -> integer(number.toLong())
        else -> fraction(number.toDouble())
    }
