package org.autograd;

/**
 * Thrown for an illegal state or use of autograd, and for operands whose shapes, dtypes or devices
 * do not fit each other. The message names the operator, what was found and expected, and the
 * remedy.
 */
public class AutogradException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /** Creates an exception with a message. */
  public AutogradException(String message) {
    super(message);
  }

  /** Creates an exception with a message and the exception that led to it. */
  public AutogradException(String message, Throwable cause) {
    super(message, cause);
  }
}
