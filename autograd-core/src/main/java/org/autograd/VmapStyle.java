package org.autograd;

import java.lang.reflect.Method;

/**
 * What a subclass of {@link Function} says of itself to {@link Vmap}.
 *
 * @param fillsContext whether its forward fills the context itself
 * @param ownRule whether it overrides vmap
 */
record VmapStyle(boolean fillsContext, boolean ownRule) {
  private static final ClassValue<VmapStyle> KNOWN =
      new ClassValue<>() {
        @Override
        protected VmapStyle computeValue(Class<?> type) {
          return new VmapStyle(
              overrides(type, "forward", 2, FunctionCtx.class),
              overrides(type, "vmap", 3, Function.VmapInfo.class));
        }
      };

  static VmapStyle of(Class<?> type) {
    return KNOWN.get(type);
  }

  private static boolean overrides(Class<?> type, String name, int count, Class<?> first) {
    for (Class<?> c = type; c != Function.class; c = c.getSuperclass()) {
      for (Method m : c.getDeclaredMethods()) {
        if (m.getName().equals(name)
            && m.getParameterCount() == count
            && m.getParameterTypes()[0] == first) {
          return true;
        }
      }
    }
    return false;
  }
}
