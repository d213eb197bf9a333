package org.autograd;

import java.lang.reflect.Method;
import java.util.Map;

/**
 * What a subclass of {@link CustomFunction} says of itself to {@link Vmap}.
 *
 * @param fillsContext whether its forward fills the context itself
 * @param ownRule whether it overrides vmap
 */
record VmapStyle(boolean fillsContext, boolean ownRule) {
  /** How many arguments the methods of each base have beside the context. */
  private static final Map<Class<?>, Integer> BASES =
      Map.of(
          CustomFunction.class,
          1,
          NestedIOFunction.class,
          1,
          CustomFunction2.class,
          2,
          CustomFunction3.class,
          3);

  private static final ClassValue<VmapStyle> KNOWN =
      new ClassValue<>() {
        @Override
        protected VmapStyle computeValue(Class<?> type) {
          Class<?> base = type;
          while (!BASES.containsKey(base)) {
            base = base.getSuperclass();
          }
          String forward = base == NestedIOFunction.class ? "forwardExtended" : "forward";
          int arguments = BASES.get(base);
          return new VmapStyle(
              overrides(type, base, forward, 1 + arguments, FunctionCtx.class),
              overrides(type, base, "vmap", 2 + arguments, CustomFunction.VmapInfo.class));
        }
      };

  static VmapStyle of(Class<?> type) {
    return KNOWN.get(type);
  }

  private static boolean overrides(
      Class<?> type, Class<?> base, String name, int count, Class<?> first) {
    for (Class<?> c = type; c != base; c = c.getSuperclass()) {
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
