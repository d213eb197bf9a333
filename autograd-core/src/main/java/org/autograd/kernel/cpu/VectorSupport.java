package org.autograd.kernel.cpu;

import java.util.Optional;

/**
 * Finds the vectorised forms of CPU loops, which need the incubating module {@code
 * jdk.incubator.vector}.
 *
 * <p>The module is looked for once, when this class is first used. Where it is absent the reason is
 * logged and every loop runs in its scalar form, which is the reference for the vector form. No
 * class here names a type of that module, so all of this works without it.
 */
public final class VectorSupport {

  private static final String MODULE = "jdk.incubator.vector";

  /** Set this system property to {@code false} to use scalar loops only. */
  public static final String PROPERTY = "org.autograd.vector";

  private static final System.Logger LOG = System.getLogger(VectorSupport.class.getName());

  private static final boolean AVAILABLE = probe();

  private VectorSupport() {}

  /**
   * Whether vectorised loops can be loaded in this process.
   *
   * @return true if the vector module is present, of use on this processor, and not switched off
   */
  public static boolean available() {
    return AVAILABLE;
  }

  /**
   * Makes the vectorised implementation of a kernel interface, if there is one here.
   *
   * @param type the interface that the scalar and the vector form share
   * @param className the class of the vector form, with a public constructor without parameters
   * @return an instance, or empty when the vector module is absent or the class cannot be used; the
   *     reason has then been logged
   * @param <T> the interface
   */
  public static <T> Optional<T> load(Class<T> type, String className) {
    if (!AVAILABLE) {
      return Optional.empty();
    }
    try {
      Class<?> found = Class.forName(className, true, VectorSupport.class.getClassLoader());
      return Optional.of(type.cast(found.getDeclaredConstructor().newInstance()));
    } catch (ReflectiveOperationException | LinkageError | ClassCastException e) {
      LOG.log(System.Logger.Level.WARNING, "Vector form of a loop is not used: " + className, e);
      return Optional.empty();
    }
  }

  private static boolean probe() {
    if ("false".equals(System.getProperty(PROPERTY))) {
      LOG.log(System.Logger.Level.INFO, "Vector API is switched off by -D{0}=false", PROPERTY);
      return false;
    }
    if (ModuleLayer.boot().findModule(MODULE).isEmpty()) {
      LOG.log(
          System.Logger.Level.INFO,
          "Vector API is not used: start java with --add-modules {0} for faster CPU loops",
          MODULE);
      return false;
    }
    return usefulHere();
  }

  private static boolean usefulHere() {
    String className = VectorSupport.class.getPackageName() + ".vector.VectorProbe";
    try {
      Class<?> found = Class.forName(className, true, VectorSupport.class.getClassLoader());
      Optional<?> refusal = ((VectorRefusal) found.getDeclaredConstructor().newInstance()).reason();
      refusal.ifPresent(r -> LOG.log(System.Logger.Level.INFO, "Vector API is not used: {0}", r));
      return refusal.isEmpty();
    } catch (ReflectiveOperationException | LinkageError e) {
      LOG.log(System.Logger.Level.WARNING, "Vector API is present but cannot be used", e);
      return false;
    }
  }
}
