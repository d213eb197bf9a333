package org.autograd.ops;

import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BinaryOperator;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.autograd.DType;
import org.autograd.Tensor;
import org.autograd.TensorFunction;
import org.junit.jupiter.api.DynamicTest;

/** Cases of mapped functions, collected by name. */
abstract class BatchCases {
  final Map<String, Runnable> cases = new LinkedHashMap<>();

  final Stream<DynamicTest> tests() {
    List<DynamicTest> all = new ArrayList<>();
    cases.forEach((name, test) -> all.add(dynamicTest(name, test::run)));
    return all.stream();
  }

  /** Maps a function over batches of each tensor. */
  final void one(String name, UnaryOperator<Tensor> f, Tensor... batched) {
    for (Tensor t : batched) {
      String at = name + " " + t.dtype() + t.shape();
      cases.put(at, () -> MappedCase.all(t).agrees(x -> List.of(f.apply(x.get(0)))));
    }
  }

  /** Maps a function of two tensors over batches of both, and of each alone. */
  final void two(String name, BinaryOperator<Tensor> f, Tensor a, Tensor b) {
    TensorFunction g = x -> List.of(f.apply(x.get(0), x.get(1)));
    String at = name + " " + a.dtype() + a.shape() + " " + b.dtype() + b.shape();
    cases.put(at + ", both", () -> MappedCase.all(a, b).agrees(g));
    cases.put(at + ", first", () -> new MappedCase(List.of(a, b.select(0, 1)), 0).agrees(g));
    cases.put(at + ", second", () -> new MappedCase(List.of(a.select(0, 1), b), 1).agrees(g));
  }

  static Tensor random(long... sizes) {
    return Arranged.random(DType.FLOAT64, 7, sizes);
  }

  static Tensor ints(int limit, long... sizes) {
    double[] values = new double[(int) Arranged.count(sizes)];
    for (int i = 0; i < values.length; i++) {
      values[i] = (i * 5 + 1) % limit;
    }
    return Arranged.of(DType.INT64, sizes, values);
  }
}
