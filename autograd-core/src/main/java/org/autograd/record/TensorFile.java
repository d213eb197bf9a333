package org.autograd.record;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.channels.WritableByteChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.autograd.tensor.ElementType;
import org.autograd.tensor.HeapStorage;

/** Writes parts of primitive arrays to files, and reads them back from memory-mapped files. */
final class TensorFile {
  private static final int CHUNK = 1 << 20;

  /** The largest part of a file that is mapped at once, in bytes. */
  private static final int MAPPED = 1 << 30;

  private TensorFile() {}

  /** Writes {@code count} elements of a primitive array from {@code offset} on. */
  static void write(WritableByteChannel to, ElementType type, Object array, int offset, int count)
      throws IOException {
    int element = type.bytes();
    ByteBuffer bytes =
        ByteBuffer.allocate((int) Math.min(CHUNK, (long) count * element))
            .order(ByteOrder.nativeOrder());
    int step = Math.max(1, CHUNK / element);
    for (int done = 0; done < count; ) {
      int n = Math.min(step, count - done);
      bytes.clear();
      type.put(bytes, array, offset + done, n);
      bytes.limit(n * element);
      while (bytes.hasRemaining()) {
        to.write(bytes);
      }
      done += n;
    }
  }

  /** Fills a fresh storage from a file that {@link #write} wrote. */
  static void read(Path from, ElementType type, HeapStorage to) throws IOException {
    int element = type.bytes();
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
          type.get(mapping.bytes().order(ByteOrder.nativeOrder()), to.array, done, n);
        }
        done += n;
      }
    }
  }
}
