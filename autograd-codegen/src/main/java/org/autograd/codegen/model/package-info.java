/**
 * What the tables mean, in autograd's terms: operators, their variants, derivatives and what each
 * saves.
 */
package org.autograd.codegen.model;
