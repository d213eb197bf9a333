package org.autograd.codegen.loops;

/** Java text that is put together line by line, indented by its braces. */
final class Lines {
  private final StringBuilder text = new StringBuilder();
  private int depth;

  /**
   * Adds lines; each is indented by the braces before it, and more if it begins with four spaces.
   */
  Lines add(String lines) {
    for (String line : lines.split("\n")) {
      String s = line.strip();
      boolean continued = line.startsWith("    ");
      int lead = 0;
      while (lead < s.length() && s.charAt(lead) == '}') {
        lead++;
      }
      depth -= lead;
      if (!s.isEmpty()) {
        text.append("  ".repeat(depth)).append(continued ? "    " : s.startsWith("*") ? " " : "");
        text.append(s);
      }
      text.append('\n');
      if (!s.startsWith("*") && !s.startsWith("/*")) {
        for (int i = lead; i < s.length(); i++) {
          depth += s.charAt(i) == '{' ? 1 : s.charAt(i) == '}' ? -1 : 0;
        }
      }
    }
    return this;
  }

  /** Adds an empty line. */
  Lines gap() {
    text.append('\n');
    return this;
  }

  @Override
  public String toString() {
    return text.toString();
  }
}
