/**
 * Typed printing of formula trees: which functions there are, what has which type, and the Java
 * that comes of it.
 */
package org.autograd.codegen.formula;
