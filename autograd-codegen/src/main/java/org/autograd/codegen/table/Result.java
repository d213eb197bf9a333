package org.autograd.codegen.table;

import java.util.List;
import java.util.stream.Collectors;

/**
 * What an operator returns.
 *
 * @param kind one tensor, several named ones, or a list
 * @param names the names of the tensors; for one or a list, {@code result}
 * @param alias the argument whose memory the result shares, or null
 * @param writes whether that argument is changed in place
 */
public record Result(Kind kind, List<String> names, String alias, boolean writes) {
  /** How many tensors an operator returns. */
  public enum Kind {
    /** One tensor. */
    ONE,
    /** A fixed number of tensors, each with a name. */
    NAMED,
    /** A number of tensors that depends on the call. */
    LIST
  }

  /** Copies the names. */
  public Result {
    names = List.copyOf(names);
  }

  /** Returns the result as it is written in a table. */
  public String text() {
    String mark = alias == null ? "" : "(" + alias + (writes ? "!" : "") + ")";
    return switch (kind) {
      case ONE -> "Tensor" + mark;
      case LIST -> "Tensor[]" + mark;
      case NAMED ->
          names.stream().map(n -> "Tensor " + n).collect(Collectors.joining(", ", "(", ")"));
    };
  }
}
