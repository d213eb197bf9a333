package org.autograd;

import java.util.function.Function;
import org.autograd.ops.Creation;
import org.autograd.ops.RandomFills;
import org.autograd.tensor.Layout;
import org.autograd.tensor.Raw;
import org.autograd.tensor.Storage;

/**
 * The static factories of {@link Tensor} that draw random numbers: from a {@link Generator}, or
 * from {@link Generator#defaultGenerator}. Inside of {@link Vmap} its option {@link Randomness}
 * says whether they draw, and whether for each element of the batch.
 */
public abstract class RandomFactories extends ArrayFactories {
  /** Makes a tensor's state. */
  protected RandomFactories(Storage storage, Layout layout, DType dtype, int flags) {
    super(storage, layout, dtype, flags);
  }

  /** Makes a float32 tensor of numbers evenly distributed on [0, 1). */
  public static Tensor rand(long... sizes) {
    return rand(Generator.DEFAULT, TensorOptions.DEFAULT, sizes);
  }

  /**
   * Makes a tensor of numbers evenly distributed on [0, 1).
   *
   * @throws AutogradException if the dtype is not a floating point one
   */
  public static Tensor rand(DType dtype, long... sizes) {
    return rand(Generator.DEFAULT, TensorOptions.of(dtype), sizes);
  }

  /** Same as {@link #rand(DType, long...)} with all options. */
  public static Tensor rand(TensorOptions options, long... sizes) {
    return rand(Generator.DEFAULT, options, sizes);
  }

  /** Same as {@link #rand(long...)}, drawn from a generator. */
  public static Tensor rand(Generator generator, long... sizes) {
    return rand(generator, TensorOptions.DEFAULT, sizes);
  }

  /** Same as {@link #rand(DType, long...)} with all options, drawn from a generator. */
  public static Tensor rand(Generator generator, TensorOptions options, long... sizes) {
    return rand(generator, Factories.resolve("rand", options), Factories.layout("rand", sizes));
  }

  private static Tensor rand(Generator generator, TensorOptions options, Layout layout) {
    floating("rand", options);
    return places(
        "rand",
        options,
        layout,
        fresh -> {
          Tensor raw = Factories.empty(options, fresh);
          RandomFills.uniform(raw, 0, 1, generator.raw());
          return raw;
        });
  }

  /** Makes a tensor of the same shape and dtype, numbers evenly distributed on [0, 1). */
  public static Tensor randLike(Tensor source) {
    return randLike(source, TensorOptions.DEFAULT);
  }

  /**
   * Same as {@link #randLike(Tensor)} but for what the options state; requiring grad is never
   * inherited.
   */
  public static Tensor randLike(Tensor source, TensorOptions options) {
    return rand(
        Generator.DEFAULT,
        Factories.resolveLike("randLike", options, source),
        Raw.layout(source).fresh());
  }

  /**
   * Makes a float32 tensor of numbers normally distributed with mean 0 and standard deviation 1.
   */
  public static Tensor randn(long... sizes) {
    return randn(Generator.DEFAULT, TensorOptions.DEFAULT, sizes);
  }

  /**
   * Makes a tensor of numbers normally distributed with mean 0 and standard deviation 1.
   *
   * @throws AutogradException if the dtype is not a floating point one
   */
  public static Tensor randn(DType dtype, long... sizes) {
    return randn(Generator.DEFAULT, TensorOptions.of(dtype), sizes);
  }

  /** Same as {@link #randn(DType, long...)} with all options. */
  public static Tensor randn(TensorOptions options, long... sizes) {
    return randn(Generator.DEFAULT, options, sizes);
  }

  /** Same as {@link #randn(long...)}, drawn from a generator. */
  public static Tensor randn(Generator generator, long... sizes) {
    return randn(generator, TensorOptions.DEFAULT, sizes);
  }

  /** Same as {@link #randn(DType, long...)} with all options, drawn from a generator. */
  public static Tensor randn(Generator generator, TensorOptions options, long... sizes) {
    return randn(generator, Factories.resolve("randn", options), Factories.layout("randn", sizes));
  }

  private static Tensor randn(Generator generator, TensorOptions options, Layout layout) {
    floating("randn", options);
    return places(
        "randn",
        options,
        layout,
        fresh -> {
          Tensor raw = Factories.empty(options, fresh);
          RandomFills.normal(raw, 0, 1, generator.raw());
          return raw;
        });
  }

  /** Draws into a tensor of a layout; inside of {@link Vmap} as that says. */
  private static Tensor places(
      String op, TensorOptions options, Layout layout, Function<Layout, Tensor> draw) {
    if (!BatchedDraws.isMapping()) {
      return Factories.finish(draw.apply(layout), options);
    }
    return BatchedDraws.places(
        op,
        layout.sizes(),
        sizes -> Factories.finish(draw.apply(Layout.contiguous(sizes)), options));
  }

  /**
   * Makes a tensor of the same shape and dtype, numbers normally distributed with mean 0 and
   * standard deviation 1.
   */
  public static Tensor randnLike(Tensor source) {
    return randnLike(source, TensorOptions.DEFAULT);
  }

  /**
   * Same as {@link #randnLike(Tensor)} but for what the options state; requiring grad is never
   * inherited.
   */
  public static Tensor randnLike(Tensor source, TensorOptions options) {
    return randn(
        Generator.DEFAULT,
        Factories.resolveLike("randnLike", options, source),
        Raw.layout(source).fresh());
  }

  private static void floating(String op, TensorOptions options) {
    if (!options.dtype().isFloating()) {
      throw new AutogradException(
          op
              + ": needs a floating point dtype, not "
              + options.dtype()
              + ". Use randint for integers.");
    }
  }

  /**
   * Makes an int64 tensor of integers evenly distributed on [low, high).
   *
   * @throws IllegalArgumentException if there is no number in the range
   */
  public static Tensor randint(long low, long high, long... sizes) {
    return randint(Generator.DEFAULT, TensorOptions.DEFAULT, low, high, sizes);
  }

  /** Same as {@link #randint(long, long, long...)} with all options. */
  public static Tensor randint(TensorOptions options, long low, long high, long... sizes) {
    return randint(Generator.DEFAULT, options, low, high, sizes);
  }

  /** Same as {@link #randint(long, long, long...)}, drawn from a generator. */
  public static Tensor randint(Generator generator, long low, long high, long... sizes) {
    return randint(generator, TensorOptions.DEFAULT, low, high, sizes);
  }

  /** Same as {@link #randint(long, long, long...)} with all options, drawn from a generator. */
  public static Tensor randint(
      Generator generator, TensorOptions options, long low, long high, long... sizes) {
    TensorOptions full = Factories.resolve("randint", options, DType.INT64, Device.CPU);
    return places(
        "randint",
        full,
        Factories.layout("randint", sizes),
        layout -> {
          Tensor raw = Creation.longs(layout);
          RandomFills.integers(raw, low, high, generator.raw());
          return raw;
        });
  }

  /**
   * Makes a tensor of the same shape and dtype, integers evenly distributed on [low, high).
   *
   * @throws IllegalArgumentException if there is no number in the range
   */
  public static Tensor randintLike(Tensor source, long low, long high) {
    return randintLike(source, low, high, TensorOptions.DEFAULT);
  }

  /**
   * Same as {@link #randintLike(Tensor, long, long)} but for what the options state; requiring grad
   * is never inherited.
   */
  public static Tensor randintLike(Tensor source, long low, long high, TensorOptions options) {
    TensorOptions full = Factories.resolveLike("randintLike", options, source);
    return randint(Generator.DEFAULT, full, low, high, Raw.layout(source).sizes());
  }

  /** Makes an int64 vector of the numbers 0 to n - 1 in random order. */
  public static Tensor randperm(long n) {
    return randperm(Generator.DEFAULT, TensorOptions.DEFAULT, n);
  }

  /** Same as {@link #randperm(long)} with all options. */
  public static Tensor randperm(TensorOptions options, long n) {
    return randperm(Generator.DEFAULT, options, n);
  }

  /** Same as {@link #randperm(long)}, drawn from a generator. */
  public static Tensor randperm(Generator generator, long n) {
    return randperm(generator, TensorOptions.DEFAULT, n);
  }

  /** Same as {@link #randperm(long)} with all options, drawn from a generator. */
  public static Tensor randperm(Generator generator, TensorOptions options, long n) {
    TensorOptions full = Factories.resolve("randperm", options, DType.INT64, Device.CPU);
    Layout layout = Factories.layout("randperm", new long[] {n});
    return BatchedDraws.wholes(
        "randperm",
        () -> {
          Tensor raw = Creation.longs(layout);
          RandomFills.permutation(raw, generator.raw());
          return Factories.finish(raw, full);
        });
  }
}
