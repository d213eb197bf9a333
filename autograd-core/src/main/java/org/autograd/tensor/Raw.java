package org.autograd.tensor;

import java.lang.invoke.MethodHandles;
import java.util.function.IntSupplier;
import org.autograd.DType;
import org.autograd.Tensor;
import org.autograd.graph.Edge;

/** The library's own access to a tensor's state. Not exported: users cannot name it. */
public final class Raw {
  /** Calls the constructor of {@link Tensor}, which is not public. */
  @FunctionalInterface
  public interface Maker {
    /** Makes a tensor object. */
    Tensor make(Storage storage, Layout layout, DType dtype, int flags);
  }

  private static Maker registered;

  /**
   * Null as long as no mode that asks for it has been used: most programs never pay for the
   * question.
   */
  private static IntSupplier moreFlags;

  private static final class Holder {
    static final Maker MAKER;

    static {
      try {
        MethodHandles.lookup().ensureInitialized(Tensor.class);
      } catch (IllegalAccessException e) {
        throw new ExceptionInInitializerError(e);
      }
      MAKER = registered;
    }
  }

  private Raw() {}

  /** Called once, when {@link Tensor} is initialised. */
  public static void register(Maker maker) {
    registered = maker;
  }

  /** Makes a tensor over memory that others may reach too. */
  public static Tensor alias(Storage storage, Layout layout, DType dtype) {
    return Holder.MAKER.make(storage, layout, dtype, 0);
  }

  /** Makes a tensor over memory that was allocated for it and that nothing else can reach. */
  public static Tensor fresh(Storage storage, Layout layout, DType dtype) {
    IntSupplier more = moreFlags;
    return Holder.MAKER.make(
        storage, layout, dtype, more == null ? Flags.OWNED : Flags.OWNED | more.getAsInt());
  }

  /** Has fresh tensors get more flags than {@link Flags#OWNED}, depending on the thread's mode. */
  public static void moreFlags(IntSupplier flags) {
    moreFlags = flags;
  }

  /** Returns the storage. */
  public static Storage storage(Tensor t) {
    return ((TensorBase) t).storage;
  }

  /** Returns the heap array behind a CPU tensor. */
  public static Object array(Tensor t) {
    return ((HeapStorage) ((TensorBase) t).storage).array;
  }

  /** Returns the layout. */
  public static Layout layout(Tensor t) {
    return ((TensorBase) t).layout;
  }

  /** Returns the dtype. */
  public static DType dtype(Tensor t) {
    return ((TensorBase) t).dtype;
  }

  /** Replaces the memory, layout and dtype. */
  public static void set(Tensor t, Storage storage, Layout layout, DType dtype) {
    TensorBase b = t;
    b.storage = storage;
    b.layout = layout;
    b.dtype = dtype;
  }

  /** Tells whether all of the given flags are set. */
  public static boolean has(Tensor t, int flag) {
    return (((TensorBase) t).flags & flag) == flag;
  }

  /**
   * Sets or clears flags. Writes only a change, so that workers may clear a mark that is already
   * clear.
   */
  public static void flag(Tensor t, int flag, boolean on) {
    TensorBase b = t;
    int before = b.flags;
    int after = on ? before | flag : before & ~flag;
    if (after != before) {
      b.flags = after;
    }
  }

  /** Tells whether the tensor requires grad; a view does if its base does. */
  public static boolean requiresGrad(Tensor t) {
    TensorBase b = t;
    int flags = b.flags;
    return (flags & Flags.REQUIRES_GRAD) != 0
        || (flags & Flags.VIEW) != 0 && ((ViewState) b.meta).baseRequiresGrad();
  }

  /**
   * Returns the node that made the tensor and which of its outputs it is; null for leaves. The edge
   * of a view follows in-place changes of its base and of other views.
   */
  public static Edge edge(Tensor t) {
    TensorBase b = t;
    return (b.flags & Flags.VIEW) == 0 ? b.edge : ((ViewState) b.meta).viewEdge(t);
  }

  /** Returns the edge as it was last set, whatever has happened to a view's base since. */
  public static Edge ownEdge(Tensor t) {
    return ((TensorBase) t).edge;
  }

  /**
   * Sets the node that made the tensor and marks it as requiring grad; null makes it a constant
   * leaf.
   */
  public static void edge(Tensor t, Edge edge) {
    TensorBase b = t;
    b.edge = edge;
    b.flags = edge != null ? b.flags | Flags.REQUIRES_GRAD : b.flags & ~Flags.REQUIRES_GRAD;
  }

  /** Returns what the graph package keeps for the tensor. */
  public static Object meta(Tensor t) {
    return ((TensorBase) t).meta;
  }

  /** Sets what the graph package keeps for the tensor. */
  public static void meta(Tensor t, Object meta) {
    ((TensorBase) t).meta = meta;
  }
}
