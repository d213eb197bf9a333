package org.autograd.kernel.cpu;

import java.util.Optional;

/** Answers, from inside the vector package, whether its loops would be of use on this processor. */
public interface VectorRefusal {

  /**
   * Why the vector loops should not be used.
   *
   * @return a reason, or empty when they should be used
   */
  Optional<String> reason();
}
