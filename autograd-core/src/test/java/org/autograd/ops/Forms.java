package org.autograd.ops;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.autograd.AutogradException;
import org.autograd.Scalar;
import org.autograd.Tensor;
import org.autograd.tensor.Raw;

/** The forms of an operator that return results, and arguments with which a result may be one. */
final class Forms {
  private Forms() {}

  /**
   * A form.
   *
   * @param name which one it is
   * @param call runs it so that no argument changes: what it changes in place is a clone
   */
  record Form(String name, OpCase.Call call) {}

  static List<Form> of(Row row, Object[] args) {
    OpCase op = row.op();
    List<Form> forms = new ArrayList<>();
    if (op.call != null) {
      forms.add(new Form("call", op.call));
    }
    if (op.copy != null) {
      forms.add(new Form("copy", op.copy));
    }
    if (op.foreach != null) {
      forms.add(new Form("foreach", a -> op.foreach.apply(lists(a))));
    }
    if (op.inplace != null && fitsItself(op, args)) {
      forms.add(new Form("in place", a -> new Tensor[] {op.inplace.apply(cloned(a))}));
      if (op.foreachInplace != null) {
        forms.add(
            new Form(
                "foreach in place",
                a -> {
                  Object[] changed = cloned(a);
                  op.foreachInplace.apply(lists(changed));
                  return new Tensor[] {(Tensor) changed[0]};
                }));
      }
    }
    return forms;
  }

  private static boolean fitsItself(OpCase op, Object[] args) {
    Tensor result = op.run(args)[0];
    Tensor self = (Tensor) args[0];
    return Arrays.equals(Arranged.shape(result), Arranged.shape(self))
        && result.dtype() == self.dtype();
  }

  private static Object[] cloned(Object[] args) {
    Object[] changed = args.clone();
    changed[0] = ((Tensor) args[0]).clone();
    return changed;
  }

  private static Object[] lists(Object[] args) {
    Object[] lists = args.clone();
    for (int i = 0; i < lists.length; i++) {
      if (lists[i] instanceof Tensor t) {
        lists[i] = new Tensor[] {t};
      }
    }
    return lists;
  }

  /**
   * Returns the arguments of a row and others made of them: each tensor in turn with a dimension of
   * size 1 in front, each number in turn replaced by 0 and by 1.
   */
  static List<Object[]> arguments(Row row) {
    Object[] args = row.arguments(0);
    List<Object[]> all = new ArrayList<>();
    all.add(args);
    if (row.op().name.endsWith("_backward")) {
      // Its arguments belong together; formulas alone call it.
      return all;
    }
    for (Row.Slot s : Row.tensors(args)) {
      offer(row, all, Row.with(args, List.of(s), List.of(Row.get(args, s).unsqueeze(0).clone())));
    }
    for (int i = 0; i < args.length; i++) {
      for (long n = 0; args[i] instanceof Scalar && n < 2; n++) {
        Object[] changed = args.clone();
        changed[i] = Scalar.of(n);
        offer(row, all, changed);
      }
    }
    return all;
  }

  private static void offer(Row row, List<Object[]> all, Object[] args) {
    try {
      row.op().run(args);
      all.add(args);
    } catch (AutogradException | IllegalArgumentException e) {
      // The operator does not take these.
    }
  }

  /** Returns each of some places alone and, if there are several, all together. */
  static List<List<Row.Slot>> choices(List<Row.Slot> slots) {
    List<List<Row.Slot>> choices = new ArrayList<>();
    slots.forEach(s -> choices.add(List.of(s)));
    if (slots.size() > 1) {
      choices.add(slots);
    }
    return choices;
  }

  /** Tells whether a tensor lies in the memory of one of the arguments. */
  static boolean sharesMemory(Tensor t, Object[] args) {
    return Row.tensors(args).stream().anyMatch(s -> Raw.sharesMemory(t, Row.get(args, s)));
  }

  /** Changes a tensor in place; returns whether the library allowed it. */
  static boolean change(Tensor t) {
    try {
      t.mul_(2);
      return true;
    } catch (AutogradException e) {
      return false;
    }
  }
}
