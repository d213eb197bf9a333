package org.autograd.engine;

/**
 * Marks what is thrown through a pass in order to end something around it: no error of the node in
 * which that happens, and not reported as one.
 */
public interface Unwinding {}
