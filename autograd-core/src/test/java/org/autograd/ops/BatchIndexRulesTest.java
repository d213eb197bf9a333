package org.autograd.ops;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.autograd.AutogradException;
import org.autograd.DType;
import org.autograd.Tensor;
import org.autograd.TensorFunction;
import org.autograd.Vmap;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** Corners of reading and writing by index inside of a map. */
class BatchIndexRulesTest extends BatchCases {
  /** Batches each input alone, and all of them. */
  private void each(String name, TensorFunction f, Tensor... inputs) {
    String shapes = Arrays.stream(inputs).map(t -> t.shape().toString()).toList().toString();
    for (int only = -1; only < inputs.length; only++) {
      List<Tensor> given = new ArrayList<>();
      List<Integer> batched = new ArrayList<>();
      for (int i = 0; i < inputs.length; i++) {
        boolean has = only < 0 || i == only;
        given.add(has ? inputs[i] : inputs[i].select(0, 1));
        if (has) {
          batched.add(i);
        }
      }
      MappedCase c = new MappedCase(given, batched.stream().mapToInt(i -> i).toArray());
      cases.put(name + " " + shapes + ", batched " + batched, () -> c.agrees(f));
    }
  }

  @TestFactory
  Stream<DynamicTest> alongOneDimension() {
    long[][] selfs = {{}, {3}, {3, 2}};
    long[][] indices = {{}, {1}, {2}, {2, 2}, {0}};
    for (long[] s : selfs) {
      for (long[] i : indices) {
        for (int d : new int[] {0, -1}) {
          Tensor self = random(Nd.inserted(s, 0, 2));
          // Different places for each element of the batch, none of them twice.
          Tensor index = ints(s.length == 0 ? 1 : 2, Nd.inserted(i, 0, 2));
          Tensor src = random(Nd.inserted(i, 0, 2));
          String at = " along " + d;
          each("gather" + at, x -> List.of(x.get(0).gather(d, x.get(1))), self, index);
          each("indexSelect" + at, x -> List.of(x.get(0).indexSelect(d, x.get(1))), self, index);
          each(
              "scatterAdd" + at,
              x -> List.of(x.get(0).scatterAdd(d, x.get(1), x.get(2))),
              self,
              index,
              src);
          each("scatter" + at, x -> List.of(x.get(0).scatter(d, x.get(1), 2.5)), self, index);
        }
      }
    }
    each("gather outside", x -> List.of(x.get(0).gather(0, x.get(1))), random(3, 2), ints(4, 3, 2));
    each("gather along 1", x -> List.of(x.get(0).gather(1, x.get(1))), random(3, 2), ints(2, 3, 2));
    each(
        "scatter_ outside",
        x -> List.of(x.get(0).clone().scatter_(0, x.get(1), x.get(2))),
        random(3, 2),
        ints(4, 3, 2),
        random(3, 2));
    return tests();
  }

  private static TensorFunction index(int... places) {
    return x -> List.of(x.get(0).index(indices(x, 1, places)));
  }

  private static TensorFunction put(boolean accumulate, int... places) {
    return x -> List.of(x.get(0).indexPut(indices(x, 2, places), x.get(1), accumulate));
  }

  /** The inputs from one on as indices, and null where there is a 0. */
  private static List<Tensor> indices(List<Tensor> inputs, int from, int... places) {
    List<Tensor> indices = new ArrayList<>();
    int next = from;
    for (int p : places) {
      indices.add(p == 0 ? null : inputs.get(next++));
    }
    return indices;
  }

  @TestFactory
  Stream<DynamicTest> severalDimensions() {
    Tensor self = random(2, 4, 3, 4);
    Tensor one = ints(3, 2, 2);
    Tensor column = ints(3, 2, 2, 1);
    Tensor number = ints(3, 2);
    Tensor negative = ints(3, 2, 2).neg();
    each("index", index(1), self, one);
    each("index 0-dim", index(1), self, number);
    each("index negative", index(1), self, negative);
    each("index second", index(0, 1), self, one);
    each("index last", index(0, 0, 1), self, column);
    each("index neighbours", index(1, 1), self, one, column);
    each("index neighbours behind", index(0, 1, 1), self, one, one);
    each("index apart", index(1, 0, 1), self, one, column);
    each("index all", index(1, 1, 1), self, one, number, column);
    each("index nothing", index(1), self, ints(1, 2, 0));
    each("index too many", index(1, 1, 1, 1), self, one, one, one, one);
    each("index outside", index(0, 1), self, ints(5, 2, 2));
    each("index of no fit", index(1, 1), self, one, ints(3, 2, 3));
    for (boolean add : new boolean[] {false, true}) {
      String how = add ? " adding" : "";
      Tensor places = ints(3, 2, 2);
      each("indexPut" + how, put(add, 1), self, random(2, 2, 3, 4), places);
      each("indexPut broadcast" + how, put(add, 1), self, random(2, 4), places);
      each("indexPut number" + how, put(add, 1), self, random(2), places);
      each("indexPut second" + how, put(add, 0, 1), self, random(2, 4, 2, 4), places);
      each("indexPut apart" + how, put(add, 1, 0, 1), self, random(2, 2, 3), places, places);
      each("indexPut all" + how, put(add, 1, 1, 1), self, random(2, 2), places, places, places);
      each("indexPut of no fit" + how, put(add, 1), self, random(2, 5), places);
    }
    return tests();
  }

  @TestFactory
  Stream<DynamicTest> masksThatAreTheSameForAllElements() {
    Tensor mask = Arranged.of(DType.BOOL, new long[] {2, 3}, 1, 0, 0, 0, 1, 1);
    Tensor rows = Arranged.of(DType.BOOL, new long[] {2}, 0, 1);
    Tensor none = Arranged.of(DType.BOOL, new long[] {2, 3});
    Tensor self = random(3, 2, 3);
    Tensor deep = random(3, 2, 3, 2);
    for (Tensor m : List.of(mask, rows, none)) {
      String at = " " + m.shape() + m.any().itemBoolean();
      each("index" + at, x -> List.of(x.get(0).index(List.of(m))), self, deep);
      each("index" + at, x -> List.of(x.get(0).index(List.of(m))), deep);
      each("put" + at, x -> List.of(x.get(0).indexPut(List.of(m), x.get(1))), self, random(3));
      each(
          "add" + at, x -> List.of(x.get(0).indexPut(List.of(m), x.get(1), true)), self, random(3));
    }
    each("put rows", x -> List.of(x.get(0).indexPut(List.of(rows), x.get(1))), self, random(3, 3));
    each("maskedSelect", x -> List.of(x.get(0).maskedSelect(mask)), self);
    each("maskedFill", x -> List.of(x.get(0).maskedFill(mask, 2)), self);
    each(
        "maskedFill by a tensor",
        x -> List.of(x.get(0).maskedFill(mask, x.get(1))),
        self,
        random(3));
    each("mask of no fit", x -> List.of(x.get(0).index(List.of(mask))), random(3, 3, 2));
    each(
        "mask too small",
        x -> List.of(x.get(0).index(List.of(mask))),
        random(3, 3, 4),
        random(3, 2));
    each("no index", x -> List.of(x.get(0).index(Arrays.asList((Tensor) null))), self);
    return tests();
  }

  private static String refused(TensorFunction f, Tensor... inputs) {
    return assertThrows(AutogradException.class, () -> Vmap.vmapAll(f).apply(List.of(inputs)))
        .getMessage();
  }

  @Test
  void masksThatDifferAreRefusedForWhatTheySize() {
    Tensor mask = Arranged.of(DType.BOOL, new long[] {2, 2}, 1, 0, 1, 1);
    Tensor x = random(2, 2);
    assertTrue(
        refused(t -> List.of(t.get(0).index(List.of(t.get(1)))), x, mask).startsWith("index: "));
    String put = refused(t -> List.of(t.get(0).indexPut(List.of(t.get(1)), t.get(0))), x, mask);
    assertTrue(put.startsWith("indexPut: "), put);
    String select = refused(t -> List.of(t.get(0).maskedSelect(t.get(1))), x, mask);
    assertTrue(select.startsWith("maskedSelect: "), select);
    assertTrue(refused(t -> List.of(t.get(0).nonzero()), x).startsWith("nonzero: "));
  }

  @Test
  void writingOneNumberUnderAMaskOfItsOwnForEachElement() {
    Tensor mask = Arranged.of(DType.BOOL, new long[] {2, 2}, 1, 0, 1, 1);
    Tensor x = Arranged.of(DType.FLOAT64, new long[] {2, 2}, 1, 2, 3, 4);
    Tensor filled = Vmap.vmap((Tensor a, Tensor m) -> a.maskedFill(m, 9)).apply(x, mask);
    assertEquals(
        List.of(9.0, 2.0, 9.0, 9.0), Arrays.stream(Arranged.values(filled)).boxed().toList());
  }
}
