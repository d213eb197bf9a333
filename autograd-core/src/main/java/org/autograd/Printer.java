package org.autograd;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.LongConsumer;
import org.autograd.batch.Batch;
import org.autograd.forward.DualLevel;
import org.autograd.forward.Duals;
import org.autograd.graph.Edge;
import org.autograd.mode.Mode;
import org.autograd.mode.ThreadState;
import org.autograd.tensor.ElementType;
import org.autograd.tensor.Layout;
import org.autograd.tensor.Raw;

/**
 * Prints tensors as PyTorch does: all elements with a common width and four digits, long ones
 * summarised, followed by what is not the default.
 */
final class Printer {
  private static final int LINE_WIDTH = 80;
  private static final int THRESHOLD = 1000;
  private static final int EDGE_ITEMS = 3;
  private static final String PREFIX = "tensor(";

  private final Object array;
  private final DType dtype;
  private final ElementType type;
  private final Layout layout;
  private final boolean summarize;
  private final NumberFormatter formatter;

  private Printer(Tensor t) {
    array = HostAccess.heap("toString", t);
    dtype = Raw.dtype(t);
    type = ElementType.of(dtype);
    layout = Raw.layout(t);
    summarize = layout.numel() > THRESHOLD;
    formatter = dtype.isFloating() ? NumberFormatter.of(shownValues()) : null;
  }

  /** Prints a tensor. */
  static String format(Tensor t) {
    if (BatchedTensors.is(t)) {
      Batch batch = Batch.of(t);
      return "batched(dim=" + batch.dim() + ", value=" + format(batch.value()) + ")";
    }
    List<String> suffixes = new ArrayList<>();
    Layout layout = Raw.layout(t);
    DType dtype = Raw.dtype(t);
    Device device = Raw.storage(t).device();
    if (!device.isCpu()) {
      suffixes.add("device='" + device + "'");
    }
    String body;
    if (layout.numel() == 0) {
      if (layout.dim() != 1) {
        suffixes.add("size=" + Arrays.toString(layout.sizes()));
      }
      // Without elements nothing shows that the dtype is an integer one.
      if (dtype != DType.FLOAT32) {
        suffixes.add("dtype=" + dtype);
      }
      body = "[]";
    } else {
      if (dtype != DType.FLOAT32 && dtype != DType.INT64 && dtype != DType.BOOL) {
        suffixes.add("dtype=" + dtype);
      }
      body = new Printer(t).elements();
    }
    String history = history(t);
    if (history != null) {
      suffixes.add("grad_fn=<" + history + ">");
    } else if (Raw.requiresGrad(t)) {
      suffixes.add("requires_grad=True");
    }
    Tensor tangent = tangent(t);
    if (tangent != null) {
      suffixes.add("tangent=" + format(tangent));
    }
    return withSuffixes(PREFIX + body, suffixes);
  }

  /** Returns the tangent at the innermost open level, or null. */
  private static Tensor tangent(Tensor t) {
    ThreadState state = ThreadState.current();
    DualLevel level = DualLevel.innermost(state);
    if (level == null) {
      return null;
    }
    Mode before = state.mode;
    state.mode = level.below(before);
    try {
      return Duals.at(level, t);
    } finally {
      state.mode = before;
    }
  }

  /** Returns the name of the node that made a tensor, or null. */
  private static String history(Tensor t) {
    try {
      Edge edge = Raw.edge(t);
      return edge == null ? null : edge.node().name();
    } catch (AutogradException e) {
      // A restricted view whose base has changed: that is told to who uses it, not to who prints.
      return "Invalid";
    }
  }

  private static String withSuffixes(String text, List<String> suffixes) {
    StringBuilder out = new StringBuilder(text);
    int lineLength = text.length() - text.lastIndexOf('\n') + 1;
    for (String suffix : suffixes) {
      if (lineLength + suffix.length() + 2 > LINE_WIDTH) {
        out.append(",\n").append(" ".repeat(PREFIX.length())).append(suffix);
        lineLength = PREFIX.length() + suffix.length();
      } else {
        out.append(", ").append(suffix);
        lineLength += suffix.length() + 2;
      }
    }
    return out.append(')').toString();
  }

  private String elements() {
    int[] width = {1};
    if (formatter == null) {
      visit(0, layout.offset(), p -> width[0] = Math.max(width[0], text(p).length()));
    } else {
      width[0] = formatter.width();
    }
    return block(0, layout.offset(), width[0]);
  }

  private double[] shownValues() {
    List<Double> values = new ArrayList<>();
    visit(0, layout.offset(), p -> values.add(type.getDouble(array, (int) p)));
    return values.stream().mapToDouble(Double::doubleValue).toArray();
  }

  /** Visits the positions of the elements that will be printed. */
  private void visit(int d, long position, LongConsumer visitor) {
    if (d == layout.dim()) {
      visitor.accept(position);
      return;
    }
    long size = layout.sizes()[d];
    for (long i = 0; i < size; i++) {
      if (skips(size) && i == EDGE_ITEMS) {
        i = size - EDGE_ITEMS;
      }
      visit(d + 1, position + i * layout.strides()[d], visitor);
    }
  }

  private boolean skips(long size) {
    return summarize && size > 2 * EDGE_ITEMS;
  }

  /** Prints the part of the tensor that lies at a position, from dimension {@code d} on. */
  private String block(int d, long position, int width) {
    if (d == layout.dim()) {
      return padded(position, width);
    }
    boolean last = d == layout.dim() - 1;
    long size = layout.sizes()[d];
    List<String> parts = new ArrayList<>();
    for (long i = 0; i < size; i++) {
      if (skips(size) && i == EDGE_ITEMS) {
        parts.add(last ? " ..." : "...");
        i = size - EDGE_ITEMS;
      }
      parts.add(block(d + 1, position + i * layout.strides()[d], width));
    }
    int indent = PREFIX.length() + d;
    String margin = " ".repeat(indent + 1);
    if (!last) {
      return "[" + String.join("," + "\n".repeat(layout.dim() - d - 1) + margin, parts) + "]";
    }
    int perLine = Math.max(1, (LINE_WIDTH - indent) / (width + 2));
    List<String> lines = new ArrayList<>();
    for (int i = 0; i < parts.size(); i += perLine) {
      lines.add(String.join(", ", parts.subList(i, Math.min(i + perLine, parts.size()))));
    }
    return "[" + String.join(",\n" + margin, lines) + "]";
  }

  private String padded(long position, int width) {
    String text = text(position);
    return " ".repeat(Math.max(width - text.length(), 0)) + text;
  }

  private String text(long position) {
    if (formatter != null) {
      return formatter.format(type.getDouble(array, (int) position));
    }
    long value = type.getLong(array, (int) position);
    return dtype != DType.BOOL ? Long.toString(value) : value != 0 ? "True" : "False";
  }
}
