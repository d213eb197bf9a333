package org.autograd.dsl

import org.autograd.AutogradException
import org.autograd.DType
import org.autograd.Tensor
import org.autograd.tensor.HeapStorage
import org.autograd.tensor.Layout
import org.autograd.tensor.Raw
import org.jetbrains.kotlinx.multik.ndarray.data.D1
import org.jetbrains.kotlinx.multik.ndarray.data.D2
import org.jetbrains.kotlinx.multik.ndarray.data.D3
import org.jetbrains.kotlinx.multik.ndarray.data.D4
import org.jetbrains.kotlinx.multik.ndarray.data.DN
import org.jetbrains.kotlinx.multik.ndarray.data.DataType
import org.jetbrains.kotlinx.multik.ndarray.data.Dimension
import org.jetbrains.kotlinx.multik.ndarray.data.MemoryView
import org.jetbrains.kotlinx.multik.ndarray.data.MemoryViewByteArray
import org.jetbrains.kotlinx.multik.ndarray.data.MemoryViewDoubleArray
import org.jetbrains.kotlinx.multik.ndarray.data.MemoryViewFloatArray
import org.jetbrains.kotlinx.multik.ndarray.data.MemoryViewIntArray
import org.jetbrains.kotlinx.multik.ndarray.data.MemoryViewLongArray
import org.jetbrains.kotlinx.multik.ndarray.data.MultiArray
import org.jetbrains.kotlinx.multik.ndarray.data.NDArray
import kotlin.reflect.KClass

/**
 * Views this Multik array as a tensor without a copy: changes of one are seen in the other, but not
 * by the tensor's version counter. Offset and strides are kept, so parts and transposed arrays work
 * as they are. Bytes are taken as unsigned (uint8).
 *
 * @throws UnsupportedOperationException if the elements are of a type that tensors do not have
 */
public fun MultiArray<*, *>.asTensor(): Tensor {
    val (array: Any, dtype) =
        when (data.dtype) {
            DataType.FloatDataType -> data.getFloatArray() to DType.FLOAT32

            DataType.DoubleDataType -> data.getDoubleArray() to DType.FLOAT64

            DataType.IntDataType -> data.getIntArray() to DType.INT32

            DataType.LongDataType -> data.getLongArray() to DType.INT64

            DataType.ByteDataType -> data.getByteArray() to DType.UINT8

            else -> throw UnsupportedOperationException(
                "asTensor: there are no tensors of ${data.dtype}; convert with asType() first",
            )
        }
    val layout = Layout.of(shape.toLongs(), strides.toLongs(), offset.toLong())
    return Raw.alias(HeapStorage.of(array), layout, dtype)
}

/**
 * Views this CPU tensor as a Multik array without a copy, such as `x.asNDArray<Float, D2>()`:
 * changes of one are seen in the other, but not by the tensor's version counter. Offset and strides
 * are kept.
 *
 * @param T the type of the elements: Float, Double, Int, Long, or Byte for uint8
 * @param D the number of dimensions, or [DN] for any
 * @throws AutogradException if the elements are of another type, the number of dimensions differs,
 *   or this tensor requires grad while recording is on (use `detach()` first)
 */
public inline fun <reified T : Any, reified D : Dimension> Tensor.asNDArray(): NDArray<T, D> {
    @Suppress("UNCHECKED_CAST")
    return toNDArray(this, T::class, D::class) as NDArray<T, D>
}

@PublishedApi
internal fun toNDArray(
    t: Tensor,
    type: KClass<*>,
    dimension: KClass<*>,
): NDArray<*, *> {
    val data: MemoryView<*> =
        when (type) {
            Float::class -> MemoryViewFloatArray(t.floatArray())

            Double::class -> MemoryViewDoubleArray(t.doubleArray())

            Int::class -> MemoryViewIntArray(t.intArray())

            Long::class -> MemoryViewLongArray(t.longArray())

            Byte::class -> MemoryViewByteArray(t.byteArray())

            else -> throw IllegalArgumentException(
                "asNDArray: no tensor has elements of type ${type.simpleName}",
            )
        }
    val dim = dimensionOf(t, dimension)
    return NDArray(
        data,
        Math.toIntExact(t.storageOffset()),
        t.sizes().toInts(),
        t.strides().toInts(),
        dim,
        null,
    )
}

private fun dimensionOf(
    t: Tensor,
    dimension: KClass<*>,
): Dimension {
    val dim =
        when (dimension) {
            D1::class -> D1

            D2::class -> D2

            D3::class -> D3

            D4::class -> D4

            DN::class -> DN(t.dim())

            else -> throw IllegalArgumentException(
                "asNDArray: state the number of dimensions as D1 to D4 or DN",
            )
        }
    if (t.dim() == 0 || dim.d != t.dim()) {
        throw AutogradException(
            "asNDArray: a tensor of shape ${t.shape()} is no array of ${dim.d} dimensions. " +
                if (t.dim() ==
                    0
                ) {
                    "Multik arrays have at least one; use unsqueeze(0) first."
                } else {
                    "Use D${t.dim()} or DN."
                },
        )
    }
    return dim
}

private fun IntArray.toLongs() = LongArray(size) { this[it].toLong() }

private fun LongArray.toInts() = IntArray(size) { Math.toIntExact(this[it]) }
