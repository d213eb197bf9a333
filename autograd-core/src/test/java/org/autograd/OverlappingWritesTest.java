package org.autograd;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.autograd.TestTensors.constant;
import static org.autograd.TestTensors.leaf;
import static org.autograd.TestTensors.tangent;
import static org.autograd.TestTensors.values;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Writes to memory that an operand lies in, and to memory in which elements share places. */
class OverlappingWritesTest {
  @RegisterExtension final CollectedWarnings warnings = new CollectedWarnings();

  private static Tensor indices(long... at) {
    return Tensor.of(at);
  }

  @Test
  void scattersReadTheirSourceFirst() {
    Tensor added = constant(1, 10, 100);
    added.scatterAdd_(0, indices(1, 2, 0), added);
    assertThat(values(added)).containsExactly(101, 11, 110);
    Tensor set = constant(1, 10, 100);
    set.scatter_(0, indices(1, 2, 0), set);
    assertThat(values(set)).containsExactly(100, 1, 10);
    Tensor shifted = constant(1, 10, 100, 1000);
    shifted.narrow(0, 1, 3).scatterAdd_(0, indices(0, 1, 2), shifted.narrow(0, 0, 3));
    assertThat(values(shifted)).containsExactly(1, 11, 110, 1100);
    Tensor own = Tensor.of(1L, 2L, 0L);
    own.scatter_(0, own, own);
    assertThat(own.toLongArray()).containsExactly(0, 1, 2);
    Tensor put = constant(1, 10, 100);
    put.indexPut_(List.of(indices(1, 2, 0)), put, true);
    assertThat(values(put)).containsExactly(101, 11, 110);
    Tensor swapped = constant(1, 10, 100);
    swapped.indexPut_(List.of(indices(1, 2)), swapped.narrow(0, 0, 2));
    assertThat(values(swapped)).containsExactly(1, 1, 10);
  }

  @Test
  void gradientsOfAScatterFromTheSameMemory() {
    Tensor x = leaf(1, 10, 100);
    Tensor y = x.mul(1);
    y.scatterAdd_(0, indices(1, 2, 0), y);
    y.mul(constant(1, 2, 3)).sum().backward();
    // y0 = x0 + x2, y1 = x1 + x0, y2 = x2 + x1
    assertThat(values(x.grad())).containsExactly(1 + 2, 2 + 3, 3 + 1);
  }

  @Test
  void mappedProductsAreAddedToTheirOwnOperands() {
    UnaryOperator<Tensor> sum =
        x -> {
          Tensor m = x.mul(1);
          m.addmm_(m, m.view(2, 2));
          return m.sum();
        };
    Tensor x = Tensor.of(new double[] {1, 2, 3, 4, 1, 1, 1, 1}, 2, 2, 2);
    // The derivative by m_ij of the sum of m + m m is 1 + row j's sum + column i's sum.
    assertThat(values(Vmap.vmap(Functional.grad(sum)).apply(x)))
        .containsExactly(8, 12, 10, 14, 5, 5, 5, 5);
    // A constant of the mapped function that becomes batched by what is written to it.
    UnaryOperator<Tensor> adopted =
        y -> {
          Tensor c = Tensor.of(new double[] {1, 2, 3, 4}, 2, 2).clone();
          c.addmm_(y, c.view(2, 2));
          return c.sum();
        };
    assertThat(values(Vmap.vmap(Functional.grad(adopted)).apply(x)))
        .containsExactly(3, 7, 3, 7, 3, 7, 3, 7);
  }

  @Test
  void listsReadAllTheirOperandsFirst() {
    Tensor a = constant(1, 2);
    Tensor b = constant(10, 20);
    Tensors.foreachAdd_(List.of(a, b), List.of(b, a));
    assertThat(values(a)).containsExactly(11, 22);
    assertThat(values(b)).containsExactly(11, 22);
    Tensor x = leaf(1, 2);
    Tensor c = x.mul(1);
    Tensor d = x.mul(10);
    Tensors.foreachMul_(List.of(c, d), List.of(d, c));
    // d = 10 x · x
    assertThat(values(Autograd.grad(d.sum(), x))).containsExactly(20, 40);
  }

  private static Tensor expanded(Tensor one) {
    return one.expand(3);
  }

  @Test
  void fillsMayWriteToExpandedMemory() {
    Tensor zeroed = constant(5);
    assertThat(values(expanded(zeroed).zero_())).containsExactly(0, 0, 0);
    assertThat(values(zeroed)).containsExactly(0);
    assertThat(zeroed.version()).isEqualTo(1);
    assertThat(values(expanded(constant(5)).fill_(2))).containsExactly(2, 2, 2);
    assertThat(values(expanded(constant(5)).fill_(Tensor.scalar(2.0)))).containsExactly(2, 2, 2);
    Tensor rows = constant(1, 2).expand(3, 2);
    rows.fill_(7);
    assertThat(values(rows)).containsOnly(7);

    Tensor mask = Tensor.of(false, true, false);
    assertThat(values(expanded(constant(5)).maskedFill_(mask, 9))).containsExactly(9, 9, 9);
    Tensor two = constant(1, 2).expand(2, 2);
    two.maskedFill_(Tensor.of(false, false, true, false).view(2, 2), Tensor.scalar(4.0));
    assertThat(values(two)).containsExactly(4, 2, 4, 2);
    assertThat(warnings.messages()).hasSize(2).allMatch(m -> m.contains("expanded"));
  }

  @Test
  void gradientsThroughFillsOfExpandedMemory() {
    Tensor x = leaf(5);
    Tensor value = TestTensors.scalarLeaf(3);
    Tensor base = x.mul(1);
    Tensor wide = expanded(base);
    wide.fill_(value);
    assertThat(values(wide)).containsExactly(3, 3, 3);
    wide.mul(constant(1, 2, 4)).sum().backward();
    assertThat(values(value.grad())).containsExactly(7);
    assertThat(values(x.grad())).containsExactly(0);

    value.setGrad(null);
    Tensor masked = leaf(1, 2).mul(1);
    masked.expand(2, 2).maskedFill_(Tensor.of(false, false, true, false).view(2, 2), value);
    masked.mul(constant(3, 5)).sum().backward();
    assertThat(values(value.grad())).containsExactly(3);
  }

  @Test
  void tangentsAndBatchesOfFillsOfExpandedMemory() {
    try (Scope level = ForwardAD.dualLevel()) {
      Tensor base = ForwardAD.makeDual(constant(5), constant(2));
      expanded(base).fill_(ForwardAD.makeDual(Tensor.scalar(3.0), Tensor.scalar(4.0)));
      assertThat(tangent(base)).containsExactly(4);
      expanded(base).zero_();
      assertThat(tangent(base)).containsExactly(0);
    }
    Tensor mapped =
        Vmap.vmap(
                x -> {
                  Tensor base = x.clone();
                  base.expand(3).fill_(x.sum());
                  return base;
                })
            .apply(constant(1, 2).view(2, 1));
    assertThat(values(mapped)).containsExactly(1, 2);
  }

  @Test
  void allOthersRefuseExpandedAndOverlappingMemory() {
    List<Consumer<Tensor>> writes = new ArrayList<>();
    writes.add(t -> t.copy_(constant(1, 2, 3)));
    writes.add(t -> t.add_(1));
    writes.add(Tensor::exp_);
    writes.add(t -> t.uniform_());
    writes.add(t -> t.scatter_(0, indices(0), constant(1)));
    writes.add(t -> t.indexPut_(List.of(indices(0)), constant(1)));
    writes.add(t -> Tensors.foreachAdd_(List.of(t), List.of(constant(1, 2, 3))));
    writes.add(t -> constant(1, 2, 3).addOut(constant(1, 2, 3), t));
    UnaryOperator<Tensor> expand = OverlappingWritesTest::expanded;
    UnaryOperator<Tensor> window =
        t -> t.clone().expand(4).clone().asStrided(new long[] {2, 2}, new long[] {1, 1}, 0);
    for (Consumer<Tensor> write : writes) {
      Tensor base = constant(5);
      assertThatThrownBy(() -> write.accept(expand.apply(base)))
          .isInstanceOf(AutogradException.class)
          .hasMessageContaining("share one place")
          .hasMessageContaining("clone()");
      assertThat(values(base)).containsExactly(5);
      assertThat(base.version()).isZero();
    }
    Tensor windows = window.apply(constant(5));
    assertThatThrownBy(() -> windows.add_(1))
        .isInstanceOf(AutogradException.class)
        .hasMessageContaining("share one place");
    assertThat(windows.version()).isZero();
  }
}
