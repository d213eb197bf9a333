/**
 * What the generator knows of hand-written Java: which static methods there are, with which
 * parameters.
 */
package org.autograd.codegen.source;
