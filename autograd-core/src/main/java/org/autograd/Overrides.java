package org.autograd;

import java.lang.reflect.Method;

/**
 * What a subclass of {@link CustomFunction} says about its derivatives.
 *
 * @param backward whether it overrides backward
 * @param vjp whether it overrides vjp
 * @param jvp whether it overrides jvp
 * @param once whether the one that it overrides is marked {@link OnceDifferentiable}
 */
record Overrides(boolean backward, boolean vjp, boolean jvp, boolean once) {
  private static final ClassValue<Overrides> KNOWN =
      new ClassValue<>() {
        @Override
        protected Overrides computeValue(Class<?> type) {
          Method backward = find(type, "backward");
          Method vjp = find(type, "vjp");
          Method nested = find(type, "backwardExtended");
          return new Overrides(
              backward != null,
              vjp != null,
              find(type, "jvp") != null,
              type.isAnnotationPresent(OnceDifferentiable.class)
                  || marked(backward)
                  || marked(vjp)
                  || marked(nested));
        }
      };

  static Overrides of(Class<?> type) {
    return KNOWN.get(type);
  }

  boolean both() {
    return backward && vjp;
  }

  private static boolean marked(Method m) {
    return m != null && m.isAnnotationPresent(OnceDifferentiable.class);
  }

  /** Finds the override that a call would reach. */
  private static Method find(Class<?> type, String name) {
    for (Class<?> c = type; c != CustomFunction.class; c = c.getSuperclass()) {
      for (Method m : c.getDeclaredMethods()) {
        Class<?>[] parameters = m.getParameterTypes();
        if (m.getName().equals(name)
            && !m.isBridge()
            && parameters.length == 2
            && parameters[0] == FunctionCtx.class
            && (name.equals("backwardExtended") || parameters[1] == Tensor[].class)) {
          return m;
        }
      }
    }
    return null;
  }
}
