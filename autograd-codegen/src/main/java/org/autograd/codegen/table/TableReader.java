package org.autograd.codegen.table;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.autograd.codegen.table.Entry.Implementation;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.error.MarkedYAMLException;
import org.yaml.snakeyaml.nodes.MappingNode;
import org.yaml.snakeyaml.nodes.Node;
import org.yaml.snakeyaml.nodes.ScalarNode;
import org.yaml.snakeyaml.nodes.SequenceNode;

/** Reads tables; what does not have the form of a table is reported as a mistake. */
public final class TableReader {
  private static final List<String> KEYS =
      List.of(
          "op",
          "doc",
          "pointwise",
          "native",
          "view",
          "composite",
          "result",
          "shape",
          "layout",
          "dtypes",
          "numbers",
          "variants",
          "kotlin",
          "derivatives",
          "forward",
          "batch",
          "samples",
          "outputs_differentiable",
          "internal",
          "native_inplace",
          "expanded",
          "nondeterministic",
          "node");

  private final Problems problems;

  /** Creates a reader that notes mistakes in {@code problems}. */
  public TableReader(Problems problems) {
    this.problems = problems;
  }

  /**
   * Reads all files {@code *.yaml} of a directory, in the order of their names.
   *
   * @throws IOException if a file cannot be read
   */
  public List<Entry> readAll(Path directory) throws IOException {
    List<Path> files;
    try (Stream<Path> all = Files.list(directory)) {
      files = all.filter(p -> p.toString().endsWith(".yaml")).sorted().toList();
    }
    List<Entry> entries = new ArrayList<>();
    for (Path file : files) {
      entries.addAll(read(file.getFileName().toString(), Files.readString(file)));
    }
    return entries;
  }

  /** Reads the text of one table. */
  public List<Entry> read(String file, String text) {
    Node root;
    try {
      root = new Yaml(new LoaderOptions()).compose(new java.io.StringReader(text));
    } catch (MarkedYAMLException e) {
      int line = e.getProblemMark() == null ? 1 : e.getProblemMark().getLine() + 1;
      String context = e.getContext() == null ? "" : " " + e.getContext();
      problems.add(new Where(file, line), "", "bad YAML: " + e.getProblem() + context);
      return List.of();
    }
    List<Entry> entries = new ArrayList<>();
    if (root == null) {
      return entries;
    }
    if (!(root instanceof SequenceNode sequence)) {
      problems.add(
          YamlMap.at(file, root), "", "a table must be a list of entries, each with 'op:'");
      return entries;
    }
    for (Node node : sequence.getValue()) {
      if (node instanceof MappingNode mapping) {
        Entry entry = entry(mapping, file);
        if (entry != null) {
          entries.add(entry);
        }
      } else {
        problems.add(YamlMap.at(file, node), "", "an entry must be a mapping with 'op:'");
      }
    }
    return entries;
  }

  private Entry entry(MappingNode mapping, String file) {
    YamlMap map = new YamlMap(mapping, file, "", problems);
    Text op = map.text("op");
    if (op == null) {
      problems.add(map.where(), "", "an entry has no 'op:' with its signature");
      return null;
    }
    Signature signature;
    try {
      signature = SignatureParser.parse(op.value());
    } catch (IllegalArgumentException e) {
      problems.add(op.where(), op.value(), e.getMessage());
      return null;
    }
    String name = signature.fullName();
    map.entry(name);
    for (Map.Entry<String, Where> key : map.keys().entrySet()) {
      if (!KEYS.contains(key.getKey())) {
        problems.add(
            key.getValue(),
            name,
            "unknown key '" + key.getKey() + "'; known are " + new TreeSet<>(KEYS));
      }
    }
    Implementation implementation = implementation(map, op.where(), name);
    List<Text> dtypes = map.list("dtypes");
    return new Entry(
        signature,
        op.where(),
        map.text("doc"),
        implementation,
        map.text("result"),
        map.text("shape"),
        map.text("layout"),
        dtypes == null ? List.of() : dtypes,
        byName(map, "numbers", Entry.ALL),
        map.list("variants"),
        map.text("kotlin"),
        byName(map, "derivatives", Entry.ALL),
        byName(map, "forward", ""),
        byName(map, "batch", ""),
        samples(map),
        flags(map),
        map.flag("internal"),
        map.text("native_inplace"),
        map.text("expanded"),
        map.flag("nondeterministic"),
        map.text("node"));
  }

  private Implementation implementation(YamlMap map, Where where, String name) {
    Implementation found = null;
    for (Implementation.Kind kind : Implementation.Kind.values()) {
      String key = kind.name().toLowerCase(java.util.Locale.ROOT);
      Text text = map.text(key);
      if (text == null) {
        continue;
      }
      if (found != null) {
        problems.add(
            map.where(key), name, "has more than one of pointwise, native, view and composite");
      }
      found = new Implementation(kind, text);
    }
    if (found == null) {
      problems.add(where, name, "has none of pointwise, native, view and composite");
    }
    return found;
  }

  private Map<String, Text> byName(YamlMap map, String key, String whole) {
    Map<String, Text> texts = new LinkedHashMap<>();
    Node node = map.node(key);
    if (node instanceof ScalarNode) {
      texts.put(whole, map.text(key));
    } else if (node != null) {
      YamlMap inner = map.map(node, key);
      if (inner != null) {
        for (String name : inner.keys().keySet()) {
          Text text = inner.text(name);
          if (text != null) {
            texts.put(name, text);
          }
        }
      }
    }
    return texts;
  }

  private List<Boolean> flags(YamlMap map) {
    List<Boolean> flags = new ArrayList<>();
    List<Text> texts = map.list("outputs_differentiable");
    for (Text text : texts == null ? List.<Text>of() : texts) {
      flags.add(map.bool(text, "outputs_differentiable"));
    }
    return flags;
  }

  private List<Entry.Sample> samples(YamlMap map) {
    List<Entry.Sample> samples = new ArrayList<>();
    Node node = map.node("samples");
    if (node == null) {
      return samples;
    }
    if (!(node instanceof SequenceNode sequence)) {
      problems.add(map.where("samples"), "", "'samples' must be a list of mappings");
      return samples;
    }
    for (Node child : sequence.getValue()) {
      YamlMap sample = map.map(child, "samples");
      if (sample == null) {
        continue;
      }
      Map<String, Entry.Value> args = new LinkedHashMap<>();
      for (String name : sample.keys().keySet()) {
        Node value = sample.node(name);
        args.put(name, new Entry.Value(sample.list(value, name), value instanceof SequenceNode));
      }
      samples.add(new Entry.Sample(sample.where(), args));
    }
    return samples;
  }
}
