package org.autograd;

import java.lang.annotation.ElementType;
import java.lang.annotation.Inherited;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * Marks the {@code backward} (or {@code vjp}) of a {@link CustomFunction} that cannot be
 * differentiated itself, because it works outside of what autograd records. It runs with recording
 * off, and differentiating its results is an {@link AutogradException}. On a class it holds for
 * whichever of the two methods the class has.
 */
@Inherited
@Retention(RetentionPolicy.RUNTIME)
@Target({ElementType.METHOD, ElementType.TYPE})
public @interface OnceDifferentiable {}
