package org.autograd;

import java.lang.reflect.Constructor;
import java.lang.reflect.InaccessibleObjectException;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.RecordComponent;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Iterator;
import java.util.List;

/**
 * Takes arguments and results of a {@link CustomFunction} apart into positions, and puts them
 * together again.
 */
final class Flat {
  private record Parts(Method[] accessors, Constructor<?> constructor) {}

  private static final ClassValue<Parts> RECORDS =
      new ClassValue<>() {
        @Override
        protected Parts computeValue(Class<?> type) {
          return parts(type);
        }
      };

  private Flat() {}

  private static Parts parts(Class<?> type) {
    RecordComponent[] components = type.getRecordComponents();
    Method[] accessors = new Method[components.length];
    Class<?>[] types = new Class<?>[components.length];
    for (int i = 0; i < components.length; i++) {
      accessors[i] = components[i].getAccessor();
      accessors[i].setAccessible(true);
      types[i] = components[i].getType();
    }
    try {
      Constructor<?> constructor = type.getDeclaredConstructor(types);
      constructor.setAccessible(true);
      return new Parts(accessors, constructor);
    } catch (NoSuchMethodException e) {
      throw new IllegalStateException(e);
    }
  }

  private static Parts parts(Record record, String where) {
    try {
      return RECORDS.get(record.getClass());
    } catch (InaccessibleObjectException e) {
      throw new AutogradException(
          where
              + ": cannot take apart "
              + record.getClass().getName()
              + ", because its module does not let this one see it. Add `opens "
              + record.getClass().getPackageName()
              + " to org.autograd` to its module-info, or pass a List.",
          e);
    }
  }

  /** Returns the values at the positions of a value, one level deep. */
  static Object[] flatten(Object value, String where) {
    if (value instanceof Object[] array) {
      return Arrays.copyOf(array, array.length, Object[].class);
    }
    if (value instanceof List<?> list) {
      return list.toArray();
    }
    if (value instanceof CustomFunction2.In<?, ?> in) {
      return new Object[] {in.first(), in.second()};
    }
    if (value instanceof CustomFunction3.In<?, ?, ?> in) {
      return new Object[] {in.first(), in.second(), in.third()};
    }
    if (value instanceof Record record) {
      return components(record, where);
    }
    return new Object[] {value};
  }

  private static Object[] components(Record record, String where) {
    Method[] accessors = parts(record, where).accessors;
    Object[] values = new Object[accessors.length];
    for (int i = 0; i < values.length; i++) {
      values[i] = call(accessors[i], record);
    }
    return values;
  }

  private static Object call(Method accessor, Record record) {
    try {
      return accessor.invoke(record);
    } catch (IllegalAccessException e) {
      throw new IllegalStateException(e);
    } catch (InvocationTargetException e) {
      throw cause(e);
    }
  }

  /** Returns a value like {@code original} with other values at its positions. */
  static Object rebuild(Object original, Object[] flat, String where) {
    if (original instanceof Object[] array) {
      return Arrays.copyOf(flat, flat.length, array.getClass());
    }
    if (original instanceof List<?>) {
      return Collections.unmodifiableList(Arrays.asList(flat.clone()));
    }
    if (original instanceof Record record) {
      try {
        return parts(record, where).constructor.newInstance(flat);
      } catch (InvocationTargetException e) {
        throw cause(e);
      } catch (ReflectiveOperationException e) {
        throw new IllegalStateException(e);
      }
    }
    return flat[0];
  }

  private static RuntimeException cause(InvocationTargetException e) {
    if (e.getCause() instanceof Error error) {
      throw error;
    }
    return e.getCause() instanceof RuntimeException r ? r : new IllegalStateException(e.getCause());
  }

  /** Returns the values at the positions of a value, all levels deep. */
  static Object[] flattenDeep(Object value, String where) {
    List<Object> leaves = new ArrayList<>();
    collect(value, leaves, where);
    return leaves.toArray();
  }

  private static void collect(Object value, List<Object> leaves, String where) {
    if (isNest(value)) {
      for (Object part : flatten(value, where)) {
        collect(part, leaves, where);
      }
    } else {
      leaves.add(value);
    }
  }

  private static boolean isNest(Object value) {
    return value instanceof Object[] || value instanceof List<?> || value instanceof Record;
  }

  /** Returns a nest like {@code original} with other values at its positions, all levels deep. */
  static Object rebuildDeep(Object original, Object[] flat, String where) {
    return build(original, Arrays.asList(flat).iterator(), where);
  }

  private static Object build(Object original, Iterator<Object> leaves, String where) {
    if (!isNest(original)) {
      return leaves.next();
    }
    Object[] parts = flatten(original, where);
    for (int i = 0; i < parts.length; i++) {
      parts[i] = build(parts[i], leaves, where);
    }
    return rebuild(original, parts, where);
  }
}
