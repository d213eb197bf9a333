package org.autograd.graph;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.autograd.Shape;
import org.autograd.Tensor;
import org.autograd.Tensors;
import org.autograd.tensor.Layout;

/**
 * What a node keeps for its backward, by the names that the operator's formula uses: operands by
 * argument name, results as {@code result} or by their own names, other arguments by argument name.
 *
 * <pre>{@code
 * Tensor y = a.mul(b);
 * Tensor kept = y.gradFn().saved().get("other");
 * }</pre>
 *
 * <p>Tensors can be read until a pass has freed them; attributes, such as dims and sizes, for ever.
 */
public final class SavedValues {
  /** Tensors saved under one name; {@code now} is null when they are gone. */
  private record Tensors(boolean list, Saved[] now) {}

  private final Node owner;

  SavedValues(Node owner) {
    this.owner = owner;
  }

  /** Returns the names of all saved tensors and attributes, in order. */
  public List<String> names() {
    return List.copyOf(all().keySet());
  }

  /** Returns the names of the saved tensors, in order. */
  public List<String> tensorNames() {
    return all().entrySet().stream()
        .filter(e -> e.getValue() instanceof Tensors)
        .map(Map.Entry::getKey)
        .toList();
  }

  /** Returns the names of the attributes, in order. */
  public List<String> attributeNames() {
    return all().entrySet().stream()
        .filter(e -> !(e.getValue() instanceof Tensors))
        .map(Map.Entry::getKey)
        .toList();
  }

  /** Tells whether a tensor or an attribute is saved under a name. */
  public boolean contains(String name) {
    return all().containsKey(name);
  }

  /**
   * Returns a saved tensor with its history, as the node's formula sees it.
   *
   * @return null for an optional operand that is absent, and for a value that no gradient needs
   * @throws IllegalArgumentException if no tensor is saved under this name, or several are
   * @throws org.autograd.AutogradException if the value has been freed
   * @throws org.autograd.InplaceModificationException if the value was changed in place since
   */
  public Tensor get(String name) {
    return raw(name).unpack();
  }

  /**
   * Returns the tensors that were saved under one name, such as those of a list operand; null
   * entries are absent.
   *
   * @throws IllegalArgumentException if no tensors are saved under this name
   * @throws org.autograd.AutogradException if the values have been freed
   */
  public List<Tensor> list(String name) {
    List<Tensor> values = new ArrayList<>();
    for (SavedValue raw : rawList(name)) {
      values.add(raw.unpack());
    }
    return Collections.unmodifiableList(values);
  }

  /**
   * Returns a saved tensor as it is kept, without unpacking it.
   *
   * @throws IllegalArgumentException if no tensor is saved under this name, or several are
   */
  public SavedValue raw(String name) {
    if (tensors(name).list) {
      throw new IllegalArgumentException(
          owner.name()
              + ": several tensors are saved as \""
              + name
              + "\"; read them with list or rawList.");
    }
    return new SavedValue(owner, name, 0);
  }

  /**
   * Returns the tensors that were saved under one name as they are kept, without unpacking them.
   *
   * @throws IllegalArgumentException if no tensors are saved under this name
   * @throws org.autograd.AutogradException if the values have been freed
   */
  public List<SavedValue> rawList(String name) {
    Saved[] now = tensors(name).now;
    if (now == null && owner.isReleased()) {
      throw owner.released();
    }
    List<SavedValue> raw = new ArrayList<>();
    for (int i = 0; now != null && i < now.length; i++) {
      raw.add(new SavedValue(owner, name, i));
    }
    return Collections.unmodifiableList(raw);
  }

  /**
   * Returns a saved argument that is no tensor, or a saved property of one. It stays readable when
   * the tensors have been freed. Arrays are copies.
   *
   * @throws IllegalArgumentException if no attribute is saved under this name
   */
  public Object attribute(String name) {
    Object value = all().get(name);
    if (value instanceof Tensors || value == null && !all().containsKey(name)) {
      throw missing("attribute", name, attributeNames());
    }
    return switch (value) {
      case null -> null;
      case long[] a -> a.clone();
      case int[] a -> a.clone();
      case double[] a -> a.clone();
      case boolean[] a -> a.clone();
      case long[][] a ->
          Arrays.stream(a).map(row -> row == null ? null : row.clone()).toArray(long[][]::new);
      case Object[] a -> a.clone();
      case Layout layout -> Shape.of(layout.sizes());
      default -> value;
    };
  }

  /**
   * Same as {@link #attribute(String)} for a value whose type is known, such as {@code
   * long[].class} for sizes.
   *
   * @throws IllegalArgumentException if there is no such attribute, or it has another type
   */
  public <T> T attribute(String name, Class<T> type) {
    Object value = attribute(name);
    if (value != null && !type.isInstance(value)) {
      throw new IllegalArgumentException(
          owner.name()
              + ": attribute \""
              + name
              + "\" is of type "
              + value.getClass().getSimpleName()
              + ", not "
              + type.getSimpleName()
              + ".");
    }
    return type.cast(value);
  }

  /**
   * Returns what is kept now under a name, for {@link SavedValue}; null if it is absent or freed.
   */
  Saved now(String name, int index) {
    Saved[] now = tensors(name).now;
    return now == null || index >= now.length ? null : now[index];
  }

  private Tensors tensors(String name) {
    if (all().get(name) instanceof Tensors t) {
      return t;
    }
    throw missing("tensor", name, tensorNames());
  }

  private IllegalArgumentException missing(String what, String name, List<String> names) {
    return new IllegalArgumentException(
        owner.name()
            + ": no "
            + what
            + " is saved as \""
            + name
            + "\"; there is "
            + (names.isEmpty() ? "none." : names + "."));
  }

  private Map<String, Object> all() {
    Map<String, Object> all = new LinkedHashMap<>();
    owner.visitSaved(
        new SavedVisitor() {
          @Override
          public void tensor(String name, Saved value) {
            all.put(name, new Tensors(false, value == null ? null : new Saved[] {value}));
          }

          @Override
          public void tensors(String name, Saved[] values) {
            all.put(name, new Tensors(true, values));
          }

          @Override
          public void attribute(String name, Object value) {
            all.put(name, value);
          }
        });
    return all;
  }

  @Override
  public String toString() {
    return owner.name() + names();
  }
}
