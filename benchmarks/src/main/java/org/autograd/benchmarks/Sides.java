package org.autograd.benchmarks;

/** The sides by name. */
final class Sides {

  private Sides() {}

  /**
   * Finds a side.
   *
   * @throws IllegalArgumentException if there is none of that name
   */
  static Side named(String name) {
    return switch (name) {
      case "libtorch" -> new LibtorchSide();
      default -> throw new IllegalArgumentException("no side \"" + name + "\"; there is: libtorch");
    };
  }
}
