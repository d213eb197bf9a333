package org.autograd;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import java.util.function.Supplier;
import org.autograd.batch.BatchLevel;
import org.autograd.mode.Mode;
import org.autograd.mode.ThreadState;
import org.autograd.tensor.Raw;

/** What factories of random numbers do inside of {@link Vmap}, level by level from the inside. */
final class BatchedDraws {
  private BatchedDraws() {}

  /** Tells whether the calling thread is inside of a mapped function. */
  static boolean isMapping() {
    return BatchLevel.innermost(ThreadState.current()) != null;
  }

  /**
   * Draws numbers of which each place has its own.
   *
   * @param draw makes a tensor of the given sizes
   * @throws AutogradException if the mapped function may not draw
   */
  static Tensor places(String op, long[] sizes, Function<long[], Tensor> draw) {
    return at(
        op,
        () -> draw.apply(sizes),
        size -> {
          long[] all = new long[sizes.length + 1];
          all[0] = size;
          System.arraycopy(sizes, 0, all, 1, sizes.length);
          return places(op, all, draw);
        });
  }

  /** Draws something whole for each element, such as a permutation. */
  static Tensor wholes(String op, Supplier<Tensor> draw) {
    return at(
        op,
        draw,
        size -> {
          if (size == 0) {
            return draw.get().unsqueeze(0).narrow(0, 0, 0);
          }
          List<Tensor> all = new ArrayList<>();
          for (long i = 0; i < size; i++) {
            all.add(wholes(op, draw));
          }
          return Tensors.stack(all, 0);
        });
  }

  private static Tensor at(String op, Supplier<Tensor> one, Function<Long, Tensor> several) {
    ThreadState state = ThreadState.current();
    BatchLevel level = BatchLevel.innermost(state);
    if (level == null) {
      return one.get();
    }
    Mode before = level.outside(state);
    try {
      switch (level.randomness()) {
        case DIFFERENT:
          return level.wrap(several.apply(level.size()));
        case SAME:
          Tensor same = at(op, one, several);
          if (BatchLevel.of(same) == null) {
            // It was made inside, whatever the mode it was made in.
            Raw.layer(same, level);
          }
          return same;
        default:
          throw new AutogradException(
              op
                  + ": draws random numbers inside of vmap. Say with the option randomness whether"
                  + " the elements of the batch get DIFFERENT numbers or the SAME.");
      }
    } finally {
      state.mode = before;
    }
  }
}
