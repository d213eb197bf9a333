package org.autograd.samples.digits;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.zip.GZIPInputStream;
import org.autograd.Generator;
import org.autograd.Tensor;

/**
 * Handwritten digits, split into a part to learn from and a part to test on.
 *
 * @param trainImages float32 [n, 64], intensities scaled to 0..1
 * @param trainLabels int64 [n]
 * @param testImages float32 [m, 64]
 * @param testLabels int64 [m]
 */
public record DigitsData(
    Tensor trainImages, Tensor trainLabels, Tensor testImages, Tensor testLabels) {
  /** Pixels in an image: 8 rows of 8. */
  public static final int PIXELS = 64;

  /** How many different digits there are. */
  public static final int CLASSES = 10;

  /**
   * Loads all 1,797 digits and splits them 80/20 at random.
   *
   * @param seed decides the split: the same seed gives the same split everywhere
   */
  public static DigitsData load(long seed) {
    List<String> lines = lines();
    int n = lines.size();
    float[] pixels = new float[n * PIXELS];
    long[] labels = new long[n];
    for (int i = 0; i < n; i++) {
      String[] fields = lines.get(i).split(",");
      for (int p = 0; p < PIXELS; p++) {
        pixels[i * PIXELS + p] = Integer.parseInt(fields[p]) / 16f;
      }
      labels[i] = Long.parseLong(fields[PIXELS]);
    }
    Tensor images = Tensor.wrap(pixels, n, PIXELS);
    Tensor targets = Tensor.wrap(labels, n);
    Tensor order = Tensor.randperm(new Generator(seed), n);
    int train = n * 4 / 5;
    Tensor first = order.narrow(0, 0, train);
    Tensor rest = order.narrow(0, train, n - train);
    return new DigitsData(
        images.indexSelect(0, first),
        targets.indexSelect(0, first),
        images.indexSelect(0, rest),
        targets.indexSelect(0, rest));
  }

  private static List<String> lines() {
    try (InputStream in = DigitsData.class.getResourceAsStream("digits.csv.gz");
        BufferedReader reader =
            new BufferedReader(
                new InputStreamReader(new GZIPInputStream(in), StandardCharsets.US_ASCII))) {
      return reader.lines().toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
