package org.autograd.tensor;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * The class is written for {@code float}; the build derives the classes for other number types from
 * it, by putting the type's name in the place of {@code float} wherever it stands: {@code
 * FloatSums} gives {@code DoubleSums}, {@code 0f} gives {@code 0.0}. So what is written must mean
 * the same for those types.
 */
@Retention(RetentionPolicy.SOURCE)
@Target(ElementType.TYPE)
public @interface AlsoFor {
  /** The types, such as {@code double.class}. */
  Class<?>[] value();
}
