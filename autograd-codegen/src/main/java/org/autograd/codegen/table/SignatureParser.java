package org.autograd.codegen.table;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Reads a signature such as {@code sum.dim(Tensor self, int[] dim, bool keepdim = false) ->
 * Tensor}.
 */
public final class SignatureParser {
  private static final String NAME = "[A-Za-z][A-Za-z0-9_]*";
  private static final Pattern WHOLE =
      Pattern.compile("(" + NAME + ")(?:\\.(" + NAME + "))?\\s*\\((.*)\\)\\s*->\\s*(.+)");
  private static final Pattern ARGUMENT =
      Pattern.compile(
          "([A-Za-z]+(?:\\[\\]\\??|\\?(?:\\[\\])?)?)\\s+(" + NAME + ")(?:\\s*=\\s*(.+))?");
  private static final Pattern ONE =
      Pattern.compile("Tensor(\\[\\])?(?:\\(\\s*(" + NAME + ")(!)?\\s*\\))?");
  private static final Pattern OUTPUT = Pattern.compile("Tensor\\s+(" + NAME + ")");

  private SignatureParser() {}

  /**
   * Reads a signature.
   *
   * @throws IllegalArgumentException with the reason if it cannot be read
   */
  public static Signature parse(String text) {
    checkBalanced(text);
    int arrow = text.indexOf("->");
    if (arrow < 0) {
      throw new IllegalArgumentException(
          "the signature has no result: expected name(Type argument, ...) -> Tensor");
    }
    Matcher whole = WHOLE.matcher(text.strip());
    if (!whole.matches()) {
      throw new IllegalArgumentException(
          "cannot read the signature; expected name(Type argument, ...) -> Tensor");
    }
    String overload = whole.group(2) == null ? "" : whole.group(2);
    List<Argument> args = arguments(whole.group(3).strip());
    Result result = result(whole.group(4).strip(), args);
    return new Signature(whole.group(1), overload, args, result);
  }

  private static void checkBalanced(String text) {
    int depth = 0;
    for (char c : text.toCharArray()) {
      depth += c == '(' ? 1 : c == ')' ? -1 : 0;
      if (depth < 0) {
        break;
      }
    }
    if (depth != 0) {
      throw new IllegalArgumentException("unbalanced parentheses in the signature");
    }
  }

  private static List<Argument> arguments(String text) {
    List<Argument> args = new ArrayList<>();
    Set<String> names = new HashSet<>();
    for (String part : split(text)) {
      Matcher m = ARGUMENT.matcher(part);
      if (!m.matches()) {
        throw new IllegalArgumentException("cannot read the argument '" + part + "'");
      }
      ArgType type =
          ArgType.of(m.group(1))
              .orElseThrow(() ->
                  new IllegalArgumentException(
                      "unknown type " + m.group(1) + " of argument " + m.group(2)));
      if (!names.add(m.group(2))) {
        throw new IllegalArgumentException("two arguments are named " + m.group(2));
      }
      boolean optional = m.group(3) != null;
      if (!optional && !args.isEmpty() && args.get(args.size() - 1).hasDefault()) {
        throw new IllegalArgumentException(
            "argument " + m.group(2) + " has no default but follows one that has");
      }
      args.add(new Argument(type, m.group(2), optional ? m.group(3).strip() : null));
    }
    return args;
  }

  private static List<String> split(String text) {
    List<String> parts = new ArrayList<>();
    int depth = 0;
    int start = 0;
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      depth += c == '(' || c == '{' ? 1 : c == ')' || c == '}' ? -1 : 0;
      if (c == ',' && depth == 0) {
        parts.add(text.substring(start, i).strip());
        start = i + 1;
      }
    }
    if (!text.isBlank()) {
      parts.add(text.substring(start).strip());
    }
    return parts;
  }

  private static Result result(String text, List<Argument> args) {
    if (text.startsWith("(")) {
      List<String> names = new ArrayList<>();
      for (String part : split(text.substring(1, text.length() - 1))) {
        Matcher m = OUTPUT.matcher(part);
        if (!m.matches()) {
          throw new IllegalArgumentException(
              "cannot read the result '" + part + "'; expected (Tensor name, Tensor name)");
        }
        names.add(m.group(1));
      }
      if (names.size() < 2) {
        throw new IllegalArgumentException("results in parentheses must be two or more");
      }
      return new Result(Result.Kind.NAMED, names, null, false);
    }
    Matcher m = ONE.matcher(text);
    if (!m.matches()) {
      throw new IllegalArgumentException(
          "unknown result type '"
              + text
              + "'; expected Tensor, Tensor(argument), Tensor[] or (Tensor a, Tensor b)");
    }
    String alias = m.group(2);
    if (alias != null && args.stream().noneMatch(a -> a.name().equals(alias))) {
      throw new IllegalArgumentException(
          "the result shares memory with an unknown argument " + alias);
    }
    return new Result(
        m.group(1) == null ? Result.Kind.ONE : Result.Kind.LIST,
        List.of("result"),
        alias,
        m.group(3) != null);
  }
}
