package org.autograd.tensor;

import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.autograd.DType;

/**
 * Which dtype holds the values of two others: PyTorch's table of type promotion, told as the
 * lattice that it is. Two dtypes meet in the one that both lead to and that leads to all others
 * which both lead to.
 */
public final class Promotion {
  private static final DType[] ALL = DType.values();
  private static final DType[][] JOINS = new DType[ALL.length][ALL.length];

  static {
    for (DType a : ALL) {
      for (DType b : ALL) {
        JOINS[a.ordinal()][b.ordinal()] = join(above(a), above(b));
      }
    }
  }

  private Promotion() {}

  /** Returns the dtypes that are the next wider ones. */
  private static List<DType> next(DType dtype) {
    return switch (dtype) {
      case BOOL -> List.of(DType.UINT8, DType.INT8);
      case UINT8, INT8 -> List.of(DType.INT16);
      case INT16 -> List.of(DType.INT32);
      case INT32 -> List.of(DType.INT64);
      case INT64 -> List.of(DType.FLOAT32);
      case FLOAT32 -> List.of(DType.FLOAT64);
      case FLOAT64 -> List.of();
    };
  }

  private static Set<DType> above(DType dtype) {
    Set<DType> above = EnumSet.of(dtype);
    next(dtype).forEach(wider -> above.addAll(above(wider)));
    return above;
  }

  private static DType join(Set<DType> a, Set<DType> b) {
    Set<DType> common = EnumSet.copyOf(a);
    common.retainAll(b);
    for (DType candidate : common) {
      if (above(candidate).containsAll(common)) {
        return candidate;
      }
    }
    throw new AssertionError(a + " and " + b + " do not meet in one dtype");
  }

  /** Returns the dtype in which tensors of two dtypes and of one rank meet. */
  public static DType join(DType a, DType b) {
    return JOINS[a.ordinal()][b.ordinal()];
  }
}
