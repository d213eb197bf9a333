package org.autograd;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.autograd.ForwardAD.makeDual;
import static org.autograd.ForwardAD.unpackDual;
import static org.autograd.TestTensors.constant;
import static org.autograd.TestTensors.leaf;
import static org.autograd.TestTensors.tangent;
import static org.autograd.TestTensors.values;

import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

class ForwardADTest {
  @Test
  @Tag("FWD-01")
  void dualTensorsExistInsideALevelOnly() {
    Tensor x = constant(1, 2);
    assertThatThrownBy(() -> makeDual(x, x))
        .isInstanceOf(AutogradException.class)
        .hasMessageContaining("dualLevel");
    UnpackedDual parts = unpackDual(x);
    assertThat(parts.primal()).isSameAs(x);
    assertThat(parts.tangent()).isNull();
    assertThatThrownBy(() -> makeDual(x, x, 0)).isInstanceOf(AutogradException.class);
    assertThatThrownBy(() -> unpackDual(x, 0)).isInstanceOf(AutogradException.class);
  }

  @Test
  @Tag("FWD-02")
  void aDualIsANewTensorOnThePrimalsMemory() {
    Tensor x = constant(1, 2);
    Tensor t = constant(5, 6);
    try (ForwardAD.Level level = ForwardAD.dualLevel()) {
      Tensor dual = makeDual(x, t);
      assertThat(dual).isNotSameAs(x);
      assertThat(dual.doubleArray()).isSameAs(x.doubleArray());
      x.add_(1);
      assertThat(dual.version()).isEqualTo(x.version()).isEqualTo(1);
      assertThat(values(dual)).containsExactly(2, 3);
      assertThat(unpackDual(x).tangent()).isNull();

      UnpackedDual parts = unpackDual(dual);
      assertThat(parts.tangent()).isSameAs(t);
      assertThat(parts.primal().isView()).isTrue();
      assertThat(parts.primal().doubleArray()).isSameAs(x.doubleArray());
      assertThat(parts.primal().version()).isEqualTo(1);
    }
  }

  @Test
  @Tag("FWD-02")
  void theUnpackedPrimalIsNotDual() {
    try (ForwardAD.Level level = ForwardAD.dualLevel()) {
      Tensor dual = makeDual(constant(1, 2), constant(5, 6));
      for (Tensor d : List.of(dual, dual.mul(2), dual.get(Index.slice(0, 2)))) {
        Tensor primal = unpackDual(d).primal();
        assertThat(unpackDual(primal).tangent()).isNull();
        assertThat(unpackDual(primal.mul(2)).tangent()).isNull();
        assertThat(unpackDual(primal.view(2, 1)).tangent()).isNull();
        // So it can be made dual again.
        assertThat(tangent(makeDual(primal, constant(1, 1)))).containsExactly(1, 1);
      }
    }
  }

  @Test
  @Tag("FWD-02")
  void aTangentOfAnotherLayoutIsCopiedToThePrimals() {
    try (ForwardAD.Level level = ForwardAD.dualLevel()) {
      Tensor x = constant(1, 2, 3, 4).view(2, 2);
      Tensor t = constant(1, 2, 3, 4).view(2, 2).t();
      Tensor made = unpackDual(makeDual(x, t)).tangent();
      assertThat(made).isNotSameAs(t);
      assertThat(made.strides()).containsExactly(2, 1);
      assertThat(values(made)).containsExactly(1, 3, 2, 4);

      // Gaps between the primal's elements count too.
      Tensor every = constant(1, 2, 3, 4).get(Index.slice(0, 4, 2));
      Tensor spread = unpackDual(makeDual(every, constant(7, 8))).tangent();
      assertThat(spread.strides()).containsExactly(2);
      assertThat(values(spread)).containsExactly(7, 8);

      // What was expanded has no memory for a tangent of its own layout.
      Tensor expanded = constant(1).expand(3);
      assertThat(tangent(makeDual(expanded, constant(1, 2, 3)))).containsExactly(1, 2, 3);
      assertThat(tangent(makeDual(constant(1, 2), constant(4).expand(2)).mul_(2)))
          .containsExactly(8, 8);
    }
  }

  @Test
  @Tag("FWD-03")
  @Tag("ERR-02")
  void whatCannotBeDualIsRefused() {
    Tensor whole = Tensor.of(1, 2);
    Tensor x = constant(1, 2);
    try (ForwardAD.Level level = ForwardAD.dualLevel()) {
      assertThatThrownBy(() -> makeDual(whole, x))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("primal")
          .hasMessageContaining("int32");
      assertThatThrownBy(() -> makeDual(x, whole))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("tangent");
      assertThatThrownBy(() -> makeDual(x, constant(1, 2, 3)))
          .isInstanceOf(AutogradException.class)
          .hasMessageContaining("[2]")
          .hasMessageContaining("[3]");
      assertThatThrownBy(() -> makeDual(x, constant(1))).isInstanceOf(AutogradException.class);
      Tensor dual = makeDual(x, constant(1, 1));
      assertThatThrownBy(() -> makeDual(x, dual))
          .isInstanceOf(AutogradException.class)
          .hasMessageContaining("tangent");
      assertThatThrownBy(() -> makeDual(dual, x)).isInstanceOf(AutogradException.class);
      assertThat(unpackDual(x).tangent()).isNull();
    }
  }

  @Test
  @Tag("FWD-04")
  void operatorsPassTangentsOn() {
    try (ForwardAD.Level level = ForwardAD.dualLevel()) {
      Tensor dual = makeDual(constant(1, 2), constant(1, 1));
      assertThat(tangent(dual.mul(3))).containsExactly(3, 3);
      assertThat(tangent(dual.mul(dual))).containsExactly(2, 4);
      assertThat(tangent(constant(1, 2).mul(3))).isNull();
      assertThat(tangent(dual.gt(1))).isNull();
      assertThat(tangent(dual.to(DType.INT64))).isNull();
      assertThat(tangent(dual.argmax())).isNull();
      // Through integers no derivative comes back.
      assertThat(tangent(dual.to(DType.INT64).to(DType.FLOAT64))).isNull();
    }
  }

  @Test
  @Tag("FWD-04")
  void aComparisonInPlaceDoesNotFail() {
    try (ForwardAD.Level level = ForwardAD.dualLevel()) {
      Tensor dual = makeDual(constant(1, 2), constant(3, 4));
      dual.copy_(dual.gt(1.5));
      assertThat(values(dual)).containsExactly(0, 1);
      // What it holds now does not depend on what it held.
      assertThat(tangent(dual)).containsExactly(0, 0);
    }
  }

  @Test
  @Tag("FWD-04")
  void tangentsHaveTheResultsShapeAndType() {
    try (ForwardAD.Level level = ForwardAD.dualLevel()) {
      Tensor row = makeDual(constant(1, 2), constant(10, 20));
      Tensor sum = row.add(Tensor.zeros(3, 2));
      assertThat(unpackDual(sum).tangent().sizes()).containsExactly(3, 2);
      assertThat(tangent(sum)).containsExactly(10, 20, 10, 20, 10, 20);
      sum.mul_(2);
      assertThat(tangent(sum)).containsExactly(20, 40, 20, 40, 20, 40);

      Tensor single = makeDual(Tensor.of(1f, 2f), Tensor.of(1f, 1f));
      Tensor product = single.mul(constant(3, 4));
      assertThat(unpackDual(product).tangent().dtype()).isEqualTo(DType.FLOAT64);
      assertThat(tangent(product)).containsExactly(3, 4);
      single.mul_(constant(3, 4));
      assertThat(unpackDual(single).tangent().dtype()).isEqualTo(DType.FLOAT32);
      assertThat(tangent(single)).containsExactly(3, 4);
      // A tangent of another dtype is converted.
      Tensor converted = makeDual(Tensor.of(1f, 2f), constant(1, 1));
      assertThat(unpackDual(converted).tangent().dtype()).isEqualTo(DType.FLOAT32);
    }
  }

  @Test
  @Tag("FWD-04")
  void emptyTensorsHaveEmptyTangents() {
    try (ForwardAD.Level level = ForwardAD.dualLevel()) {
      Tensor dual = makeDual(Tensor.zeros(0, 3), Tensor.zeros(0, 3));
      assertThat(unpackDual(dual.exp()).tangent().sizes()).containsExactly(0, 3);
      assertThat(unpackDual(dual.mul_(2)).tangent().sizes()).containsExactly(0, 3);
      assertThat(unpackDual(dual.t()).tangent().sizes()).containsExactly(3, 0);
      assertThat(tangent(dual.sum())).containsExactly(0);
      assertThat(tangent(dual.sum(0))).containsExactly(0, 0, 0);
      assertThat(unpackDual(dual.matmul(Tensor.zeros(3, 2))).tangent().sizes())
          .containsExactly(0, 2);
    }
  }

  @Test
  @Tag("FWD-05")
  @Tag("ERR-03")
  void outVariantsAreRefused() {
    Tensor plain = constant(3, 4);
    Tensor out = constant(0, 0);
    try (ForwardAD.Level level = ForwardAD.dualLevel()) {
      Tensor dual = makeDual(constant(1, 2), constant(1, 1));
      assertThatThrownBy(() -> dual.mulOut(plain, out))
          .isInstanceOf(UnsupportedOperationException.class)
          .hasMessageContaining("mul");
      assertThatThrownBy(() -> plain.mulOut(plain, dual))
          .isInstanceOf(UnsupportedOperationException.class)
          .hasMessageContaining("mul");
      assertThat(values(out)).containsExactly(0, 0);
      assertThat(values(dual)).containsExactly(1, 2);
    }
    plain.mulOut(plain, out);
    assertThat(values(out)).containsExactly(9, 16);
  }

  @Test
  @Tag("FWD-05")
  void anOperandWithoutForwardFormulaIsRefusedByName() {
    Tensor scores = constant(-1, -2, -3, -4).view(2, 2);
    Tensor target = Tensor.of(0L, 1L);
    try (ForwardAD.Level level = ForwardAD.dualLevel()) {
      Tensor weight = makeDual(constant(1, 2), constant(1, 1));
      assertThatThrownBy(() -> scores.nllLoss(target, weight, Reduction.MEAN))
          .isInstanceOf(UnsupportedOperationException.class)
          .hasMessageContaining("nllLoss");
    }
  }

  @Test
  @Tag("FWD-08")
  void detachDropsTheTangent() {
    try (ForwardAD.Level level = ForwardAD.dualLevel()) {
      Tensor dual = makeDual(constant(1, 2), constant(1, 1));
      assertThat(tangent(dual.detach())).isNull();
      assertThat(tangent(dual.detach().mul(2))).isNull();
      assertThat(tangent(dual.data())).isNull();
      assertThat(tangent(dual)).containsExactly(1, 1);
      Tensor result = dual.mul(2);
      result.detach_();
      assertThat(tangent(result)).isNull();
      assertThat(tangent(result.mul(2))).isNull();
    }
  }

  @Test
  @Tag("FWD-09")
  @Tag("MODE-10")
  void gradModesDoNotStopTangentsButInferenceModeDoes() {
    try (ForwardAD.Level level = ForwardAD.dualLevel()) {
      Tensor dual = makeDual(leaf(1, 2), constant(1, 2));
      Tensor recorded = dual.mul(3);
      assertThat(recorded.gradFn()).isNotNull();
      try (Scope scope = GradMode.noGrad()) {
        Tensor out = dual.mul(3);
        assertThat(tangent(out)).containsExactly(3, 6);
        assertThat(out.requiresGrad()).isFalse();
        assertThat(out.gradFn()).isNull();
      }
      try (Scope scope = GradMode.setGradEnabled(true)) {
        assertThat(tangent(dual.mul(3))).containsExactly(3, 6);
      }
      Tensor out = InferenceMode.run(() -> dual.mul(3));
      assertThat(tangent(out)).isNull();
    }
  }

  @Test
  void forwardModeCanBeSwitchedOff() {
    try (ForwardAD.Level level = ForwardAD.dualLevel()) {
      Tensor dual = makeDual(constant(1, 2), constant(1, 1));
      assertThat(ForwardAD.isForwardGradEnabled()).isTrue();
      Tensor view;
      try (Scope off = ForwardAD.setForwardGradEnabled(false)) {
        assertThat(ForwardAD.isForwardGradEnabled()).isFalse();
        assertThat(tangent(dual.mul(2))).isNull();
        view = dual.get(Index.slice(1, 2));
      }
      assertThat(ForwardAD.isForwardGradEnabled()).isTrue();
      assertThat(tangent(dual.mul(2))).containsExactly(2, 2);
      // A view is a part of its base, however it was made.
      assertThat(tangent(view.mul(2))).containsExactly(2);
    }
  }

  @Test
  void foreachFormsPassTangentsOn() {
    try (ForwardAD.Level level = ForwardAD.dualLevel()) {
      Tensor dual = makeDual(constant(1, 2), constant(1, 1));
      Tensor plain = constant(5);
      List<Tensor> results = Tensors.foreachMul(List.of(dual, plain), 3.0);
      assertThat(tangent(results.get(0))).containsExactly(3, 3);
      assertThat(tangent(results.get(1))).isNull();
      Tensors.foreachMul_(List.of(dual, plain), 4.0);
      assertThat(tangent(dual)).containsExactly(4, 4);
      assertThat(values(plain)).containsExactly(20);
    }
  }
}
