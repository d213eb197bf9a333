package org.autograd.benchmarks;

import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/** One side alone under JMH, for its profilers ({@code -prof gc}). */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Warmup(iterations = 5, time = 2)
@Measurement(iterations = 5, time = 1)
@Fork(
    value = 1,
    jvmArgsAppend = {
      "--add-modules=jdk.incubator.vector",
      "--enable-native-access=ALL-UNNAMED",
      "-Dorg.bytedeco.javacpp.maxPhysicalBytes=0",
      "-Dorg.bytedeco.javacpp.noPointerGC=true"
    })
public class SideBenchmark {

  /** The work, by a name that fits a command line. */
  public enum Work {
    /** A thousand mul nodes on one element, forward. */
    CHAIN_FORWARD(new Case.Chain(1_000, new long[] {1}, Case.Pass.FORWARD)),
    /** A thousand mul nodes on one element, forward and backward. */
    CHAIN(new Case.Chain(1_000, new long[] {1}, Case.Pass.FORWARD_BACKWARD)),
    /** A thousand mul nodes on 64×64, forward and backward. */
    CHAIN_64(new Case.Chain(1_000, new long[] {64, 64}, Case.Pass.FORWARD_BACKWARD)),
    /** A training step of one small sample. */
    MLP_SMALL(new Case.MlpStep(1, 32, 32, 1)),
    /** A training step of 64 images. */
    MLP(new Case.MlpStep(64, 784, 128, 10)),
    /** Backward through two branches of large products. */
    BRANCHES(Suite.branches()),
    /** A thousand multiplications of one element; for the sides plain and jvp. */
    POWER(Suite.power()),
    /** Three layers of width 256; for the sides plain and jvp. */
    LAYERS(Suite.layers(TransformCase.Outcome.OUTPUTS)),
    /** The same with the squares summed; for the sides plain, jvp and hvp. */
    LAYERS_SQUARED(Suite.layers(TransformCase.Outcome.SUM_OF_SQUARES)),
    /** Gradients of 256 samples, small network; for the sides vmap, loop and libtorch. */
    SAMPLES_SMALL(Suite.smallSamples()),
    /** Gradients of 256 images; for the sides vmap, loop and libtorch. */
    SAMPLES(Suite.images()),
    /** A hessian in 50 dimensions; for the sides vmap, loop and libtorch. */
    HESSIAN_50(Suite.hessian(50)),
    /** A hessian in 200 dimensions; for the sides vmap, loop and libtorch. */
    HESSIAN_200(Suite.hessian(200));

    private final Case work;

    Work(Case work) {
      this.work = work;
    }
  }

  /**
   * Name of the side: autograd, libtorch, coroutines, blocking-coroutines, 1-worker, 2-workers, and
   * for derivatives plain, jvp, hvp, vmap, loop.
   */
  @Param({"autograd", "libtorch"})
  public String side;

  /** What it does. */
  @Param({"CHAIN_FORWARD", "CHAIN", "CHAIN_64", "MLP_SMALL", "MLP", "BRANCHES"})
  public Work work;

  /** Threads of a kernel. */
  @Param("1")
  public int threads;

  private Task task;

  /** Prepares the work. */
  @Setup(Level.Trial)
  public void prepare() {
    Side chosen = Sides.named(side);
    chosen.useThreads(threads);
    task = chosen.prepare(work.work).orElseThrow();
  }

  /** Lets go of it. */
  @TearDown(Level.Trial)
  public void close() {
    task.close();
  }

  /** Does the work once. */
  @Benchmark
  public void run() {
    task.run();
  }
}
