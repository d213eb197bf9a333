package org.autograd;

import static org.autograd.Misuse.late;
import static org.autograd.Misuse.missing;
import static org.autograd.Misuse.runtime;
import static org.autograd.Misuse.value;

import java.util.Arrays;
import java.util.List;

/** The part of {@link Misuse#ALL} that is about derivatives of functions. */
final class MisuseOfFunctional {
  private MisuseOfFunctional() {}

  static final List<Misuse> ALL =
      List.of(
          value(
              "FUNC-01",
              w ->
                  Functional.jacobian(TensorFunction.of(Tensor::exp), Arrays.asList((Tensor) null)),
              "jacobian",
              "input 0",
              "null"),
          late("FUNC-04", w -> Functional.hessian(Tensor::exp, w.leaf), "hessian", "[2]", "sum()"),
          late("FUNC-05", w -> Functional.vjp(Tensor::exp, w.leaf), "vjp", "output", "[2]"),
          late(
              "FUNC-05",
              w -> Functional.vjp(Tensor::exp, w.leaf, w.other),
              "vjp",
              "v 0",
              "[1]",
              "[2]"),
          runtime("FUNC-06", w -> Functional.jvp(Tensor::exp, w.leaf), "jvp", "input", "[2]"),
          runtime(
              "FUNC-06",
              w -> Functional.jvp(Tensor::exp, w.leaf, w.other),
              "jvp",
              "v 0",
              "[1]",
              "[2]"),
          runtime("FUNC-07", w -> Functional.vhp(Tensor::sum, w.leaf, w.other), "vhp", "v 0"),
          runtime("FUNC-07", w -> Functional.hvp(Tensor::sum, w.leaf, w.other), "hvp", "v 0"),
          late(
              "FUNC-10",
              w ->
                  Functional.jacobian(
                      t -> w.plain, w.leaf, JacobianOptions.DEFAULT.withStrict(true)),
              "jacobian",
              "output 0",
              "strict"),
          late(
              "FUNC-11",
              w ->
                  Functional.hessian(Tensor::sum, w.leaf, JacobianOptions.DEFAULT.withStrict(true)),
              "hessian",
              "input 0",
              "strict"),
          runtime(
              "FUNC-12",
              w ->
                  Functional.jacobian(
                      Tensor::exp, w.leaf, JacobianOptions.VECTORIZED.withStrict(true)),
              "strict",
              "vectorize"),
          missing(
              "FUNC-13",
              w ->
                  Functional.jacobian(
                      Tensor::exp,
                      w.leaf,
                      JacobianOptions.DEFAULT.withStrategy(JacobianStrategy.FORWARD_MODE)),
              "forward mode",
              "vectorize"),
          runtime(
              "FUNC-13",
              w ->
                  Functional.jacobian(
                      Tensor::exp,
                      w.leaf,
                      JacobianOptions.VECTORIZED
                          .withStrict(true)
                          .withStrategy(JacobianStrategy.FORWARD_MODE)),
              "forward mode",
              "strict"));
}
