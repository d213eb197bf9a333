package org.autograd.graph;

import java.net.URL;
import java.security.CodeSource;
import java.util.List;
import java.util.stream.Collectors;
import org.autograd.mode.ThreadState;

/**
 * Where in the user's code something happened: the calls that led to it, without those of the
 * library itself. Recorded while anomaly detection is on.
 */
public final class CreationSite {
  private static final StackWalker WALKER =
      StackWalker.getInstance(StackWalker.Option.RETAIN_CLASS_REFERENCE);

  /**
   * Classes in whose jars or folders the library's own classes lie; those of other modules need not
   * be there.
   */
  private static final List<String> ANCHORS =
      List.of("org.autograd.graph.Node", "org.autograd.dsl.ModeContext");

  private static final ClassValue<Boolean> LIBRARY =
      new ClassValue<>() {
        @Override
        protected Boolean computeValue(Class<?> type) {
          return isLibrary(type);
        }
      };

  private static final String NOBODY = "(no user code)";

  private final List<StackWalker.StackFrame> frames;
  private final Node parent;

  private CreationSite(List<StackWalker.StackFrame> frames, Node parent) {
    this.frames = frames;
    this.parent = parent;
  }

  /** Returns the calls that led here, the innermost first. For the library. */
  public static CreationSite here(ThreadState state) {
    return new CreationSite(
        WALKER.walk(s -> s.filter(f -> !LIBRARY.get(f.getDeclaringClass())).toList()),
        (Node) state.running);
  }

  /**
   * Returns the innermost call in the user's code that led here, as {@link #line()} does; cheaper
   * than all calls. For the library.
   */
  public static String caller() {
    return WALKER.walk(s ->
        s.filter(f -> !LIBRARY.get(f.getDeclaringClass()))
            .findFirst()
            .map(f -> f.toStackTraceElement().toString())
            .orElse(NOBODY));
  }

  private static boolean isLibrary(Class<?> type) {
    // Users' packages may begin like ours, as those of our own tests and samples do: where the
    // class lies decides.
    if (!type.getName().startsWith("org.autograd.")) {
      return false;
    }
    URL location = location(type);
    for (String anchor : ANCHORS) {
      try {
        if (location != null
            && location.equals(location(Class.forName(anchor, false, type.getClassLoader())))) {
          return true;
        }
      } catch (ClassNotFoundException e) {
        // That module is not in use.
      }
    }
    return false;
  }

  private static URL location(Class<?> type) {
    CodeSource source = type.getProtectionDomain().getCodeSource();
    return source == null ? null : source.getLocation();
  }

  /** Returns the calls, the innermost first. */
  public List<StackTraceElement> frames() {
    return frames.stream().map(StackWalker.StackFrame::toStackTraceElement).toList();
  }

  /**
   * Returns the innermost call in the user's code, such as {@code
   * demo.Model.forward(Model.java:12)}.
   */
  public String line() {
    return frames.isEmpty() ? NOBODY : frames.get(0).toStackTraceElement().toString();
  }

  /** Returns the node in whose backward this happened, or null if it was not inside of a pass. */
  public Node parent() {
    return parent;
  }

  /** Returns the calls as Java prints them, a line for each. */
  @Override
  public String toString() {
    return frames().stream().map(f -> "\tat " + f).collect(Collectors.joining("\n"));
  }
}
