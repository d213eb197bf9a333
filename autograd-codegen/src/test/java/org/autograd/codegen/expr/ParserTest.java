package org.autograd.codegen.expr;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ParserTest {
  /** Every node in prefix form with full brackets. */
  private static String shape(Expr e) {
    return switch (e) {
      case Expr.Number n -> n.literal();
      case Expr.Bool b -> "#" + b.value();
      case Expr.Null n -> "#null";
      case Expr.Name n -> n.name();
      case Expr.Call c -> c.function() + c.args().stream().map(ParserTest::shape).toList();
      case Expr.Unary u -> "(" + u.op().symbol() + " " + shape(u.operand()) + ")";
      case Expr.Binary b ->
          "(" + b.op().symbol() + " " + shape(b.left()) + " " + shape(b.right()) + ")";
      case Expr.Conditional c ->
          "(? " + shape(c.condition()) + " " + shape(c.yes()) + " " + shape(c.no()) + ")";
      case Expr.Index i -> "(at " + shape(i.target()) + " " + shape(i.index()) + ")";
    };
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      value = {
        "a + b * c; (+ a (* b c))",
        "a - b - c; (- (- a b) c)",
        "a / b * c; (* (/ a b) c)",
        "(a + b) * c; (* (+ a b) c)",
        "-a * b; (* (- a) b)",
        "--a; (- (- a))",
        "!a && b || c; (|| (&& (! a) b) c)",
        "a < b == c >= d; (== (< a b) (>= c d))",
        "a ? b : c ? d : e; (? a b (? c d e))",
        "a ? b ? c : d : e; (? a (? b c d) e)",
        "x > 0 ? x : 0.1 * x; (? (> x 0) x (* 0.1 x))",
        "grads[0] * 2; (* (at grads 0) 2)",
        "f(x)[1][2]; (at (at f[x] 1) 2)",
        "-g[0]; (- (at g 0))",
        "where(self > 0, grad, null); where[(> self 0), grad, #null]",
        "f(); f[]",
        "g(true, false); g[#true, #false]",
        "1.5e-3 + .5 + 2. + 7; (+ (+ (+ 1.5e-3 .5) 2.) 7)"
      })
  void operatorsBindAsInJava(String text, String expected) {
    assertThat(shape(Parser.parse(text))).isEqualTo(expected);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      value = {
        "''; 1; the expression is empty",
        "'   '; 1; the expression is empty",
        "(a + b; 1; unbalanced '(', it is never closed",
        "a * f(b; 6; unbalanced '(', it is never closed",
        "a + b); 6; unbalanced ')'",
        "a[0; 2; unbalanced '[', it is never closed",
        "a b; 3; 'expected an operator or the end, found ''b'''",
        "a +; 4; 'expected a number, a name or ''('', found the end'",
        "f(a,); 5; 'expected a number, a name or ''('', found '')'''",
        "f(a]; 4; 'expected '')'' for the ''('' at column 2, found '']'''",
        "a ? b; 6; 'expected '':'' for the ''?'' at column 3, found the end'",
        "a $ b; 3; unexpected character '$'",
        "a = b; 3; unexpected character '='",
        "2x; 2; a number runs into 'x'",
        "1e+; 1; the exponent of a number has no digits",
        "99999999999999999999; 1; the integer 99999999999999999999 is too large"
      })
  void errorsGiveColumnAndReason(String text, int column, String reason) {
    assertThatThrownBy(() -> Parser.parse(text))
        .isInstanceOfSatisfying(
            ExprException.class,
            e -> {
              assertThat(e.column()).isEqualTo(column);
              assertThat(e.reason()).isEqualTo(reason.replace("''", "'"));
              assertThat(e).hasMessage("column " + column + ": " + e.reason());
            });
  }

  @Test
  void numbersKnowWhetherTheyAreIntegral() {
    assertThat(Parser.parse("12"))
        .isInstanceOfSatisfying(
            Expr.Number.class,
            n -> {
              assertThat(n.integral()).isTrue();
              assertThat(n.longValue()).isEqualTo(12);
            });
    assertThat(Parser.parse("12.0"))
        .isInstanceOfSatisfying(
            Expr.Number.class,
            n -> {
              assertThat(n.integral()).isFalse();
              assertThat(n.doubleValue()).isEqualTo(12.0);
            });
  }

  @Test
  void namesAndCallsAreListedInOrderOfMention() {
    Expr e = Parser.parse("mul(grad, other) + self * mul(grad, exp(self))");
    assertThat(e.names()).containsExactly("grad", "other", "self");
    assertThat(e.calls()).containsExactly("mul", "exp");
    assertThat(e.mentions("other")).isTrue();
    assertThat(e.mentions("mul")).isFalse();
  }

  @Test
  void columnsPointIntoTheText() {
    Expr.Binary e = (Expr.Binary) Parser.parse("ab + f(c)");
    assertThat(List.of(e.left().column(), e.column(), e.right().column())).containsExactly(1, 4, 6);
  }

  @Test
  void replaceSubstitutesNames() {
    Expr with = Parser.parse("a + 1");
    Expr e =
        Parser.parse("self * f(self, b)")
            .replace(x -> x instanceof Expr.Name n && n.name().equals("self") ? with : null);
    assertThat(e.text()).isEqualTo("(a + 1) * f(a + 1, b)");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      value = {
        "a-(b-c); a - (b - c)",
        "(a-b)-c; a - b - c",
        "-(a+b)*c; -(a + b) * c",
        "(a?b:c)+d; (a ? b : c) + d",
        "!(a&&b)||c; !(a && b) || c",
        "f( a ,b)[ 0 ]; f(a, b)[0]"
      })
  void textHasJustTheParenthesesItNeeds(String text, String expected) {
    assertThat(Parser.parse(text).text()).isEqualTo(expected);
    assertThat(shape(Parser.parse(expected))).isEqualTo(shape(Parser.parse(text)));
  }
}
