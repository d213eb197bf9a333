package org.autograd.codegen.write;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.autograd.codegen.formula.Literals;
import org.autograd.codegen.formula.Names;
import org.autograd.codegen.model.Model;
import org.autograd.codegen.model.Operator;
import org.autograd.codegen.model.Variant;
import org.autograd.codegen.table.ArgType;
import org.autograd.codegen.table.Argument;
import org.autograd.codegen.table.Entry.Implementation.Kind;
import org.autograd.codegen.table.Result;

/** Writes the public operator methods, which {@code Tensor} inherits. */
final class TensorOpsWriter {
  private static final String PACKAGE = "org.autograd";
  private static final String NAME = "TensorOps";

  private final Model model;
  private final JavaFile file = new JavaFile(PACKAGE);
  private final Set<String> written = new HashSet<>();

  private TensorOpsWriter(Model model) {
    this.model = model;
  }

  static void write(Model model, Output output) {
    TensorOpsWriter writer = new TensorOpsWriter(model);
    writer.all();
    output.add(Output.Root.MAIN, JavaFile.path(PACKAGE, NAME), writer.file.text());
  }

  private void all() {
    file.line(
        "/** The operators of {@link Tensor}; the one class that its superclass may know. */");
    file.line("public abstract class " + NAME + " extends TensorFactories {");
    file.line("/** Makes a tensor's state. */");
    file.line(NAME + "(Storage storage, Layout layout, DType dtype, int flags) {");
    file.line("super(storage, layout, dtype, flags);").line("}");
    for (Operator op : model.operators()) {
      if (op.entry().internal()) {
        continue;
      }
      forms(op, op.javaName(), "", op.has(Variant.STATIC), false);
      if (op.has(Variant.INPLACE)) {
        forms(
            op,
            op.javaName() + "_",
            "In place: this tensor is changed and returned.",
            false,
            false);
      }
      if (op.has(Variant.OUT)) {
        forms(
            op, op.javaName() + "Out", "The result is written to {@code out}.", isStatic(op), true);
      }
      if (op.kind() == Kind.VIEW) {
        forms(op, op.javaName() + "Copy", "The result has memory of its own.", false, false);
      }
      if (op.has(Variant.FOREACH)) {
        new ForeachMethods(file, op).write();
      }
    }
    file.line("}");
  }

  private static boolean isStatic(Operator op) {
    return !op.has(Variant.METHOD);
  }

  /**
   * Writes a form with all its overloads: defaults left out from the end, numbers for scalars and
   * tensors.
   */
  private void forms(Operator op, String name, String extra, boolean alsoStatic, boolean out) {
    List<Boolean> kinds = new ArrayList<>();
    if (op.has(Variant.METHOD)) {
      kinds.add(false);
    }
    if (alsoStatic) {
      kinds.add(true);
    }
    for (boolean isStatic : kinds) {
      int count = op.args().size();
      do {
        overload(op, name, extra, new Form(isStatic, out, count, null, false));
        if (op.args().subList(0, count).stream().anyMatch(a -> isDims(a))) {
          overload(op, name, extra, new Form(isStatic, out, count, "int", false));
        }
        if (!out) {
          numbers(op, name, extra, isStatic, count);
        }
        if (isStatic && !out && count == 1 && op.args().get(0).type() == ArgType.TENSORS) {
          overload(op, name, extra, new Form(true, out, 1, null, true));
        }
        count--;
      } while (count > 0 && op.args().get(count).hasDefault());
    }
    boolean plain = !out && extra.isEmpty() && op.entry().kotlin() != null;
    if (plain && op.args().size() == 2 && "other".equals(op.scalarArg())) {
      new NumberFirst(file, op).write();
    }
  }

  private void numbers(Operator op, String name, String extra, boolean isStatic, int count) {
    List<Argument> args = op.args().subList(0, count);
    boolean scalars =
        args.stream().anyMatch(a -> a.type() == ArgType.SCALAR || a.type() == ArgType.OPT_SCALAR);
    boolean wraps = args.stream().anyMatch(a -> a.name().equals(op.scalarArg()));
    if (scalars || wraps) {
      overload(op, name, extra, new Form(isStatic, false, count, "long", false));
      overload(op, name, extra, new Form(isStatic, false, count, "double", false));
    }
  }

  /**
   * One overload.
   *
   * @param isStatic whether the first argument is a parameter
   * @param out whether there is an {@code out} parameter
   * @param count how many arguments are given; the others have their defaults
   * @param number the type that stands for scalars and scalar tensors, {@code int} for lists of
   *     dimensions, or null
   * @param spread whether the last list of tensors is given one by one
   */
  private record Form(boolean isStatic, boolean out, int count, String number, boolean spread) {}

  private void overload(Operator op, String name, String extra, Form form) {
    List<Argument> given =
        op.args().subList(form.isStatic() ? 0 : 1, Math.max(form.count(), form.isStatic() ? 0 : 1));
    List<String> params = new ArrayList<>();
    for (int i = 0; i < given.size(); i++) {
      boolean last = i == given.size() - 1 && !form.out();
      params.add(type(op, given.get(i), form, last) + " " + Names.camel(given.get(i).name()));
    }
    if (form.out()) {
      params.add("Tensor out");
    }
    boolean single = "int".equals(form.number());
    boolean covered = single && !form.out() && isDims(given.get(given.size() - 1));
    String key =
        name
            + params.stream()
                .map(p -> p.substring(0, p.lastIndexOf(' ')).replace("...", "[]"))
                .toList();
    if (covered || !written.add(key)) {
      return;
    }
    String result =
        switch (op.result().kind()) {
          case ONE -> "Tensor";
          case LIST -> "List<Tensor>";
          case NAMED -> op.resultClass();
        };
    file.blank();
    List<String> more =
        form.out() ? List.of("@param out where the result goes; its shape must fit") : List.of();
    Javadoc.write(file, op, extra, given, more, Javadoc.returns(op));
    if (name.equals("clone") && params.isEmpty()) {
      file.line("@Override");
    }
    file.line(
        "public "
            + (form.isStatic() ? "static " : "")
            + result
            + " "
            + name
            + "("
            + String.join(", ", params)
            + ") {");
    String call = "Operators." + name + "(" + String.join(", ", passed(op, form)) + ")";
    file.line(
        "return "
            + (op.result().kind() == Result.Kind.LIST ? "List.of(" + call + ")" : call)
            + ";");
    file.line("}");
  }

  private static String type(Operator op, Argument a, Form form, boolean last) {
    if (form.number() != null && standsFor(op, a, form.number())) {
      return form.number();
    }
    return switch (a.type()) {
      case TENSORS, OPT_TENSORS -> form.spread() ? "Tensor..." : "List<Tensor>";
      case INTS, OPT_INTS -> last ? "int..." : "int[]";
      case LONGS -> last ? "long..." : "long[]";
      case OPT_LONG -> "long";
      case OPT_DOUBLE -> "double";
      default -> a.type().java();
    };
  }

  private static boolean isDims(Argument a) {
    return a.type() == ArgType.INTS || a.type() == ArgType.OPT_INTS;
  }

  private static boolean standsFor(Operator op, Argument a, String number) {
    if (number.equals("int")) {
      return isDims(a);
    }
    return a.type() == ArgType.SCALAR
        || a.type() == ArgType.OPT_SCALAR
        || a.name().equals(op.scalarArg());
  }

  private static List<String> passed(Operator op, Form form) {
    List<String> values = new ArrayList<>();
    for (int i = 0; i < op.args().size(); i++) {
      Argument a = op.args().get(i);
      String name = Names.camel(a.name());
      if (i == 0 && !form.isStatic()) {
        values.add("(Tensor) this");
      } else if (i >= form.count()) {
        values.add(Literals.java(a.type(), a.value()));
      } else if (form.number() != null && standsFor(op, a, form.number())) {
        values.add(
            isDims(a)
                ? "new int[] {" + name + "}"
                : a.type().isTensor() ? wrap(op, form, name) : "Scalar.of(" + name + ")");
      } else if (a.type().isTensorList()) {
        values.add(form.spread() ? name : name + ".toArray(new Tensor[0])");
      } else {
        values.add(name);
      }
    }
    if (form.out()) {
      values.add("out");
    }
    return values;
  }

  /** Wraps a number for the tensor argument before it, which is the one it is combined with. */
  private static String wrap(Operator op, Form form, String number) {
    String partner = null;
    for (Argument a : op.args()) {
      if (a.name().equals(op.scalarArg())) {
        break;
      }
      if (a.type() == ArgType.TENSOR) {
        boolean self = partner == null && !form.isStatic();
        partner = self ? "(Tensor) this" : Names.camel(a.name());
      }
    }
    return "Types.wrap(" + partner + ", " + number + ")";
  }
}
