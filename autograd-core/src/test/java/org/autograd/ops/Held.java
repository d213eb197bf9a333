package org.autograd.ops;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;

import java.util.ArrayList;
import java.util.List;
import org.autograd.Tensor;

/** Tensors that somebody holds, with the values that they must keep. */
final class Held {
  private final List<String> names = new ArrayList<>();
  private final List<Tensor> tensors = new ArrayList<>();
  private final List<double[]> values = new ArrayList<>();

  Held add(String name, Tensor t) {
    if (t != null) {
      names.add(name);
      tensors.add(t);
      values.add(Arranged.values(t));
    }
    return this;
  }

  Held add(String name, List<Tensor> list) {
    list.forEach(t -> add(name, t));
    return this;
  }

  Held arguments(Object[] args) {
    Row.tensors(args).forEach(s -> add("argument " + s, Row.get(args, s)));
    return this;
  }

  void assertUnchanged(String after) {
    for (int i = 0; i < names.size(); i++) {
      assertArrayEquals(
          values.get(i), Arranged.values(tensors.get(i)), names.get(i) + " after " + after);
    }
  }
}
