package org.autograd.record;

import java.io.IOException;
import java.lang.ref.Cleaner;
import java.lang.ref.WeakReference;
import java.nio.channels.FileChannel;
import java.nio.channels.WritableByteChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.autograd.AutogradException;
import org.autograd.DType;
import org.autograd.Device;
import org.autograd.Tensor;
import org.autograd.graph.GradMath;
import org.autograd.graph.SavedTensorHooks;
import org.autograd.tensor.ElementType;
import org.autograd.tensor.HeapStorage;
import org.autograd.tensor.Layout;
import org.autograd.tensor.Raw;

/**
 * Keeps saved tensors in files, one for each. When one is read, those saved just before it are read
 * ahead by another thread, because backward passes mostly go backwards.
 */
public final class DiskSpill implements SavedTensorHooks<DiskSpill.Entry> {
  /** How many values are read ahead. */
  static final int AHEAD = 2;

  private static final Cleaner CLEANER = Cleaner.create();

  /** Opens files for writing; tests fill the disk here. */
  @FunctionalInterface
  interface Opener {
    WritableByteChannel open(Path file) throws IOException;
  }

  /** The thread that reads ahead; it ends when there has been nothing to do for a while. */
  private static final class Reader {
    static final ExecutorService THREAD = thread();

    private static ExecutorService thread() {
      ThreadPoolExecutor executor =
          new ThreadPoolExecutor(
              1,
              1,
              5,
              TimeUnit.SECONDS,
              new LinkedBlockingQueue<>(),
              task -> {
                Thread t = new Thread(task, "autograd-read-ahead");
                t.setDaemon(true);
                return t;
              });
      executor.allowCoreThreadTimeOut(true);
      return executor;
    }
  }

  private final SpillFiles files;
  private final Opener opener;

  /** The entries whose files exist, in the order of their packing. */
  private final ConcurrentSkipListMap<Long, WeakReference<Entry>> live =
      new ConcurrentSkipListMap<>();

  private final AtomicLong numbers = new AtomicLong();

  /** The entries that are read ahead. Guarded by this. */
  private List<WeakReference<Entry>> ahead = List.of();

  private long usedAhead;

  /** Makes hooks that write below a directory, which is made when it is needed. */
  public DiskSpill(Path dir) {
    this(dir, f -> FileChannel.open(f, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE));
  }

  DiskSpill(Path dir, Opener opener) {
    this.files = new SpillFiles(dir);
    this.opener = opener;
  }

  /** One value in a file. */
  public static final class Entry {
    private final long number;
    private final Path file;
    private final DType dtype;
    private final Layout layout;
    private final Device device;
    private Cleaner.Cleanable cleanable;

    /** The value, read or being read ahead; null if it is not. Guarded by this. */
    private CompletableFuture<HeapStorage> read;

    private Entry(long number, Path file, Tensor dense, Device device) {
      this.number = number;
      this.file = file;
      this.dtype = Raw.dtype(dense);
      this.layout = Raw.layout(dense).fresh();
      this.device = device;
    }

    private HeapStorage load() {
      HeapStorage storage = HeapStorage.allocate(dtype, layout.numel());
      try {
        TensorFile.read(file, ElementType.of(dtype), storage);
      } catch (IOException e) {
        throw new AutogradException(
            "saveToDisk: cannot read a saved "
                + dtype
                + " tensor back from "
                + file
                + ": "
                + e.getMessage(),
            e);
      }
      return storage;
    }

    /** Starts reading on the other thread, unless that has been done. */
    private synchronized void readAhead() {
      if (read == null) {
        read = CompletableFuture.supplyAsync(this::load, Reader.THREAD);
      }
    }

    private synchronized CompletableFuture<HeapStorage> takeRead() {
      CompletableFuture<HeapStorage> taken = read;
      read = null;
      return taken;
    }
  }

  @Override
  public Entry pack(Tensor t) {
    Device device = Raw.storage(t).device();
    GradMath math = GradMath.get();
    Tensor host = device.isCpu() ? t : math.convert(t, Raw.dtype(t), Device.CPU);
    Layout layout = Raw.layout(host);
    Tensor dense = layout.isNonOverlappingAndDense() ? host : math.cloneLike(host, layout);
    ElementType type = ElementType.of(Raw.dtype(dense));
    Path file = null;
    try {
      file = files.add();
      try (WritableByteChannel channel = opener.open(file)) {
        Layout from = Raw.layout(dense);
        TensorFile.write(channel, type, Raw.array(dense), (int) from.offset(), (int) from.numel());
      }
    } catch (IOException | RuntimeException | Error e) {
      if (file != null) {
        files.remove(file);
      }
      throw e instanceof IOException ? failed(host, type, file, (IOException) e) : rethrown(e);
    }
    Entry entry = new Entry(numbers.getAndIncrement(), file, dense, device);
    live.put(entry.number, new WeakReference<>(entry));
    entry.cleanable = CLEANER.register(entry, deletion(files, file, live, entry.number));
    return entry;
  }

  private static RuntimeException rethrown(Throwable e) {
    if (e instanceof Error error) {
      throw error;
    }
    return (RuntimeException) e;
  }

  private static AutogradException failed(Tensor t, ElementType type, Path file, IOException e) {
    return new AutogradException(
        "saveToDisk: cannot write "
            + Record.describe(t)
            + " ("
            + Raw.layout(t).numel() * type.bytes()
            + " bytes)"
            + (file == null ? "" : " to " + file)
            + ": "
            + e.getMessage()
            + ". No gradient has changed; make room on the disk or choose another directory.",
        e);
  }

  /** Returns what is done once for each entry: it must not keep the entry reachable. */
  private static Runnable deletion(
      SpillFiles files, Path file, Map<Long, WeakReference<Entry>> live, long number) {
    return () -> {
      live.remove(number);
      files.remove(file);
    };
  }

  @Override
  public Tensor unpack(Entry entry) {
    CompletableFuture<HeapStorage> read = entry.takeRead();
    readBefore(entry, read != null);
    HeapStorage storage = read == null ? entry.load() : finished(read, entry);
    Tensor t = Raw.fresh(storage, entry.layout, entry.dtype);
    return entry.device.isCpu() ? t : GradMath.get().convert(t, entry.dtype, entry.device);
  }

  private static HeapStorage finished(CompletableFuture<HeapStorage> read, Entry entry) {
    try {
      return read.join();
    } catch (CompletionException e) {
      return entry.load();
    }
  }

  /** Reads ahead what was saved just before a value, and nothing else any more. */
  private synchronized void readBefore(Entry current, boolean wasAhead) {
    List<WeakReference<Entry>> wanted = new ArrayList<>(AHEAD);
    Set<Entry> entries = new HashSet<>();
    for (WeakReference<Entry> ref : live.headMap(current.number).descendingMap().values()) {
      Entry e = ref.get();
      if (e != null) {
        e.readAhead();
        wanted.add(ref);
        entries.add(e);
        if (wanted.size() == AHEAD) {
          break;
        }
      }
    }
    for (WeakReference<Entry> ref : ahead) {
      Entry e = ref.get();
      if (e != null && !entries.contains(e)) {
        e.takeRead();
      }
    }
    ahead = wanted;
    usedAhead += wasAhead ? 1 : 0;
  }

  /** Returns how many values had been read ahead when they were asked for. */
  synchronized long usedAhead() {
    return usedAhead;
  }

  @Override
  public void release(Entry entry) {
    entry.takeRead();
    entry.cleanable.clean();
  }
}
