package org.autograd;

import static com.tngtech.archunit.base.DescribedPredicate.describe;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static java.util.Map.entry;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaAccess;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaMember;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.lang.ArchCondition;
import com.tngtech.archunit.lang.ConditionEvents;
import com.tngtech.archunit.lang.SimpleConditionEvent;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.autograd.graph.Edge;
import org.autograd.graph.Node;
import org.junit.jupiter.api.Test;

/** Which package may know which: calls go down only. */
class LayersTest {
  private static final String ROOT = "org.autograd";

  /** Data types, which every layer but {@code mode} may name. */
  private static final Set<String> DATA =
      Set.of(
          "Tensor",
          "TensorOps",
          "Tensors",
          "TensorFactories",
          "RandomFactories",
          "ArrayFactories",
          "Shape",
          "DType",
          "Device",
          "Scalar",
          "Reduction",
          "Correction",
          "Randomness",
          "TensorOptions",
          "ValuesAndIndices",
          "AutogradException",
          "InplaceModificationException",
          "Scope",
          "HookHandle",
          "CreationMeta",
          "Warnings",
          "BackwardOptions",
          "TensorOrEdge",
          "GradientEdge",
          "GradOptions");

  /** For each package below the root, the packages that it may call besides itself. */
  private static final Map<String, List<String>> MAY_CALL =
      Map.ofEntries(
          entry("formula", List.of("ops", "batch", "record", "forward", "graph", "tensor", "mode")),
          entry("ops", List.of("kernel", "tensor", "mode")),
          entry("batch", List.of("record", "forward", "graph", "tensor", "mode")),
          entry("record", List.of("forward", "graph", "tensor", "mode")),
          entry("engine", List.of("batch", "graph", "tensor", "mode")),
          entry("forward", List.of("graph", "tensor", "mode")),
          entry("graph", List.of("tensor", "mode")),
          entry("kernel", List.of("tensor")),
          entry("kernel.cpu", List.of("kernel", "tensor")),
          entry("kernel.cpu.vector", List.of("kernel.cpu", "kernel", "tensor")),
          entry("tensor", List.of()),
          entry("mode", List.of()));

  /**
   * The two doors: the arithmetic that the graph asks for is done by operators, and the CPU's
   * kernels are held in a field, so that a call to them costs nothing more.
   */
  private static final Map<String, List<String>> DOORS =
      Map.of(
          "TensorGradMath", List.of("graph", "tensor", "mode"),
          "Backends", List.of("kernel.cpu", "tensor"));

  private static final JavaClasses MAIN =
      new ClassFileImporter()
          .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
          .importPackages(ROOT);

  private static String layer(JavaClass c) {
    String name = c.getPackageName();
    return name.equals(ROOT) ? "" : name.substring(ROOT.length() + 1);
  }

  private static boolean isData(JavaClass c) {
    JavaClass outer = c;
    while (outer.getEnclosingClass().isPresent()) {
      outer = outer.getEnclosingClass().get();
    }
    return outer.isEquivalentTo(Node.class)
        || outer.isEquivalentTo(Edge.class)
        || layer(outer).isEmpty() && DATA.contains(outer.getSimpleName());
  }

  private static DescribedPredicate<JavaClass> foreignTo(String layer) {
    return foreignTo(layer, MAY_CALL.get(layer));
  }

  private static DescribedPredicate<JavaClass> foreignTo(String layer, List<String> allowed) {
    return describe(
        "neither data types nor of " + layer + ", " + allowed,
        c ->
            c.getBaseComponentType().getPackageName().startsWith(ROOT)
                && !layer(c.getBaseComponentType()).equals(layer)
                && !allowed.contains(layer(c.getBaseComponentType()))
                && !isData(c.getBaseComponentType()));
  }

  @Test
  void everyPackageIsAKnownLayer() {
    Set<String> found =
        MAIN.stream().map(LayersTest::layer).collect(Collectors.toCollection(TreeSet::new));
    found.remove("");
    assertThat(found).isEqualTo(new TreeSet<>(MAY_CALL.keySet()));
  }

  @Test
  void callsGoDownOnly() {
    for (String layer : MAY_CALL.keySet()) {
      noClasses()
          .that()
          .resideInAPackage(ROOT + "." + layer)
          .and(describe("no doors", c -> !DOORS.containsKey(c.getSimpleName())))
          .should()
          .dependOnClassesThat(foreignTo(layer))
          .check(MAIN);
    }
    DOORS.forEach((door, allowed) -> {
      String layer = door.equals("Backends") ? "kernel" : "ops";
      noClasses()
          .that()
          .haveFullyQualifiedName(ROOT + "." + layer + "." + door)
          .should()
          .dependOnClassesThat(foreignTo(layer, allowed))
          .check(MAIN);
    });
  }

  @Test
  void kernelsKnowNothingOfAutograd() {
    noClasses()
        .that()
        .resideInAPackage(ROOT + ".kernel..")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage(
            ROOT + ".graph..",
            ROOT + ".record..",
            ROOT + ".engine..",
            ROOT + ".formula..",
            ROOT + ".ops..")
        .check(MAIN);
  }

  @Test
  void modeKnowsNothing() {
    noClasses()
        .that()
        .resideInAPackage(ROOT + ".mode")
        .should()
        .dependOnClassesThat(
            resideInAPackage(ROOT + "..")
                .and(DescribedPredicate.not(resideInAPackage(ROOT + ".mode"))))
        .check(MAIN);
  }

  @Test
  void engineCallsNoOperator() {
    Set<String> operators =
        Stream.of(TensorOps.class, Tensors.class)
            .flatMap(c -> Arrays.stream(c.getDeclaredMethods()))
            .map(m -> m.getName())
            .collect(Collectors.toSet());
    assertThat(operators).contains("mul", "add_", "sumOut", "where");
    classes().that().resideInAPackage(ROOT + ".engine").should(callNone(operators)).check(MAIN);
    classes().that().resideInAPackage(ROOT + ".graph").should(callNone(operators)).check(MAIN);
  }

  /** Finds calls, direct or as method references, of methods that are operators. */
  private static ArchCondition<JavaClass> callNone(Set<String> operators) {
    return new ArchCondition<>("call no operator") {
      @Override
      public void check(JavaClass c, ConditionEvents events) {
        for (JavaAccess<?> access : c.getAccessesFromSelf()) {
          boolean onTensor =
              access.getTargetOwner().isAssignableTo(TensorOps.class)
                  || access.getTargetOwner().isEquivalentTo(Tensors.class);
          if (onTensor && operators.contains(access.getName())) {
            String owner =
                access
                    .getTarget()
                    .resolveMember()
                    .map(m -> ((JavaMember) m).getOwner().getSimpleName())
                    .orElse("TensorOps");
            if (owner.equals("TensorOps") || owner.equals("Tensors")) {
              events.add(SimpleConditionEvent.violated(c, access.getDescription()));
            }
          }
        }
      }
    };
  }

  @Test
  void threadLocalsLiveInModeOnly() {
    noClasses()
        .that()
        .resideOutsideOfPackage(ROOT + ".mode")
        .should()
        .dependOnClassesThat()
        .areAssignableTo(ThreadLocal.class)
        .check(MAIN);
    noClasses()
        .should()
        .dependOnClassesThat()
        .haveFullyQualifiedName("java.lang.ScopedValue")
        .check(MAIN);
  }

  @Test
  void vectorModuleIsNamedInOnePlace() {
    noClasses()
        .that()
        .resideOutsideOfPackage(ROOT + ".kernel.cpu.vector")
        .should()
        .dependOnClassesThat()
        .resideInAPackage("jdk.incubator..")
        .check(MAIN);
    noClasses()
        .that()
        .resideOutsideOfPackage(ROOT + ".kernel.cpu.vector")
        .should()
        .dependOnClassesThat()
        .resideInAPackage(ROOT + ".kernel.cpu.vector")
        .because("it must load where the Vector API module is not there")
        .check(MAIN);
  }

  @Test
  void generatorIsNoPartOfTheRunningLibrary() {
    noClasses().should().dependOnClassesThat().resideInAPackage(ROOT + ".codegen..").check(MAIN);
  }
}
