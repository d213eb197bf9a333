package org.autograd.samples.digits;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;
import me.tongfei.progressbar.ProgressBarStyle;

/**
 * Shows how training goes: a progress bar on a terminal, a plain line now and then elsewhere.
 * Collects the losses.
 */
public final class TrainingLog implements AutoCloseable {
  private final int epochs;
  private final ProgressBar bar;
  private final List<Double> trainLosses = new ArrayList<>();
  private final List<Double> testLosses = new ArrayList<>();

  /** Starts a log for a number of epochs. */
  public TrainingLog(int epochs) {
    this.epochs = epochs;
    this.bar =
        System.console() != null && System.console().isTerminal()
            ? new ProgressBarBuilder()
                .setTaskName("training")
                .setUnit(" epochs", 1)
                .setInitialMax(epochs)
                .setStyle(ProgressBarStyle.COLORFUL_UNICODE_BLOCK)
                .setUpdateIntervalMillis(100)
                .build()
            : null;
  }

  /**
   * Notes the end of an epoch.
   *
   * @param trainLoss mean cross entropy over the epoch, in nats
   * @param testLoss mean cross entropy on held-out digits, in nats
   * @param accuracy share of held-out digits read correctly, 0..1
   */
  public void epoch(double trainLoss, double testLoss, double accuracy) {
    trainLosses.add(trainLoss);
    testLosses.add(testLoss);
    String text =
        String.format(
            Locale.ROOT,
            "loss %.4f, held out %.4f, accuracy %.2f %%",
            trainLoss,
            testLoss,
            100 * accuracy);
    if (bar != null) {
      bar.setExtraMessage(text);
      bar.step();
    } else if (trainLosses.size() % 5 == 0 || trainLosses.size() == 1) {
      System.out.printf(Locale.ROOT, "epoch %2d of %d: %s%n", trainLosses.size(), epochs, text);
    }
  }

  /** Returns the mean loss of each epoch on the digits learned from. */
  public List<Double> trainLosses() {
    return trainLosses;
  }

  /** Returns the mean loss of each epoch on the held-out digits. */
  public List<Double> testLosses() {
    return testLosses;
  }

  @Override
  public void close() {
    if (bar != null) {
      bar.close();
    }
  }
}
