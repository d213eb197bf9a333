package org.autograd.engine;

import java.util.Arrays;

/** A binary heap of nodes that are ready to run: the newest first. Not safe for several threads. */
public final class ReadyQueue {
  private NodeTask[] heap = new NodeTask[16];
  private int size;

  /** Tells whether nothing is ready. */
  public boolean isEmpty() {
    return size == 0;
  }

  /** Returns how many nodes are ready. */
  public int size() {
    return size;
  }

  /** Adds a node. */
  public void push(NodeTask task) {
    if (size == heap.length) {
      heap = Arrays.copyOf(heap, 2 * size);
    }
    int i = size++;
    while (i > 0) {
      int parent = (i - 1) >>> 1;
      if (!task.before(heap[parent])) {
        break;
      }
      heap[i] = heap[parent];
      i = parent;
    }
    heap[i] = task;
  }

  /** Removes and returns the newest node, or null if there is none. */
  public NodeTask pop() {
    if (size == 0) {
      return null;
    }
    NodeTask top = heap[0];
    NodeTask last = heap[--size];
    heap[size] = null;
    if (size > 0) {
      sift(last);
    }
    return top;
  }

  private void sift(NodeTask last) {
    int i = 0;
    while (true) {
      int child = 2 * i + 1;
      if (child >= size) {
        break;
      }
      if (child + 1 < size && heap[child + 1].before(heap[child])) {
        child++;
      }
      if (!heap[child].before(last)) {
        break;
      }
      heap[i] = heap[child];
      i = child;
    }
    heap[i] = last;
  }
}
