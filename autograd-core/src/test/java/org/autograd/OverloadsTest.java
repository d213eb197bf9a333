package org.autograd;

import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * A call means one thing, whichever overload a compiler takes and whatever it is called through.
 */
class OverloadsTest {
  /** The number types, each of which widens to those after it. */
  private static final List<Class<?>> NUMBERS =
      List.of(int.class, long.class, float.class, double.class);

  private static final Map<Class<?>, Class<?>> BOXES =
      Map.of(Integer.class, int.class, Long.class, long.class, Double.class, double.class);

  private static List<Class<?>> doors() {
    return new ClassFileImporter()
        .importPackages("org.autograd").stream()
            .filter(c -> c.getPackageName().equals("org.autograd"))
            .filter(c -> c.getSource().orElseThrow().getUri().toString().contains("/classes/"))
            .filter(c -> c.getModifiers().contains(JavaModifier.PUBLIC))
            .<Class<?>>map(JavaClass::reflect)
            .toList();
  }

  private static Collection<List<Method>> overloads(Class<?> door) {
    return Stream.of(door.getMethods())
        .filter(m -> !m.isSynthetic() && m.getDeclaringClass() != Object.class)
        .collect(Collectors.groupingBy(Method::getName, TreeMap::new, Collectors.toList()))
        .values();
  }

  /**
   * What a method's parameters are for a number of arguments, null if it does not take that many.
   */
  private static List<Class<?>> types(Method m, int arguments) {
    Class<?>[] declared = m.getParameterTypes();
    int fixed = m.isVarArgs() ? declared.length - 1 : declared.length;
    if (arguments < fixed || arguments > fixed && !m.isVarArgs()) {
      return null;
    }
    return IntStream.range(0, arguments)
        .<Class<?>>mapToObj(i -> i < fixed ? declared[i] : declared[fixed].componentType())
        .toList();
  }

  private static boolean accepts(Class<?> parameter, Class<?> argument) {
    Class<?> plain = BOXES.getOrDefault(parameter, parameter);
    if (NUMBERS.contains(plain) && NUMBERS.contains(argument)) {
      return NUMBERS.indexOf(argument) <= NUMBERS.indexOf(plain);
    }
    return plain == argument;
  }

  /** The narrowest arguments that both lists of parameters take, null if there are none. */
  private static List<Class<?>> shared(List<Class<?>> one, List<Class<?>> two) {
    List<Class<?>> arguments = new ArrayList<>();
    for (int i = 0; i < one.size(); i++) {
      Class<?> p = BOXES.getOrDefault(one.get(i), one.get(i));
      Class<?> argument = NUMBERS.contains(p) ? int.class : p;
      if (!accepts(one.get(i), argument) || !accepts(two.get(i), argument)) {
        return null;
      }
      arguments.add(argument);
    }
    return arguments;
  }

  private static String name(Method m, int position) {
    assertThat(m.getParameters()).allMatch(p -> p.isNamePresent());
    return m.getParameters()[Math.min(position, m.getParameterCount() - 1)].getName();
  }

  /** Finds pairs of overloads that take the same arguments, but not as the same thing. */
  private static Set<String> contradictions(List<Method> overloads) {
    Set<String> found = new TreeSet<>();
    for (Method one : overloads) {
      for (Method two : overloads) {
        for (int n = 1; n <= 6; n++) {
          List<Class<?>> a = types(one, n);
          List<Class<?>> b = types(two, n);
          List<Class<?>> shared = a == null || b == null ? null : shared(a, b);
          for (int i = 0; shared != null && i < n; i++) {
            boolean number = NUMBERS.contains(shared.get(i));
            if (number && !name(one, i).equals(name(two, i))) {
              found.add(shared + " in " + one.toGenericString() + " and " + two.toGenericString());
            }
          }
        }
      }
    }
    return found;
  }

  @Test
  void noNumberMeansAnotherThingByWidening() {
    Set<String> found = new TreeSet<>();
    doors().forEach(d -> overloads(d).forEach(o -> found.addAll(contradictions(o))));
    assertThat(found).isEmpty();
  }

  interface Contradicting {
    void var(int dim, double correction);

    void var(int... dims);

    void sum(int dim, boolean keep);

    void sum(int... dim);

    void index(long position, Integer dim);

    void index(long position, long end);
  }

  @Test
  void theSearchFindsWhatItLooksFor() {
    Set<String> names =
        overloads(Contradicting.class).stream()
            .filter(o -> !contradictions(o).isEmpty())
            .map(o -> o.get(0).getName())
            .collect(Collectors.toSet());
    assertThat(names).containsExactlyInAnyOrder("var", "index");
  }

  @Test
  void noStaticMethodHasTheNameOfAMethod() {
    for (Class<?> door : doors()) {
      for (List<Method> overloads : overloads(door)) {
        assertThat(overloads.stream().map(m -> Modifier.isStatic(m.getModifiers())).distinct())
            .as("%s.%s", door.getSimpleName(), overloads.get(0).getName())
            .hasSize(1);
      }
    }
  }

  /** Java calls a static method through an instance, too, and ignores the instance. */
  @Test
  void noStaticMethodOfTensorHasTensorsAsOperands() {
    for (Method m : Tensor.class.getMethods()) {
      if (Modifier.isStatic(m.getModifiers()) && !m.getName().endsWith("Like")) {
        assertThat(m.getParameterTypes())
            .as(m.toGenericString())
            .doesNotContain(Tensor.class, Tensor[].class, List.class);
      }
    }
  }
}
