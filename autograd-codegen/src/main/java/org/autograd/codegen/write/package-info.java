/** Writers: one class for each kind of generated file. */
package org.autograd.codegen.write;
