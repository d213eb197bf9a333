package org.autograd.engine;

import org.autograd.AnomalyMode;
import org.autograd.AnomalyOptions;
import org.autograd.Scope;
import org.autograd.Warnings;

/** What the tests of anomaly detection share. */
final class Anomalies {
  private Anomalies() {}

  static Scope quietly(AnomalyOptions options) {
    var handler = Warnings.handler();
    Warnings.handler(m -> {});
    Scope scope = AnomalyMode.detectAnomaly(options);
    Warnings.handler(handler);
    return scope;
  }

  static Scope quietly() {
    return quietly(AnomalyOptions.DEFAULT);
  }
}
