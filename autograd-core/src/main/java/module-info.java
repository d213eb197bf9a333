/**
 * Eager automatic differentiation with the semantics of torch.autograd.
 *
 * <p>Users import {@code org.autograd} and, for what lies behind a gradient, {@code
 * org.autograd.graph}. Everything else is internal, and open to this project's own modules only.
 */
module org.autograd {
  // Faster kernels where the module is there; nothing is lost but time where it is not.
  requires static jdk.incubator.vector;

  // Annotations for Error Prone and IDEs, which nobody needs at run time.
  requires static com.google.errorprone.annotations;

  exports org.autograd;
  exports org.autograd.graph;
  exports org.autograd.engine to
      org.autograd.cuda,
      org.autograd.dsl;
  exports org.autograd.forward to
      org.autograd.dsl;
  exports org.autograd.kernel to
      org.autograd.cuda,
      org.autograd.dsl;
  exports org.autograd.kernel.cpu to
      org.autograd.cuda,
      org.autograd.dsl;
  exports org.autograd.mode to
      org.autograd.cuda,
      org.autograd.dsl;
  exports org.autograd.record to
      org.autograd.cuda,
      org.autograd.dsl;
  exports org.autograd.tensor to
      org.autograd.cuda,
      org.autograd.dsl;

  uses org.autograd.GraphRenderer;
  uses org.autograd.kernel.Backend;
}
