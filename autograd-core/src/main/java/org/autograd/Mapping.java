package org.autograd;

import java.util.ArrayList;
import java.util.List;
import org.autograd.batch.Batch;
import org.autograd.batch.BatchLevel;
import org.autograd.mode.Mode;
import org.autograd.mode.ThreadState;
import org.autograd.ops.RandomTape;
import org.autograd.tensor.Raw;

/** One call of a mapped function. */
final class Mapping {
  private final List<Tensor> inputs;
  private final Integer[] dims;
  private final VmapOptions options;
  private final long size;

  private Mapping(List<Tensor> inputs, Integer[] dims, VmapOptions options, long size) {
    this.inputs = inputs;
    this.dims = dims;
    this.options = options;
    this.size = size;
  }

  /**
   * Checks the inputs of a call.
   *
   * @throws IllegalArgumentException if dimensions or sizes do not fit
   */
  static Mapping of(List<Tensor> inputs, VmapOptions options) {
    List<Integer> given = options.inDims();
    if (given != null && given.size() != inputs.size()) {
      throw new IllegalArgumentException(
          "vmap: inDims has "
              + given.size()
              + " entries, but the function was given "
              + inputs.size()
              + " tensors.");
    }
    Integer[] dims = new Integer[inputs.size()];
    long size = -1;
    for (int i = 0; i < dims.length; i++) {
      Tensor t = inputs.get(i);
      Integer dim = given == null ? Integer.valueOf(0) : given.get(i);
      if (dim == null) {
        continue;
      }
      dims[i] = wrap("inDims", i, dim, t);
      long found = t.size(dims[i]);
      if (size >= 0 && found != size) {
        throw new IllegalArgumentException(
            "vmap: input "
                + i
                + " of shape "
                + t.shape()
                + " has "
                + found
                + " elements in dimension "
                + dim
                + ", but those before have "
                + size
                + ". All batches must be of one size.");
      }
      size = found;
    }
    if (size < 0) {
      throw new IllegalArgumentException(
          "vmap: none of the "
              + inputs.size()
              + " inputs is batched. Give at least one of them a dimension in inDims.");
    }
    return new Mapping(inputs, dims, options, size);
  }

  private static int wrap(String option, int i, int dim, Tensor t) {
    int rank = t.dim() + (option.equals("outDims") ? 1 : 0);
    if (dim < -rank || dim >= rank) {
      throw new IllegalArgumentException(
          "vmap: "
              + option
              + " names dimension "
              + dim
              + " for tensor "
              + i
              + " of shape "
              + t.shape()
              + ", which has no such dimension.");
    }
    return dim < 0 ? dim + rank : dim;
  }

  /** Runs the function for all elements, in chunks if asked to. */
  List<Tensor> run(TensorFunction f) {
    Integer chunk = options.chunkSize();
    if (chunk == null || size <= chunk) {
      return part(f, inputs, size);
    }
    List<List<Tensor>> parts = new ArrayList<>();
    RandomTape random = options.randomness() == Randomness.SAME ? new RandomTape() : null;
    for (long start = 0; start < size; start += chunk) {
      long length = Math.min(chunk, size - start);
      List<Tensor> some = new ArrayList<>();
      for (int i = 0; i < dims.length; i++) {
        Tensor t = inputs.get(i);
        some.add(dims[i] == null ? t : t.narrow(dims[i], start, length));
      }
      try (Scope draws = start == 0 ? RandomTape.recording(random) : RandomTape.replaying(random)) {
        parts.add(part(f, some, length));
      }
    }
    List<Tensor> joined = new ArrayList<>();
    for (int i = 0; i < parts.get(0).size(); i++) {
      int at = i;
      Integer dim = outDim(i);
      joined.add(
          dim == null
              ? parts.get(0).get(i)
              : Tensors.cat(parts.stream().map(p -> p.get(at)).toList(), dim));
    }
    return joined;
  }

  private List<Tensor> part(TensorFunction f, List<Tensor> some, long length) {
    ThreadState state = ThreadState.current();
    BatchLevel level = BatchLevel.enter(state, length, options.randomness());
    try {
      List<Tensor> elements = new ArrayList<>();
      for (int i = 0; i < dims.length; i++) {
        Tensor t = some.get(i);
        elements.add(dims[i] == null ? t : level.input(t, inputs.get(i), dims[i]));
      }
      List<Tensor> results = f.apply(elements);
      ThreadState now = ThreadState.current();
      Mode before = level.outside(now);
      try {
        return whole(level, results);
      } finally {
        now.mode = before;
      }
    } finally {
      level.exit(ThreadState.current());
    }
  }

  private List<Tensor> whole(BatchLevel level, List<Tensor> results) {
    List<Integer> outDims = options.outDims();
    if (results == null) {
      throw new IllegalArgumentException(
          "vmap: the function returned null. Have it return a list of tensors.");
    }
    if (outDims != null && outDims.size() != results.size()) {
      throw new IllegalArgumentException(
          "vmap: the function returned "
              + results.size()
              + (results.size() == 1 ? " tensor" : " tensors")
              + ", but outDims has "
              + outDims.size()
              + (outDims.size() == 1 ? " entry." : " entries.")
              + " Give one for each.");
    }
    List<Tensor> whole = new ArrayList<>();
    for (int i = 0; i < results.size(); i++) {
      whole.add(whole(level, i, level.lifted(results.get(i))));
    }
    return whole;
  }

  private Tensor whole(BatchLevel level, int i, Tensor result) {
    if (result == null) {
      throw new IllegalArgumentException("vmap: result " + i + " of the function is null.");
    }
    Integer dim = outDim(i);
    if (dim == null) {
      if (level.has(result)) {
        throw new IllegalArgumentException(
            "vmap: outDims says that result "
                + i
                + " is the same for all elements, but it depends on the batch. Give it a"
                + " dimension.");
      }
      return result;
    }
    int to = wrap("outDims", i, dim, result);
    if (level.has(result)) {
      Batch batch = Batch.of(result);
      return Batch.moved(batch.value(), batch.dim(), to);
    }
    long[] sizes = new long[result.dim() + 1];
    long[] own = Raw.layout(result).sizes();
    System.arraycopy(own, 0, sizes, 0, to);
    sizes[to] = level.size();
    System.arraycopy(own, to, sizes, to + 1, own.length - to);
    return result.unsqueeze(to).expand(sizes);
  }

  private Integer outDim(int i) {
    return options.outDims() == null ? Integer.valueOf(0) : options.outDims().get(i);
  }
}
