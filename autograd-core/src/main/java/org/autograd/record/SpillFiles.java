package org.autograd.record;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.HashSet;
import java.util.Set;

/**
 * The files of one {@link DiskSpill}: a directory of its own that exists as long as it has files. A
 * lock tells other processes that it is in use; one that nobody holds was left behind by a process
 * that was killed, and is removed.
 */
final class SpillFiles {
  private static final String PREFIX = "autograd-saved-";
  private static final String LOCK = "lock";

  /** The directories of this process, removed when the JVM exits. Guarded by itself. */
  private static final Set<Path> MINE = new HashSet<>();

  static {
    Runtime.getRuntime()
        .addShutdownHook(
            new Thread(
                () -> {
                  synchronized (MINE) {
                    MINE.forEach(SpillFiles::removeAll);
                  }
                },
                "autograd-spill-cleanup"));
  }

  private Path parent;
  private Path dir;
  private FileChannel lock;
  private int files;
  private long next;

  SpillFiles(Path parent) {
    this.parent = parent;
  }

  /** Returns the name of a new file, which the caller makes and gives back. */
  synchronized Path add() throws IOException {
    if (files == 0) {
      open();
    }
    files++;
    return dir.resolve(Long.toString(next++));
  }

  /** Deletes a file; with the last one the directory goes. */
  synchronized void remove(Path file) {
    try {
      Files.deleteIfExists(file);
    } catch (IOException e) {
      // Some systems delete no file that is mapped: it goes with the directory, at exit or by the
      // next process.
      file.toFile().deleteOnExit();
    }
    if (--files == 0) {
      close();
    }
  }

  private void open() throws IOException {
    Files.createDirectories(parent);
    parent = parent.toRealPath();
    removeLeftovers();
    while (true) {
      Path made = Files.createTempDirectory(parent, PREFIX);
      synchronized (MINE) {
        MINE.add(made);
      }
      Path file = made.resolve(LOCK);
      FileChannel channel =
          FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
      FileLock held = tryLock(channel);
      // Another process may have taken the directory for a leftover before the lock was held.
      if (held != null && Files.exists(file)) {
        dir = made;
        lock = channel;
        return;
      }
      channel.close();
      forget(made);
    }
  }

  private void close() {
    try {
      lock.close();
    } catch (IOException e) {
      // The lock of a directory that goes away does not matter.
    }
    forget(dir);
    lock = null;
    dir = null;
  }

  private static void forget(Path dir) {
    removeAll(dir);
    synchronized (MINE) {
      MINE.remove(dir);
    }
  }

  private void removeLeftovers() throws IOException {
    try (DirectoryStream<Path> found = Files.newDirectoryStream(parent, PREFIX + "*")) {
      for (Path other : found) {
        if (!isMine(other) && Files.exists(other.resolve(LOCK))) {
          removeIfFree(other);
        }
      }
    }
  }

  private static boolean isMine(Path dir) {
    // Asked before a lock file is opened: on some systems closing it would give up every lock this
    // process has on it.
    synchronized (MINE) {
      return MINE.contains(dir);
    }
  }

  private static void removeIfFree(Path other) {
    try (FileChannel channel = FileChannel.open(other.resolve(LOCK), StandardOpenOption.WRITE)) {
      if (tryLock(channel) != null) {
        removeAll(other);
      }
    } catch (IOException e) {
      // It is being removed by somebody else, or belongs to another user.
    }
  }

  private static FileLock tryLock(FileChannel channel) throws IOException {
    try {
      return channel.tryLock();
    } catch (OverlappingFileLockException e) {
      return null;
    }
  }

  private static void removeAll(Path dir) {
    try (DirectoryStream<Path> found = Files.newDirectoryStream(dir)) {
      for (Path file : found) {
        Files.deleteIfExists(file);
      }
      Files.deleteIfExists(dir);
    } catch (IOException e) {
      // Nothing is lost but room: the next process that spills here tries again.
    }
  }
}
