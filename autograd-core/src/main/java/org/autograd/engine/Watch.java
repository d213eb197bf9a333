package org.autograd.engine;

import java.util.Arrays;
import java.util.concurrent.CancellationException;
import org.autograd.AutogradException;
import org.autograd.Tensor;
import org.autograd.graph.CreationSite;
import org.autograd.graph.GradMath;
import org.autograd.graph.Node;
import org.autograd.graph.Saved;
import org.autograd.graph.SavedVisitor;
import org.autograd.mode.Anomaly;
import org.autograd.tensor.Raw;
import org.autograd.tensor.ValueRange;

/**
 * What a pass does for anomaly detection: looks at what nodes return, and reports where failing
 * ones were made.
 */
final class Watch {
  private Watch() {}

  /**
   * Checks what a node returned.
   *
   * @param grads what went into it
   * @throws AutogradException if there is a value in it that the settings forbid
   */
  static void check(Anomaly settings, Node node, Tensor[] grads, Tensor[] out) {
    if (!settings.checkNan() && !settings.checkInf() || out == null) {
      return;
    }
    for (int i = 0; i < out.length; i++) {
      if (out[i] == null || !Raw.dtype(out[i]).isDifferentiable()) {
        continue;
      }
      ValueRange range = GradMath.get().range(out[i]);
      if (settings.checkNan() && range.nan() > 0) {
        throw error(node, grads, out, i, "NaN", range.nan());
      }
      if (settings.checkInf() && range.infinite() > 0) {
        throw error(node, grads, out, i, "infinite", range.infinite());
      }
    }
  }

  private static AutogradException error(
      Node node, Tensor[] grads, Tensor[] out, int i, String what, long count) {
    StringBuilder text = new StringBuilder(node.name());
    text.append(": returned ").append(what).append(" values in its result ").append(i);
    text.append(" (of ").append(out.length).append("), the gradient of its operand ").append(i);
    text.append(": ").append(count).append(" of ").append(Raw.layout(out[i]).numel());
    text.append(" elements of a ").append(describe(out[i])).append(". It was given:");
    for (int g = 0; g < grads.length; g++) {
      text.append("\n  gradient ").append(g).append(": ").append(ranged(grads[g]));
    }
    for (Node n = node; n != null; n = n.wrapped()) {
      if (n != node) {
        text.append("\n  applied to the part of a view: ").append(n.name());
      }
      if (!n.isReleased()) {
        saved(n, text);
      }
    }
    CreationSite site = node.creationSite();
    if (site != null) {
      text.append("\nIt was made at ").append(site.line());
    }
    return new AutogradException(text.toString());
  }

  private static void saved(Node node, StringBuilder text) {
    node.tellSaved(
        new SavedVisitor() {
          @Override
          public void tensor(String name, Saved value) {
            if (value != null) {
              Tensor kept = value.kept();
              text.append("\n  saved ").append(name).append(": ");
              text.append(kept == null ? "packed by hooks" : ranged(kept));
            }
          }

          @Override
          public void tensors(String name, Saved[] values) {
            for (int i = 0; values != null && i < values.length; i++) {
              tensor(name + "[" + i + "]", values[i]);
            }
          }

          @Override
          public void attribute(String name, Object value) {}
        });
  }

  private static String ranged(Tensor t) {
    if (t == null) {
      return "none";
    }
    return describe(t) + ", " + GradMath.get().range(t);
  }

  private static String describe(Tensor t) {
    return Raw.dtype(t) + " tensor of shape " + Arrays.toString(Raw.layout(t).sizes());
  }

  /**
   * Warns with the forward calls that made a node in which an error occurred, and those that
   * induced them, if anything is known of them or should be. A pass that is cancelled or {@link
   * Unwinding} is no error.
   *
   * @param task the pass, which delivers the warnings when it is over
   * @param settings those of the pass, null if detection is off
   */
  static void report(GraphTask task, Anomaly settings, Node node, Throwable error) {
    if (error instanceof CancellationException || error instanceof Unwinding) {
      return;
    }
    CreationSite site = node.creationSite();
    if (settings == null && site == null) {
      return;
    }
    if (site == null) {
      task.warn(
          "Error detected in "
              + node.name()
              + ". No forward information is available: switch anomaly detection on in the forward"
              + " pass too, to see where the node was made.");
      return;
    }
    task.warn("Error detected in " + node.name() + ". The forward call that made it:\n" + site);
    for (Node parent = site.parent(); parent != null; ) {
      CreationSite induced = parent.creationSite();
      task.warn(
          "The previous calculation was induced by "
              + parent.name()
              + (induced == null
                  ? ". No forward information is available for it."
                  : ". The forward call that made it:\n" + induced));
      parent = induced == null ? null : induced.parent();
    }
  }
}
