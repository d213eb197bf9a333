package org.autograd;

/**
 * How a view came to be, which decides whether it may be changed in place while gradients are
 * recorded.
 */
public enum CreationMeta {
  /** By an ordinary view operator while recording was on: may be changed in place. */
  DEFAULT,
  /** Inside a custom function, or by returning one of its inputs as it was. */
  IN_CUSTOM_FUNCTION,
  /** By an operator that returns several views at once, such as {@code split} or {@code unbind}. */
  MULTI_OUTPUT_NODE,
  /** While recording was off. */
  NO_GRAD_MODE,
  /** In inference mode. */
  INFERENCE_MODE;

  /** Returns what a view of a view is, when this is what the new view itself would be. */
  public CreationMeta of(CreationMeta viewed) {
    return this == DEFAULT || viewed == INFERENCE_MODE ? viewed : this;
  }
}
