package org.autograd.codegen.formula;

import java.util.Arrays;
import java.util.stream.Collectors;
import org.autograd.codegen.table.ArgType;

/** Java for the literal values that tables give to arguments, as defaults or in samples. */
public final class Literals {
  private Literals() {}

  /**
   * Prints a value.
   *
   * @throws IllegalArgumentException with the reason if the text is not a value of the type
   */
  public static String java(ArgType type, String text) {
    if (text.equals("null")) {
      if (!type.isOptional()) {
        throw new IllegalArgumentException("null is no value of type " + type.table());
      }
      return "null";
    }
    try {
      return switch (type) {
        case INT, OPT_INT -> Integer.toString(Integer.parseInt(text));
        case LONG, OPT_LONG -> Long.parseLong(text) + "L";
        case DOUBLE, OPT_DOUBLE, CORRECTION -> number(text);
        case BOOL -> bool(text);
        case INTS, OPT_INTS -> "new int[] {" + list(type, text) + "}";
        case LONGS, OPT_LONGS -> "new long[] {" + list(type, text) + "}";
        case DTYPE, OPT_DTYPE -> dtype(text);
        case SCALAR, OPT_SCALAR -> "Scalar.of(" + scalar(text) + ")";
        case REDUCTION -> "Reduction." + text.replaceFirst("^Reduction\\.", "");
        case STRING -> "\"" + text.replaceAll("^[\"']|[\"']$", "") + "\"";
        case TENSOR, OPT_TENSOR, TENSORS, OPT_TENSORS ->
            throw new IllegalArgumentException(
                "the only literal of type " + type.table() + " is null");
      };
    } catch (NumberFormatException e) {
      throw new IllegalArgumentException("'" + text + "' is no value of type " + type.table());
    }
  }

  private static String bool(String text) {
    if (!text.equals("true") && !text.equals("false")) {
      throw new IllegalArgumentException("'" + text + "' is no value of type bool");
    }
    return text;
  }

  private static String number(String text) {
    return switch (text) {
      case "inf", "infinity" -> "Double.POSITIVE_INFINITY";
      case "-inf", "-infinity" -> "Double.NEGATIVE_INFINITY";
      case "nan" -> "Double.NaN";
      default -> Double.toString(Double.parseDouble(text));
    };
  }

  private static String scalar(String text) {
    return text.matches("-?\\d+") ? Long.parseLong(text) + "L" : number(text);
  }

  private static String dtype(String text) {
    String name = text.replaceFirst("^DType\\.", "").toUpperCase(java.util.Locale.ROOT);
    if (!name.matches("[A-Z0-9]+")) {
      throw new IllegalArgumentException("'" + text + "' is no dtype");
    }
    return "DType." + name;
  }

  private static String list(ArgType type, String text) {
    String inner = text.strip().replaceFirst("^[\\[{(]", "").replaceFirst("[\\]})]$", "").strip();
    if (inner.isEmpty()) {
      return "";
    }
    boolean ints = type == ArgType.INTS || type == ArgType.OPT_INTS;
    return Arrays.stream(inner.split("\\s*,\\s*"))
        .map(t -> ints ? Integer.toString(Integer.parseInt(t)) : Long.toString(Long.parseLong(t)))
        .collect(Collectors.joining(", "));
  }
}
