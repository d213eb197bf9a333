package org.autograd;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/** Collects the warnings of each test of a class instead of logging them. */
public final class CollectedWarnings implements BeforeEachCallback, AfterEachCallback {
  private final List<String> messages = new CopyOnWriteArrayList<>();

  /** The warnings so far, in order. */
  public List<String> messages() {
    return messages;
  }

  @Override
  public void beforeEach(ExtensionContext context) {
    messages.clear();
    Warnings.handler(messages::add);
  }

  @Override
  public void afterEach(ExtensionContext context) {
    Warnings.handler(null);
  }
}
