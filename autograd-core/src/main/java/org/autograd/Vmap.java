package org.autograd;

import java.util.List;
import java.util.function.BinaryOperator;
import java.util.function.UnaryOperator;

/**
 * Maps functions of tensors over a batch: the function is written for one element, its operators
 * compute all elements at once.
 *
 * <pre>{@code
 * UnaryOperator<Tensor> perSample = Vmap.vmap(Functional.grad(loss));
 * Tensor gradients = perSample.apply(samples); // one gradient for each row of samples
 * }</pre>
 *
 * <p>Inside the function a tensor shows the shape of one element. What depends on values, such as
 * {@code item()} or a result whose size does, is refused there. Mapped functions nest, and may be
 * differentiated in either mode, inside and outside. The user's own {@code backward()} is refused
 * inside; use {@link Functional}. So are random numbers, from operators and factories, unless
 * {@link Randomness} says what they mean for a batch.
 */
public final class Vmap {
  private Vmap() {}

  /**
   * Maps a function over dimension 0 of its argument; the results are stacked in dimension 0.
   *
   * @return a function that throws {@link IllegalArgumentException} if dimensions or sizes do not
   *     fit or no argument is batched, and {@link AutogradException} if the function does what is
   *     not possible for a batch
   */
  public static UnaryOperator<Tensor> vmap(UnaryOperator<Tensor> f) {
    return vmap(f, VmapOptions.DEFAULT);
  }

  /**
   * Maps a function of one tensor, see {@link #vmapAll(TensorFunction, VmapOptions)}.
   *
   * @return a function that throws {@link IllegalArgumentException} if dimensions or sizes do not
   *     fit or no argument is batched, and {@link AutogradException} if the function does what is
   *     not possible for a batch
   */
  public static UnaryOperator<Tensor> vmap(UnaryOperator<Tensor> f, VmapOptions options) {
    TensorFunction mapped = vmapAll(TensorFunction.of(f), options);
    return x -> mapped.apply(List.of(x)).get(0);
  }

  /**
   * Maps a function over dimension 0 of both arguments; results are stacked in dimension 0.
   *
   * @return a function that throws {@link IllegalArgumentException} if dimensions or sizes do not
   *     fit or no argument is batched, and {@link AutogradException} if the function does what is
   *     not possible for a batch
   */
  public static BinaryOperator<Tensor> vmap(BinaryOperator<Tensor> f) {
    return vmap(f, VmapOptions.DEFAULT);
  }

  /**
   * Maps a function of two tensors, see {@link #vmapAll(TensorFunction, VmapOptions)}.
   *
   * @return a function that throws {@link IllegalArgumentException} if dimensions or sizes do not
   *     fit or no argument is batched, and {@link AutogradException} if the function does what is
   *     not possible for a batch
   */
  public static BinaryOperator<Tensor> vmap(BinaryOperator<Tensor> f, VmapOptions options) {
    TensorFunction mapped = vmapAll(TensorFunction.of(f), options);
    return (x, y) -> mapped.apply(List.of(x, y)).get(0);
  }

  /**
   * Maps a function of any number of tensors, see {@link #vmapAll(TensorFunction, VmapOptions)}.
   *
   * @param inDims for each argument the dimension of the batch; a null entry for one without a
   *     batch; null for dimension 0 of all
   * @param outDims for each result the dimension in which the batch is put; null for dimension 0
   * @param randomness what random operators and factories draw for the elements of the batch
   * @param chunkSize how many elements are computed at once; null for all
   */
  public static TensorFunction vmap(
      TensorFunction f,
      List<Integer> inDims,
      List<Integer> outDims,
      Randomness randomness,
      Integer chunkSize) {
    return vmapAll(f, new VmapOptions(inDims, outDims, randomness, chunkSize));
  }

  /**
   * Maps a function of any number of tensors over dimension 0 of all its arguments and results. It
   * has a name of its own, so that a lambda of one tensor is never taken for one of a list.
   */
  public static TensorFunction vmapAll(TensorFunction f) {
    return vmapAll(f, VmapOptions.DEFAULT);
  }

  /**
   * Maps a function of any number of tensors over a batch.
   *
   * @return a function that takes tensors with a batch dimension where the options say so, all of
   *     one size, and returns the results with one. It throws {@link IllegalArgumentException} if
   *     dimensions or sizes do not fit or no input is batched, and {@link AutogradException} if the
   *     function does what is not possible for a batch
   */
  public static TensorFunction vmapAll(TensorFunction f, VmapOptions options) {
    return inputs -> Mapping.of(inputs, options).run(f);
  }
}
