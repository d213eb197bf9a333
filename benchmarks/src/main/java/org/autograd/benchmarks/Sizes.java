package org.autograd.benchmarks;

import java.util.Arrays;
import java.util.stream.Collectors;

/** Shapes and counts as a table prints them. */
final class Sizes {

  private Sizes() {}

  static long numel(long[] sizes) {
    return Arrays.stream(sizes).reduce(1, Math::multiplyExact);
  }

  static String text(long[] sizes) {
    return Arrays.stream(sizes).mapToObj(Long::toString).collect(Collectors.joining("×"));
  }

  static String count(long n) {
    if (n % 1_000_000 == 0) {
      return n / 1_000_000 + " M";
    }
    return n % 1_000 == 0 ? n / 1_000 + " k" : Long.toString(n);
  }
}
