package org.autograd.codegen.write;

import org.autograd.codegen.model.Model;

/** All writers. */
public final class Writers {
  private Writers() {}

  /** Writes everything. */
  public static void all(Model model, Output output) {
    OperatorsWriter.write(model, output);
    LayersWriter.write(model, output);
    RecordedWriter.write(model, output);
    NodeWriter.write(model, output);
    ForwardWriter.write(model, output);
    ResultWriter.write(model, output);
    TensorOpsWriter.write(model, output);
    OpCasesWriter.write(model, output);
    Loops.write(model, output);
    KotlinWriter.write(model, output);
    DocsWriter.write(model, output);
  }
}
