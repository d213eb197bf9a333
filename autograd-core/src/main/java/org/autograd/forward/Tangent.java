package org.autograd.forward;

import org.autograd.Tensor;

/**
 * A tangent at a level, and those at levels outside of it: an immutable chain, ordered from the
 * innermost level outwards.
 */
class Tangent {
  final DualLevel level;
  final Tensor value;
  final Tangent next;

  Tangent(DualLevel level, Tensor value, Tangent next) {
    this.level = level;
    this.value = value;
    this.next = next;
  }

  /**
   * Returns the chain with another tangent at a level; null takes away what is there. Small
   * tangents of levels that have ended are left out, as nothing took them away at the end.
   */
  static Tangent with(Tangent chain, DualLevel at, Tensor value) {
    if (chain != null && !chain.level.isOpen()) {
      return with(chain.next, at, value);
    }
    if (chain != null && chain.level.index() > at.index()) {
      Tangent rest = with(chain.next, at, value);
      return rest == chain.next ? chain : new Tangent(chain.level, chain.value, rest);
    }
    Tangent rest = chain != null && chain.level == at ? chain.next : chain;
    return value == null ? rest : new Tangent(at, value, rest);
  }
}
