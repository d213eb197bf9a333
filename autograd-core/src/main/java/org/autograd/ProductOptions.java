package org.autograd;

/**
 * Options of the products of a vector with a matrix of derivatives: {@link Functional#vjp}, {@link
 * Functional#jvp}, {@link Functional#vhp} and {@link Functional#hvp}.
 *
 * @param createGraph whether results can be differentiated with respect to tensors outside that
 *     require grad, the vector among them; inside of another derivative or of a mapped function
 *     they always can
 * @param strict whether it is an error, rather than zeros, that an output does not depend on an
 *     input
 */
public record ProductOptions(boolean createGraph, boolean strict) {
  /** Constants as results, zeros for missing dependence. */
  public static final ProductOptions DEFAULT = new ProductOptions(false, false);

  /** Returns options that differ in {@code createGraph}. */
  public ProductOptions withCreateGraph(boolean createGraph) {
    return new ProductOptions(createGraph, strict);
  }

  /** Returns options that differ in {@code strict}. */
  public ProductOptions withStrict(boolean strict) {
    return new ProductOptions(createGraph, strict);
  }
}
