package org.autograd;

import java.util.List;
import java.util.function.BiFunction;
import java.util.function.Consumer;
import org.autograd.engine.MultiGradHooks;

/**
 * When a hook on several tensors is called, and with what.
 *
 * @param <G> what the hook gets
 */
public final class MultiGradMode<G> {
  /**
   * Once per pass, when the gradients of all tensors that take part are known: with the list of
   * gradients in the order of the tensors, null for those that take no part. The list cannot be
   * modified.
   */
  public static final MultiGradMode<List<Tensor>> ALL =
      new MultiGradMode<>("all", MultiGradHooks::all);

  /**
   * Once per pass, with the first gradient that becomes known. Tensors that do not require grad are
   * ignored.
   */
  public static final MultiGradMode<Tensor> ANY = new MultiGradMode<>("any", MultiGradHooks::any);

  private final String name;
  private final BiFunction<List<Tensor>, Consumer<G>, HookHandle> register;

  private MultiGradMode(String name, BiFunction<List<Tensor>, Consumer<G>, HookHandle> register) {
    this.name = name;
    this.register = register;
  }

  HookHandle register(List<Tensor> tensors, Consumer<? super G> hook) {
    return register.apply(tensors, hook::accept);
  }

  /**
   * Returns the mode of a name.
   *
   * @param name {@code "all"} or {@code "any"}
   * @throws IllegalArgumentException for any other name
   */
  public static MultiGradMode<?> of(String name) {
    return switch (name) {
      case "all" -> ALL;
      case "any" -> ANY;
      default ->
          throw new IllegalArgumentException(
              "the mode of a multi-grad hook is \"all\" or \"any\", not \"" + name + "\".");
    };
  }

  /** Returns the name. */
  @Override
  public String toString() {
    return name;
  }
}
