package org.autograd;

import static org.assertj.core.api.Assertions.assertThat;
import static org.autograd.ForwardAD.makeDual;
import static org.autograd.ForwardAD.unpackDual;
import static org.autograd.TestTensors.constant;
import static org.autograd.TestTensors.tangent;
import static org.autograd.TestTensors.values;

import java.lang.ref.WeakReference;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** What is left of tangents, and what keeps them alive, inside and after a level. */
class ForwardADLifetimeTest {
  @Test
  @Tag("FWD-06")
  void leavingALevelRemovesItsTangents() {
    Tensor dual;
    Tensor result;
    try (ForwardAD.Level level = ForwardAD.dualLevel()) {
      dual = makeDual(constant(1, 2), constant(1, 1));
      result = dual.mul(2);
      assertThat(tangent(result)).containsExactly(2, 2);
    }
    assertThat(tangent(dual)).isNull();
    try (ForwardAD.Level level = ForwardAD.dualLevel()) {
      assertThat(tangent(dual)).isNull();
      assertThat(tangent(result)).isNull();
      assertThat(tangent(result.mul(2))).isNull();
      assertThat(tangent(makeDual(result, constant(5, 5)))).containsExactly(5, 5);
    }
  }

  private static WeakReference<Object> madeDual(Tensor x, List<Tensor> keep) {
    Tensor t = Tensor.onesLike(x);
    keep.add(makeDual(x, t).mul(3));
    return Garbage.memory(t);
  }

  private static WeakReference<Object> resultTangent(Tensor result) {
    return Garbage.memory(unpackDual(result).tangent());
  }

  @Test
  @Tag("FWD-06")
  void tangentsCanBeCollectedOnceTheLevelHasEnded() {
    List<Tensor> kept = new java.util.ArrayList<>();
    WeakReference<Object> made;
    WeakReference<Object> computed;
    try (ForwardAD.Level level = ForwardAD.dualLevel()) {
      Tensor x = Tensor.full(new long[] {100}, 2.0).to(DType.FLOAT64).requiresGrad_();
      made = madeDual(x, kept);
      computed = resultTangent(kept.get(0));
      kept.add(x);
      // A view, and what a node saved, share tangents.
      kept.add(kept.get(0).view(100, 1).exp());
    }
    assertThat(Garbage.collected(made, computed)).isTrue();
    assertThat(values(kept.get(0))).hasSize(100).containsOnly(6);
  }

  private static WeakReference<Object> largeOperandOfTangent(List<Tensor> keep) {
    Tensor large = Tensor.full(new long[] {1000}, 2.0).requiresGrad_();
    Tensor t = large.mul(large).sum();
    keep.add(makeDual(Tensor.of(1f).sum(), t).mul(3));
    return Garbage.memory(large);
  }

  @Test
  @Tag("FWD-06")
  void historiesOfSmallTangentsCanBeCollectedOnceTheLevelHasEnded() {
    List<Tensor> kept = new java.util.ArrayList<>();
    WeakReference<Object> operand;
    try (ForwardAD.Level level = ForwardAD.dualLevel()) {
      operand = largeOperandOfTangent(kept);
    }
    assertThat(Garbage.collected(operand)).isTrue();
    assertThat(values(kept.get(0))).containsExactly(3);
  }

  @Test
  @Tag("FWD-06")
  void anOpenLevelKeepsNoTangentsAlive() {
    try (ForwardAD.Level level = ForwardAD.dualLevel()) {
      assertThat(Garbage.collected(madeDual(constant(1, 2), new java.util.ArrayList<>()))).isTrue();
    }
  }

  private static WeakReference<Object> moved(Tensor average) {
    average.mul_(0.5).add_(makeDual(constant(1, 1), constant(2, 2)));
    return resultTangent(average);
  }

  @Test
  @Tag("FWD-06")
  void tensorsThatOutliveManyLevelsCarryNothingOfThem() {
    Tensor average = constant(0, 0);
    WeakReference<Object> second = null;
    for (int i = 0; i < 4; i++) {
      try (ForwardAD.Level level = ForwardAD.dualLevel()) {
        WeakReference<Object> made = moved(average);
        second = i == 1 ? made : second;
        assertThat(tangent(average)).containsExactly(2, 2);
      }
      assertThat(tangent(average)).isNull();
    }
    assertThat(Garbage.collected(second)).isTrue();
    assertThat(values(average)).containsExactly(1.875, 1.875);
  }

  private static WeakReference<Object> partOfMuch(List<Tensor> keep) {
    Tensor much = Tensor.ones(DType.FLOAT64, 10_000);
    keep.add(makeDual(constant(1, 2), much.narrow(0, 5, 2)));
    return Garbage.memory(much);
  }

  @Test
  @Tag("FWD-06")
  void fewElementsOfMuchMemoryAreLetGo() {
    List<Tensor> kept = new java.util.ArrayList<>();
    WeakReference<Object> much;
    try (ForwardAD.Level level = ForwardAD.dualLevel()) {
      much = partOfMuch(kept);
      assertThat(tangent(kept.get(0))).containsExactly(1, 1);
    }
    assertThat(Garbage.collected(much)).isTrue();
    assertThat(values(kept.get(0))).containsExactly(1, 2);
  }
}
