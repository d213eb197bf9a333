package org.autograd;

/** The type of a tensor's elements. */
public enum DType {
  /** Truth values, one byte each: 0 or 1. */
  BOOL("bool", 1, Category.BOOL),
  /** Unsigned 8-bit integers, held in a {@code byte[]}. */
  UINT8("uint8", 1, Category.INTEGRAL),
  /** Signed 8-bit integers. */
  INT8("int8", 1, Category.INTEGRAL),
  /** Signed 16-bit integers. */
  INT16("int16", 2, Category.INTEGRAL),
  /** Signed 32-bit integers. */
  INT32("int32", 4, Category.INTEGRAL),
  /** Signed 64-bit integers. */
  INT64("int64", 8, Category.INTEGRAL),
  /** IEEE single precision. */
  FLOAT32("float32", 4, Category.FLOATING),
  /** IEEE double precision. */
  FLOAT64("float64", 8, Category.FLOATING);

  /** The kinds of numbers that promotion tells apart, lowest first. */
  public enum Category {
    /** Truth values. */
    BOOL,
    /** Integers. */
    INTEGRAL,
    /** Real floating point numbers. */
    FLOATING,
    /** Complex floating point numbers. */
    COMPLEX
  }

  private final String label;
  private final int bytes;
  private final Category category;

  DType(String label, int bytes, Category category) {
    this.label = label;
    this.bytes = bytes;
    this.category = category;
  }

  /** Returns the size of one element in bytes. */
  public int bytes() {
    return bytes;
  }

  /** Returns the kind of numbers this type holds. */
  public Category category() {
    return category;
  }

  /** Tells whether this is a real floating point type. */
  public boolean isFloating() {
    return category == Category.FLOATING;
  }

  /** Tells whether this is a complex type. */
  public boolean isComplex() {
    return category == Category.COMPLEX;
  }

  /** Tells whether this is an integer type; {@link #BOOL} is not. */
  public boolean isIntegral() {
    return category == Category.INTEGRAL;
  }

  /** Tells whether tensors of this type can require gradients: floating and complex ones can. */
  public boolean isDifferentiable() {
    return category.compareTo(Category.FLOATING) >= 0;
  }

  /** Returns PyTorch's name of this type, for example {@code float32}. */
  @Override
  public String toString() {
    return label;
  }
}
