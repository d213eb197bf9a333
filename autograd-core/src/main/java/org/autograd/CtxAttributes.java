package org.autograd;

import java.util.LinkedHashMap;
import java.util.Map;

/**
 * What the context of a call says of its arguments, and what is kept in it under names of its own.
 */
abstract class CtxAttributes {
  /** The name of the function, for messages. */
  final String name;

  final boolean[] needsInputGrad;
  private Map<String, Object> attributes;

  CtxAttributes(String name, boolean[] needsInputGrad) {
    this.name = name;
    this.needsInputGrad = needsInputGrad;
  }

  /**
   * Returns for each position of the arguments whether it is a tensor that requires grad; the array
   * is the caller's.
   */
  public final boolean[] needsInputGrad() {
    return needsInputGrad.clone();
  }

  /**
   * Tells whether the argument at a position is a tensor that requires grad.
   *
   * @throws IllegalArgumentException if there is no such argument
   */
  public final boolean needsInputGrad(int position) {
    if (position < 0 || position >= needsInputGrad.length) {
      throw new IllegalArgumentException(
          name
              + ": needsInputGrad: there is no argument "
              + position
              + ", forward was given "
              + needsInputGrad.length
              + ".");
    }
    return needsInputGrad[position];
  }

  /**
   * Keeps any value under a name; it is not freed with the graph. Tensors that are arguments or
   * results are better saved.
   */
  public final synchronized void put(String key, Object value) {
    if (attributes == null) {
      attributes = new LinkedHashMap<>();
    }
    attributes.put(key, value);
  }

  /**
   * Returns what {@link #put} kept; null if that was null.
   *
   * @throws AutogradException if there is nothing under the name, or a value of another type
   */
  public final synchronized <T> T get(String key, Class<T> type) {
    if (attributes == null || !attributes.containsKey(key)) {
      throw new AutogradException(
          name
              + ": nothing was put into the context as \""
              + key
              + "\"; there is "
              + (attributes == null ? "[]" : attributes.keySet()));
    }
    Object value = attributes.get(key);
    if (value != null && !type.isInstance(value)) {
      throw new AutogradException(
          name
              + ": \""
              + key
              + "\" in the context is a "
              + value.getClass().getName()
              + ", not a "
              + type.getName()
              + ".");
    }
    return type.cast(value);
  }

  /** Returns all that is kept now, in the order in which it was put. */
  final synchronized Map<String, Object> attributes() {
    return attributes == null ? Map.of() : new LinkedHashMap<>(attributes);
  }
}
