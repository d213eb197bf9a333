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

/**
 * Writes the public operators: the methods, which {@code Tensor} inherits, and {@code Tensors} with
 * those that are static. Java calls a static method through an instance, too, and then ignores the
 * instance, so {@code Tensor} has none of them.
 */
final class TensorOpsWriter {
  private static final String PACKAGE = "org.autograd";
  private static final String NAME = "TensorOps";
  private static final String STATICS = "Tensors";

  private final Model model;
  private final JavaFile methods = new JavaFile(PACKAGE);
  private final JavaFile statics = new JavaFile(PACKAGE);
  private final Set<String> written = new HashSet<>();

  private TensorOpsWriter(Model model) {
    this.model = model;
  }

  static void write(Model model, Output output) {
    TensorOpsWriter writer = new TensorOpsWriter(model);
    writer.all();
    output.add(Output.Root.MAIN, JavaFile.path(PACKAGE, NAME), writer.methods.text());
    output.add(Output.Root.MAIN, JavaFile.path(PACKAGE, STATICS), writer.statics.text());
  }

  private void all() {
    methods.line(
        "/** The operators of {@link Tensor}; the one class that its superclass may know. */");
    methods.line("public abstract class " + NAME + " extends TensorFactories {");
    methods.line("/** Makes a tensor's state. */");
    methods.line(NAME + "(Storage storage, Layout layout, DType dtype, int flags) {");
    methods.line("super(storage, layout, dtype, flags);").line("}");
    statics.line("/**");
    statics.line(
        " * The operators that are no methods of one tensor: those of several equal operands,");
    statics.line(
        " * such as {@code where} and {@code cat}, those that begin with a number, {@code sub(1, x)}, and");
    statics.line(" * those on lists of tensors.");
    statics.line(" */");
    statics.line("public final class " + STATICS + " {");
    statics.line("private " + STATICS + "() {}");
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
        new ForeachMethods(statics, op).write();
      }
    }
    methods.line("}");
    statics.line("}");
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
        for (List<Argument> given : choices(op.args().subList(0, count))) {
          overload(op, name, extra, new Form(isStatic, out, given, null, false));
          if (given.stream().anyMatch(a -> isDims(a))) {
            overload(op, name, extra, new Form(isStatic, out, given, "int", false));
          }
          if (!out) {
            numbers(op, name, extra, isStatic, given);
          }
        }
        if (isStatic && !out && count == 1 && op.args().get(0).type() == ArgType.TENSORS) {
          overload(op, name, extra, new Form(true, out, op.args().subList(0, 1), null, true));
        }
        count--;
      } while (count > 0 && op.args().get(count).hasDefault());
    }
    boolean plain = !out && extra.isEmpty() && op.entry().kotlin() != null;
    if (plain && op.args().size() == 2 && "other".equals(op.scalarArg())) {
      new NumberFirst(statics, op).write();
    }
  }

  /**
   * Returns which of some arguments are given. A correction has a type of its own, so that it may
   * be left out before others, and others with defaults before it.
   */
  private static List<List<Argument>> choices(List<Argument> args) {
    List<List<Argument>> all = new ArrayList<>(List.of(args));
    for (Argument c : args) {
      if (c.type() == ArgType.CORRECTION) {
        int at = args.indexOf(c);
        all.add(args.stream().filter(a -> a != c).toList());
        all.add(args.stream().filter(a -> args.indexOf(a) >= at || !a.hasDefault()).toList());
      }
    }
    return all;
  }

  private void numbers(
      Operator op, String name, String extra, boolean isStatic, List<Argument> args) {
    boolean scalars =
        args.stream().anyMatch(a -> a.type() == ArgType.SCALAR || a.type() == ArgType.OPT_SCALAR);
    boolean wraps = args.stream().anyMatch(a -> a.name().equals(op.scalarArg()));
    if (scalars || wraps) {
      overload(op, name, extra, new Form(isStatic, false, args, "long", false));
      overload(op, name, extra, new Form(isStatic, false, args, "double", false));
    }
  }

  /**
   * One overload.
   *
   * @param isStatic whether the first argument is a parameter
   * @param out whether there is an {@code out} parameter
   * @param args the arguments that are given; the others have their defaults
   * @param number the type that stands for scalars and scalar tensors, {@code int} for lists of
   *     dimensions, or null
   * @param spread whether the last list of tensors is given one by one
   */
  private record Form(
      boolean isStatic, boolean out, List<Argument> args, String number, boolean spread) {}

  private void overload(Operator op, String name, String extra, Form form) {
    JavaFile file = form.isStatic() ? statics : methods;
    List<Argument> given = form.args().subList(form.isStatic() ? 0 : 1, form.args().size());
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
        (form.isStatic() ? "static " : "")
            + name
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
      case CORRECTION -> "Correction";
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
      } else if (!form.args().contains(a)) {
        values.add(Literals.java(a.type(), a.value()));
      } else if (form.number() != null && standsFor(op, a, form.number())) {
        values.add(
            isDims(a)
                ? "new int[] {" + name + "}"
                : a.type().isTensor() ? wrap(op, form, name) : "Scalar.of(" + name + ")");
      } else if (a.type() == ArgType.CORRECTION) {
        values.add(name + ".value()");
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
