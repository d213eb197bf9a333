package org.autograd;

/**
 * What anomaly detection checks in the gradients that each node of a pass returns.
 *
 * @param checkNan whether NaN is an error
 * @param checkInf whether an infinite value is an error
 */
public record AnomalyOptions(boolean checkNan, boolean checkInf) {
  /** NaN is an error, infinite values are not. */
  public static final AnomalyOptions DEFAULT = new AnomalyOptions(true, false);

  /** Returns options that differ in {@code checkNan}. */
  public AnomalyOptions withCheckNan(boolean checkNan) {
    return new AnomalyOptions(checkNan, checkInf);
  }

  /** Returns options that differ in {@code checkInf}. */
  public AnomalyOptions withCheckInf(boolean checkInf) {
    return new AnomalyOptions(checkNan, checkInf);
  }
}
