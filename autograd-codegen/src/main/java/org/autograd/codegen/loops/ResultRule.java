package org.autograd.codegen.loops;

/** In which dtype an operator computes, and which one its result has. */
public sealed interface ResultRule {
  /** Both are what the operands are promoted to. */
  record Promote() implements ResultRule {}

  /** As {@link Promote}, but integers and truth values become the default floating point dtype. */
  record Floating() implements ResultRule {}

  /** Computes in what the operands are promoted to; the result is bool. */
  record Bool() implements ResultRule {}

  /**
   * Both are the dtype of one argument.
   *
   * @param arg the argument's name
   */
  record Same(String arg) implements ResultRule {}

  /**
   * Reads the rule as the tables write it: {@code promote}, {@code float}, {@code bool} or {@code
   * same(arg)}.
   *
   * @throws IllegalArgumentException if it is none of these
   */
  public static ResultRule parse(String text) {
    return switch (text) {
      case "promote" -> new Promote();
      case "float" -> new Floating();
      case "bool" -> new Bool();
      default -> {
        if (!text.matches("same\\([A-Za-z_]\\w*\\)")) {
          throw new IllegalArgumentException(
              "unknown result rule '" + text + "'; use promote, float, bool or same(argument)");
        }
        yield new Same(text.substring(5, text.length() - 1));
      }
    };
  }
}
