/**
 * Forward mode: levels, the tangents that tensors carry at them, and what operators do with them.
 *
 * <p>Note on nesting. Levels form a chain in the thread's mode, innermost first. A tensor may carry
 * one tangent at each level, and tangents may carry tangents at outer levels. The rule of a level
 * is evaluated in a mode whose chain begins at the next outer level: it sees its operands with the
 * tangents below kept, and those at its own level and above removed. It calls public operators, so
 * the tangents below flow through it.
 */
package org.autograd.forward;
