/**
 * Draws the graphs that {@link org.autograd.GraphExplorer} writes. Nothing here needs to be called:
 * it is found as a service.
 */
package org.autograd.explorer;
