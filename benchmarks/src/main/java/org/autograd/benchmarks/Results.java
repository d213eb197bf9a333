package org.autograd.benchmarks;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * What one JVM measured, as it travels in a JSON file to the one that writes the report.
 *
 * @param machine where
 * @param vector whether the Vector API module was there
 * @param threads threads that a kernel may use, on every side
 * @param sides descriptions of the libraries
 * @param sections the tables
 */
public record Results(
    Machine machine, boolean vector, int threads, List<String> sides, List<Table> sections) {

  private static final ObjectMapper JSON =
      new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT);

  /**
   * One table.
   *
   * @param title heading
   * @param first name of the first side
   * @param second name of the second side, null where there is none
   * @param rows one for each case
   */
  @JsonInclude(JsonInclude.Include.NON_NULL)
  public record Table(String title, String first, String second, List<Row> rows) {}

  /**
   * One case.
   *
   * @param label what was done
   * @param first nanoseconds of the first side, per part
   * @param second nanoseconds of the second side, null where it has no such work
   * @param ratio second over first, by round, null where there is no second
   */
  @JsonInclude(JsonInclude.Include.NON_NULL)
  public record Row(String label, Summary first, Summary second, Summary ratio) {}

  /**
   * Writes the file, and its folder where there is none.
   *
   * @param file where to
   * @throws IOException if that fails
   */
  public void write(Path file) throws IOException {
    Files.createDirectories(file.toAbsolutePath().getParent());
    JSON.writeValue(file.toFile(), this);
  }

  /**
   * Reads what {@link #write} wrote.
   *
   * @param file where from
   * @return the results
   * @throws IOException if that fails
   */
  public static Results read(Path file) throws IOException {
    return JSON.readValue(file.toFile(), Results.class);
  }
}
