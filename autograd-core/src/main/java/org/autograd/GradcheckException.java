package org.autograd;

/**
 * Thrown by {@link GradCheck} when gradients are wrong. The message names the output and the input
 * concerned, by position, and lays out what was expected beside what was found.
 */
public class GradcheckException extends AutogradException {
  private static final long serialVersionUID = 1L;

  /** Creates an exception with a message. */
  public GradcheckException(String message) {
    super(message);
  }

  /** Creates an exception with a message and the exception that led to it. */
  public GradcheckException(String message, Throwable cause) {
    super(message, cause);
  }
}
