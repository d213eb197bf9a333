package org.autograd.fuzz;

import java.util.ArrayList;
import java.util.List;
import org.autograd.ops.OperatorTable;

/** One line of a program, or a block of them. Variables are numbers that are given once. */
sealed interface Step {
  /** A variable among the arguments of an operator. */
  record Ref(int id) {}

  /** The variables that it makes. */
  List<Integer> results();

  /** The variables that it reads, those in its body too. */
  List<Integer> reads();

  /** A fresh tensor that depends on nothing. */
  record Constant(int id, String specification, long seed) implements Step {
    @Override
    public List<Integer> results() {
      return List.of(id);
    }

    @Override
    public List<Integer> reads() {
      return List.of();
    }
  }

  /**
   * An operator of the tables.
   *
   * @param args with {@link Ref} and arrays of them where there are tensors
   * @param inplace whether the form that changes its first argument is meant
   * @param noGrad whether it runs under noGrad
   */
  record Apply(
      OperatorTable.Op op, Object[] args, boolean inplace, boolean noGrad, List<Integer> results)
      implements Step {
    @Override
    public List<Integer> reads() {
      List<Integer> reads = new ArrayList<>();
      for (Object a : args) {
        if (a instanceof Ref r) {
          reads.add(r.id);
        } else if (a instanceof Ref[] list) {
          for (Ref r : list) {
            reads.add(r.id);
          }
        }
      }
      return reads;
    }

    /** The variable that the form in place changes. */
    int self() {
      return ((Ref) args[0]).id;
    }
  }

  /** A custom function. */
  record Custom(CustomKind kind, List<Integer> reads, int id) implements Step {
    @Override
    public List<Integer> results() {
      return List.of(id);
    }
  }

  /** A copy whose gradient a hook multiplies by a factor. */
  record Hook(int of, double factor, int id) implements Step {
    @Override
    public List<Integer> results() {
      return List.of(id);
    }

    @Override
    public List<Integer> reads() {
      return List.of(of);
    }
  }

  /** One of two steps with the same result, by the sign of a sum. */
  record Branch(int condition, Apply positive, Apply negative) implements Step {
    @Override
    public List<Integer> results() {
      return positive.results();
    }

    @Override
    public List<Integer> reads() {
      List<Integer> reads = new ArrayList<>(positive.reads());
      reads.addAll(negative.reads());
      reads.add(condition);
      return reads;
    }
  }

  /** What is done with the body of a block. */
  enum Kind {
    /** Recomputed in the backward, as soon as values are missing. */
    CHECKPOINT,
    /** Recomputed in the backward, to the end. */
    CHECKPOINT_TO_THE_END,
    /** Mapped over dimension 0 of the parameters. */
    VMAP,
    /** The tangents of the results; of two halves of the inputs, the second is the directions. */
    TANGENTS,
    /** The gradients of the sum of the results. */
    GRADIENTS
  }

  /**
   * A function of some variables, which may read others from outside.
   *
   * @param inputs what it is called with
   * @param parameters what its body calls them
   * @param inner what its body returns
   */
  record Block(
      Kind kind,
      List<Integer> inputs,
      List<Integer> parameters,
      List<Step> body,
      List<Integer> inner,
      List<Integer> results)
      implements Step {
    @Override
    public List<Integer> reads() {
      List<Integer> own = new ArrayList<>(parameters);
      List<Integer> reads = new ArrayList<>(inputs);
      for (Step s : body) {
        s.reads().stream().filter(id -> !own.contains(id)).forEach(reads::add);
        own.addAll(s.results());
      }
      return reads;
    }
  }
}
