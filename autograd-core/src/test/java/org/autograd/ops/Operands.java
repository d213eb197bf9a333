package org.autograd.ops;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.autograd.Tensor;
import org.autograd.tensor.Layout;
import org.autograd.tensor.Raw;

/** The operands of a row in other places of memory. */
final class Operands {
  /** Operators about memory itself: they refuse most arrangements, or show them. */
  static final Set<String> OF_MEMORY = Set.of("view", "unsafe_view", "asStrided");

  private Operands() {}

  /** Returns the rows whose results depend on the elements alone. */
  static Stream<Row> rows() {
    return Row.determined().filter(Operands::isArrangeable);
  }

  static boolean isArrangeable(Row row) {
    return !OF_MEMORY.contains(row.op().name);
  }

  /** The same operands with offsets, in column order, with gaps, and mixed. */
  static List<Object[]> arranged(Object[] plain) {
    List<Row.Slot> slots = Row.tensors(plain);
    List<Object[]> all = new ArrayList<>();
    for (int i = 1; i < 5; i++) {
      List<Tensor> moved = new ArrayList<>();
      for (Row.Slot s : slots) {
        moved.add(Arranged.arrangements(Row.get(plain, s)).get(i));
      }
      all.add(Row.with(plain, slots, moved));
    }
    return all;
  }

  /** For each operand and dimension, operands of which this one repeats its first elements. */
  static List<Object[]> expanded(Object[] plain) {
    List<Object[]> all = new ArrayList<>();
    for (Row.Slot slot : Row.tensors(plain)) {
      Tensor t = Row.get(plain, slot);
      for (int d = 0; d < t.dim(); d++) {
        if (t.size(d) > 1) {
          all.add(Row.with(plain, List.of(slot), List.of(repeated(t, d))));
        }
      }
    }
    return all;
  }

  private static Tensor repeated(Tensor t, int dim) {
    Layout layout = Raw.layout(t);
    long[] strides = Nd.with(layout.strides(), dim, 0);
    return Raw.alias(
        Raw.storage(t), Layout.of(layout.sizes(), strides, layout.offset()), Raw.dtype(t));
  }

  /** The same operands in memory of their own, row by row. */
  static Object[] rowMajor(Object[] args) {
    List<Row.Slot> slots = Row.tensors(args);
    return Row.with(
        args, slots, slots.stream().map(s -> Row.get(args, s)).map(Operands::rowMajor).toList());
  }

  static Tensor rowMajor(Tensor t) {
    return Arranged.of(Raw.dtype(t), Arranged.shape(t).clone(), Arranged.values(t));
  }
}
