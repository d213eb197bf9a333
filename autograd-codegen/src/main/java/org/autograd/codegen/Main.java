package org.autograd.codegen;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.autograd.codegen.loops.LoopWriter;

/** Reads the operator tables and writes the sources that follow from them. */
public final class Main {
  private static final List<String> OPTIONS =
      List.of("--ops", "--out-main", "--out-test", "--out-kotlin", "--out-docs");

  private Main() {}

  /**
   * Runs the generator.
   *
   * @param args {@code --ops DIR --out-main DIR --out-test DIR --out-kotlin DIR --out-docs DIR}
   * @throws IOException if a file cannot be read or written
   */
  public static void main(String[] args) throws IOException {
    Map<String, Path> dirs = new HashMap<>();
    for (int i = 0; i + 1 < args.length; i += 2) {
      dirs.put(args[i], Path.of(args[i + 1]));
    }
    for (String option : OPTIONS) {
      if (!dirs.containsKey(option)) {
        throw new IllegalArgumentException("missing option " + option + "; give " + OPTIONS);
      }
      Files.createDirectories(dirs.get(option));
    }
    Path ops =
        Files.createDirectories(dirs.get("--out-main").resolve("org/autograd"))
            .resolve("TensorOps.java");
    Files.writeString(
        ops,
        """
        package org.autograd;

        import org.autograd.tensor.Layout;
        import org.autograd.tensor.Storage;

        /** The operators of {@link Tensor}. */
        public abstract class TensorOps extends TensorFactories {
          /** Makes a tensor's state. */
          protected TensorOps(Storage storage, Layout layout, DType dtype, int flags) {
            super(storage, layout, dtype, flags);
          }
        }
        """);
    for (Map.Entry<String, String> source : LoopWriter.write(List.of()).entrySet()) {
      Path file = dirs.get("--out-main").resolve(source.getKey());
      Files.createDirectories(file.getParent());
      Files.writeString(file, source.getValue());
    }
  }
}
