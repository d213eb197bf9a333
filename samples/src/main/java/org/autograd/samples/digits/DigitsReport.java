package org.autograd.samples.digits;

import java.awt.Color;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;
import org.autograd.Tensor;
import org.knowm.xchart.BitmapEncoder;
import org.knowm.xchart.BitmapEncoder.BitmapFormat;
import org.knowm.xchart.HeatMapChart;
import org.knowm.xchart.HeatMapChartBuilder;
import org.knowm.xchart.XYChart;
import org.knowm.xchart.XYChartBuilder;
import org.knowm.xchart.internal.chartpart.Chart;
import org.knowm.xchart.style.HeatMapStyler;
import org.knowm.xchart.style.markers.SeriesMarkers;

/** What is shown at the end: the confusion matrix, the loss curve and the misread digits. */
public final class DigitsReport {
  private static final int GRID_COLUMNS = 5;

  private final long[] labels;
  private final long[] predictions;
  private final float[] images;

  /**
   * Makes a report on held-out digits.
   *
   * @param images float32 [n, 64]
   * @param labels int64 [n], what the digits are
   * @param predictions int64 [n], what they were read as
   */
  public DigitsReport(Tensor images, Tensor labels, Tensor predictions) {
    this.images = images.toFloatArray();
    this.labels = labels.toLongArray();
    this.predictions = predictions.toLongArray();
  }

  /** Returns the share of digits read correctly, 0..1. */
  public double accuracy() {
    return 1 - (double) misread().size() / labels.length;
  }

  private List<Integer> misread() {
    return IntStream.range(0, labels.length)
        .filter(i -> labels[i] != predictions[i])
        .boxed()
        .toList();
  }

  /**
   * Returns the confusion matrix as text: a row for each digit, a column for what it was read as.
   */
  public String confusionMatrix() {
    int[][] counts = new int[DigitsData.CLASSES][DigitsData.CLASSES];
    for (int i = 0; i < labels.length; i++) {
      counts[(int) labels[i]][(int) predictions[i]]++;
    }
    StringBuilder text = new StringBuilder("is \\ read as");
    for (int c = 0; c < DigitsData.CLASSES; c++) {
      text.append(String.format(Locale.ROOT, "%4d", c));
    }
    for (int r = 0; r < DigitsData.CLASSES; r++) {
      text.append(String.format(Locale.ROOT, "%n%12d", r));
      for (int c = 0; c < DigitsData.CLASSES; c++) {
        text.append(counts[r][c] == 0 ? "   ." : String.format(Locale.ROOT, "%4d", counts[r][c]));
      }
    }
    return text.toString();
  }

  /**
   * Writes {@code loss.png} and, if any digit was misread, {@code misread.png}.
   *
   * @return the files written
   * @throws IOException if one cannot be written
   */
  public List<Path> writeCharts(Path folder, TrainingLog log) throws IOException {
    System.setProperty("java.awt.headless", "true");
    Files.createDirectories(folder);
    List<Path> written = new ArrayList<>();
    written.add(write(lossCurve(log), folder.resolve("loss.png")));
    List<Integer> misread = misread();
    Path grid = folder.resolve("misread.png");
    if (misread.isEmpty()) {
      Files.deleteIfExists(grid);
      return written;
    }
    List<Chart<?, ?>> charts = new ArrayList<>();
    for (int i : misread.subList(0, Math.min(misread.size(), 4 * GRID_COLUMNS))) {
      charts.add(digit(i));
    }
    int columns = Math.min(charts.size(), GRID_COLUMNS);
    int rows = (charts.size() + columns - 1) / columns;
    while (charts.size() < rows * columns) {
      charts.add(blank());
    }
    BitmapEncoder.saveBitmap(List.copyOf(charts), rows, columns, grid.toString(), BitmapFormat.PNG);
    written.add(grid);
    return written;
  }

  private static Path write(Chart<?, ?> chart, Path file) throws IOException {
    BitmapEncoder.saveBitmap(chart, file.toString(), BitmapFormat.PNG);
    return file;
  }

  private static XYChart lossCurve(TrainingLog log) {
    XYChart chart =
        new XYChartBuilder()
            .width(800)
            .height(500)
            .title("Reading handwritten digits")
            .xAxisTitle("epoch")
            .yAxisTitle("mean cross entropy (nats)")
            .build();
    List<Integer> epochs = IntStream.rangeClosed(1, log.trainLosses().size()).boxed().toList();
    chart.addSeries("learned from", epochs, log.trainLosses()).setMarker(SeriesMarkers.NONE);
    chart.addSeries("held out", epochs, log.testLosses()).setMarker(SeriesMarkers.NONE);
    chart.getStyler().setYAxisLogarithmic(true);
    return chart;
  }

  private HeatMapChart digit(int i) {
    HeatMapChart chart = heatMap(labels[i] + " read as " + predictions[i]);
    int[][] cells = new int[8][8];
    for (int x = 0; x < 8; x++) {
      for (int y = 0; y < 8; y++) {
        cells[x][7 - y] = Math.round(16 * images[i * DigitsData.PIXELS + y * 8 + x]);
      }
    }
    int[] axis = IntStream.range(0, 8).toArray();
    chart.addSeries("pixels", axis, axis, cells).setMin(0).setMax(16);
    return chart;
  }

  private static HeatMapChart blank() {
    HeatMapChart chart = heatMap(" ");
    chart.addSeries("pixels", new int[] {0}, new int[] {0}, new int[1][1]).setMin(0).setMax(16);
    return chart;
  }

  private static HeatMapChart heatMap(String title) {
    HeatMapChart chart = new HeatMapChartBuilder().width(160).height(180).title(title).build();
    HeatMapStyler styler = chart.getStyler();
    styler.setLegendVisible(false);
    styler.setAxisTicksVisible(false);
    styler.setPlotGridLinesVisible(false);
    styler.setRangeColors(new Color[] {Color.WHITE, Color.BLACK});
    styler.setShowValue(false);
    return chart;
  }
}
