package org.autograd;

import java.lang.reflect.InvocationTargetException;
import org.autograd.engine.BackwardScheduler;
import org.autograd.engine.Engine;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * Runs a test class under the scheduler named by the system property {@code
 * autograd.test.scheduler} (a class with a public constructor without parameters), or under the
 * default one. Other modules use it to run the engine's tests again.
 */
public final class UnderScheduler implements BeforeAllCallback, AfterAllCallback {
  private BackwardScheduler before;

  @Override
  public void beforeAll(ExtensionContext context) throws ReflectiveOperationException {
    before = Engine.scheduler();
    String name = System.getProperty("autograd.test.scheduler");
    if (name != null) {
      try {
        Engine.scheduler((BackwardScheduler) Class.forName(name).getConstructor().newInstance());
      } catch (InvocationTargetException e) {
        throw new IllegalStateException("cannot make scheduler " + name, e.getCause());
      }
    }
  }

  @Override
  public void afterAll(ExtensionContext context) {
    Engine.scheduler(before);
  }
}
