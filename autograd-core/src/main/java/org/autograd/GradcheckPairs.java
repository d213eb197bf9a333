package org.autograd;

/** Compares derivatives of each differentiable output with respect to each checked input. */
sealed interface GradcheckPairs permits GradcheckJacobians, GradcheckProjections {
  /**
   * Compares those of reverse mode with numerical ones.
   *
   * @throws GradcheckException if they differ
   */
  void compareReverse();

  /**
   * Compares those of forward mode with numerical ones.
   *
   * @throws GradcheckException if they differ
   */
  void compareForward();
}
