package org.autograd.benchmarks;

import java.util.Locale;

/** One piece of work that every {@link Side} does with the same inputs. */
public sealed interface Case
    permits Case.Chain, Case.Elementwise, Case.Product, Case.MlpStep, Case.Branches, TransformCase {

  /**
   * Names the work in a table.
   *
   * @return a short label, unique within the suite
   */
  String label();

  /**
   * How many equal parts one run consists of; times are reported per part.
   *
   * @return 1 unless the case says otherwise
   */
  default int parts() {
    return 1;
  }

  /** How far a differentiated case goes. */
  enum Pass {
    /** Records the graph and drops it. */
    FORWARD,
    /** Records the graph, sums the result and runs backward into the leaf. */
    FORWARD_BACKWARD
  }

  /** The element-wise and reducing operators of the suite. */
  enum Operator {
    /** Sum of two arrays. */
    ADD,
    /** Exponential. */
    EXP,
    /** Hyperbolic tangent. */
    TANH,
    /** Sum of all elements. */
    SUM
  }

  /** Where an operator puts its result. */
  enum Result {
    /** A new tensor each time. */
    NEW,
    /** A tensor that is there already. */
    EXISTING
  }

  /**
   * {@code y = x}; {@code nodes} times {@code y = y * x} with the same leaf {@code x}.
   *
   * @param nodes number of multiplications
   * @param sizes shape of the leaf
   * @param pass how far to go; times are per node
   */
  record Chain(int nodes, long[] sizes, Pass pass) implements Case {
    @Override
    public String label() {
      String shape = Sizes.numel(sizes) == 1 ? "1 element" : Sizes.text(sizes);
      return "mul node, " + shape + (pass == Pass.FORWARD ? ", forward" : ", forward and backward");
    }

    @Override
    public int parts() {
      return nodes;
    }
  }

  /**
   * One operator on flat float arrays, without gradients.
   *
   * @param operator what to compute
   * @param size number of elements
   * @param result where the result goes
   */
  record Elementwise(Operator operator, int size, Result result) implements Case {
    @Override
    public String label() {
      String name = operator.name().toLowerCase(Locale.ROOT);
      String where =
          operator == Operator.SUM ? "" : result == Result.NEW ? ", new result" : ", into existing";
      return name + " of " + Sizes.count(size) + where;
    }
  }

  /**
   * Product of two square float matrices into a new one, without gradients.
   *
   * @param n rows and columns
   */
  record Product(int n) implements Case {
    @Override
    public String label() {
      return "matrix product " + n + "³";
    }
  }

  /**
   * One training step: {@code h = relu(X·W1 + b1)}, {@code o = h·W2 + b2}, {@code loss =
   * mean(logSoftmax(o, 1)²)}, backward, {@code p -= 0.01·p.grad} in place without gradients, {@code
   * p.grad} zeroed in place.
   *
   * @param batch rows of X
   * @param in columns of X
   * @param hidden columns of W1
   * @param out columns of W2
   */
  record MlpStep(int batch, int in, int hidden, int out) implements Case {
    /** Factor of the gradient in the update. */
    public static final double LEARNING_RATE = 0.01;

    @Override
    public String label() {
      return "MLP step " + batch + "×" + in + "×" + hidden + "×" + out;
    }
  }

  /**
   * Backward alone through independent branches that meet in one sum. Each branch multiplies a leaf
   * {@code depth} times by a second leaf; the graph is kept and run again.
   *
   * @param branches number of branches
   * @param n rows and columns of every matrix
   * @param depth products in a branch
   */
  record Branches(int branches, int n, int depth) implements Case {
    @Override
    public String label() {
      return "backward of " + branches + " branches of " + depth + " products " + n + "×" + n;
    }
  }
}
