package org.autograd.fuzz;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.autograd.Tensor;

/** Makes programs from seeds. */
final class ProgramGenerator {
  private static final String[] SHAPES = {"2, 3", "2, 3", "3, 2", "2, 3, 2", "3", "2, 2", ""};

  private ProgramGenerator() {}

  /** Makes the program of a seed. */
  static Program program(long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    List<Program.Leaf> leaves = new ArrayList<>();
    Map<Integer, Tensor> arguments = new LinkedHashMap<>();
    for (int i = 0; i <= random.nextInt(3); i++) {
      String shape = SHAPES[random.nextInt(SHAPES.length)];
      int arrangement = random.nextInt(10) < 5 ? 0 : random.nextInt(-1, 5);
      Program.Leaf leaf =
          new Program.Leaf(i, "normal(" + shape + ")", shape.isEmpty() ? 0 : arrangement);
      leaves.add(leaf);
      arguments.put(i, leaf.make(seed).requiresGrad_());
    }
    Sketch sketch = new Sketch(arguments, List.copyOf(arguments.values()));
    StepGenerator steps = new StepGenerator(random, sketch, leaves.size());
    int length = 3 + random.nextInt(10);
    for (int tries = 0; tries < 6 * length && sketch.steps.size() < length; tries++) {
      steps.extend();
    }
    List<Integer> outputs = new ArrayList<>();
    for (int i = sketch.ids.size() - 1; i >= 0 && outputs.size() < 3; i--) {
      Tensor t = sketch.tensor(sketch.ids.get(i));
      if (t.dtype().isFloating() && (outputs.isEmpty() || random.nextInt(3) == 0)) {
        outputs.add(sketch.ids.get(i));
      }
    }
    return new Program(seed, leaves, List.copyOf(sketch.steps), outputs);
  }
}
