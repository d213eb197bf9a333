package org.autograd;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.autograd.TestTensors.constant;
import static org.autograd.TestTensors.leaf;
import static org.autograd.TestTensors.scalarLeaf;
import static org.autograd.TestTensors.values;

import java.util.List;
import java.util.concurrent.Callable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** What an operation leaves in the graph: flags of results, nodes, edges, leaves' accumulators. */
class GraphRecordingTest {
  @Test
  @Tag("GRAPH-01")
  void newTensorHasNoHistory() {
    List<Tensor> made =
        List.of(
            Tensor.of(1.0, 2.0),
            Tensor.of(1f),
            Tensor.of(1L, 2L),
            Tensor.of(true),
            Tensor.scalar(2.5),
            Tensor.zeros(2, 3),
            Tensor.ones(2),
            Tensor.empty(2),
            Tensor.full(new long[] {2}, 1.5),
            Tensor.arange(4),
            Tensor.linspace(0, 1, 3),
            Tensor.eye(2),
            Tensor.rand(2),
            Tensor.randn(2, 2),
            Tensor.randint(0, 5, 3),
            Tensor.randperm(4),
            Tensor.wrap(new double[] {1, 2}),
            Tensor.ofArray(new double[][] {{1}, {2}}));
    assertThat(made).allSatisfy(GraphRecordingTest::isNewLeaf);
  }

  private static void isNewLeaf(Tensor t) {
    assertThat(t.requiresGrad()).isFalse();
    assertThat(t.gradFn()).isNull();
    assertThat(t.isLeaf()).isTrue();
    assertThat(t.outputNr()).isZero();
    assertThat(t.grad()).isNull();
  }

  private static void isRecorded(Tensor t) {
    assertThat(t.requiresGrad()).isTrue();
    assertThat(t.gradFn()).isNotNull();
    assertThat(t.isLeaf()).isFalse();
  }

  private static void isNotRecorded(Tensor t) {
    assertThat(t.requiresGrad()).isFalse();
    assertThat(t.gradFn()).isNull();
    assertThat(t.isLeaf()).isTrue();
  }

  @Test
  @Tag("GRAPH-02")
  void resultRequiresGradIfTheModeIsOnAndAnOperandDoes() {
    Tensor c = constant(1, 2);
    Tensor x = leaf(3, 4);
    isNotRecorded(c.add(c));
    isRecorded(c.add(x));
    isRecorded(x.add(c));
    isRecorded(x.add(x));
    isRecorded(c.mul(x).exp().sum());
    isRecorded(x.to(DType.FLOAT32));
    isNotRecorded(c.mul(c).exp().sum());
    isNotRecorded(x.to(DType.INT64));
    Tensor y = x.mul(2);
    try (Scope scope = GradMode.noGrad()) {
      isNotRecorded(c.add(x));
      isNotRecorded(y.add(x));
      isNotRecorded(c.add(c));
    }
    try (Scope scope = GradMode.enableGrad()) {
      isNotRecorded(c.add(c));
    }
    isRecorded(c.add(y));
    for (int i = 0; i < 3; i++) {
      Tensor[] ops = {constant(1), constant(1), constant(1)};
      ops[i].requiresGrad_();
      isRecorded(ops[0].reshape(1, 1).addmm(ops[1].reshape(1, 1), ops[2].reshape(1, 1)));
    }
  }

  @Test
  @Tag("GRAPH-03")
  void tensorsWithoutGradFnAreLeaves() {
    Tensor c = constant(1, 2);
    Tensor x = leaf(3, 4);
    Tensor hidden = GradMode.noGrad(() -> x.mul(x));
    for (Tensor t : List.of(c, c.mul(c), x, hidden, hidden.mul(2), x.detach(), x.exp().detach())) {
      assertThat(t.gradFn()).isNull();
      assertThat(t.isLeaf()).isTrue();
    }
    for (Tensor t : List.of(x.mul(2), x.reshape(2, 1), x.clone(), x.detach().add(x))) {
      assertThat(t.gradFn()).isNotNull();
      assertThat(t.isLeaf()).isFalse();
    }
  }

  @Test
  @Tag("GRAPH-04")
  void onlyFloatingPointTensorsCanRequireGrad() {
    for (DType dtype : List.of(DType.BOOL, DType.UINT8, DType.INT32, DType.INT64)) {
      TensorOptions wanted = TensorOptions.of(dtype).withRequiresGrad();
      Tensor t = Tensor.ones(dtype, 2);
      List<Callable<Tensor>> attempts =
          List.of(
              () -> t.requiresGrad_(true),
              t::requiresGrad_,
              () -> Tensor.zeros(wanted, 2),
              () -> Tensor.empty(wanted, 2),
              () -> Tensor.onesLike(t, wanted),
              () -> Tensor.ofArray(wanted, new long[] {1, 0}));
      for (Callable<Tensor> attempt : attempts) {
        assertThatThrownBy(attempt::call)
            .isInstanceOf(AutogradException.class)
            .hasMessageContaining("floating point")
            .hasMessageContaining(dtype.toString());
      }
      assertThat(t.requiresGrad()).isFalse();
      assertThat(t.requiresGrad_(false)).isSameAs(t);
      assertThat(Tensor.zeros(TensorOptions.of(dtype).withRequiresGrad(false), 2).requiresGrad())
          .isFalse();
      assertThat(t.requiresGrad()).isFalse();
    }
    for (DType dtype : List.of(DType.FLOAT32, DType.FLOAT64)) {
      assertThat(Tensor.ones(dtype, 2).requiresGrad_().requiresGrad()).isTrue();
      assertThat(Tensor.ones(dtype, 2).requiresGrad_(false).requiresGrad()).isFalse();
      Tensor made = Tensor.zeros(TensorOptions.of(dtype).withRequiresGrad(), 2);
      assertThat(made.requiresGrad()).isTrue();
      assertThat(made.isLeaf()).isTrue();
    }
  }

  @Test
  @Tag("GRAPH-05")
  void likeFactoriesDoNotInheritTheFlag() {
    TensorOptions wanted = TensorOptions.DEFAULT.withRequiresGrad();
    Tensor x = leaf(1, 2);
    Tensor c = constant(1, 2);
    Tensor y = x.mul(2);
    for (Tensor source : List.of(x, c, y)) {
      for (Tensor made :
          List.of(
              Tensor.zerosLike(source),
              Tensor.onesLike(source),
              Tensor.emptyLike(source),
              Tensor.fullLike(source, 1.5),
              Tensor.fullLike(source, 3),
              Tensor.randLike(source),
              Tensor.randnLike(source),
              Tensor.randintLike(source, 0, 5))) {
        isNewLeaf(made);
      }
      for (Tensor made :
          List.of(
              Tensor.zerosLike(source, wanted),
              Tensor.onesLike(source, wanted),
              Tensor.emptyLike(source, wanted),
              Tensor.fullLike(source, 1.5, wanted),
              Tensor.fullLike(source, 3, wanted),
              Tensor.randLike(source, wanted),
              Tensor.randnLike(source, wanted),
              Tensor.randintLike(source, 0, 5, wanted))) {
        assertThat(made.requiresGrad()).isTrue();
        assertThat(made.isLeaf()).isTrue();
        assertThat(made.dtype()).isEqualTo(DType.FLOAT64);
      }
    }
  }

  @Test
  @Tag("GRAPH-09")
  void unusedOutputsContributeZero() {
    Tensor x = Tensor.ones(DType.FLOAT64, 10, 10).requiresGrad_();
    Tensor o = x.chunk(5, 0).get(2);
    o.mul(4).add(2).sum().backward();
    double[] expected = new double[100];
    java.util.Arrays.fill(expected, 40, 60, 4);
    assertThat(values(x.grad())).containsExactly(expected);

    Tensor y = leaf(1, 2, 3);
    List<Tensor> single = y.unbind(0);
    single.get(2).mul(single.get(2)).backward();
    assertThat(values(y.grad())).containsExactly(0, 0, 6);
  }

  private static Tensor branches(Tensor x) {
    return x.item() > 2 ? x.mul(x) : x.mul(2);
  }

  @Test
  @Tag("GRAPH-10")
  void eachRunRecordsWhatItExecutes() {
    Tensor three = leaf(3);
    branches(three).backward();
    assertThat(values(three.grad())).containsExactly(6);
    Tensor one = leaf(1);
    branches(one).backward();
    assertThat(values(one.grad())).containsExactly(2);

    Tensor x = scalarLeaf(3);
    for (double value : new double[] {3, 1, 3}) {
      GradMode.noGrad(() -> x.fill_(value));
      x.setGrad(null);
      Tensor y = x;
      for (int i = 0; i < value; i++) {
        y = y.mul(x);
      }
      y.backward();
      // d x^(value + 1)
      assertThat(values(x.grad())).containsExactly((value + 1) * Math.pow(value, value));
    }
  }
}
