package org.autograd.kernel.cpu.vector;

import java.util.Optional;
import jdk.incubator.vector.FloatVector;
import org.autograd.kernel.cpu.VectorRefusal;

/** Refuses processors whose vectors are too narrow or have no fused multiply-add. */
public final class VectorProbe implements VectorRefusal {

  private static final int NARROW_BITS = 128;

  /** Made by name, see {@link org.autograd.kernel.cpu.VectorSupport}. */
  public VectorProbe() {}

  @Override
  public Optional<String> reason() {
    int bits = FloatVector.SPECIES_PREFERRED.vectorBitSize();
    String arch = System.getProperty("os.arch", "");
    if (bits < NARROW_BITS) {
      return Optional.of("the preferred vector has only " + bits + " bits");
    }
    // An x86 processor without AVX2 has no fused multiply-add, which would be emulated very slowly.
    if (bits == NARROW_BITS && !arch.equals("aarch64")) {
      return Optional.of("vectors of " + bits + " bits on " + arch + " have no fast multiply-add");
    }
    return Optional.empty();
  }
}
