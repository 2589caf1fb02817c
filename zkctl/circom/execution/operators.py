r"""The operators of circom: on numbers in 0 .. p-1, and on signals as far as a constraint can express the result."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from zkctl.circom.execution.sums import add_into, added, scaled, subtract_into, terms_of
from zkctl.circom.values import Linear, Quadratic, Unknown, WireValue

_SUMS = (int, WireValue, Linear)


class Operators:
    """The operators over one prime.

    `numbers` and `prefixes` map an operator to its function on numbers; `symbolic` returns None where no constraint can express the
    result.  Raises: ZeroDivisionError.
    """

    def __init__(self, p: int) -> None:
        self.p = p
        self.half = (p - 1) // 2
        self.mask = (1 << p.bit_length()) - 1
        self.numbers: dict[str, Callable[[int, int], int]] = {
            "+": lambda x, y: (x + y) % p,
            "-": lambda x, y: (x - y) % p,
            "*": lambda x, y: x * y % p,
            "/": self._divided,
            "\\": lambda x, y: x // y,
            "%": lambda x, y: x % y,
            "**": lambda x, y: pow(x, y, p),
            "&": lambda x, y: (x & y) % p,
            "|": lambda x, y: (x | y) % p,
            "^": lambda x, y: (x ^ y) % p,
            "<<": self._shifted_left,
            ">>": self._shifted_right,
            "==": lambda x, y: 1 if x == y else 0,
            "!=": lambda x, y: 1 if x != y else 0,
            "<": lambda x, y: 1 if self.signed(x) < self.signed(y) else 0,
            ">": lambda x, y: 1 if self.signed(x) > self.signed(y) else 0,
            "<=": lambda x, y: 1 if self.signed(x) <= self.signed(y) else 0,
            ">=": lambda x, y: 1 if self.signed(x) >= self.signed(y) else 0,
            "&&": lambda x, y: 1 if x and y else 0,
            "||": lambda x, y: 1 if x or y else 0,
        }
        self.prefixes: dict[str, Callable[[int], int]] = {
            "-": lambda x: p - x if x else 0,
            "!": lambda x: 0 if x else 1,
            "~": lambda x: (self.mask - x) % p,
        }
        self._symbolic: dict[str, Callable[[Any, Any], Any]] = {
            "+": self._sum,
            "-": self._difference,
            "*": self._product,
            "/": self._quotient,
            "**": self._power,
        }

    def signed(self, x: int) -> int:
        """Return the integer that comparisons see."""
        return x if x <= self.half else x - self.p

    def symbolic(self, operator: str, left: Any, right: Any) -> Any:
        """Return the result where at least one side is symbolic."""
        found = self._symbolic.get(operator)
        if found is None or type(left) is Unknown or type(right) is Unknown:
            return None
        return found(left, right)

    def negated(self, value: Any) -> Any:
        """Return -value, None for a value that only code knows."""
        return None if type(value) is Unknown else self._product(self.p - 1, value)

    def _divided(self, x: int, y: int) -> int:
        if not y:
            raise ZeroDivisionError
        return x * pow(y, -1, self.p) % self.p

    def _shifted_left(self, x: int, k: int) -> int:
        if k > self.half:
            return self._shifted_right(x, self.p - k)
        return ((x << k) & self.mask) % self.p if k < self.mask.bit_length() else 0

    def _shifted_right(self, x: int, k: int) -> int:
        if k > self.half:
            return self._shifted_left(x, self.p - k)
        return x >> k if k < self.mask.bit_length() else 0

    def _sum(self, left: Any, right: Any) -> Any:
        p = self.p
        if isinstance(left, _SUMS) and isinstance(right, _SUMS):
            return Linear(added(terms_of(left), terms_of(right), p))
        if isinstance(left, Quadratic) and isinstance(right, _SUMS):
            return Quadratic(left.a, left.b, added(left.c, terms_of(right), p))
        if isinstance(left, _SUMS) and isinstance(right, Quadratic):
            return Quadratic(right.a, right.b, added(right.c, terms_of(left), p))
        return None

    def _difference(self, left: Any, right: Any) -> Any:
        if isinstance(right, Quadratic):
            return self._sum(left, self._product(self.p - 1, right))
        if not isinstance(right, _SUMS):
            return None
        if isinstance(left, _SUMS):
            total = dict(terms_of(left))
            subtract_into(total, terms_of(right), self.p)
            return Linear(total)
        if isinstance(left, Quadratic):
            total = dict(left.c)
            subtract_into(total, terms_of(right), self.p)
            return Quadratic(left.a, left.b, total)
        return None

    def _product(self, left: Any, right: Any) -> Any:
        if type(left) is int:
            return self._multiple(right, left)
        if type(right) is int:
            return self._multiple(left, right)
        if isinstance(left, _SUMS) and isinstance(right, _SUMS):
            a, b = terms_of(left), terms_of(right)
            if type(left) is WireValue and type(right) is Linear:
                a, b = b, a
            return Quadratic(a, b, {})
        return None

    def _multiple(self, value: Any, factor: int) -> Any:
        if isinstance(value, Quadratic):
            return Quadratic(
                scaled(value.a, factor, self.p), value.b, scaled(value.c, factor, self.p)
            )
        if isinstance(value, _SUMS):
            return Linear(scaled(terms_of(value), factor, self.p))
        return None

    def _quotient(self, left: Any, right: Any) -> Any:
        if type(right) is not int:
            return None
        if not right:
            raise ZeroDivisionError
        return self._multiple(left, pow(right, -1, self.p))

    def _power(self, base: Any, exponent: Any) -> Any:
        if exponent == 2 and isinstance(base, WireValue | Linear):
            return self._product(base, base)
        return None

    def accumulate(self, total: Linear, value: Any, *, is_minus: bool) -> bool:
        """Add a value to a sum that only its variable holds, in place; return whether that was possible."""
        if not isinstance(value, _SUMS) or value is total:
            return False
        change = subtract_into if is_minus else add_into
        change(total.terms, value.terms if isinstance(value, Linear) else terms_of(value), self.p)
        return True
