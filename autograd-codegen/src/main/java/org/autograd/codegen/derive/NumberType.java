package org.autograd.codegen.derive;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A number type that a class written for {@code float} is derived for. */
enum NumberType {
  DOUBLE("double", "Double"),
  INT("int", "Integer"),
  LONG("long", "Long"),
  SHORT("short", "Short"),
  BYTE("byte", "Byte");

  /**
   * A number literal of type float, or the type's name: alone, as {@code floats} or {@code
   * floatArray}, or at any place of an identifier such as {@code ScalarFloatGemm} or {@code
   * FLOATS}. The name of a dtype, and the word floating, are none.
   */
  private static final Pattern WORDS =
      Pattern.compile(
          "(?<literal>\\b\\d+(?:\\.\\d+)?)f\\b"
              + "|(?<boxed>\\bFloat\\b)"
              + "|(?<lower>\\bfloat)(?!ing)"
              + "|(?<camel>Float)(?!ing)(?![a-z]*\\d)"
              + "|(?<upper>FLOAT)(?!\\d)");

  private final String keyword;
  private final String box;

  NumberType(String keyword, String box) {
    this.keyword = keyword;
    this.box = box;
  }

  static NumberType of(String keyword) {
    for (NumberType type : values()) {
      if (type.keyword.equals(keyword)) {
        return type;
      }
    }
    throw new IllegalArgumentException(
        "@AlsoFor names " + keyword + ", which is no number type that can be derived");
  }

  /** Returns Java source, or the name of a class, with this type in the place of float. */
  String in(String source) {
    Matcher m = WORDS.matcher(source);
    return m.replaceAll(found -> Matcher.quoteReplacement(replacement(m)));
  }

  private String replacement(Matcher found) {
    if (found.group("literal") != null) {
      String digits = found.group("literal");
      return this != DOUBLE || digits.contains(".") ? digits : digits + ".0";
    }
    if (found.group("boxed") != null) {
      return box;
    }
    if (found.group("lower") != null) {
      return keyword;
    }
    return found.group("camel") != null ? name().charAt(0) + keyword.substring(1) : name();
  }
}
