package org.autograd.record;

import java.io.IOException;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileChannel.MapMode;

/**
 * A part of a file in memory, to be read by one thread. From JDK 22 on it is unmapped when closed;
 * before, when the collector finds it.
 */
final class FileMapping implements AutoCloseable {
  private static final MethodHandle ARENA = arena();
  private static final MethodHandle MAP = map();
  private static final MethodHandle BYTES = bytesOf();

  private final AutoCloseable arena;
  private final ByteBuffer bytes;

  private FileMapping(AutoCloseable arena, ByteBuffer bytes) {
    this.arena = arena;
    this.bytes = bytes;
  }

  static FileMapping of(FileChannel channel, long offset, long size) throws IOException {
    if (BYTES == null) {
      return new FileMapping(null, channel.map(MapMode.READ_ONLY, offset, size));
    }
    AutoCloseable arena = null;
    try {
      arena = (AutoCloseable) ARENA.invoke();
      Object segment = MAP.invoke(channel, MapMode.READ_ONLY, offset, size, arena);
      return new FileMapping(arena, (ByteBuffer) BYTES.invoke(segment));
    } catch (IOException | RuntimeException | Error e) {
      close(arena);
      throw e;
    } catch (Throwable e) {
      close(arena);
      throw new IOException(e);
    }
  }

  ByteBuffer bytes() {
    return bytes;
  }

  @Override
  public void close() throws IOException {
    close(arena);
  }

  private static void close(AutoCloseable arena) throws IOException {
    try {
      if (arena != null) {
        arena.close();
      }
    } catch (IOException | RuntimeException e) {
      throw e;
    } catch (Exception e) {
      throw new IOException(e);
    }
  }

  // The library is compiled for a release in which these methods are not final yet.

  private static MethodHandle arena() {
    return find(() -> {
      Class<?> arena = Class.forName("java.lang.foreign.Arena");
      return MethodHandles.publicLookup()
          .findStatic(arena, "ofConfined", MethodType.methodType(arena));
    });
  }

  private static MethodHandle map() {
    return find(() -> {
      Class<?> arena = Class.forName("java.lang.foreign.Arena");
      Class<?> segment = Class.forName("java.lang.foreign.MemorySegment");
      return MethodHandles.publicLookup()
          .findVirtual(
              FileChannel.class,
              "map",
              MethodType.methodType(segment, MapMode.class, long.class, long.class, arena));
    });
  }

  private static MethodHandle bytesOf() {
    return find(() -> {
      Class<?> segment = Class.forName("java.lang.foreign.MemorySegment");
      return MethodHandles.publicLookup()
          .findVirtual(segment, "asByteBuffer", MethodType.methodType(ByteBuffer.class));
    });
  }

  private interface Finder {
    MethodHandle find() throws ReflectiveOperationException;
  }

  private static MethodHandle find(Finder finder) {
    if (Runtime.version().feature() < 22) {
      return null;
    }
    try {
      return finder.find();
    } catch (ReflectiveOperationException e) {
      throw new ExceptionInInitializerError(e);
    }
  }
}
