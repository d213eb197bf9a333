package org.autograd.graph;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.Arrays;
import java.util.function.Predicate;
import org.autograd.CreationMeta;
import org.autograd.InplaceModificationException;
import org.autograd.Tensor;
import org.autograd.tensor.Raw;

/**
 * What is known of a view: its root base, how it came to be, and which version of the memory its
 * edge belongs to.
 */
public final class ViewInfo {
  private static final VarHandle VERSION;

  static {
    try {
      VERSION = MethodHandles.lookup().findVarHandle(ViewInfo.class, "version", int.class);
    } catch (ReflectiveOperationException e) {
      throw new ExceptionInInitializerError(e);
    }
  }

  private final Tensor base;
  private CreationMeta creation;
  private int version;

  /** Levels of forward mode at which the root is another one; or null. */
  private volatile ForwardRoot forwardRoots;

  /**
   * A tensor that is the root at a level of forward mode, although it shares memory with others.
   *
   * @param level the level
   */
  private record ForwardRoot(Object level, Tensor root, ForwardRoot next) {}

  /** Makes the description of a view of {@code base} whose edge belongs to the given version. */
  public ViewInfo(Tensor base, CreationMeta creation, int version) {
    this.base = base;
    this.creation = creation;
    this.version = version;
  }

  /** Returns the root base: never itself a view. */
  public Tensor base() {
    return base;
  }

  /** Returns the root base that a view has at a level of forward mode, which may be itself. */
  public Tensor base(Object level) {
    for (ForwardRoot r = forwardRoots; r != null; r = r.next) {
      if (r.level == level) {
        return r.root;
      }
    }
    return base;
  }

  /**
   * Has {@code root} be the root base of a view, and of views of it, at a level of forward mode.
   *
   * @param open tells which levels still count
   */
  public void base(Object level, Tensor root, Predicate<Object> open) {
    ForwardRoot rest = null;
    for (ForwardRoot r = forwardRoots; r != null; r = r.next) {
      if (r.level != level && open.test(r.level)) {
        rest = new ForwardRoot(r.level, r.root, rest);
      }
    }
    forwardRoots = new ForwardRoot(level, root, rest);
  }

  /** Takes over the root bases of the tensor that this is a view of. */
  public void sameBases(ViewInfo of) {
    forwardRoots = of.forwardRoots;
  }

  /** Tells whether the root base is another one at some level of forward mode. */
  boolean hasForwardRoots() {
    return forwardRoots != null;
  }

  /** Returns how the view came to be. */
  public CreationMeta creation() {
    return creation;
  }

  /** Sets how the view came to be. */
  public void creation(CreationMeta meta) {
    creation = meta;
  }

  /**
   * Returns the version of the memory that the view's edge belongs to; that edge can be seen by who
   * sees the version.
   */
  int version() {
    return (int) VERSION.getAcquire(this);
  }

  /** Says that the view's edge, set before, belongs to this version of the memory. */
  public void version(int value) {
    VERSION.setRelease(this, value);
  }

  /**
   * Checks that the view may get a new history.
   *
   * @param op what is about to happen, for the message
   * @param indirect whether its base or another view was changed, rather than the view itself being
   *     about to be
   * @throws InplaceModificationException if the way it came to be forbids that
   */
  public void checkRebase(String op, Tensor view, boolean indirect) {
    if (creation == CreationMeta.DEFAULT) {
      return;
    }
    Edge made = Raw.ownEdge(view);
    String what =
        op
            + ": a "
            + Raw.dtype(view)
            + " tensor of shape "
            + Arrays.toString(Raw.layout(view).sizes())
            + (made != null ? ", output " + made.inputNr() + " of " + made.node().name() + "," : "")
            + " is a view "
            + (indirect
                ? "whose base or another view of it has been changed in place"
                : "that is to be changed in place")
            + " while gradients are recorded. ";
    String why =
        switch (creation) {
          case MULTI_OUTPUT_NODE ->
              "It comes from an operator that returns several views (MULTI_OUTPUT_NODE), which"
                  + " cannot get a new history one by one. Use the operator that is not in place,"
                  + " the unsafe form of the operator that made the view, or clone() it.";
          case NO_GRAD_MODE ->
              "It, or the view it is a view of, was made under noGrad() (NO_GRAD_MODE), so how it"
                  + " depends on its base is not known. Do both steps in one noGrad() scope, or"
                  + " both outside.";
          case INFERENCE_MODE ->
              "It, or the view it is a view of, was made in inference mode (INFERENCE_MODE), so how"
                  + " it depends on its base is not known. Make the view outside of inference mode,"
                  + " or clone() it.";
          default ->
              "It was made inside a custom function, or is an input that one returned as it was"
                  + " (IN_CUSTOM_FUNCTION), whose own backward would be skipped. clone() it.";
        };
    throw new InplaceModificationException(what + why);
  }
}
