/**
 * Raw operators: each checks its operands, infers shape and dtype of the result, allocates it and
 * calls a kernel. Nothing here records anything for autograd.
 */
package org.autograd.ops;
