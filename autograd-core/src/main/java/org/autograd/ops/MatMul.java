package org.autograd.ops;

import java.util.Arrays;
import org.autograd.AutogradException;
import org.autograd.DType;
import org.autograd.Scalar;
import org.autograd.Tensor;
import org.autograd.kernel.Backends;
import org.autograd.tensor.Layout;
import org.autograd.tensor.Raw;

/**
 * Raw matrix products; never recorded. Operands have one dtype, any but bool, and any strides:
 * transposed ones are not copied. Results are fresh and row-major.
 */
public final class MatMul {
  private static final Scalar ONE = Scalar.of(1);
  private static final Scalar ZERO = Scalar.of(0);

  private MatMul() {}

  /**
   * Returns the product of two matrices, {@code [n, k]} and {@code [k, m]}.
   *
   * @throws AutogradException if shapes or dtypes do not fit
   */
  public static Tensor mm(Tensor self, Tensor mat2) {
    Fits.rank("mm", "self", self, 2);
    Fits.rank("mm", "mat2", mat2, 2);
    check("mm", "self", self, "mat2", mat2);
    Tensor out = Alloc.empty(product(self, mat2), Raw.dtype(self), self);
    Backends.kernels("mm", self, mat2).addmm(out, self, mat2, ONE, null, ZERO);
    return out;
  }

  private static Layout product(Tensor a, Tensor b) {
    return Layout.contiguous(Raw.layout(a).sizes()[0], Raw.layout(b).sizes()[1]);
  }

  /** Checks dtypes, and that the columns of the one are as many as the rows of the other. */
  private static void check(String op, String nameA, Tensor a, String nameB, Tensor b) {
    Fits.sameDType(op, nameA, a, nameB, b);
    if (Raw.dtype(a) == DType.BOOL) {
      throw Types.refuse(op, DType.BOOL, "integers and floating point numbers");
    }
    Layout x = Raw.layout(a);
    Layout y = Raw.layout(b);
    long columns = x.sizes()[x.dim() - 1];
    long rows = y.sizes()[Math.max(0, y.dim() - 2)];
    if (columns != rows) {
      throw new AutogradException(
          op
              + ": "
              + nameA
              + " "
              + Fits.shape(a)
              + " and "
              + nameB
              + " "
              + Fits.shape(b)
              + " cannot be multiplied: "
              + columns
              + (x.dim() > 1 ? " columns meet " : " elements meet ")
              + rows
              + (y.dim() > 1 ? " rows" : " elements"));
    }
  }

  /**
   * Returns the products of matrices stacked along dimension 0, {@code [b, n, k]} and {@code [b, k,
   * m]}.
   *
   * @throws AutogradException if shapes or dtypes do not fit
   */
  public static Tensor bmm(Tensor self, Tensor mat2) {
    Fits.rank("bmm", "self", self, 3);
    Fits.rank("bmm", "mat2", mat2, 3);
    check("bmm", "self", self, "mat2", mat2);
    long[] a = Raw.layout(self).sizes();
    long[] b = Raw.layout(mat2).sizes();
    if (a[0] != b[0]) {
      throw new AutogradException(
          "bmm: self "
              + Fits.shape(self)
              + " and mat2 "
              + Fits.shape(mat2)
              + " hold "
              + a[0]
              + " and "
              + b[0]
              + " matrices; the numbers must be equal");
    }
    Tensor out = Alloc.empty(Layout.contiguous(a[0], a[1], b[2]), Raw.dtype(self), self);
    if (a[2] == 1) {
      // Columns times rows, as gradients of samples are: nothing to add up, and the loops of
      // products are made for long sums.
      Pointwise.mulInto("bmm", out, self, mat2);
      return out;
    }
    Backends.kernels("bmm", self, mat2).addmm(out, self, mat2, ONE, null, ZERO);
    return out;
  }

  /**
   * Returns the product of a matrix {@code [n, k]} and a vector {@code [k]}.
   *
   * @throws AutogradException if shapes or dtypes do not fit
   */
  public static Tensor mv(Tensor self, Tensor vec) {
    Fits.rank("mv", "self", self, 2);
    Fits.rank("mv", "vec", vec, 1);
    check("mv", "self", self, "vec", vec);
    long n = Raw.layout(self).sizes()[0];
    Tensor out = Alloc.empty(Layout.contiguous(n), Raw.dtype(self), self);
    Layout v = Raw.layout(vec);
    Layout column =
        Layout.of(new long[] {v.sizes()[0], 1}, new long[] {v.strides()[0], 1}, v.offset());
    Tensor matrix = Fits.alias(out, Layout.contiguous(n, 1));
    Backends.kernels("mv", self, vec).addmm(matrix, self, Fits.alias(vec, column), ONE, null, ZERO);
    return out;
  }

  /**
   * Returns the sum of the products of two vectors of equal size.
   *
   * @throws AutogradException if shapes or dtypes do not fit
   */
  public static Tensor dot(Tensor self, Tensor other) {
    Fits.rank("dot", "self", self, 1);
    Fits.rank("dot", "other", other, 1);
    check("dot", "self", self, "other", other);
    Tensor out = Alloc.empty(Layout.SCALAR, Raw.dtype(self), self);
    Backends.kernels("dot", self, other).dot(out, self, other);
    return out;
  }

  /**
   * Returns {@code beta*self + alpha*(mat1·mat2)}.
   *
   * @param self is broadcast to the product's shape; not read if {@code beta} is 0
   * @throws AutogradException if shapes or dtypes do not fit, or a factor has a fraction and the
   *     dtype is integral
   */
  public static Tensor addmm(Tensor self, Tensor mat1, Tensor mat2, Scalar beta, Scalar alpha) {
    Layout layout = checkAddmm(self, mat1, mat2, beta, alpha);
    DType dtype = Raw.dtype(self);
    Tensor addend = beta.toDouble() == 0 ? null : Fits.expand(self, layout.sizes());
    Tensor out = Alloc.empty(layout, dtype, mat1);
    Backends.kernels("addmm", self, mat1, mat2).addmm(out, mat1, mat2, alpha, addend, beta);
    return out;
  }

  /**
   * Checks the operands of {@link #addmm}.
   *
   * @return the layout of the result
   * @throws AutogradException if shapes or dtypes do not fit, or a factor has a fraction and the
   *     dtype is integral
   */
  public static Layout checkAddmm(
      Tensor self, Tensor mat1, Tensor mat2, Scalar beta, Scalar alpha) {
    Fits.rank("addmm", "mat1", mat1, 2);
    Fits.rank("addmm", "mat2", mat2, 2);
    check("addmm", "mat1", mat1, "mat2", mat2);
    Fits.sameDType("addmm", "self", self, "mat1", mat1);
    Layout layout = product(mat1, mat2);
    Broadcast.checkTo("addmm", Raw.layout(self), layout.sizes());
    checkFactor("beta", beta, Raw.dtype(self));
    checkFactor("alpha", alpha, Raw.dtype(self));
    return layout;
  }

  private static void checkFactor(String name, Scalar factor, DType dtype) {
    if (!dtype.isFloating() && factor.category() == DType.Category.FLOATING) {
      throw new AutogradException(
          "addmm: "
              + name
              + " is "
              + factor
              + ", but tensors of dtype "
              + dtype
              + " take an integer. Pass one, or convert the tensors with to().");
    }
  }

  /**
   * Returns {@code input·weightᵀ + bias}: one product over all leading dimensions together.
   *
   * @param input {@code [*, in]}
   * @param weight {@code [out, in]}, or {@code [in]} for a result without the last dimension
   * @param bias {@code [out]} (zero-dimensional for a vector weight), or null
   * @throws AutogradException if shapes or dtypes do not fit
   */
  public static Tensor linear(Tensor input, Tensor weight, Tensor bias) {
    checkLinear(input, weight, bias);
    Layout x = Raw.layout(input);
    Layout w = Raw.layout(weight);
    long in = w.sizes()[w.dim() - 1];
    long out = w.dim() == 2 ? w.sizes()[0] : 1;
    Tensor rows = rows(input, in);
    long n = Raw.layout(rows).sizes()[0];
    long stride = w.dim() == 2 ? w.strides()[0] : 0;
    Layout transposed =
        Layout.of(new long[] {in, out}, new long[] {w.strides()[w.dim() - 1], stride}, w.offset());
    Layout flat = Layout.contiguous(n, out);
    Tensor result = Alloc.empty(result(x, w, flat), Raw.dtype(input), input);
    Backends.kernels("linear", input, weight, bias)
        .addmm(
            w.dim() == 2 && x.dim() == 2 ? result : Fits.alias(result, flat),
            rows,
            Fits.alias(weight, transposed),
            ONE,
            bias == null ? null : Fits.expand(bias, flat.sizes()),
            ONE);
    return result;
  }

  /**
   * Checks the operands of {@link #linear}.
   *
   * @throws AutogradException if shapes or dtypes do not fit
   */
  public static void checkLinear(Tensor input, Tensor weight, Tensor bias) {
    Layout x = Raw.layout(input);
    Layout w = Raw.layout(weight);
    if (x.dim() == 0 || w.dim() == 0 || w.dim() > 2) {
      throw new AutogradException(
          "linear: expected input [*, in] and weight [out, in] or [in], got "
              + Fits.shape(input)
              + " and "
              + Fits.shape(weight));
    }
    long in = w.sizes()[w.dim() - 1];
    if (x.sizes()[x.dim() - 1] != in) {
      throw new AutogradException(
          "linear: input "
              + Fits.shape(input)
              + " has "
              + x.sizes()[x.dim() - 1]
              + " features, and weight "
              + Fits.shape(weight)
              + " takes "
              + in);
    }
    Fits.sameDType("linear", "input", input, "weight", weight);
    if (Raw.dtype(input) == DType.BOOL) {
      throw Types.refuse("linear", DType.BOOL, "integers and floating point numbers");
    }
    if (bias != null) {
      Fits.sameDType("linear", "input", input, "bias", bias);
      Broadcast.checkTo("linear", Raw.layout(bias), Arrays.copyOf(w.sizes(), w.dim() - 1));
    }
  }

  private static Layout result(Layout input, Layout weight, Layout flat) {
    if (input.dim() == 2 && weight.dim() == 2) {
      return flat;
    }
    int last = input.dim() - 1;
    long[] sizes = Arrays.copyOf(input.sizes(), last + weight.dim() - 1);
    if (weight.dim() == 2) {
      sizes[last] = weight.sizes()[0];
    }
    return Fits.rowMajor(sizes);
  }

  /** Sees the leading dimensions as one; copies the input where strides do not allow it. */
  private static Tensor rows(Tensor input, long in) {
    Layout x = Raw.layout(input);
    if (x.dim() == 2) {
      return input;
    }
    if (x.dim() == 1) {
      long[] strides = {in * x.strides()[0], x.strides()[0]};
      return Fits.alias(input, Layout.of(new long[] {1, in}, strides, x.offset()));
    }
    Tensor dense = Copies.contiguous(input);
    long n = 1;
    for (int d = 0; d < x.dim() - 1; d++) {
      n *= x.sizes()[d];
    }
    long[] strides = {Math.max(in, 1), 1};
    return Fits.alias(dense, Layout.of(new long[] {n, in}, strides, Raw.layout(dense).offset()));
  }
}
