package org.autograd.codegen.table;

import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * An operator's signature.
 *
 * @param name the name without overload
 * @param overload what follows the dot, empty if nothing
 * @param args the arguments
 * @param result what it returns
 */
public record Signature(String name, String overload, List<Argument> args, Result result) {
  /** Copies the arguments. */
  public Signature {
    args = List.copyOf(args);
  }

  /** Returns the name with overload, which is unique in the tables. */
  public String fullName() {
    return overload.isEmpty() ? name : name + "." + overload;
  }

  /** Finds an argument by its name. */
  public Optional<Argument> arg(String name) {
    return args.stream().filter(a -> a.name().equals(name)).findFirst();
  }

  /** Returns the signature in a fixed form. */
  public String text() {
    return args.stream()
            .map(Argument::text)
            .collect(Collectors.joining(", ", fullName() + "(", ")"))
        + " -> "
        + result.text();
  }
}
