/** The recorded graph: nodes, edges, leaves' accumulators and hooks. */
package org.autograd.graph;
