package org.autograd;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.autograd.graph.Node;
import org.autograd.graph.Saved;
import org.autograd.graph.SavedVisitor;
import org.autograd.tensor.Raw;
import org.autograd.tensor.Storage;

/** Finds the memory that nodes keep alive. */
final class KeptMemory {
  private final List<KeptTensor> rows = new ArrayList<>();

  /** By what identifies a storage's memory, the row that it was counted for. */
  private final Map<Object, String> counted = new IdentityHashMap<>();

  List<KeptTensor> of(List<Node> nodes) {
    for (Node node : nodes) {
      for (Node n = node; n != null; n = n.wrapped()) {
        n.tellSaved(new Collector(node, n));
      }
    }
    return List.copyOf(rows);
  }

  private final class Collector implements SavedVisitor {
    private final Node node;
    private final String source;

    Collector(Node outer, Node node) {
      this.node = node;
      this.source =
          node.creationSite() != null
              ? node.creationSite().line()
              : outer.creationSite() != null ? outer.creationSite().line() : null;
    }

    @Override
    public void tensor(String name, Saved value) {
      if (value == null) {
        return;
      }
      Tensor kept = value.kept();
      if (kept == null) {
        rows.add(new KeptTensor(node, name, null, null, 0, 0, null, source));
        return;
      }
      Storage storage = Raw.storage(kept);
      String sharedWith = counted.putIfAbsent(storage.memory(), node.name() + "." + name);
      rows.add(
          new KeptTensor(
              node,
              name,
              kept.shape(),
              kept.dtype(),
              kept.numel() * kept.dtype().bytes(),
              sharedWith == null ? storage.bytes() : 0,
              sharedWith,
              source));
    }

    @Override
    public void tensors(String name, Saved[] values) {
      for (int i = 0; values != null && i < values.length; i++) {
        tensor(name + "[" + i + "]", values[i]);
      }
    }

    @Override
    public void attribute(String name, Object value) {}
  }

  static String table(List<KeptTensor> kept) {
    List<KeptTensor> sorted = new ArrayList<>(kept);
    sorted.sort(Comparator.comparingLong(KeptTensor::storageBytes).reversed());
    List<String[]> lines = new ArrayList<>();
    lines.add(new String[] {"kept", "tensor", "operator", "saved as", "shape", "dtype", "source"});
    long total = 0;
    for (KeptTensor k : sorted) {
      total += k.storageBytes();
      lines.add(
          new String[] {
            k.sharedWith() == null ? size(k.storageBytes()) : "with " + k.sharedWith(),
            size(k.bytes()),
            k.operator(),
            k.name(),
            k.shape() == null ? "packed by a hook" : k.shape().toString(),
            k.dtype() == null ? "" : k.dtype().toString(),
            k.source() == null ? "" : k.source()
          });
    }
    lines.add(new String[] {size(total), "in " + kept.size() + " tensors", "", "", "", "", ""});
    return aligned(lines);
  }

  private static String aligned(List<String[]> lines) {
    StringBuilder text = new StringBuilder();
    int[] widths = new int[lines.get(0).length];
    for (String[] line : lines) {
      for (int i = 0; i < widths.length; i++) {
        widths[i] = Math.max(widths[i], line[i].length());
      }
    }
    for (String[] line : lines) {
      StringBuilder row = new StringBuilder();
      for (int i = 0; i < widths.length; i++) {
        row.append(line[i]).append(" ".repeat(widths[i] - line[i].length() + 2));
      }
      text.append(row.toString().stripTrailing()).append('\n');
    }
    return text.toString();
  }

  /** Writes a number of bytes for people. */
  static String size(long bytes) {
    if (bytes < 10_000) {
      return bytes + " B";
    }
    String[] units = {"kB", "MB", "GB", "TB"};
    double value = bytes / 1000.0;
    int unit = 0;
    while (value >= 1000 && unit < units.length - 1) {
      value /= 1000;
      unit++;
    }
    return String.format(Locale.ROOT, "%.1f %s", value, units[unit]);
  }
}
