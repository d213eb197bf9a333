package org.autograd.codegen.formula;

/** Spellings of names. */
public final class Names {
  private Names() {}

  /** Turns {@code relu_backward} into {@code reluBackward}; underscores at the end stay. */
  public static String camel(String name) {
    StringBuilder text = new StringBuilder();
    int end = name.length();
    while (end > 0 && name.charAt(end - 1) == '_') {
      end--;
    }
    boolean upper = false;
    for (int i = 0; i < end; i++) {
      char c = name.charAt(i);
      if (c == '_' && text.length() > 0) {
        upper = true;
      } else {
        text.append(upper ? Character.toUpperCase(c) : c);
        upper = false;
      }
    }
    return text + name.substring(end);
  }

  /** Turns {@code relu_backward} into {@code ReluBackward}. */
  public static String upperCamel(String name) {
    String camel = camel(name).replaceAll("_+$", "");
    return Character.toUpperCase(camel.charAt(0)) + camel.substring(1);
  }
}
