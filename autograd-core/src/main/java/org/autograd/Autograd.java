package org.autograd;

import java.util.Arrays;
import java.util.List;
import org.autograd.engine.BackwardScheduler;
import org.autograd.engine.Engine;
import org.autograd.engine.GraphTask;
import org.autograd.engine.Requests;
import org.autograd.mode.Bits;
import org.autograd.mode.ThreadState;

/**
 * Reverse-mode differentiation: vector-Jacobian products by running the recorded graph backwards.
 *
 * <p>Wherever a tensor is differentiated or asked for, its {@linkplain Graph#getGradientEdge
 * gradient edge} can stand for it.
 */
public final class Autograd {
  private Autograd() {}

  /** Tells whether passes that the calling thread starts may run on several threads. */
  public static boolean isMultithreadingEnabled() {
    return !ThreadState.current().mode.has(Bits.SINGLE_THREAD);
  }

  /**
   * Sets whether passes that the calling thread starts may run on several threads, at once. Results
   * are the same.
   *
   * @return restores what was in force; it need not be closed if the switch is to stay
   */
  public static Scope setMultithreadingEnabled(boolean enabled) {
    ThreadState state = ThreadState.current();
    boolean before = state.mode.has(Bits.SINGLE_THREAD);
    state.mode = state.mode.with(Bits.SINGLE_THREAD, !enabled);
    return () -> {
      ThreadState now = ThreadState.current();
      now.mode = now.mode.with(Bits.SINGLE_THREAD, before);
    };
  }

  /** Differentiates one-element tensors and accumulates into the {@code .grad} of all leaves. */
  public static void backward(TensorOrEdge... tensors) {
    backward(List.of(tensors), null, BackwardOptions.DEFAULT);
  }

  /** Same as {@link #backward(List, List, BackwardOptions)} with the default options. */
  public static void backward(List<? extends TensorOrEdge> tensors, List<Tensor> gradients) {
    backward(tensors, gradients, BackwardOptions.DEFAULT);
  }

  /**
   * Differentiates the sum of the tensors, weighted by {@code gradients}, and adds the gradients of
   * the leaves to their {@code .grad}. If anything fails, every {@code .grad} is what it was
   * before.
   *
   * @param tensors what is differentiated; each must require grad
   * @param gradients one for each tensor, of its shape; null, or null entries, stand for ones and
   *     are allowed for one-element tensors. They are never modified
   * @param options what to keep, record and accumulate into
   * @throws AutogradException if a tensor or input does not require grad, a gradient does not fit,
   *     the graph has been freed, or inside of a function given to {@link Vmap}
   */
  public static void backward(
      List<? extends TensorOrEdge> tensors, List<Tensor> gradients, BackwardOptions options) {
    BackwardScheduler scheduler = Engine.scheduler();
    Engine.execute(Requests.backward(tensors, gradients, options, scheduler.parallel()), scheduler);
  }

  /**
   * Returns the gradient of a one-element tensor with respect to one input, of the input's shape.
   *
   * @throws AutogradException as {@link #grad(List, List, List, GradOptions)} does
   */
  public static Tensor grad(TensorOrEdge output, TensorOrEdge input) {
    return grad(List.of(output), List.of(input), null, GradOptions.DEFAULT).get(0);
  }

  /**
   * Returns the gradient of a one-element tensor with respect to one input, of the input's shape.
   *
   * @throws AutogradException as {@link #grad(List, List, List, GradOptions)} does
   */
  public static Tensor grad(TensorOrEdge output, TensorOrEdge input, GradOptions options) {
    return grad(List.of(output), List.of(input), null, options).get(0);
  }

  /**
   * Returns the gradients of one output with respect to several inputs, {@code grad(loss,
   * parameters)}, with an implicit gradient and the default options.
   *
   * @throws AutogradException as {@link #grad(List, List, List, GradOptions)} does
   */
  public static List<Tensor> grad(TensorOrEdge output, List<? extends TensorOrEdge> inputs) {
    return grad(List.of(output), inputs, null, GradOptions.DEFAULT);
  }

  /**
   * Returns the gradients of one output with respect to several inputs, with an implicit gradient.
   *
   * @throws AutogradException as {@link #grad(List, List, List, GradOptions)} does
   */
  public static List<Tensor> grad(
      TensorOrEdge output, List<? extends TensorOrEdge> inputs, GradOptions options) {
    return grad(List.of(output), inputs, null, options);
  }

  /**
   * Same as {@link #grad(List, List, List, GradOptions)} with implicit gradients and the default
   * options.
   */
  public static List<Tensor> grad(
      List<? extends TensorOrEdge> outputs, List<? extends TensorOrEdge> inputs) {
    return grad(outputs, inputs, null, GradOptions.DEFAULT);
  }

  /**
   * Returns the gradients of the sum of the outputs, weighted by {@code gradOutputs}, with respect
   * to the inputs. Changes no {@code .grad}.
   *
   * @param outputs what is differentiated; each must require grad
   * @param inputs leaves or other tensors that require grad
   * @param gradOutputs one for each output, of its shape; null, or null entries, stand for ones and
   *     are allowed for one-element outputs. With {@link GradOptions#isGradsBatched} all must be
   *     given, each with a batch in front of the output's shape
   * @param options what to keep and record, and what happens with unused inputs
   * @return one gradient for each input, of its shape and dtype, with the batch in front if there
   *     is one; null entries only if unused inputs are allowed
   * @throws IllegalArgumentException if there are no inputs
   * @throws AutogradException if an output or input does not require grad, a gradient does not fit,
   *     an input is unused and that is not allowed (or it is an edge, of which zeros cannot be
   *     made), the graph has been freed, or an output or input stands for one element of a batch
   *     inside of {@link Vmap}
   */
  public static List<Tensor> grad(
      List<? extends TensorOrEdge> outputs,
      List<? extends TensorOrEdge> inputs,
      List<Tensor> gradOutputs,
      GradOptions options) {
    BackwardScheduler scheduler = Engine.scheduler();
    GraphTask task = Requests.grad(outputs, inputs, gradOutputs, options, scheduler.parallel());
    return Arrays.asList(Engine.execute(task, scheduler));
  }
}
