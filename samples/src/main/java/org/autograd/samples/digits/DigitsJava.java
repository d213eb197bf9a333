package org.autograd.samples.digits;

/** Trains a small network on handwritten digits. */
public final class DigitsJava {
  private DigitsJava() {}

  /**
   * Runs the sample.
   *
   * @param args none
   */
  public static void main(String[] args) {
    System.out.println("digits (Java) on Java " + Runtime.version().feature());
  }
}
