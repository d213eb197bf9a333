package org.autograd.kernel;

import org.autograd.Tensor;

/**
 * The kernels that read or write at places named by an index or by a mask. Fresh outs are
 * row-major; operands and tensors that are written in place may have any strides. Indices are
 * integers of any type; one that is out of range is an {@link org.autograd.AutogradException} which
 * names it, and then nothing has been written in place. Places named twice are written, or added
 * to, in row-major order of the indices, whatever the number of threads; float32 elements are added
 * in double precision and rounded once.
 */
public interface IndexKernels {
  /** Writes, for each index, the element of {@code self} at that place of a dimension. */
  void gather(Tensor out, Tensor self, int dim, Tensor index);

  /**
   * Writes, for each index, the element of {@code src} to that place of a dimension.
   *
   * @param op the operator's name, for messages
   * @param self is changed
   * @param src at least as large as {@code index} in every dimension
   * @param add whether to add instead
   */
  void scatter(String op, Tensor self, int dim, Tensor index, Tensor src, boolean add);

  /**
   * Writes what several indices name together.
   *
   * @param op the operator's name, for messages
   * @param indices an entry for each leading dimension: null for all of it, or an index; at least
   *     one is not null and these have equal sizes
   * @param wrap whether negative indices count from the end
   */
  void index(String op, Tensor out, Tensor self, Tensor[] indices, boolean wrap);

  /**
   * Writes {@code values} to the places that several indices name together.
   *
   * @param op the operator's name, for messages
   * @param self is changed
   * @param indices as for {@link #index}
   * @param values of the sizes that {@link #index} would give
   * @param add whether to add instead
   * @param wrap whether negative indices count from the end
   */
  void indexPut(String op, Tensor self, Tensor[] indices, Tensor values, boolean add, boolean wrap);

  /** Returns how many elements are not zero. */
  long countNonzero(Tensor self);

  /**
   * Writes the indices of the elements that are not zero, in row-major order.
   *
   * @param out an int64 matrix with a row for each
   */
  void nonzero(Tensor out, Tensor self);

  /**
   * Writes elements of {@code self} where the condition holds, of {@code other} elsewhere.
   *
   * @param out of any strides; may be one of the operands
   * @param condition a bool tensor; all have equal sizes
   */
  void where(Tensor out, Tensor condition, Tensor self, Tensor other);
}
