package org.autograd.codegen.model;

/** How an operator's entry point treats recording. */
public enum DispatchStrategy {
  /** Built from public operators, which record themselves. */
  COMPOSITE,
  /** Nothing of it is differentiable: straight to the raw operator. */
  NO_RECORD,
  /** Computes a fresh result and records a node. */
  RECORD,
  /** Makes a view and records a node. */
  RECORD_VIEW,
  /** Changes its first argument and records a node. */
  RECORD_INPLACE
}
