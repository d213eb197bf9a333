package org.autograd.kernel.cpu;

/** The innermost loop of an element-by-element kernel; the result is operand 0. */
interface Loop {
  /**
   * Works on {@code n} elements of each operand.
   *
   * @param arrays the memory of each operand
   * @param at where each operand's first element is
   * @param step how far apart its elements are; 0 for one that is the same throughout
   */
  void row(Object[] arrays, int[] at, int[] step, int n);
}
