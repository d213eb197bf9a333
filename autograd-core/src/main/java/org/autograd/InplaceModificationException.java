package org.autograd;

/**
 * Thrown when a value that backward needs was changed in place, or when an in-place change is not
 * allowed.
 */
public class InplaceModificationException extends AutogradException {
  private static final long serialVersionUID = 1L;

  /** Creates an exception with a message. */
  public InplaceModificationException(String message) {
    super(message);
  }
}
