package org.autograd.ops;

import java.lang.reflect.Array;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import org.autograd.Tensor;
import org.autograd.tensor.HeapStorage;
import org.autograd.tensor.Layout;
import org.autograd.tensor.Raw;
import org.autograd.tensor.Storage;

/** The operators of the tables for tests of other packages: all that a user can call. */
public final class OperatorTable {
  private static final List<Op> ALL =
      OpCases.all().stream()
          .filter(op -> !op.random && !isInternal(op.name) && !op.samples.isEmpty())
          .map(Op::new)
          .toList();

  private OperatorTable() {}

  /** One operator. */
  public static final class Op {
    private final OpCase op;

    private Op(OpCase op) {
      this.op = op;
    }

    /** Its name in the table. */
    public String name() {
      return op.name;
    }

    public boolean isPointwise() {
      return op.kind.equals("POINTWISE");
    }

    public boolean isView() {
      return op.kind.equals("VIEW");
    }

    public boolean hasInplace() {
      return op.inplace != null;
    }

    public boolean isInplaceOnly() {
      return op.isInplaceOnly();
    }

    public int arity() {
      return op.arguments.size();
    }

    public boolean isTensor(int argument) {
      return op.arguments.get(argument).isTensor();
    }

    public int samples() {
      return op.samples.size();
    }

    /**
     * The arguments of a sample: specifications of tensors as strings, other values as they are.
     */
    public Object[] sample(int i) {
      return op.samples.get(i).values().clone();
    }

    public Tensor[] call(Object... args) {
      return op.run(args);
    }

    public Tensor inplace(Object... args) {
      return op.inplace.apply(args);
    }

    @Override
    public String toString() {
      return op.name;
    }
  }

  private static boolean isInternal(String name) {
    return name.replaceAll("_?(\\..*)?$", "").contains("_");
  }

  public static List<Op> operators() {
    return ALL;
  }

  /** Returns the operator of a name in the table. */
  public static Op operator(String name) {
    return ALL.stream().filter(op -> op.name().equals(name)).findFirst().orElseThrow();
  }

  /** Makes a row-major tensor from a specification such as {@code normal(2, 3)}. */
  public static Tensor tensor(String specification, long seed) {
    return Samples.tensor(specification, new SplittableRandom(seed));
  }

  /** The same elements row-major, at an offset, in column order, with gaps, and mixed. */
  public static Tensor arranged(Tensor t, int arrangement) {
    return Arranged.arrangements(t).get(arrangement);
  }

  /** A copy in memory of its own that lies there as the tensor does. */
  public static Tensor copied(Tensor t) {
    Layout layout = Raw.layout(t);
    long end = Arrays.stream(places(t)).max().orElse(-1) + 1;
    Tensor copy = Raw.alias(HeapStorage.allocate(t.dtype(), end), layout, t.dtype());
    if (end > 0) {
      System.arraycopy(Raw.array(t), 0, Raw.array(copy), 0, (int) end);
    }
    return copy;
  }

  /** Several tensors that lie alike in memory, one behind the other, with a new dimension 0. */
  public static Tensor batched(List<Tensor> elements) {
    Tensor first = elements.get(0);
    Layout layout = Raw.layout(first);
    long end = Arrays.stream(places(first)).max().orElse(-1) + 1;
    Layout all =
        Layout.of(
            Nd.inserted(layout.sizes(), 0, elements.size()),
            Nd.inserted(layout.strides(), 0, end),
            layout.offset());
    Tensor batch =
        Raw.alias(HeapStorage.allocate(first.dtype(), end * elements.size()), all, first.dtype());
    for (int i = 0; i < elements.size() && end > 0; i++) {
      System.arraycopy(Raw.array(elements.get(i)), 0, Raw.array(batch), (int) end * i, (int) end);
    }
    return batch;
  }

  /** What two tensors have in common if they share memory. */
  public static Storage memory(Tensor t) {
    return Raw.storage(t);
  }

  /** How many elements a tensor's memory has room for. */
  public static int capacity(Tensor t) {
    return Array.getLength(Raw.array(t));
  }

  /** All elements in row-major order. */
  public static double[] values(Tensor t) {
    return Arranged.values(t);
  }

  /** The places of the elements in their memory, in row-major order. */
  public static long[] places(Tensor t) {
    long[] sizes = Raw.layout(t).sizes();
    long[] strides = Raw.layout(t).strides();
    long[] places = new long[(int) t.numel()];
    for (int i = 0; i < places.length; i++) {
      long rest = i;
      places[i] = Raw.layout(t).offset();
      for (int d = sizes.length - 1; d >= 0; d--) {
        places[i] += rest % sizes[d] * strides[d];
        rest /= sizes[d];
      }
    }
    return places;
  }
}
