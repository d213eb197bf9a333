package org.autograd;

import java.util.Objects;
import org.autograd.graph.Node;

/**
 * Where the gradient of a tensor goes: an output of the operation that made it, or the accumulator
 * of a leaf. Stands for the tensor in {@code backward} and {@code grad} without keeping its
 * elements alive, and keeps naming the same value if the tensor is changed in place. It keeps the
 * graph behind it alive.
 *
 * @param node the operation's node, or the leaf's accumulator
 * @param outputNr which output of the operation; 0 for a leaf
 */
public record GradientEdge(Node node, int outputNr) implements TensorOrEdge {
  /**
   * Checks the components.
   *
   * @throws IllegalArgumentException if the operation has no such output
   */
  public GradientEdge {
    Objects.requireNonNull(node, "node");
    if (outputNr < 0 || outputNr >= node.numInputs()) {
      throw new IllegalArgumentException(
          node.name()
              + " has "
              + node.numInputs()
              + " outputs, so there is no output "
              + outputNr
              + ".");
    }
  }
}
