package org.autograd.ops;

import java.util.function.UnaryOperator;
import org.autograd.DType;
import org.autograd.Device;
import org.autograd.Scalar;
import org.autograd.Tensor;
import org.autograd.graph.Edge;
import org.autograd.graph.GradMath;
import org.autograd.graph.Meta;
import org.autograd.mode.Bits;
import org.autograd.mode.Mode;
import org.autograd.mode.ThreadState;
import org.autograd.tensor.BatchState;
import org.autograd.tensor.Flags;
import org.autograd.tensor.Layout;
import org.autograd.tensor.Raw;
import org.autograd.tensor.ValueRange;

/** The arithmetic of the graph and the engine, done with this library's operators. */
public final class TensorGradMath implements GradMath {
  @Override
  public Tensor add(Tensor a, Tensor b) {
    return recording() || Raw.layered(a, b) ? a.add(b) : Pointwise.add(a, b);
  }

  @Override
  public void addInto(Tensor target, Tensor b) {
    if (Raw.layered(target, b)) {
      target.add_(b);
      return;
    }
    Pointwise.addInto("add_", target, target, b);
    Raw.storage(target).bump("backward");
  }

  @Override
  public Tensor cloneLike(Tensor g, Layout leaf) {
    Layout layout =
        leaf.isNonOverlappingAndDense() ? leaf.fresh() : Layout.contiguous(leaf.sizes());
    if (recording() && Raw.requiresGrad(g) || Raw.layered(g)) {
      return recordedClone(g, layout);
    }
    Tensor copy = Alloc.empty(layout, Raw.dtype(g), Raw.storage(g).device());
    Copies.copyInto(copy, g);
    return copy;
  }

  @Override
  public Tensor isolated(Tensor g) {
    long[] sizes = Raw.layout(g).sizes();
    long[] strides = Raw.layout(g).strides();
    Tensor core = g;
    for (int d = 0; d < sizes.length; d++) {
      if (strides[d] == 0 && sizes[d] > 1) {
        core = core.narrow(d, 0, 1);
      }
    }
    Tensor copy = cloneLike(core, Raw.layout(core));
    return core == g ? copy : copy.expand(sizes);
  }

  /**
   * A recorded copy with the given strides: a row-major copy of the dimensions in memory order,
   * permuted back.
   */
  private static Tensor recordedClone(Tensor g, Layout layout) {
    if (layout.isContiguous()) {
      return g.isContiguous() ? g.clone() : g.contiguous();
    }
    int[] order = layout.descendingStrides();
    int[] back = new int[order.length];
    for (int i = 0; i < order.length; i++) {
      back[order[i]] = i;
    }
    Tensor inMemoryOrder = g.permute(order);
    return (inMemoryOrder.isContiguous() ? inMemoryOrder.clone() : inMemoryOrder.contiguous())
        .permute(back);
  }

  @Override
  public Tensor sumToSize(Tensor g, Layout to) {
    int extra = Raw.layout(g).dim() - to.dim();
    long[] from = Raw.layout(g).sizes();
    int[] dims = new int[from.length];
    int n = 0;
    for (int d = 0; d < from.length; d++) {
      if (d < extra || (to.sizes()[d - extra] == 1 && from[d] != 1)) {
        dims[n++] = d;
      }
    }
    Tensor sum = n == 0 ? g : g.sum(java.util.Arrays.copyOf(dims, n), true);
    return extra == 0 ? sum : sum.reshape(to.sizes());
  }

  @Override
  public boolean canSumTo(Layout from, Layout to) {
    int extra = from.dim() - to.dim();
    if (extra < 0) {
      return false;
    }
    for (int d = 0; d < to.dim(); d++) {
      long size = to.sizes()[d];
      if (size != 1 && size != from.sizes()[d + extra]) {
        return false;
      }
    }
    return true;
  }

  @Override
  public Tensor zeros(Layout layout, DType dtype, Device device) {
    return Alloc.zeros(layout, dtype, device);
  }

  @Override
  public Tensor ones(Layout layout, DType dtype, Device device) {
    return Alloc.full(layout, Scalar.of(1), dtype, device);
  }

  @Override
  public Tensor convert(Tensor g, DType dtype, Device device) {
    return g.to(dtype);
  }

  @Override
  public Edge viewEdge(Tensor base, Tensor view) {
    Tensor from = Raw.alias(Raw.storage(view), Raw.layout(base), Raw.dtype(base));
    Edge edge = Raw.edge(base);
    Edge goal = Meta.gradientEdge(base);
    ThreadState state = ThreadState.current();
    Mode before = state.mode;
    state.mode = Mode.DEFAULT;
    try {
      if (edge != null) {
        Raw.edge(from, edge);
      } else if (goal != null) {
        Meta.standFor(from, goal);
      } else {
        from = leadingNowhere(state, view);
      }
      Layout l = Raw.layout(view);
      return Raw.edge(from.asStrided(l.sizes(), l.strides(), l.offset()));
    } finally {
      state.mode = before;
    }
  }

  /** Returns an alias that requires grad and whose gradient is given to nobody. */
  private static Tensor leadingNowhere(ThreadState state, Tensor t) {
    Tensor leaf = Raw.alias(Raw.storage(t), Raw.layout(t), Raw.dtype(t)).requiresGrad_();
    Mode before = state.mode;
    state.mode = before.with(Bits.GRAD, false);
    try {
      return leaf.view(leaf.sizes());
    } finally {
      state.mode = before;
    }
  }

  @Override
  public Tensor[] replaceSlice(Tensor grad, Layout base, Layout view, UnaryOperator<Tensor[]> fn) {
    long start = Math.min(base.offset(), view.offset());
    long length = Math.max(base.end(), view.end()) - start;
    Tensor memory =
        Alloc.zeros(Layout.contiguous(length), Raw.dtype(grad), Raw.storage(grad).device());
    Tensor whole = memory.asStrided(base.sizes(), base.strides(), base.offset() - start);
    whole.copy_(grad);
    Tensor part = memory.asStrided(view.sizes(), view.strides(), view.offset() - start);
    Tensor[] results = fn.apply(new Tensor[] {part.clone()});
    if (results[0] == null) {
      part.zero_();
    } else {
      part.copy_(results[0]);
    }
    results[0] = whole;
    return results;
  }

  private static boolean recording() {
    return ThreadState.current().mode.has(Bits.GRAD);
  }

  @Override
  public ValueRange range(Tensor t) {
    Tensor whole = t;
    while (Raw.has(whole, Flags.BATCHED)) {
      whole = ((BatchState) Raw.layer(whole)).value();
    }
    return ValueRanges.of(whole);
  }
}
