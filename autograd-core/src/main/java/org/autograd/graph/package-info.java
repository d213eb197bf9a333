/**
 * The recorded graph: nodes, edges, leaves' accumulators and hooks.
 *
 * <h2>Hooks and their order</h2>
 *
 * <p>In one pass, with hooks of one kind in the order of their registration:
 *
 * <ul>
 *   <li>For a tensor that an operation made: hooks on the tensor, then its gradient is stored into
 *       {@code .grad} if it retains it, then prehooks on the operation's node, the node, hooks on
 *       the node.
 *   <li>For a leaf: hooks on the tensor, prehooks on its accumulator, accumulation into {@code
 *       .grad}, post-accumulate hooks, hooks on its accumulator.
 * </ul>
 *
 * <p>Hooks on tensors run whenever the tensor's gradient is computed; what {@code grad} returns is
 * what they made of it. The others run only if the node does: {@code grad} does not run the nodes
 * of its inputs, nor any accumulator.
 *
 * <p>A handle may be removed at any time. The hooks of one kind that are about to run on one node
 * are decided when the first of them starts, so that removing one from inside another counts from
 * the next pass on.
 *
 * <p>A pass stores gradients only after all of its nodes have run, so that a failure leaves every
 * {@code .grad} as it was. Where hooks must see a gradient stored, it is stored at once: in leaves
 * with post-accumulate hooks or with hooks or prehooks on their accumulator, and in retaining
 * tensors with hooks or prehooks on their node.
 *
 * <p>A hook on a tensor and a prehook may write into the gradients that they are given, a hook on a
 * node into those of the node's inputs: the pass goes on with what they wrote, and no other branch
 * sees it. What went into a node, what a hook on several tensors is given, and what the backward of
 * a custom function is given may belong to other branches too: the pass fails if they write into
 * such a gradient.
 */
package org.autograd.graph;
