package org.autograd.codegen.model;

import java.util.stream.Collectors;
import org.autograd.codegen.table.Entry;
import org.autograd.codegen.table.Text;

/** The value of a sample argument as one text. */
public final class SampleText {
  private SampleText() {}

  /** Returns the text, with brackets around a list. */
  public static String of(Entry.Value value) {
    String inner = value.items().stream().map(Text::value).collect(Collectors.joining(", "));
    return value.list() ? "[" + inner + "]" : inner;
  }
}
