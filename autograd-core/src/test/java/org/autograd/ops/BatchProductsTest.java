package org.autograd.ops;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.BinaryOperator;
import java.util.stream.Stream;
import org.autograd.DType;
import org.autograd.Tensor;
import org.autograd.Vmap;
import org.autograd.VmapOptions;
import org.autograd.graph.Edge;
import org.autograd.graph.Node;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/** What a product inside of a map becomes: one large product wherever one side is shared. */
class BatchProductsTest {
  private static DynamicTest becomes(
      String product, String name, BinaryOperator<Tensor> f, Tensor a, Tensor b, Integer... dims) {
    return dynamicTest(
        name + " " + Arrays.toString(dims) + " — " + product,
        () -> {
          VmapOptions options = VmapOptions.DEFAULT.withInDims(dims);
          Tensor result =
              Vmap.vmap(f, options).apply(a.detach().requiresGrad_(), b.detach().requiresGrad_());
          assertEquals(Set.of(product), products(result));
        });
  }

  /** The names of the products and of what repeats a tensor in the history of a tensor. */
  private static Set<String> products(Tensor t) {
    Set<String> names = new TreeSet<>();
    Deque<Node> left = new ArrayDeque<>(List.of(t.gradFn()));
    while (!left.isEmpty()) {
      Node node = left.pop();
      if (node.name().matches("(Mm|Bmm|Mv|Dot|Linear|Addmm|Expand|Mul).*")) {
        names.add(node.name().replaceAll("Backward.*", ""));
      }
      node.nextFunctions().stream().filter(e -> e != null).map(Edge::node).forEach(left::push);
    }
    return names;
  }

  private static Tensor random(long... sizes) {
    return Arranged.random(DType.FLOAT64, 5, sizes);
  }

  @TestFactory
  Stream<DynamicTest> sharedWeightsAreMultipliedOnce() {
    BinaryOperator<Tensor> mm = (a, b) -> a.mm(b);
    BinaryOperator<Tensor> matmul = (a, b) -> a.matmul(b);
    BinaryOperator<Tensor> mv = (a, b) -> a.mv(b);
    BinaryOperator<Tensor> dot = (a, b) -> a.dot(b);
    BinaryOperator<Tensor> bmm = (a, b) -> a.bmm(b);
    BinaryOperator<Tensor> linear = (a, b) -> a.linear(b);
    return Stream.of(
        becomes("Mm", "mm", mm, random(5, 2, 3), random(3, 4), 0, null),
        becomes("Mm", "mm", mm, random(2, 3), random(5, 3, 4), null, 0),
        becomes("Bmm", "mm", mm, random(5, 2, 3), random(5, 3, 4), 0, 0),
        becomes("Mm", "matmul", matmul, random(5, 2, 2, 3), random(3, 4), 0, null),
        becomes("Mm", "matmul of a vector", matmul, random(5, 3), random(3, 4), 0, null),
        becomes("Mm", "mv", mv, random(2, 3), random(5, 3), null, 0),
        becomes("Mv", "mv", mv, random(5, 2, 3), random(3), 0, null),
        becomes("Bmm", "mv", mv, random(5, 2, 3), random(5, 3), 0, 0),
        becomes("Mv", "dot", dot, random(5, 3), random(3), 0, null),
        becomes("Mv", "dot", dot, random(3), random(5, 3), null, 0),
        becomes("Bmm", "dot", dot, random(5, 3), random(5, 3), 0, 0),
        becomes("Bmm", "bmm", bmm, random(5, 2, 2, 3), random(2, 3, 4), 0, null),
        becomes("Bmm", "bmm", bmm, random(2, 2, 3), random(5, 2, 3, 4), null, 0),
        becomes("Linear", "linear", linear, random(5, 2, 3), random(4, 3), 0, null),
        becomes("Linear", "linear", linear, random(2, 3), random(5, 4, 3), null, 0),
        becomes("Linear", "linear of a vector", linear, random(3), random(5, 4, 3), null, 0),
        becomes("Bmm", "linear", linear, random(5, 2, 3), random(5, 4, 3), 0, 0));
  }
}
