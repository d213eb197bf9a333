package org.autograd.ops;

import static org.junit.jupiter.api.Assertions.fail;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.autograd.Autograd;
import org.autograd.GradOptions;
import org.autograd.Tensor;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.BoolOptional;
import org.bytedeco.pytorch.TensorVector;
import org.bytedeco.pytorch.global.torch;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/**
 * Every operator of the tables differentiated again and again beside libtorch's: as long as its
 * derivative requires grad there, so does ours, and the values are the same. A shortcut in a
 * formula that cuts the graph ends here one order early.
 */
class DerivativeOrdersLibtorchTest {
  private static final int ORDERS = 5;

  @TestFactory
  Stream<DynamicTest> noOrderEndsEarly() {
    return EdgeLibtorchTest.rows()
        .map(row ->
            dynamicTest(
                row.named("orders"),
                () -> {
                  Set<String> found = compare(row);
                  if (!found.isEmpty()) {
                    fail(String.join("\n", found));
                  }
                }));
  }

  static Set<String> compare(Row row) {
    Set<String> found = new LinkedHashSet<>();
    Object[] args = row.arguments(0);
    List<Row.Slot> slots = row.differentiable(args);
    if (slots.isEmpty() || !EdgeLibtorchTest.hasGradient(row.op(), args)) {
      return found;
    }
    for (List<Row.Slot> chosen : Forms.choices(slots)) {
      try (PointerScope scope = new PointerScope()) {
        compare(row, row.arguments(0), chosen, found);
      }
    }
    return found;
  }

  private static void compare(Row row, Object[] args, List<Row.Slot> slots, Set<String> found) {
    List<Tensor> inputs = new ArrayList<>();
    slots.forEach(s -> inputs.add(Row.get(args, s).requiresGrad_()));
    LibtorchArgs their = LibtorchArgs.of(args);
    TensorVector leaves = new TensorVector();
    slots.forEach(s -> leaves.push_back(EdgeLibtorchTest.get(their, s).set_requires_grad(true)));
    Tensor ours = null;
    org.bytedeco.pytorch.Tensor theirs = null;
    Tensor[] results = row.op().run(args);
    org.bytedeco.pytorch.Tensor[] theirResults = LibtorchCalls.ALL.get(row.op().name).apply(their);
    for (int i = 0; i < results.length; i++) {
      if (theirResults[i].requires_grad()) {
        Tensor w = weights(results[i]);
        ours = add(ours, results[i].mul(w).sum());
        theirs = add(theirs, theirResults[i].mul(Theirs.of(w)).sum());
      }
    }
    GradOptions options = GradOptions.DEFAULT.withCreateGraph(true).withMaterializeGrads(true);
    for (int order = 1; order <= ORDERS && theirs != null && theirs.requires_grad(); order++) {
      if (!ours.requiresGrad()) {
        found.add("the derivative of order " + (order - 1) + " requires grad in libtorch only");
        return;
      }
      List<Tensor> grads = Autograd.grad(List.of(ours), inputs, null, options);
      TensorVector theirGrads =
          torch.grad(
              new TensorVector(theirs),
              leaves,
              new TensorVector(),
              new BoolOptional(true),
              true,
              true);
      ours = null;
      theirs = null;
      for (int i = 0; i < grads.size(); i++) {
        org.bytedeco.pytorch.Tensor g = theirGrads.get(i);
        if (!g.defined()) {
          continue;
        }
        try {
          Numeric.assertClose(
              "order " + order + " of input " + i,
              Theirs.values(g),
              Arranged.values(grads.get(i)),
              1e-7);
        } catch (AssertionError e) {
          found.add(e.getMessage());
          return;
        }
        if (g.requires_grad()) {
          Tensor w = weights(grads.get(i));
          ours = add(ours, grads.get(i).mul(w).sum());
          theirs = add(theirs, g.mul(Theirs.of(w)).sum());
        }
      }
    }
  }

  private static Tensor weights(Tensor like) {
    double[] w = Numeric.random(List.of(like), 11);
    Arrays.setAll(w, i -> w[i] + 1.5);
    return Arranged.of(like.dtype(), Arranged.shape(like), w);
  }

  private static Tensor add(Tensor sum, Tensor t) {
    return sum == null ? t : sum.add(t);
  }

  private static org.bytedeco.pytorch.Tensor add(
      org.bytedeco.pytorch.Tensor sum, org.bytedeco.pytorch.Tensor t) {
    return sum == null ? t : sum.add(t);
  }
}
