/**
 * Writes what a pointwise operator needs below the recording layer, from one scalar expression: the
 * raw operator, the method of the kernel interface, the loops over Java arrays and, where there is
 * one, their form for the Vector API. The one door is {@link
 * org.autograd.codegen.loops.LoopWriter}.
 */
package org.autograd.codegen.loops;
