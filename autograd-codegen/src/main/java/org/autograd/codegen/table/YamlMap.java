package org.autograd.codegen.table;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.yaml.snakeyaml.nodes.MappingNode;
import org.yaml.snakeyaml.nodes.Node;
import org.yaml.snakeyaml.nodes.NodeTuple;
import org.yaml.snakeyaml.nodes.ScalarNode;
import org.yaml.snakeyaml.nodes.SequenceNode;

/** A mapping of a YAML file that knows its lines and reports what does not fit. */
final class YamlMap {
  private final String file;
  private final Problems problems;
  private final Where where;
  private final Map<String, Node> values = new LinkedHashMap<>();
  private final Map<String, Where> keys = new LinkedHashMap<>();
  private String entry = "";

  YamlMap(MappingNode node, String file, String entry, Problems problems) {
    this.file = file;
    this.entry = entry;
    this.problems = problems;
    this.where = at(file, node);
    for (NodeTuple tuple : node.getValue()) {
      Where place = at(file, tuple.getKeyNode());
      if (!(tuple.getKeyNode() instanceof ScalarNode key)) {
        problems.add(place, entry, "a key must be a plain word");
      } else if (values.putIfAbsent(key.getValue(), tuple.getValueNode()) != null) {
        problems.add(place, entry, "the key '" + key.getValue() + "' is given twice");
      } else {
        keys.put(key.getValue(), place);
      }
    }
  }

  static Where at(String file, Node node) {
    return new Where(file, node.getStartMark().getLine() + 1);
  }

  void entry(String name) {
    entry = name;
  }

  Where where() {
    return where;
  }

  Map<String, Where> keys() {
    return keys;
  }

  boolean has(String key) {
    return values.containsKey(key);
  }

  Where where(String key) {
    return keys.getOrDefault(key, where);
  }

  Node node(String key) {
    return values.get(key);
  }

  /** Returns a scalar's text, or null if the key is absent or something else. */
  Text text(String key) {
    Node node = values.get(key);
    if (node == null) {
      return null;
    }
    return text(node, key);
  }

  Text text(Node node, String what) {
    if (node instanceof ScalarNode scalar) {
      return new Text(scalar.getValue(), at(file, node));
    }
    problems.add(at(file, node), entry, "'" + what + "' must be one value");
    return null;
  }

  boolean flag(String key) {
    Text text = text(key);
    return text != null && bool(text, key);
  }

  boolean bool(Text text, String key) {
    if (!text.value().equals("true") && !text.value().equals("false")) {
      problems.add(text.where(), entry, "'" + key + "' must be true or false, not " + text.value());
    }
    return text.value().equals("true");
  }

  /**
   * Returns the scalars of a list; one scalar counts as a list of one. Null if the key is absent.
   */
  List<Text> list(String key) {
    Node node = values.get(key);
    return node == null ? null : list(node, key);
  }

  List<Text> list(Node node, String what) {
    List<Text> texts = new ArrayList<>();
    if (node instanceof SequenceNode sequence) {
      for (Node child : sequence.getValue()) {
        Text text = nested(child, what);
        if (text != null) {
          texts.add(text);
        }
      }
    } else {
      Text text = text(node, what);
      if (text != null) {
        texts.add(text);
      }
    }
    return texts;
  }

  private Text nested(Node node, String what) {
    if (!(node instanceof SequenceNode)) {
      return text(node, what);
    }
    String inner =
        list(node, what).stream()
            .map(Text::value)
            .collect(java.util.stream.Collectors.joining(", ", "[", "]"));
    return new Text(inner, at(file, node));
  }

  /** Returns a mapping below a key, or null with a report if it is something else. */
  YamlMap map(Node node, String what) {
    if (node instanceof MappingNode mapping) {
      return new YamlMap(mapping, file, entry, problems);
    }
    problems.add(at(file, node), entry, "'" + what + "' must be a mapping of names to values");
    return null;
  }
}
