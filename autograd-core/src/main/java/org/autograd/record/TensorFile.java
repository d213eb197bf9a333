package org.autograd.record;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.channels.WritableByteChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.autograd.tensor.HeapStorage;

/** Writes parts of primitive arrays to files, and reads them back from memory-mapped files. */
final class TensorFile {
  private static final int CHUNK = 1 << 20;

  /** The largest part of a file that is mapped at once, in bytes. */
  private static final int MAPPED = 1 << 30;

  private TensorFile() {}

  /** Writes {@code count} elements of a primitive array from {@code offset} on. */
  static void write(WritableByteChannel to, Object array, int offset, int count, int element)
      throws IOException {
    ByteBuffer bytes =
        ByteBuffer.allocate((int) Math.min(CHUNK, (long) count * element))
            .order(ByteOrder.nativeOrder());
    int step = Math.max(1, CHUNK / element);
    for (int done = 0; done < count; ) {
      int n = Math.min(step, count - done);
      bytes.clear();
      put(bytes, array, offset + done, n);
      bytes.limit(n * element);
      while (bytes.hasRemaining()) {
        to.write(bytes);
      }
      done += n;
    }
  }

  private static void put(ByteBuffer to, Object array, int offset, int n) {
    switch (array) {
      case byte[] a -> to.duplicate().put(a, offset, n);
      case int[] a -> to.asIntBuffer().put(a, offset, n);
      case long[] a -> to.asLongBuffer().put(a, offset, n);
      case float[] a -> to.asFloatBuffer().put(a, offset, n);
      case double[] a -> to.asDoubleBuffer().put(a, offset, n);
      default -> throw new AssertionError(array.getClass());
    }
  }

  /** Fills a fresh storage from a file that {@link #write} wrote. */
  static void read(Path from, HeapStorage to, int element) throws IOException {
    int count = (int) to.length();
    try (FileChannel channel = FileChannel.open(from, StandardOpenOption.READ)) {
      if (channel.size() != (long) count * element) {
        throw new IOException(
            from + " has " + channel.size() + " bytes, expected " + (long) count * element);
      }
      int step = MAPPED / element;
      for (int done = 0; done < count; ) {
        int n = Math.min(step, count - done);
        try (FileMapping mapping =
            FileMapping.of(channel, (long) done * element, (long) n * element)) {
          get(mapping.bytes().order(ByteOrder.nativeOrder()), to.array, done, n);
        }
        done += n;
      }
    }
  }

  private static void get(ByteBuffer from, Object array, int offset, int n) {
    switch (array) {
      case byte[] a -> from.get(a, offset, n);
      case int[] a -> from.asIntBuffer().get(a, offset, n);
      case long[] a -> from.asLongBuffer().get(a, offset, n);
      case float[] a -> from.asFloatBuffer().get(a, offset, n);
      case double[] a -> from.asDoubleBuffer().get(a, offset, n);
      default -> throw new AssertionError(array.getClass());
    }
  }
}
