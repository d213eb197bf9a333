package org.autograd;

import java.util.ArrayList;
import java.util.List;

/** Derivatives along directions of the inputs. */
final class Pushforwards {
  private Pushforwards() {}

  /** Computes a jacobian, one or several columns at once, indexed by output and input. */
  static List<List<Tensor>> jacobian(
      String op,
      TensorFunction f,
      List<Tensor> args,
      Argnums which,
      JacobianOptions o,
      Link link) {
    List<Tensor> inputs = which.select(op, args);
    long columns = Bases.numel(inputs);
    Recorded r = Recorded.of(op, f, args, which, link);
    LinearMap map = LinearMap.of(r);
    List<List<Tensor>> parts = new ArrayList<>();
    r.outputs.forEach(out -> parts.add(new ArrayList<>()));
    for (long c = 0; c < columns; c++) {
      List<Tensor> basis = Bases.rows(inputs, c, c + 1);
      List<Tensor> v = new ArrayList<>();
      for (int j = 0; j < inputs.size(); j++) {
        Tensor b = basis.get(j);
        v.add(b == null ? Tensor.zerosLike(inputs.get(j)) : b.select(0, 0));
      }
      List<Tensor> moved = map.apply(v, link);
      for (int i = 0; i < moved.size(); i++) {
        parts.get(i).add(moved.get(i).unsqueeze(0));
      }
    }
    List<List<Tensor>> jacobian = new ArrayList<>();
    for (int i = 0; i < r.outputs.size(); i++) {
      List<Tensor> row = new ArrayList<>();
      Tensor all = columns == 0 ? Bases.zeros(new long[] {0}, r.outputs.get(i)) : Jacobians.join(parts.get(i));
      long first = 0;
      for (Tensor x : inputs) {
        row.add(Jacobians.columnsLast(all.narrow(0, first, x.numel()), x));
        first += x.numel();
      }
      jacobian.add(row);
    }
    return jacobian;
  }
}
