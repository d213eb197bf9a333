package org.autograd.codegen.formula;

/** Passing a value of one type where another is expected. */
final class Conversions {
  /** What {@link #cost} answers if there is no conversion. */
  static final int IMPOSSIBLE = 1000;

  private Conversions() {}

  /** Returns how far a conversion goes: 0 for none, {@link #IMPOSSIBLE} if there is none. */
  static int cost(Code from, JavaType to, boolean nullable) {
    JavaType type = from.type();
    if (type == to) {
      return 0;
    }
    if (type == JavaType.NULL) {
      return nullable ? 0 : IMPOSSIBLE;
    }
    return switch (to) {
      case LONG -> type == JavaType.INT ? 1 : IMPOSSIBLE;
      case DOUBLE ->
          type == JavaType.INT || type == JavaType.LONG || type == JavaType.SCALAR ? 2 : IMPOSSIBLE;
      case OPT_INT -> type == JavaType.INT ? 1 : IMPOSSIBLE;
      case OPT_LONG -> type == JavaType.INT || type == JavaType.LONG ? 1 : IMPOSSIBLE;
      case OPT_DOUBLE ->
          type == JavaType.INT || type == JavaType.LONG || type == JavaType.DOUBLE ? 2 : IMPOSSIBLE;
      case SCALAR -> type.isNumber() ? 3 : IMPOSSIBLE;
      case INTS -> type == JavaType.INT ? 3 : IMPOSSIBLE;
      case TENSOR -> type.isNumber() ? 4 : IMPOSSIBLE;
      default -> IMPOSSIBLE;
    };
  }

  /** Converts where {@link #cost} says that it is possible, except numbers to tensors. */
  static String convert(Code from, JavaType to) {
    JavaType type = from.type();
    if (type == to || type == JavaType.NULL) {
      return from.text();
    }
    return switch (to) {
      case OPT_LONG -> type == JavaType.INT ? "(long) " + from.atLeast(Code.UNARY) : from.text();
      case OPT_DOUBLE ->
          type == JavaType.DOUBLE ? from.text() : "(double) " + from.atLeast(Code.UNARY);
      case INTS -> "new int[] {" + from.text() + "}";
      case SCALAR -> "Scalar.of(" + from.text() + ")";
      case DOUBLE ->
          type == JavaType.SCALAR ? from.atLeast(Code.PRIMARY) + ".toDouble()" : from.text();
      default -> from.text();
    };
  }

  /** Returns a number that Java can calculate with. */
  static Code primitive(Code code, int column) {
    return switch (code.type()) {
      case INT, LONG, DOUBLE -> code;
      case OPT_INT -> new Code(code.text(), JavaType.INT, code.strength(), code.plain());
      case OPT_LONG -> new Code(code.text(), JavaType.LONG, code.strength(), code.plain());
      case OPT_DOUBLE -> new Code(code.text(), JavaType.DOUBLE, code.strength(), code.plain());
      case SCALAR -> Code.call(code.atLeast(Code.PRIMARY) + ".toDouble()", JavaType.DOUBLE);
      default ->
          throw new FormulaException(
              column, "expected a number or a tensor, found " + code.type().java());
    };
  }

  /** Returns a number as a tensor that yields to {@code partner} in type promotion. */
  static Code wrap(Code number, Code partner, int column) {
    if (!partner.plain()) {
      throw new FormulaException(
          column,
          "a number stands where a tensor is needed, next to a longer expression; write the number"
              + " last");
    }
    String text = primitive(number, column).text();
    return Code.call("Types.wrap(" + partner.text() + ", " + text + ")", JavaType.TENSOR);
  }
}
