package org.autograd;

import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import org.autograd.graph.AccumulateGrad;
import org.autograd.graph.Edge;
import org.autograd.graph.Node;
import org.autograd.tensor.Layout;

/** Writes a graph in the DOT language. */
final class DotWriter {
  private final List<Tensor> roots;
  private final Map<String, Tensor> names;
  private final Map<Node, String> ids = new IdentityHashMap<>();
  private final StringBuilder text = new StringBuilder();

  DotWriter(List<Tensor> roots, Map<String, Tensor> names) {
    this.roots = roots;
    this.names = names;
  }

  String write(List<Node> nodes) {
    for (Node node : nodes) {
      ids.put(node, "n" + ids.size());
    }
    text.append("digraph autograd {\n");
    text.append("  node [shape=box, style=filled, fillcolor=\"#eeeeee\"];\n");
    int unnamed = 0;
    for (Node node : nodes) {
      if (node instanceof AccumulateGrad leaf) {
        String name = nameOf(leaf.leaf());
        declare(
            ids.get(node),
            "#add8e6",
            leafLabel(name != null ? name : "leaf " + ++unnamed, leaf.leaf()));
      } else {
        declare(ids.get(node), "#eeeeee", label(node));
      }
    }
    for (int i = 0; i < roots.size(); i++) {
      root(i);
    }
    for (Node node : nodes) {
      for (Edge e : node.nextFunctions()) {
        if (e != null) {
          arrow(e, ids.get(node));
        }
      }
    }
    return text.append("}\n").toString();
  }

  private void root(int i) {
    Tensor root = roots.get(i);
    String name = nameOf(root);
    List<String> label =
        leafLabel(name != null ? name : roots.size() == 1 ? "result" : "result " + i, root);
    declare("r" + i, "#90ee90", label);
    if (root.gradFn() != null) {
      arrow(new Edge(root.gradFn(), root.outputNr()), "r" + i);
    }
  }

  private void declare(String id, String color, List<String> lines) {
    String label = String.join("\\n", lines.stream().map(DotWriter::escaped).toList());
    text.append("  ")
        .append(id)
        .append(" [label=\"")
        .append(label)
        .append("\", fillcolor=\"")
        .append(color)
        .append("\"];\n");
  }

  private void arrow(Edge from, String to) {
    text.append("  ").append(ids.get(from.node())).append(" -> ").append(to);
    if (from.node().numInputs() > 1) {
      text.append(" [label=\"").append(from.inputNr()).append("\"]");
    }
    text.append(";\n");
  }

  private static List<String> leafLabel(String name, Tensor t) {
    return List.of(name, t.dtype() + " " + t.shape());
  }

  private static List<String> label(Node node) {
    List<String> lines = new ArrayList<>();
    lines.add(node.name());
    for (int i = 0; i < node.numInputs(); i++) {
      Layout layout = node.inputLayout(i);
      if (layout != null) {
        lines.add(node.inputDtype(i) + " " + Shape.of(layout.sizes()));
      }
    }
    if (node.isReleased()) {
      lines.add("saved tensors freed");
    }
    for (KeptTensor kept : new KeptMemory().of(List.of(node))) {
      lines.add(
          "saves "
              + kept.name()
              + (kept.shape() == null
                  ? ", packed by a hook"
                  : " " + kept.shape() + ", " + KeptMemory.size(kept.bytes())));
    }
    if (node.creationSite() != null) {
      lines.add(node.creationSite().line());
    }
    return lines;
  }

  private String nameOf(Tensor t) {
    for (Map.Entry<String, Tensor> e : names.entrySet()) {
      if (e.getValue() == t) {
        return e.getKey();
      }
    }
    return null;
  }

  private static String escaped(String s) {
    return s.replace("\\", "\\\\").replace("\"", "\\\"").replace("\n", "\\n");
  }
}
