package org.autograd.codegen.write;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Collects the lines of a Java file: indents by braces, breaks long lines, adds the imports that
 * are used.
 */
final class JavaFile {
  static final String NOTICE = "// Generated from the operator tables; do not edit.";

  private static final int WIDTH = 100;
  private static final Pattern WORD = Pattern.compile("(?<![\\w.])[A-Z]\\w*");
  private static final Map<String, String> CLASSES = new TreeMap<>();

  static {
    in("org.autograd", "Tensor", "DType", "Device", "Scalar", "Reduction", "Correction");
    in("org.autograd", "TensorFactories", "Tensors");
    in("org.autograd", "AutogradException");
    in("org.autograd.mode", "Mode", "ThreadState");
    in("org.autograd.forward", "DualLevel", "Duals");
    in("org.autograd.batch", "Adoption", "BatchLevel");
    in("org.autograd.record", "Record", "SavedTensor");
    in("org.autograd.graph", "Edge", "Node", "SavedVisitor");
    in("org.autograd.tensor", "Layout", "Raw", "Storage");
    in("org.autograd.ops", "Types", "Pointwise", "Results");
    in("org.autograd.formula", "Operators", "Composites", "NodeSupport");
    in("org.autograd.formula", "BatchErrors", "BatchSupport", "LayerSupport", "ForwardFormulas");
    in("java.util", "List", "ArrayList", "Arrays");
  }

  private final String packageName;
  private final Map<String, String> classes = new TreeMap<>(CLASSES);
  private final StringBuilder body = new StringBuilder();
  private final Deque<Integer> blocks = new ArrayDeque<>();

  JavaFile(String packageName) {
    this.packageName = packageName;
  }

  private static void in(String packageName, String... names) {
    for (String name : names) {
      CLASSES.put(name, packageName);
    }
  }

  /** Makes a class known, to be imported if it is used. */
  void known(String packageName, String name) {
    classes.put(name, packageName);
  }

  /**
   * Adds a line; one that ends with an opening brace begins a block, one that begins with a closing
   * one ends it.
   */
  JavaFile line(String text) {
    if (text.startsWith("}")) {
      blocks.pop();
    }
    String indent = "  ".repeat(blocks.size());
    body.append(text.isEmpty() ? "" : broken(indent, text)).append('\n');
    if (text.endsWith("{")) {
      blocks.push(1);
    }
    return this;
  }

  /** Adds an empty line. */
  JavaFile blank() {
    return line("");
  }

  private static String broken(String indent, String text) {
    if (text.startsWith("/**") || text.startsWith("*") || text.startsWith(" *")) {
      return indent + text;
    }
    StringBuilder out = new StringBuilder();
    String rest = indent + text;
    while (rest.length() > WIDTH) {
      int at = breakAt(rest, indent.length());
      if (at < 0) {
        at = lastOpening(rest) + 1;
      }
      if (at <= indent.length() + 4 || at == rest.length()) {
        break;
      }
      out.append(rest.substring(0, at).stripTrailing()).append('\n');
      rest = indent + "    " + rest.substring(at).stripLeading();
    }
    return out.append(rest).toString();
  }

  /** Finds the last place outside quotes where a line can end and still be short enough. */
  private static int breakAt(String line, int from) {
    int best = -1;
    int bestDepth = Integer.MAX_VALUE;
    int depth = 0;
    boolean quoted = false;
    int earliest = from + (WIDTH - from) / 3;
    for (int i = 0; i < Math.min(line.length(), WIDTH); i++) {
      char c = line.charAt(i);
      if (c == '"' && line.charAt(Math.max(i - 1, 0)) != '\\') {
        quoted = !quoted;
      }
      if (quoted) {
        continue;
      }
      depth += c == '(' || c == '{' ? 1 : c == ')' || c == '}' ? -1 : 0;
      int at = c == ',' && i + 1 < WIDTH ? i + 1 : isOperator(line, i) || isDot(line, i) ? i : -1;
      if (at > earliest && (best < 0 || depth <= bestDepth)) {
        best = at;
        bestDepth = depth;
      }
    }
    return best;
  }

  /** Finds the last opening parenthesis outside quotes in a line of the width, or -1. */
  private static int lastOpening(String line) {
    int found = -1;
    boolean quoted = false;
    for (int i = 0; i < WIDTH; i++) {
      char c = line.charAt(i);
      quoted ^= c == '"' && line.charAt(Math.max(i - 1, 0)) != '\\';
      found = c == '(' && !quoted ? i : found;
    }
    return found;
  }

  private static boolean isOperator(String line, int i) {
    return line.startsWith("+ ", i)
        || line.startsWith("? ", i)
        || line.startsWith(": ", i)
        || line.startsWith("|| ", i)
        || line.startsWith("-> ", i);
  }

  private static boolean isDot(String line, int i) {
    return line.charAt(i) == '.' && line.charAt(i - 1) == ')';
  }

  /** Returns the whole file. */
  String text() {
    if (!blocks.isEmpty()) {
      throw new IllegalStateException(blocks.size() + " blocks are open");
    }
    String code = body.toString();
    TreeSet<String> imports = new TreeSet<>();
    Matcher m = WORD.matcher(code);
    while (m.find()) {
      String from = classes.get(m.group());
      if (from != null && !from.equals(packageName)) {
        imports.add("import " + from + "." + m.group() + ";\n");
      }
    }
    return NOTICE
        + "\npackage "
        + packageName
        + ";\n\n"
        + String.join("", imports)
        + (imports.isEmpty() ? "" : "\n")
        + code;
  }

  /** Returns the path of the file of a class. */
  static String path(String packageName, String className) {
    return packageName.replace('.', '/') + "/" + className + ".java";
  }
}
