"""Statements about signals: `x == y` makes an Equation, `x < y` a Comparison.  `constrain` enforces them, `bit` makes a Bit of them.

They are neither true nor false: the circuit is being built.  One that nothing uses is an error when the block is finished.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, ClassVar

from zkctl.dsl.spans import Site, capture, circuit_error
from zkctl.dsl.statements.uses import mark_used

Side = Any  # a Signal, whose module uses this one


class Statement:
    """left == right, left < right and so on, with the place where it was written."""

    __slots__ = ("left", "right", "sites")
    __hash__ = None  # type: ignore[assignment]
    __array_ufunc__ = None

    kind: ClassVar[str]
    remedy: ClassVar[str]  # for an unused one
    as_value: ClassVar[str]  # for one that is used like a value
    symbol: str

    def __init__(self, left: Side, right: Side) -> None:
        self.left = left
        self.right = right
        self.sites: list[Site] = capture()
        left.tracer.unused_statements[id(self)] = self

    def use(self) -> None:
        """Record that the statement is used, and with it both of its sides.

        Raises: CircuitError for one that was made in another circuit, of which no row may be needed here.
        """
        self.left.tracer.check_current()
        self.left.tracer.unused_statements.pop(id(self), None)
        mark_used((self.left, self.right))

    def describe(self) -> str:
        """Return both sides, for messages."""
        return f"{self.left.describe()} {self.symbol} {self.right.describe()}"

    def __bool__(self) -> bool:
        raise circuit_error(
            f"the {self.kind} {self.describe()} is neither true nor false while the circuit is built",
            hint=self.as_value,
        )

    def __eq__(self, other: object) -> Any:
        raise circuit_error(f"{_a(self)} cannot be compared again", hint=self.as_value)

    def __ne__(self, other: object) -> Any:
        raise circuit_error(f"{_a(self)} cannot be compared again", hint=self.as_value)


class Equation(Statement):
    """left == right."""

    __slots__ = ()
    kind = "equation"
    symbol = "=="
    remedy = "write constrain(x == y) to enforce it, or is_equal(x, y) to compute a bit from it"
    as_value = (
        "constrain(x == y) enforces it; is_equal(x, y) makes a Bit, and select(bit, a, b) chooses with it;"
        " write a == b == c as two constraints"
    )


class Comparison(Statement):
    """left < right, or with <=, >, >=; both sides are integers with a proven width."""

    __slots__ = ("symbol",)
    kind = "comparison"
    remedy = "write constrain(x < y) to enforce it, or bit(x < y) to compute a Bit from it"
    as_value = (
        "constrain(x < y) enforces it; bit(x < y) makes a Bit for select(bit, a, b), & | ~;"
        " write a < b < c as two constraints; the larger of two values is select(bit(x < y), y, x)"
    )

    def __init__(self, left: Side, right: Side, symbol: str) -> None:
        super().__init__(left, right)
        self.symbol = symbol

    def difference(self) -> Side:
        """Return the number that is at least 0 where the comparison holds, and negative where it does not."""
        low, high = (self.left, self.right) if "<" in self.symbol else (self.right, self.left)
        return high - low if "=" in self.symbol else high - low - 1


def _a(statement: Statement) -> str:
    return f"an {statement.kind}" if statement.kind[0] in "aeiou" else f"a {statement.kind}"


_ARITHMETIC = ("add", "sub", "mul", "truediv", "floordiv", "mod", "pow", "and", "or", "xor")
_ALONE = ("neg", "invert", "abs", "int", "lt", "le", "gt", "ge")


def _refusal() -> Callable[..., Any]:
    def refuse(self: Statement, *_operands: object) -> Any:
        raise circuit_error(
            f"the {self.kind} {self.describe()} is not a value to compute with", hint=self.as_value
        )

    return refuse


for _name in _ARITHMETIC:
    setattr(Statement, f"__{_name}__", _refusal())
    setattr(Statement, f"__r{_name}__", _refusal())
for _name in _ALONE:
    setattr(Statement, f"__{_name}__", _refusal())
