package org.autograd.samples.digits;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.autograd.Generator;
import org.autograd.GradMode;
import org.autograd.Tensor;

/**
 * Learns to read handwritten digits: 64 pixels, 256 hidden units of which 30 % rest at a time, 10
 * classes. Its Kotlin twin is {@code Digits.kt}.
 */
public final class DigitsJava {
  private static final int HIDDEN = 256;
  private static final int EPOCHS = 40;
  private static final double DROPOUT = 0.3;
  private static final double RATE = 2e-3;
  private static final int BATCH = 32;
  private static final long SEED = 7;

  private final Tensor w1 = weight(DigitsData.PIXELS, HIDDEN);
  private final Tensor b1 = Tensor.zeros(HIDDEN).requiresGrad_();
  private final Tensor w2 = weight(HIDDEN, DigitsData.CLASSES);
  private final Tensor b2 = Tensor.zeros(DigitsData.CLASSES).requiresGrad_();

  /** Trains, tests and reports. */
  public static void main(String[] args) throws IOException {
    long start = System.nanoTime();
    Generator.defaultGenerator().manualSeed(SEED);
    DigitsData data = DigitsData.load(SEED);
    DigitsJava net = new DigitsJava();
    try (TrainingLog log = new TrainingLog(EPOCHS)) {
      net.train(data, log);
      log.close();
      DigitsReport report =
          new DigitsReport(data.testImages(), data.testLabels(), net.predict(data.testImages()));
      System.out.println(report.confusionMatrix());
      System.out.printf(
          Locale.ROOT,
          "held-out accuracy %.2f %% on %d digits, %.1f s%n",
          100 * report.accuracy(),
          data.testLabels().numel(),
          (System.nanoTime() - start) / 1e9);
      for (Path file : report.writeCharts(Path.of("target", "digits-java"), log)) {
        System.out.println("wrote " + file.toAbsolutePath());
      }
    }
  }

  /** He initialisation: normal with variance 2 / inputs. */
  private static Tensor weight(int inputs, int outputs) {
    return Tensor.randn(inputs, outputs).mul(Math.sqrt(2.0 / inputs)).requiresGrad_();
  }

  private Tensor logits(Tensor images, boolean training) {
    return images.matmul(w1).add(b1).relu().dropout(DROPOUT, training).matmul(w2).add(b2);
  }

  private Tensor predict(Tensor images) {
    return GradMode.noGrad(() -> logits(images, false).argmax(1));
  }

  private void train(DigitsData data, TrainingLog log) {
    Adam adam = new Adam(List.of(w1, b1, w2, b2));
    long n = data.trainLabels().numel();
    for (int epoch = 0; epoch < EPOCHS; epoch++) {
      Tensor order = Tensor.randperm(n);
      double rate = RATE * (1 + Math.cos(Math.PI * epoch / EPOCHS)) / 2;
      double sum = 0;
      for (long at = 0; at < n; at += BATCH) {
        Tensor rows = order.narrow(0, at, Math.min(BATCH, n - at));
        Tensor loss =
            logits(data.trainImages().indexSelect(0, rows), true)
                .crossEntropy(data.trainLabels().indexSelect(0, rows));
        loss.backward();
        adam.step(rate);
        sum += loss.item() * rows.numel();
      }
      Tensor held = GradMode.noGrad(() -> logits(data.testImages(), false));
      double right = held.argmax(1).eq(data.testLabels()).sum().item();
      log.epoch(
          sum / n, held.crossEntropy(data.testLabels()).item(), right / data.testLabels().numel());
    }
  }

  /** Adam (Kingma and Ba, 2015, algorithm 1), with its usual constants. */
  private static final class Adam {
    private static final double BETA1 = 0.9;
    private static final double BETA2 = 0.999;
    private static final double EPS = 1e-8;

    private final List<Tensor> parameters;
    private final List<Tensor> means = new ArrayList<>();
    private final List<Tensor> squares = new ArrayList<>();
    private int steps;

    Adam(List<Tensor> parameters) {
      this.parameters = parameters;
      for (Tensor p : parameters) {
        means.add(Tensor.zerosLike(p));
        squares.add(Tensor.zerosLike(p));
      }
    }

    /** Moves the parameters against their gradients and resets these. */
    void step(double rate) {
      steps++;
      double scale = rate * Math.sqrt(1 - Math.pow(BETA2, steps)) / (1 - Math.pow(BETA1, steps));
      try (var scope = GradMode.noGrad()) {
        for (int i = 0; i < parameters.size(); i++) {
          Tensor p = parameters.get(i);
          Tensor g = p.grad();
          Tensor m = means.get(i).mul_(BETA1).add_(g.mul(1 - BETA1));
          Tensor v = squares.get(i).mul_(BETA2).add_(g.mul(g).mul_(1 - BETA2));
          p.sub_(m.mul(scale).div_(v.sqrt().add_(EPS)));
          p.setGrad(null);
        }
      }
    }
  }
}
