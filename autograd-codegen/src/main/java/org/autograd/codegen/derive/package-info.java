/**
 * Classes that exist for several number types: their source is written for {@code float}, the
 * others are derived from it.
 */
package org.autograd.codegen.derive;
