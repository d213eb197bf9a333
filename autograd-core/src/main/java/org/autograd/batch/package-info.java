/**
 * Batches: tensors that stand for one element of a batch, and the levels they belong to.
 *
 * <p>Note on batches. Inside a {@code vmap} user code sees tensors of one element's shape. Such a
 * tensor holds another one, its value, with the whole batch in one dimension; under nested levels
 * that value may be batched in turn, at an outer level. Operators are unwrapped before anything
 * else happens, so tangents and histories belong to the values. A tensor whose tangents alone are
 * batched is not: see {@link org.autograd.batch.BatchedTangents}. The rule of a level is evaluated
 * in a mode whose innermost level is the next outer one.
 */
package org.autograd.batch;
