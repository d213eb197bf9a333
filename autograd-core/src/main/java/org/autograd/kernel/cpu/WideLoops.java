package org.autograd.kernel.cpu;

import java.util.Locale;

/** Finds the Vector API form of an operator's loops. */
final class WideLoops {
  /** Shorter rows go through the scalar loop. */
  static final int LEAST = 16;

  private static final boolean FAST_MATH = fastMath();

  private WideLoops() {}

  /**
   * Makes the Vector API form.
   *
   * @param math whether it needs exponentials, logarithms and the like of whole vectors
   * @return null if it is not available or not fast here
   */
  static <T> T load(Class<T> type, String className, boolean math) {
    return math && !FAST_MATH ? null : VectorSupport.load(type, className).orElse(null);
  }

  /** The JDK has native functions of vectors for some platforms; elsewhere it goes lane by lane. */
  private static boolean fastMath() {
    String arch = System.getProperty("os.arch", "");
    String os = System.getProperty("os.name", "").toLowerCase(Locale.ROOT);
    if (arch.equals("amd64") || arch.equals("x86_64")) {
      return os.contains("linux") || os.contains("windows");
    }
    return arch.equals("aarch64") && os.contains("linux") && Runtime.version().feature() >= 24;
  }
}
