package org.autograd;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.autograd.TestTensors.leaf;
import static org.autograd.TestTensors.values;

import org.autograd.record.Mutation;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** In-place changes of saved tensors where they are allowed. */
class SavedMutationTest {
  private static final BackwardOptions KEEP = BackwardOptions.DEFAULT.withRetainGraph(true);

  @Test
  @Tag("SAVE-18")
  void backwardUsesTheValueOfTheTimeOfSaving() {
    Tensor a = leaf(1, 2);
    Graph.allowMutationOnSavedTensors(() -> {
      Tensor b = a.clone();
      Tensor loss = b.pow(2).sum();
      b.sin_();
      loss.backward();
    });
    assertThat(values(a.grad())).containsExactly(2, 4);
    Tensor c = leaf(1, 2);
    Tensor b = c.clone();
    Tensor loss = b.pow(2).sum();
    b.sin_();
    assertThatThrownBy(() -> loss.backward()).isInstanceOf(InplaceModificationException.class);
  }

  @Test
  @Tag("SAVE-18")
  void changesOfABaseAndOfAViewAreAllowed() {
    Tensor a = leaf(1, 2, 3);
    try (Scope scope = Graph.allowMutationOnSavedTensors()) {
      Tensor base = a.clone();
      Tensor view = base.get(Index.slice(0, 2));
      Tensor loss = view.mul(view).sum();
      base.mul_(10);
      loss.backward();
    }
    assertThat(values(a.grad())).containsExactly(2, 4, 0);
    Tensor b = leaf(1, 2, 3);
    try (Scope scope = Graph.allowMutationOnSavedTensors()) {
      Tensor base = b.clone();
      Tensor loss = base.mul(base).sum();
      base.get(0).fill_(9);
      loss.backward();
    }
    assertThat(values(b.grad())).containsExactly(2, 4, 6);
  }

  @Test
  @Tag("SAVE-18")
  void gradientThroughTheChangedTensorIsThatOfTheNewValue() {
    Tensor a = leaf(3);
    try (Scope scope = Graph.allowMutationOnSavedTensors()) {
      Tensor b = a.clone();
      Tensor first = b.mul(b);
      b.mul_(2);
      Tensor second = b.mul(b);
      // d(a²) + d(4a²) = 2a + 8a
      first.add(second).backward();
    }
    assertThat(values(a.grad())).containsExactly(30);
  }

  @Test
  @Tag("SAVE-19")
  void aTensorIsClonedOnceForEachSavedVersion() {
    Tensor a = leaf(2);
    try (Mutation scope = Mutation.enter()) {
      Tensor b = a.clone();
      Tensor y = b.pow(2).add(b.pow(3));
      b.sin_();
      assertThat(scope.clones()).isEqualTo(1);
      b.sin_();
      assertThat(scope.clones()).isEqualTo(1);
      y.backward();
      assertThat(scope.clones()).isEqualTo(0);
    }
    assertThat(values(a.grad())).containsExactly(4 + 12);
  }

  @Test
  @Tag("SAVE-19")
  void eachSavedVersionThatIsChangedIsCloned() {
    Tensor a = leaf(2);
    Tensor b;
    Tensor one;
    Tensor two;
    try (Mutation scope = Mutation.enter()) {
      b = a.clone();
      one = b.pow(2);
      GradMode.noGrad(() -> b.mul_(2));
      two = b.pow(2);
      GradMode.noGrad(() -> b.mul_(2));
      assertThat(scope.clones()).isEqualTo(2);
      one.backward(KEEP);
      assertThat(values(a.grad())).containsExactly(4);
      two.backward();
      assertThat(values(a.grad())).containsExactly(12);
      assertThat(scope.clones()).isEqualTo(1);
      scope.close();
      assertThat(scope.clones()).isEqualTo(0);
    }
  }

  @Test
  @Tag("SAVE-19")
  void nothingIsClonedOnceTheGraphHasRunOrIsGone() {
    Tensor a = leaf(2);
    try (Mutation scope = Mutation.enter()) {
      Tensor b = a.clone();
      b.pow(2).backward();
      GradMode.noGrad(() -> b.sin_());
      assertThat(scope.clones()).isEqualTo(0);
      savedAndChanged(b);
      assertThat(scope.clones()).isEqualTo(1);
      for (int i = 0; i < 50 && scope.clones() > 0; i++) {
        Garbage.collected();
      }
      assertThat(scope.clones()).isEqualTo(0);
    }
  }

  private static void savedAndChanged(Tensor b) {
    Tensor y = b.detach().requiresGrad_().pow(2);
    GradMode.noGrad(() -> b.mul_(2));
    assertThat(y.requiresGrad()).isTrue();
  }

  @Test
  @Tag("SAVE-20")
  void theScopeCannotBeNested() {
    try (Scope scope = Graph.allowMutationOnSavedTensors()) {
      assertThatThrownBy(Graph::allowMutationOnSavedTensors)
          .isInstanceOf(AutogradException.class)
          .hasMessageContaining("nested");
    }
    Graph.allowMutationOnSavedTensors().close();
  }

  @Test
  @Tag("SAVE-20")
  void aGraphIsDifferentiatedInItsOwnScope() {
    Tensor a = leaf(2);
    Tensor y = Graph.allowMutationOnSavedTensors(() -> a.mul(a));
    assertThatThrownBy(() -> y.backward())
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("scope");
    try (Scope other = Graph.allowMutationOnSavedTensors()) {
      assertThatThrownBy(() -> y.backward()).isInstanceOf(IllegalStateException.class);
    }
    assertThat(a.grad()).isNull();
  }

  @Test
  @Tag("SAVE-20")
  void outputArgumentsAreInPlaceChanges() {
    Tensor a = leaf(2, 3);
    Tensor weight = Tensor.of(new double[] {5, 7});
    try (Mutation scope = Mutation.enter()) {
      Tensor y = a.mul(weight);
      Tensor other = Tensor.of(new double[] {1, 1});
      GradMode.noGrad(() -> other.addOut(other, weight));
      assertThat(values(weight)).containsExactly(2, 2);
      assertThat(scope.clones()).isEqualTo(1);
      y.sum().backward();
    }
    assertThat(values(a.grad())).containsExactly(5, 7);
  }

  @Test
  void aChangeThatIsNoOperatorIsNoticed() {
    Tensor a = leaf(2);
    try (Scope scope = Graph.allowMutationOnSavedTensors()) {
      Tensor b = a.clone();
      Tensor y = b.mul(b);
      Graph.incrementVersion(b);
      assertThatThrownBy(() -> y.backward()).isInstanceOf(InplaceModificationException.class);
    }
  }
}
