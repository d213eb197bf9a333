package org.autograd.ops;

import java.util.Arrays;
import org.autograd.Scalar;
import org.autograd.Tensor;

/** An independent computation of an operator's results. */
interface Reference {
  /** Returns the results for some arguments. */
  Nd[] apply(Args args);

  /** Wraps a reference with one result. */
  static Reference one(java.util.function.Function<Args, Nd> f) {
    return a -> new Nd[] {f.apply(a)};
  }

  /**
   * Arguments as references read them.
   *
   * @param values the arguments: {@link Nd} and {@code Nd[]} in place of tensors
   */
  record Args(Object[] values) {
    static Args of(Object[] args) {
      Object[] values = args.clone();
      for (int i = 0; i < values.length; i++) {
        if (values[i] instanceof Tensor t) {
          values[i] = Nd.of(t);
        } else if (values[i] instanceof Tensor[] list) {
          values[i] = Arrays.stream(list).map(t -> t == null ? null : Nd.of(t)).toArray(Nd[]::new);
        }
      }
      return new Args(values);
    }

    Nd nd(int i) {
      return (Nd) values[i];
    }

    Nd[] list(int i) {
      return (Nd[]) values[i];
    }

    int integer(int i) {
      return (int) values[i];
    }

    long number(int i) {
      return (long) values[i];
    }

    double real(int i) {
      return values[i] instanceof Scalar s ? s.toDouble() : (double) values[i];
    }

    boolean flag(int i) {
      return (boolean) values[i];
    }

    int[] dims(int i) {
      return (int[]) values[i];
    }

    long[] sizes(int i) {
      return (long[]) values[i];
    }

    @SuppressWarnings("unchecked")
    <T> T as(int i) {
      return (T) values[i];
    }
  }
}
