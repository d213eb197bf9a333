package org.autograd.parity;

import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaMethod;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Tags;
import org.junit.jupiter.api.Test;

/**
 * Compares the rows of {@code docs/parity.md} with the tests tagged with their IDs and with {@code
 * parity/deferred.txt}. Prints the rows that have neither and fails if one of them belongs to a
 * group that is declared complete.
 */
class ParityReportTest {
  private static final Pattern ROW = Pattern.compile("^\\| ([A-Z]+-\\d\\d) \\|.*");

  /** Groups all of whose rows have a test or a reason why not yet. */
  private static final Set<String> COMPLETE =
      Set.of(
          "GRAPH", "BWD", "GRAD", "RETAIN", "ACC", "RG", "DET", "MODE", "ENG", "VIEW", "INF",
          "HOOK", "POST", "NODE", "MULTI", "ORDER", "EDGE", "SAVE", "CKPT", "FN", "ONCE", "ANOM",
          "DT", "ERR", "FUNC", "FWD", "LVL", "GC", "VMAP");

  /** A tag in a Kotlin test, which this module cannot load. */
  private static final Pattern KOTLIN_TAG = Pattern.compile("@Tag\\(\"([A-Z]+-\\d\\d)\"\\)");

  @Test
  void everyRowOfACompleteGroupHasATestOrAReason() throws IOException {
    Set<String> rows = rows();
    Set<String> tested = tested();
    Map<String, String> deferred = deferred();

    Set<String> open = new TreeSet<>(rows);
    open.removeAll(tested);
    open.removeIf(id -> deferred.containsKey(id) || deferred.containsKey(group(id)));
    System.out.println(
        "Parity: "
            + rows.size()
            + " rows, "
            + tested.size()
            + " tested, "
            + rows.stream().filter(id -> !tested.contains(id) && !open.contains(id)).count()
            + " deferred, "
            + open.size()
            + " with neither"
            + (open.isEmpty() ? "" : ": " + open));

    assertThat(rows).as("rows named by tests").containsAll(tested);
    assertThat(rows)
        .as("rows named as deferred")
        .containsAll(deferred.keySet().stream().filter(id -> id.contains("-")).toList());
    assertThat(deferred.keySet())
        .as("deferred rows that have a test all the same")
        .noneMatch(tested::contains);
    assertThat(open)
        .as("rows without a test or a reason")
        .noneMatch(id -> COMPLETE.contains(group(id)));
  }

  private static String group(String id) {
    return id.substring(0, id.indexOf('-'));
  }

  private static Set<String> rows() throws IOException {
    Set<String> rows = new LinkedHashSet<>();
    for (String line : Files.readAllLines(Path.of("..", "docs", "parity.md"))) {
      Matcher m = ROW.matcher(line);
      if (m.matches()) {
        rows.add(m.group(1));
      }
    }
    return rows;
  }

  private static Set<String> tested() throws IOException {
    Set<String> ids = new TreeSet<>();
    try (Stream<Path> files = Files.walk(Path.of("..", "autograd-dsl", "src", "test", "kotlin"))) {
      for (Path file : files.filter(f -> f.toString().endsWith(".kt")).toList()) {
        KOTLIN_TAG.matcher(Files.readString(file)).results().forEach(m -> ids.add(m.group(1)));
      }
    }
    for (JavaClass c :
        new ClassFileImporter()
            .withImportOption(ImportOption.Predefined.ONLY_INCLUDE_TESTS)
            .importPackages("org.autograd")) {
      for (JavaMethod m : c.getMethods()) {
        m.tryGetAnnotationOfType(Tag.class).ifPresent(t -> add(ids, t));
        m.tryGetAnnotationOfType(Tags.class)
            .ifPresent(ts -> {
              for (Tag t : ts.value()) {
                add(ids, t);
              }
            });
      }
    }
    return ids;
  }

  private static void add(Set<String> ids, Tag tag) {
    if (tag.value().matches("[A-Z]+-\\d\\d")) {
      ids.add(tag.value());
    }
  }

  private static Map<String, String> deferred() throws IOException {
    Map<String, String> reasons = new LinkedHashMap<>();
    try (InputStream in = ParityReportTest.class.getResourceAsStream("/parity/deferred.txt")) {
      for (String line : new String(in.readAllBytes(), StandardCharsets.UTF_8).split("\n")) {
        if (!line.isBlank() && !line.startsWith("#")) {
          String[] parts = line.split(":", 2);
          assertThat(parts).as("line of deferred.txt: " + line).hasSize(2);
          for (String id : parts[0].split(",")) {
            reasons.put(id.strip(), parts[1].strip());
          }
        }
      }
    }
    return reasons;
  }
}
