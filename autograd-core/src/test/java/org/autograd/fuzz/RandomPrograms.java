package org.autograd.fuzz;

import java.util.ArrayList;
import java.util.List;
import org.autograd.Autograd;
import org.autograd.GradOptions;
import org.autograd.Tensor;
import org.autograd.ops.OperatorTable;

/** Random programs for tests of other packages and modules. */
public final class RandomPrograms {
  private static final int SMALL = 16;
  private static final GradOptions UNUSED =
      GradOptions.DEFAULT.withMaterializeGrads(true).withCreateGraph(true);

  private RandomPrograms() {}

  /** A program that can be run again and again, from any thread. */
  public interface Run {
    /**
     * The gradients by {@code backward}, and the product of the hessian and a direction by {@code
     * grad}, of equal bits in each call.
     *
     * @throws UnsupportedOperationException if an operator has no second derivative
     */
    List<Long> derivatives();

    /** The tangents along a direction. */
    List<Long> tangents();

    /** The lines of the program. */
    String text();
  }

  /** Makes the program of a seed. */
  public static Run program(long seed) {
    Program p = ProgramGenerator.program(seed);
    return new Run() {
      @Override
      public List<Long> derivatives() {
        return bits(reverse(p));
      }

      @Override
      public List<Long> tangents() {
        return bits(
            Derivatives.forward(in -> Interpreter.run(p, in), p.arguments(), p.directions(1)));
      }

      @Override
      public String text() {
        return p.toString();
      }
    };
  }

  /**
   * Tells whether all tensors of a program are so small that no vector loop takes part, which may
   * round other last bits before it is compiled.
   */
  public static boolean isSmall(long seed) {
    Program p = ProgramGenerator.program(seed);
    java.util.Map<Integer, Tensor> variables = new java.util.HashMap<>();
    List<Tensor> x = p.arguments();
    for (int i = 0; i < x.size(); i++) {
      variables.put(p.leaves().get(i).id(), x.get(i));
    }
    new Interpreter(variables).run(p.steps());
    return variables.values().stream().allMatch(t -> t.numel() < SMALL);
  }

  private static List<Tensor> reverse(Program p) {
    List<Tensor> x = p.arguments();
    x.forEach(Tensor::requiresGrad_);
    List<Tensor> outputs = Interpreter.run(p, x);
    List<Tensor> weights = Compare.weights(outputs, 3);
    Tensor y = Derivatives.dot(outputs, weights);
    if (!y.requiresGrad()) {
      return outputs;
    }
    List<Tensor> all = new ArrayList<>(outputs);
    List<Tensor> first = Autograd.grad(List.of(y), x, null, UNUSED);
    all.addAll(first);
    all.addAll(Derivatives.gradients(Derivatives.dot(first, p.directions(1)), x));
    Derivatives.dot(Interpreter.run(p, x), weights).backward();
    x.forEach(t -> {
      if (t.grad() != null) {
        all.add(t.grad());
      }
    });
    return all;
  }

  private static List<Long> bits(List<Tensor> tensors) {
    List<Long> bits = new ArrayList<>();
    for (Tensor t : tensors) {
      for (double d : OperatorTable.values(t)) {
        bits.add(Double.doubleToRawLongBits(d));
      }
    }
    return bits;
  }
}
