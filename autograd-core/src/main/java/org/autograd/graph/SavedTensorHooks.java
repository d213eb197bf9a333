package org.autograd.graph;

import java.util.function.BiFunction;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import org.autograd.Tensor;

/**
 * What happens to the tensors that operations save for their backward: each is packed when it is
 * saved, and unpacked each time it is read.
 *
 * <p>Put in force with {@code Graph.savedTensorsHooks}. The methods may be called from any thread
 * that records or runs backward.
 *
 * @param <P> what a tensor is packed into
 */
public interface SavedTensorHooks<P> {
  /**
   * Packs a tensor; called once for each saved value, with recording off.
   *
   * @param tensor what is saved; must not be changed in place
   * @return anything from which {@link #unpack} can make the same values again
   */
  P pack(Tensor tensor);

  /**
   * Makes the tensor again; called each time the saved value is read.
   *
   * @param packed what {@link #pack} returned
   * @return a tensor of the same values, shape, dtype and device; its own history is ignored
   */
  Tensor unpack(P packed);

  /**
   * Called when the graph has let a value go after a pass, so that what it holds can be freed at
   * once. It is not called for a graph that is never run or becomes unreachable. Does nothing by
   * default.
   */
  default void release(P packed) {}

  /** Makes a pair from two functions. */
  static <P> SavedTensorHooks<P> of(
      Function<? super Tensor, ? extends P> pack, Function<? super P, ? extends Tensor> unpack) {
    return new SavedTensorHooks<>() {
      @Override
      public P pack(Tensor tensor) {
        return pack.apply(tensor);
      }

      @Override
      public Tensor unpack(P packed) {
        return unpack.apply(packed);
      }
    };
  }

  /** Makes a pair that packs a tensor into another tensor, which further hooks can pack in turn. */
  static Transform transform(UnaryOperator<Tensor> pack, UnaryOperator<Tensor> unpack) {
    return new Transform() {
      @Override
      public Tensor pack(Tensor tensor) {
        return pack.apply(tensor);
      }

      @Override
      public Tensor unpack(Tensor packed) {
        return unpack.apply(packed);
      }
    };
  }

  /**
   * Returns hooks that pack with these and then pack the tensor inside the result with others:
   * compress, then offload.
   *
   * @param tensor returns the tensor inside what these hooks packed
   * @param replace returns what these hooks packed with another tensor inside, or with none if that
   *     is null
   * @param next packs the tensor
   */
  default <Q> SavedTensorHooks<Chained<P, Q>> andThen(
      Function<? super P, ? extends Tensor> tensor,
      BiFunction<? super P, ? super Tensor, ? extends P> replace,
      SavedTensorHooks<Q> next) {
    SavedTensorHooks<P> first = this;
    return new SavedTensorHooks<>() {
      @Override
      public Chained<P, Q> pack(Tensor t) {
        P packed = first.pack(t);
        return new Chained<>(replace.apply(packed, null), next.pack(tensor.apply(packed)));
      }

      @Override
      public Tensor unpack(Chained<P, Q> packed) {
        return first.unpack(replace.apply(packed.rest(), next.unpack(packed.tensor())));
      }

      @Override
      public void release(Chained<P, Q> packed) {
        next.release(packed.tensor());
        first.release(packed.rest());
      }
    };
  }

  /**
   * What two chained hooks packed.
   *
   * @param rest what the first packed, without its tensor
   * @param tensor what the second made of that tensor
   */
  record Chained<P, Q>(P rest, Q tensor) {}

  /** Hooks that pack a tensor into another tensor. */
  interface Transform extends SavedTensorHooks<Tensor> {
    /**
     * Returns hooks that pack with these and then pack the result with others: compress, then
     * offload. What these packed is not kept, so only the others are told of a release.
     */
    default <Q> SavedTensorHooks<Q> andThen(SavedTensorHooks<Q> next) {
      Transform first = this;
      return new SavedTensorHooks<>() {
        @Override
        public Q pack(Tensor tensor) {
          return next.pack(first.pack(tensor));
        }

        @Override
        public Tensor unpack(Q packed) {
          return first.unpack(next.unpack(packed));
        }

        @Override
        public void release(Q packed) {
          next.release(packed);
        }
      };
    }

    /**
     * Returns a transformation that does this one and then another one. What this one packed is not
     * kept, so only the other one is told of a release.
     */
    default Transform andThen(Transform next) {
      Transform first = this;
      return new Transform() {
        @Override
        public Tensor pack(Tensor tensor) {
          return next.pack(first.pack(tensor));
        }

        @Override
        public Tensor unpack(Tensor packed) {
          return first.unpack(next.unpack(packed));
        }

        @Override
        public void release(Tensor packed) {
          next.release(packed);
        }
      };
    }
  }
}
