/** Eager automatic differentiation with the semantics of torch.autograd. */
package org.autograd;
