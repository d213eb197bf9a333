package org.autograd.codegen.loops;

import java.util.ArrayList;
import java.util.List;

/** A dtype that a loop computes in. */
enum LoopType {
  F32("FLOAT32", "f32", "float", "float", "f"),
  F64("FLOAT64", "f64", "double", "double", ".0"),
  I64("INT64", "i64", "long", "long", "L"),
  I32("INT32", "i32", "int", "int", ""),
  I16("INT16", "i16", "short", "int", ""),
  I8("INT8", "i8", "byte", "int", ""),
  U8("UINT8", "u8", "byte", "int", ""),
  BOOL("BOOL", "bool", "byte", "boolean", "");

  /** The constant of the library's enum. */
  final String dtype;

  /** The name of the loop's method. */
  final String method;

  /** The type of the array's elements. */
  final String element;

  /** The type of a value in the loop. */
  final String value;

  private final String suffix;

  LoopType(String dtype, String method, String element, String value, String suffix) {
    this.dtype = dtype;
    this.method = method;
    this.element = element;
    this.value = value;
    this.suffix = suffix;
  }

  boolean isFloating() {
    return this == F32 || this == F64;
  }

  /** The types that an operator's loops are needed for. */
  static List<LoopType> of(PointwiseOp op) {
    List<LoopType> types = new ArrayList<>();
    for (LoopType t : values()) {
      boolean accepted = op.dtypes().contains(t.kind());
      if (op.result() instanceof ResultRule.Floating ? t.isFloating() : accepted) {
        types.add(t);
      }
    }
    return types;
  }

  /** A literal of an integral number, which all types but bool have. */
  String integer(String literal) {
    return literal + suffix;
  }

  /** A literal of a number with a fraction or exponent. */
  String real(String literal) {
    return this == F32 ? literal + "f" : literal;
  }

  /** Returns the kind of the dtype. */
  DTypeKind kind() {
    return this == BOOL ? DTypeKind.BOOL : isFloating() ? DTypeKind.FLOATING : DTypeKind.INTEGRAL;
  }

  /** Makes a value what an element holds. */
  String store(String value) {
    return this == BOOL
        ? "(byte) (" + value + " ? 1 : 0)"
        : element.equals(this.value) ? value : "(" + element + ") " + value;
  }

  /** Reads an element. */
  String load(String array, String index) {
    return switch (this) {
      case U8 -> array + "[" + index + "] & 0xff";
      case BOOL -> array + "[" + index + "] != 0";
      default -> array + "[" + index + "]";
    };
  }
}
