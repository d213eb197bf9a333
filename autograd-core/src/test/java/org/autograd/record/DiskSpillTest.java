package org.autograd.record;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.autograd.TestTensors.leaf;
import static org.autograd.TestTensors.values;

import java.io.File;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.WritableByteChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.autograd.Autograd;
import org.autograd.AutogradException;
import org.autograd.BackwardOptions;
import org.autograd.DType;
import org.autograd.Garbage;
import org.autograd.Graph;
import org.autograd.Scope;
import org.autograd.Tensor;
import org.autograd.graph.Node;
import org.autograd.graph.SavedTensorHooks;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Saved tensors in files. */
class DiskSpillTest {
  private static final BackwardOptions KEEP = BackwardOptions.DEFAULT.withRetainGraph(true);

  @TempDir Path dir;

  private List<Path> files() throws IOException {
    try (Stream<Path> all = Files.walk(dir)) {
      return all.filter(Files::isRegularFile)
          .filter(f -> !f.getFileName().toString().equals("lock"))
          .toList();
    }
  }

  private List<Path> everything() throws IOException {
    try (Stream<Path> all = Files.list(dir)) {
      return all.toList();
    }
  }

  @Test
  void gradientsAreTheSameAndFilesGoWithThePass() throws IOException {
    Tensor a = leaf(1, 2, 3);
    Tensor y = Graph.saveToDisk(dir, () -> a.mul(a).exp().sum());
    assertThat(files()).hasSize(3);
    assertThat(files()).allMatch(f -> f.toFile().length() == 24);
    y.backward();
    Tensor plain = leaf(1, 2, 3);
    plain.mul(plain).exp().sum().backward();
    assertThat(values(a.grad())).containsExactly(values(plain.grad()));
    assertThat(everything()).isEmpty();
  }

  @Test
  void everyDtypeAndLayoutComesBack() {
    DiskSpill spill = new DiskSpill(dir);
    double[] elements = {0, 1, 2, 3, 4, 5};
    for (DType dtype : DType.values()) {
      Tensor rows = Tensor.of(elements).to(dtype).reshape(2, 3);
      for (Tensor t :
          List.of(
              rows,
              rows.transpose(0, 1),
              rows.select(0, 1),
              rows.select(1, 1),
              rows.unsqueeze(0).expand(4, 2, 3),
              Tensor.of(new double[0]).to(dtype),
              Tensor.of(new double[] {1}).to(dtype).reshape(new long[0]))) {
        DiskSpill.Entry entry = spill.pack(t);
        Tensor back = spill.unpack(entry);
        assertThat(back.dtype()).isEqualTo(dtype);
        assertThat(back.sizes()).containsExactly(t.sizes());
        assertThat(values(back)).containsExactly(values(t));
        if (t.isContiguous() || t.dim() == 2 && t.size(0) == 3) {
          assertThat(back.strides()).containsExactly(t.strides());
        }
        spill.release(entry);
      }
    }
  }

  @Test
  void valuesLargerThanABufferComeBack() {
    DiskSpill spill = new DiskSpill(dir);
    Tensor t = Tensor.arange(0, 300_000).to(DType.FLOAT64);
    assertThat(values(spill.unpack(spill.pack(t)))).isEqualTo(values(t));
  }

  @Test
  void aKeptGraphCanRunAgain() throws IOException {
    Tensor a = leaf(1, 2, 3);
    Tensor y = Graph.saveToDisk(dir, () -> a.exp().sum());
    y.backward(KEEP);
    assertThat(files()).hasSize(1);
    y.backward();
    assertThat(files()).isEmpty();
    assertThat(values(a.grad())).containsExactly(2 * Math.E, 2 * Math.exp(2), 2 * Math.exp(3));
  }

  @Test
  void valuesAreReadAheadInBackwardOrder() {
    DiskSpill spill = new DiskSpill(dir);
    Tensor a = leaf(0.1, 0.2);
    Tensor y = Graph.savedTensorsHooks(spill, () -> a.exp().exp().exp().exp().exp());
    y.sum().backward();
    assertThat(spill.usedAhead()).as("all but the first that is read").isEqualTo(4);
  }

  @Test
  void whatWasReadAheadInVainIsLetGo() {
    DiskSpill spill = new DiskSpill(dir);
    DiskSpill.Entry[] entries = new DiskSpill.Entry[10];
    for (int i = 0; i < entries.length; i++) {
      entries[i] = spill.pack(Tensor.of(new double[] {i}));
    }
    for (int i = 9; i >= 0; i -= 3) {
      assertThat(spill.unpack(entries[i]).item()).isEqualTo(i);
    }
    assertThat(spill.usedAhead()).isEqualTo(0);
    assertThat(spill.unpack(entries[7]).item()).isEqualTo(7);
    assertThat(spill.usedAhead()).isEqualTo(0);
  }

  @Test
  void filesOfAnUnreachableGraphAreDeleted() throws IOException {
    recordAndForget();
    assertThat(files()).isNotEmpty();
    for (int i = 0; i < 100 && !everything().isEmpty(); i++) {
      Garbage.collected();
      pause();
    }
    assertThat(everything()).isEmpty();
  }

  private void recordAndForget() {
    Tensor a = leaf(1, 2, 3);
    Graph.saveToDisk(dir, () -> a.exp().exp());
  }

  private static void pause() {
    try {
      Thread.sleep(20);
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  @Test
  void aFailedPassKeepsTheFilesForTheNextOne() throws IOException {
    Tensor a = leaf(1, 2);
    Tensor h = Graph.saveToDisk(dir, () -> a.exp());
    Tensor y = h.mul(1);
    var handle =
        h.registerHook(g -> {
          throw new IllegalStateException("planned");
        });
    assertThatThrownBy(() -> y.sum().backward()).isInstanceOf(IllegalStateException.class);
    assertThat(files()).hasSize(1);
    handle.remove();
    h.sum().backward();
    assertThat(values(a.grad())).containsExactly(Math.E, Math.exp(2));
    assertThat(everything()).isEmpty();
  }

  /** A disk with room for some bytes only. */
  private static final class SmallDisk implements DiskSpill.Opener {
    private long room;

    SmallDisk(long room) {
      this.room = room;
    }

    @Override
    public WritableByteChannel open(Path file) throws IOException {
      FileChannel real =
          FileChannel.open(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
      return new WritableByteChannel() {
        @Override
        public int write(ByteBuffer bytes) throws IOException {
          if (room < bytes.remaining()) {
            bytes.limit(bytes.position() + (int) room);
            real.write(bytes);
            throw new IOException("No space left on device");
          }
          room -= bytes.remaining();
          return real.write(bytes);
        }

        @Override
        public boolean isOpen() {
          return real.isOpen();
        }

        @Override
        public void close() throws IOException {
          real.close();
        }
      };
    }
  }

  @Test
  void aFullDiskIsAnErrorOfTheOperationThatSaves() throws IOException {
    Tensor a = leaf(1, 2);
    Tensor y;
    try (Scope scope = Graph.savedTensorsHooks(new DiskSpill(dir, new SmallDisk(20)))) {
      y = a.exp();
      assertThat(files()).hasSize(1);
      assertThatThrownBy(() -> a.exp())
          .isInstanceOf(AutogradException.class)
          .hasMessageContaining("No space left on device")
          .hasMessageContaining("16 bytes")
          .hasMessageContaining("float64")
          .hasRootCauseInstanceOf(IOException.class);
    }
    assertThat(files()).hasSize(1);
    y.sum().backward();
    assertThat(values(a.grad())).containsExactly(Math.E, Math.exp(2));
    assertThat(everything()).isEmpty();
  }

  @Test
  void aFullDiskLeavesATensorThatWasToChangeAsItWas() throws IOException {
    Tensor a = leaf(1, 2);
    Tensor y = a.mul(1);
    Node made = y.gradFn();
    try (Scope scope = Graph.savedTensorsHooks(new DiskSpill(dir, new SmallDisk(10)))) {
      assertThatThrownBy(() -> y.exp_())
          .isInstanceOf(AutogradException.class)
          .hasMessageContaining("No space left on device");
    }
    assertThat(values(y)).containsExactly(1, 2);
    assertThat(y.version()).isZero();
    assertThat(y.gradFn()).isSameAs(made);
    assertThat(everything()).isEmpty();
    y.sum().backward();
    assertThat(values(a.grad())).containsExactly(1, 1);
  }

  @Test
  void aDiskThatFillsDuringAPassLeavesGradientsUntouched() {
    Tensor a = leaf(1, 2);
    a.setGrad(Tensor.of(new double[] {7, 8}));
    Tensor y = a.mul(a).exp().sum();
    SavedTensorHooks<?> full = new DiskSpill(dir, new SmallDisk(20));
    assertThatThrownBy(() ->
            Graph.savedTensorsHooks(
                full,
                () ->
                    Autograd.backward(
                        List.of(y), null, BackwardOptions.DEFAULT.withCreateGraph(true))))
        .isInstanceOf(AutogradException.class)
        .hasMessageContaining("No space left on device");
    assertThat(values(a.grad())).containsExactly(7, 8);
    y.backward();
    assertThat(a.grad().requiresGrad()).isFalse();
  }

  @Test
  void aLostFileIsAnErrorOfThePass() throws IOException {
    Tensor a = leaf(1, 2);
    Tensor y = Graph.saveToDisk(dir, () -> a.exp().sum());
    for (Path f : files()) {
      Files.delete(f);
    }
    assertThatThrownBy(() -> y.backward())
        .isInstanceOf(AutogradException.class)
        .hasMessageContaining("saveToDisk");
    assertThat(a.grad()).isNull();
  }

  @Test
  void filesGoWhenTheJvmExits() throws Exception {
    assertThat(other("exit").waitFor(60, TimeUnit.SECONDS)).isTrue();
    assertThat(everything()).isEmpty();
  }

  @Test
  void whatAKilledJvmLeftBehindGoesWithTheNextSpill() throws Exception {
    Process killed = other("stay");
    while (killed.getInputStream().read() != '!') {
      assertThat(killed.isAlive()).isTrue();
    }
    DiskSpill mine = new DiskSpill(dir);
    DiskSpill.Entry entry = mine.pack(Tensor.of(new double[] {1}));
    assertThat(everything()).as("that of a living process stays").hasSize(2);
    killed.destroyForcibly().waitFor();
    assertThat(files()).hasSize(2);
    DiskSpill next = new DiskSpill(dir);
    DiskSpill.Entry other = next.pack(Tensor.of(new double[] {2}));
    assertThat(files()).hasSize(2);
    assertThat(mine.unpack(entry).item()).isEqualTo(1);
    mine.release(entry);
    next.release(other);
    assertThat(everything()).isEmpty();
  }

  private Process other(String how) throws IOException {
    String path = System.getProperty("jdk.module.path");
    String classes = System.getProperty("java.class.path");
    return new ProcessBuilder(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-cp",
            path == null ? classes : classes + File.pathSeparator + path,
            Spilling.class.getName(),
            dir.toString(),
            how)
        .redirectError(ProcessBuilder.Redirect.INHERIT)
        .start();
  }

  /** A program that spills one value and exits, or stays. */
  static final class Spilling {
    private static Object kept;

    public static void main(String[] args) throws InterruptedException {
      kept = new DiskSpill(Path.of(args[0])).pack(Tensor.of(new double[] {1}));
      System.out.println("!");
      if (args[1].equals("stay")) {
        Thread.sleep(60_000);
      }
    }
  }
}
