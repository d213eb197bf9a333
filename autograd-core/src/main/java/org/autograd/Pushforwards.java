package org.autograd;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.autograd.batch.BatchLevel;
import org.autograd.batch.Physical;
import org.autograd.mode.ThreadState;
import org.autograd.tensor.Raw;

/** Derivatives along directions of the inputs, computed in forward mode. */
final class Pushforwards {
  private Pushforwards() {}

  /**
   * What a function gives for dual inputs.
   *
   * @param values one for each output
   * @param tangents the same; null for what does not depend on dual inputs
   */
  record Pushed(List<Tensor> values, List<Tensor> tangents) {
    /** Returns the tangents with zeros in the place of missing ones. */
    List<Tensor> complete() {
      List<Tensor> complete = new ArrayList<>(tangents.size());
      for (int i = 0; i < tangents.size(); i++) {
        Tensor t = tangents.get(i);
        complete.add(t == null ? Tensor.zerosLike(values.get(i)) : t);
      }
      return complete;
    }

    /** Copies tangents that lie in the memory of given ones, which stay the caller's alone. */
    Pushed apartFrom(List<Tensor> given) {
      List<Tensor> apart = new ArrayList<>(tangents.size());
      for (Tensor t : tangents) {
        apart.add(shares(t, given) ? t.clone() : t);
      }
      return new Pushed(values, apart);
    }

    private static boolean shares(Tensor t, List<Tensor> others) {
      return t != null && others.stream().anyMatch(o -> o != null && Raw.sharesMemory(t, o));
    }
  }

  /**
   * Evaluates a function in a level of its own.
   *
   * @param tangents one for each argument that is differentiated; null for none
   */
  static Pushed push(
      String op, TensorFunction f, List<Tensor> args, Argnums which, List<Tensor> tangents) {
    List<Tensor> inputs = which.select(op, args);
    try (Scope on = ForwardAD.setForwardGradEnabled(true);
        ForwardAD.Level level = ForwardAD.dualLevel()) {
      List<Tensor> duals = duals(inputs, tangents);
      int[] versions = versions(duals);
      List<Tensor> outputs = FunctionalChecks.outputs(op, f.apply(which.replace(args, duals)));
      if (!Arrays.equals(versions, versions(duals))) {
        throw FunctionalChecks.changedInput(op);
      }
      return unpack(outputs).apartFrom(tangents);
    }
  }

  private static int[] versions(List<Tensor> tensors) {
    return tensors.stream().mapToInt(t -> Raw.storage(Physical.value(t)).version()).toArray();
  }

  static List<Tensor> duals(List<Tensor> inputs, List<Tensor> tangents) {
    List<Tensor> duals = new ArrayList<>(inputs.size());
    for (int i = 0; i < inputs.size(); i++) {
      Tensor t = tangents.get(i);
      duals.add(t == null ? inputs.get(i) : ForwardAD.makeDual(inputs.get(i), t));
    }
    return duals;
  }

  static Pushed unpack(List<Tensor> tensors) {
    List<Tensor> values = new ArrayList<>();
    List<Tensor> tangents = new ArrayList<>();
    for (Tensor t : tensors) {
      UnpackedDual parts = ForwardAD.unpackDual(t);
      values.add(parts.primal());
      tangents.add(parts.tangent());
    }
    return new Pushed(values, tangents);
  }

  /** Computes a jacobian, one or several columns at once, indexed by output and input. */
  static List<List<Tensor>> jacobian(
      String op, TensorFunction f, List<Tensor> args, Argnums which, JacobianOptions o) {
    List<Tensor> inputs = which.select(op, args);
    long columns = Bases.numel(inputs);
    List<List<Tensor>> parts = new ArrayList<>();
    if (columns == 0) {
      for (Tensor out : FunctionalChecks.outputs(op, f.apply(args))) {
        parts.add(List.of(Bases.zeros(new long[] {0}, out)));
      }
    }
    long step = Jacobians.step(o, columns);
    for (long from = 0; from < columns; from += step) {
      long to = Math.min(columns, from + step);
      List<Tensor> basis = Bases.rows(inputs, from, to);
      List<Tensor> moved =
          o.isBatched()
              ? batch(op, f, args, which, basis, step >= columns)
              : one(op, f, args, which, basis);
      for (int i = 0; i < moved.size(); i++) {
        if (parts.size() == i) {
          parts.add(new ArrayList<>());
        }
        parts.get(i).add(moved.get(i));
      }
    }
    return parts.stream().map(p -> split(Jacobians.join(p), inputs)).toList();
  }

  private static List<Tensor> one(
      String op, TensorFunction f, List<Tensor> args, Argnums which, List<Tensor> basis) {
    List<Tensor> tangents = new ArrayList<>();
    basis.forEach(b -> tangents.add(b == null ? null : b.select(0, 0)));
    List<Tensor> moved = push(op, f, args, which, tangents).complete();
    return moved.stream().map(t -> t.unsqueeze(0)).toList();
  }

  /** Pushes several vectors at once. The function may be random if that is done only once. */
  private static List<Tensor> batch(
      String op,
      TensorFunction f,
      List<Tensor> args,
      Argnums which,
      List<Tensor> basis,
      boolean once) {
    List<Tensor> present = basis.stream().filter(b -> b != null).toList();
    VmapOptions options =
        VmapOptions.DEFAULT.withRandomness(once ? Randomness.SAME : Randomness.ERROR);
    TensorFunction along =
        vectors -> {
          BatchLevel.innermost(ThreadState.current()).overDirections();
          List<Tensor> tangents = new ArrayList<>();
          int next = 0;
          for (Tensor b : basis) {
            tangents.add(b == null ? null : vectors.get(next++));
          }
          return push(op, f, args, which, tangents).complete();
        };
    return Vmap.vmapAll(along, options).apply(present);
  }

  /** Parts the columns by the inputs they belong to. */
  private static List<Tensor> split(Tensor columns, List<Tensor> inputs) {
    List<Tensor> result = new ArrayList<>();
    long first = 0;
    for (Tensor x : inputs) {
      result.add(Jacobians.columnsLast(columns.narrow(0, first, x.numel()), x));
      first += x.numel();
    }
    return result;
  }
}
