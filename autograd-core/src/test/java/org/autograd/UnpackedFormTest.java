package org.autograd;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.autograd.TestTensors.leaf;
import static org.autograd.TestTensors.values;

import java.util.List;
import java.util.function.UnaryOperator;
import org.autograd.graph.SavedTensorHooks;
import org.junit.jupiter.api.Test;

/** What an unpack hook returns must look like what was packed; else the error names the hook. */
class UnpackedFormTest {
  /** Hooks with a name. */
  private record Named(UnaryOperator<Tensor> unpacking) implements SavedTensorHooks<Tensor> {
    @Override
    public Tensor pack(Tensor t) {
      return t;
    }

    @Override
    public Tensor unpack(Tensor packed) {
      return unpacking.apply(packed);
    }

    @Override
    public String toString() {
      return "my hooks";
    }
  }

  @Test
  void anotherShapeOrDtypeIsNamedInTheError() {
    List<UnaryOperator<Tensor>> all =
        List.of(
            t -> t.sum(),
            t -> t.view(2, 1),
            t -> t.unsqueeze(0),
            t -> t.to(DType.FLOAT32),
            t -> t.narrow(0, 0, 1),
            t -> t.to(DType.INT64));
    for (UnaryOperator<Tensor> unpacking : all) {
      for (UnaryOperator<Tensor> operator :
          List.<UnaryOperator<Tensor>>of(Tensor::sin, Tensor::exp)) {
        Tensor x = leaf(1, 2);
        Tensor y = Graph.savedTensorsHooks(new Named(unpacking), () -> operator.apply(x));
        assertThatThrownBy(() -> y.sum().backward())
            .isInstanceOf(AutogradException.class)
            .hasMessageContaining(y.gradFn().name())
            .hasMessageContaining("my hooks")
            .hasMessageContaining("float64 of shape [2]");
        assertThat(x.grad()).isNull();
      }
    }
  }

  @Test
  void otherStridesAreFine() {
    Tensor x = leaf(3, 4);
    Tensor y =
        Graph.savedTensorsHooks(
            new Named(t -> Tensor.of(3.0, 0.0, 4.0).asStrided(new long[] {2}, new long[] {2}, 0L)),
            () -> x.mul(x));
    y.sum().backward();
    assertThat(values(x.grad())).containsExactly(6, 8);
  }
}
