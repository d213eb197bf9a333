package org.autograd.codegen;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.autograd.codegen.model.Model;
import org.autograd.codegen.model.ModelBuilder;
import org.autograd.codegen.source.SourceIndex;
import org.autograd.codegen.table.Entry;
import org.autograd.codegen.table.Problems;
import org.autograd.codegen.table.TableReader;
import org.autograd.codegen.write.Loops;
import org.autograd.codegen.write.Output;
import org.autograd.codegen.write.Writers;

/** The way from tables to files: read, check, and only if nothing is wrong write. */
public final class Generator {
  private Generator() {}

  /**
   * Reads and checks the tables of a directory.
   *
   * @param sources the root of the hand-written sources
   * @throws org.autograd.codegen.table.TableException with every mistake, if there is one
   * @throws IOException if a file cannot be read
   */
  public static Model read(Path tables, Path sources) throws IOException {
    Problems problems = new Problems();
    List<Entry> entries = new TableReader(problems).readAll(tables);
    return check(entries, sources, problems);
  }

  /** Checks entries; mistakes noted so far are reported with those found here. */
  static Model check(List<Entry> entries, Path sources, Problems problems) {
    Model model = new ModelBuilder(new SourceIndex(sources), problems).build(entries);
    Loops.check(model, problems);
    problems.throwIfAny();
    return model;
  }

  /** Makes all files. */
  public static Output generate(Model model) {
    Output output = new Output();
    Writers.all(model, output);
    return output;
  }
}
