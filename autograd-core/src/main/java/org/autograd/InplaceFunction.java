package org.autograd;

/**
 * A {@link CustomFunction} with a switch that says whether it works in place: an older form, for
 * code that was written for it. What {@code forward} changes in place it must still give to {@link
 * FunctionCtx#markDirty} and return; if it overrides {@link #forward(Object)}, in {@link
 * #setupContext}.
 *
 * @param <A> what goes in
 * @param <R> what comes out
 */
public abstract class InplaceFunction<A, R> extends CustomFunction<A, R> {
  private final boolean inplace;

  /** Makes a function that does not work in place. */
  protected InplaceFunction() {
    this(false);
  }

  /** Makes a function that works in place or not. */
  protected InplaceFunction(boolean inplace) {
    this.inplace = inplace;
  }

  /** Tells whether the function is to work in place. */
  public final boolean inplace() {
    return inplace;
  }
}
