package org.autograd.tensor;

import java.lang.invoke.MethodHandles;
import java.util.function.Consumer;
import org.autograd.AutogradException;
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

  /** What may make a tensor layered: its own flags, or those of the tensor that it is a view of. */
  private static final int MAYBE = Flags.LAYERED | Flags.VIEW;

  private static Maker registered;

  /**
   * What is done to fresh tensors. Null as long as no mode that asks for it has been used: most
   * programs never pay for the question.
   */
  private static Consumer<Tensor> onFresh;

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
    Tensor t = Holder.MAKER.make(storage, layout, dtype, Flags.OWNED);
    Consumer<Tensor> mark = onFresh;
    if (mark != null) {
      mark.accept(t);
    }
    return t;
  }

  /** Has fresh tensors marked, depending on the thread's mode; adds to what is done already. */
  public static synchronized void onFresh(Consumer<Tensor> mark) {
    onFresh = onFresh == null ? mark : onFresh.andThen(mark);
  }

  /** Returns the storage. */
  public static Storage storage(Tensor t) {
    return ((TensorBase) t).storage;
  }

  /** Returns the heap array behind a CPU tensor. */
  public static Object array(Tensor t) {
    return ((HeapStorage) ((TensorBase) t).storage).array;
  }

  /** Tells whether two tensors lie in the same memory, whichever parts of it they show. */
  public static boolean sharesMemory(Tensor a, Tensor b) {
    return storage(a).memory() == storage(b).memory();
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

  /** Clears some flags and sets others. */
  public static void flags(Tensor t, int cleared, int set) {
    TensorBase b = t;
    b.flags = b.flags & ~cleared | set;
  }

  /** Tells whether the tensor requires grad; a view does if its base does. */
  public static boolean requiresGrad(Tensor t) {
    TensorBase b = t;
    int flags = b.flags;
    return (flags & Flags.REQUIRES_GRAD) != 0
        || (flags & (Flags.VIEW | Flags.BATCHED)) != 0 && requiresThroughAnother(b);
  }

  private static boolean requiresThroughAnother(TensorBase b) {
    return (b.flags & Flags.BATCHED) != 0
        ? requiresGrad(((BatchState) b.layer).value())
        : ((ViewState) b.meta).baseRequiresGrad();
  }

  /**
   * Returns the node that made the tensor and which of its outputs it is; null for leaves. The edge
   * of a view follows in-place changes of its base and of other views.
   */
  public static Edge edge(Tensor t) {
    TensorBase b = t;
    if ((b.flags & (Flags.VIEW | Flags.BATCHED)) == 0) {
      return b.edge;
    }
    return (b.flags & Flags.BATCHED) != 0
        ? edge(((BatchState) b.layer).value())
        : ((ViewState) b.meta).viewEdge(t);
  }

  /**
   * Same as {@link #edge}, to answer a question that has an answer always: of a view that cannot
   * get a new edge, the last one.
   */
  public static Edge shownEdge(Tensor t) {
    TensorBase b = t;
    return (b.flags & Flags.VIEW) != 0 ? ((ViewState) b.meta).shownEdge(t) : edge(t);
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
    if (edge != null && (b.flags & Flags.BATCHED) != 0) {
      throw new AutogradException(
          edge.node().name()
              + ": cannot be the history of one element of a batch (inside of vmap).");
    }
    b.edge = edge;
    b.flags = edge != null ? b.flags | Flags.REQUIRES_GRAD : b.flags & ~Flags.REQUIRES_GRAD;
  }

  /**
   * Tells whether operators on a tensor, which may be absent, pass the layers of batches and of
   * tangents.
   */
  public static boolean layered(Tensor t) {
    return t != null && (((TensorBase) t).flags & MAYBE) != 0 && isLayered(t);
  }

  /** Tells whether operators on these tensors, which may be absent, pass the layers. */
  public static boolean layered(Tensor a, Tensor b) {
    return layered(a) || layered(b);
  }

  /** Tells whether operators on these tensors, which may be absent, pass the layers. */
  public static boolean layered(Tensor a, Tensor b, Tensor c) {
    return layered(a) || layered(b) || layered(c);
  }

  /** Tells whether operators on these tensors, which may be absent, pass the layers. */
  public static boolean layered(Tensor[] ts) {
    for (Tensor t : ts) {
      if (layered(t)) {
        return true;
      }
    }
    return false;
  }

  private static boolean isLayered(TensorBase b) {
    return (b.flags & Flags.LAYERED) != 0 || ((ViewState) b.meta).baseIsLayered();
  }

  /** Returns what the layers above recording keep for the tensor. */
  public static Object layer(Tensor t) {
    return ((TensorBase) t).layer;
  }

  /** Sets what the layers above recording keep for the tensor. */
  public static void layer(Tensor t, Object layer) {
    ((TensorBase) t).layer = layer;
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
