package org.autograd;

import static com.tngtech.archunit.core.domain.JavaModifier.PUBLIC;
import static com.tngtech.archunit.core.domain.JavaModifier.STATIC;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaMethod;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What is said of scopes that are closed in another order, or never. */
class ScopesTest {
  /** Switches that hold from the call on and need not be closed. */
  private static final Set<String> MAY_STAY =
      Set.of(
          "setGradEnabled",
          "setDetectAnomaly",
          "setForwardGradEnabled",
          "setMultithreadingEnabled");

  private final List<String> warnings = new CopyOnWriteArrayList<>();
  private Consumer<String> before;

  @BeforeEach
  void collect() {
    before = Warnings.handler();
    Warnings.handler(warnings::add);
  }

  @AfterEach
  void restore() {
    Warnings.handler(before);
    GradMode.setGradEnabled(true);
  }

  @Test
  void closingInOrderSaysNothing() {
    try (Scope outer = GradMode.noGrad();
        Scope inner = InferenceMode.enter();
        Scope hooks = Graph.saveOnCpu()) {
      GradMode.setGradEnabled(true);
    }
    assertThat(warnings).isEmpty();
    assertThat(GradMode.isEnabled()).isTrue();
  }

  @Test
  void closingOutOfOrderIsReportedOnce() {
    Scope outer = GradMode.noGrad();
    Scope inner = GradMode.enableGrad();
    outer.close();
    inner.close();
    inner.close();
    assertThat(warnings).hasSize(1);
    assertThat(warnings.get(0)).contains("GradMode.noGrad", "reverse order");
    warnings.clear();
    try (Scope next = GradMode.noGrad()) {
      assertThat(GradMode.isEnabled()).isFalse();
    }
    assertThat(warnings).isEmpty();
  }

  @Test
  void switchesMayStay() {
    Scope first = GradMode.setGradEnabled(false);
    try (Scope scope = GradMode.enableGrad()) {
      GradMode.setGradEnabled(false);
    }
    first.close();
    assertThat(warnings).isEmpty();
    assertThat(GradMode.isEnabled()).isTrue();
  }

  @Test
  void lostScopesAreFoundWithTheirLine() throws InterruptedException {
    try (Scope anomaly = AnomalyMode.detectAnomaly()) {
      warnings.clear();
      lose();
      for (int i = 0; i < 200 && warnings.isEmpty(); i++) {
        System.gc();
        Thread.sleep(10);
      }
      assertThat(warnings).isNotEmpty();
      assertThat(warnings.get(0)).contains("GradMode.noGrad", "ScopesTest.java:", "never closed");
    }
  }

  /** What static analysis finds: an annotation that is in class files only. */
  @Test
  void methodsThatOpenScopesSayThatTheyMustBeClosed() {
    for (JavaClass door : new ClassFileImporter().importPackages("org.autograd")) {
      boolean isDoor = door.getPackageName().equals("org.autograd");
      for (JavaMethod m : door.getMethods()) {
        boolean opens = m.getRawReturnType().isAssignableTo(Scope.class);
        boolean isPublic = m.getModifiers().containsAll(Set.of(PUBLIC, STATIC));
        boolean mayStay = MAY_STAY.contains(m.getName());
        if (isDoor && opens && isPublic && !mayStay && door.getModifiers().contains(PUBLIC)) {
          assertThat(m.isAnnotatedWith("com.google.errorprone.annotations.MustBeClosed"))
              .as(m.getFullName())
              .isTrue();
        }
      }
    }
  }

  @SuppressWarnings("MustBeClosed")
  private static void lose() {
    GradMode.noGrad();
  }
}
