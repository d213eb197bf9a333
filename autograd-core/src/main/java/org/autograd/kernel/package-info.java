/** What a kind of device must provide: memory and loops over it. */
package org.autograd.kernel;
