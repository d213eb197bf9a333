/**
 * The operator tables as they are written: YAML to located entries and signatures, with all
 * mistakes collected.
 */
package org.autograd.codegen.table;
