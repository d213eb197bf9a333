package org.autograd.codegen.table;

import java.util.List;
import java.util.stream.Collectors;

/** The tables have mistakes; the message lists all of them, one to a line. */
public final class TableException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final transient List<Problem> problems;

  TableException(List<Problem> problems) {
    super(
        problems.stream()
            .map(Problem::toString)
            .collect(
                Collectors.joining(
                    "\n  ", problems.size() + " mistake(s) in the operator tables:\n  ", "")));
    this.problems = List.copyOf(problems);
  }

  /** Returns the mistakes, ordered by place. */
  public List<Problem> problems() {
    return problems;
  }
}
