/**
 * The language of derivative formulas and pointwise loops: text to tree. Knows nothing of
 * operators.
 */
package org.autograd.codegen.expr;
