package org.autograd.kernel.cpu;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicIntegerArray;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CpuThreadsTest {

  private final int before = CpuThreads.get();

  @AfterEach
  void restore() {
    CpuThreads.set(before);
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 8})
  void everyChunkRunsOnce(int threads) {
    CpuThreads.set(threads);
    for (int chunks : new int[] {0, 1, 2, 7, 1000}) {
      AtomicIntegerArray seen = new AtomicIntegerArray(chunks);
      CpuThreads.parallelFor(chunks, seen::incrementAndGet);
      for (int i = 0; i < chunks; i++) {
        assertEquals(1, seen.get(i));
      }
    }
  }

  @Test
  void negativeChunkCountRunsNothing() {
    CpuThreads.parallelFor(-3, i -> assertEquals("nothing", "chunk " + i));
  }

  @Test
  void oneThreadStaysOnTheCaller() {
    CpuThreads.set(1);
    Set<Thread> threads = ConcurrentHashMap.newKeySet();
    CpuThreads.parallelFor(50, i -> threads.add(Thread.currentThread()));
    assertEquals(Set.of(Thread.currentThread()), threads);
  }

  @Test
  void twoChunksReallyOverlap() {
    CpuThreads.set(2);
    CountDownLatch both = new CountDownLatch(2);
    AtomicBoolean met = new AtomicBoolean(true);
    CpuThreads.parallelFor(
        2,
        i -> {
          both.countDown();
          try {
            if (!both.await(20, TimeUnit.SECONDS)) {
              met.set(false);
            }
          } catch (InterruptedException e) {
            met.set(false);
          }
        });
    assertTrue(met.get());
  }

  @Test
  void nestedCallStaysOnItsChunksThread() {
    CpuThreads.set(4);
    AtomicInteger strangers = new AtomicInteger();
    AtomicInteger inner = new AtomicInteger();
    CpuThreads.parallelFor(
        8,
        i -> {
          Thread outer = Thread.currentThread();
          CpuThreads.parallelFor(
              8,
              j -> {
                inner.incrementAndGet();
                if (Thread.currentThread() != outer) {
                  strangers.incrementAndGet();
                }
              });
        });
    assertEquals(64, inner.get());
    assertEquals(0, strangers.get());
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 8})
  void failureOfAChunkReachesTheCaller(int threads) {
    CpuThreads.set(threads);
    IllegalStateException failure = new IllegalStateException("chunk 3");
    IllegalStateException thrown =
        assertThrows(
            IllegalStateException.class,
            () ->
                CpuThreads.parallelFor(
                    100,
                    i -> {
                      if (i == 3) {
                        throw failure;
                      }
                    }));
    assertSame(failure, thrown);
    AtomicInteger after = new AtomicInteger();
    CpuThreads.parallelFor(100, i -> after.incrementAndGet());
    assertEquals(100, after.get());
  }

  @Test
  void interruptOfTheCallerIsKeptAndTheLoopFinishes() {
    CpuThreads.set(2);
    AtomicInteger done = new AtomicInteger();
    Thread.currentThread().interrupt();
    CpuThreads.parallelFor(200, i -> done.incrementAndGet());
    assertTrue(Thread.interrupted());
    assertEquals(200, done.get());
  }

  @Test
  void threadCountBelowOneIsRefused() {
    assertThrows(IllegalArgumentException.class, () -> CpuThreads.set(0));
    assertEquals(before, CpuThreads.get());
  }

  @Test
  void chunkCountRoundsUp() {
    assertEquals(0, CpuThreads.chunks(0, 4));
    assertEquals(1, CpuThreads.chunks(4, 4));
    assertEquals(2, CpuThreads.chunks(5, 4));
    assertEquals(32768, CpuThreads.chunks(Integer.MAX_VALUE, 65536));
  }
}
