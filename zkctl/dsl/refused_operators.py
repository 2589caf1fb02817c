"""Operators that are not part of the language: each error names the replacement."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import nullcontext
from typing import Any, NoReturn

from zkctl.dsl.spans import circuit_error
from zkctl.dsl.swallowed import noting

_COMPARE = (
    "only integers with a proven width (Uint) have an order: to_uint(x, n_bits) proves it, then"
    " constrain(x < y) enforces the order and bit(x < y) or less_than(x, y) makes a Bit"
)
_DIVIDE = "divide(x, y) enforces y != 0; to divide by a constant c, multiply by pow(c, -1, p)"
_INTEGER = (
    "div_mod(x, y) returns quotient and remainder of Uints; by hand: q, r = hint(hints.quotient_remainder, x, y), then"
    " constrain(q * y + r == x), constrain(r < y), and widths that keep q * y + r below p"
)
_BITS = "to_bits(x, n) returns the bits, from_bits puts bits together; to_uint(x, n) makes a Uint, which has shifts"
_LOGIC = "& | ^ ~ are for Bits: to_bits, is_zero, is_equal and inputs declared Bit make them"
_VALUE = "it has no value while the circuit is built; to see values, call the circuit with integers"
_SINGLE = (
    "a Signal is a single value: declare an Array[Signal], or take to_bits(x, n);"
    " h, k = hint(f, x, n_outputs=2) returns two signals"
)
_SIGN = "a field element has no sign; select(bit(x < y), y - x, x - y) is the distance of two Uints"
_ROUND = "a field element has no fraction; div_mod(x, y) returns quotient and remainder of Uints"
_INDEX = "mux(bits, values) takes the element whose number the bits spell; loops run as often as a template parameter says"
_CHOOSE = "select(bit, a, b) chooses between values; constrain(x == y) enforces"

_REFUSED = (
    ("be divided with /", _DIVIDE, ("__truediv__", "__rtruediv__")),
    ("be divided with //", _INTEGER, ("__floordiv__", "__rfloordiv__")),
    ("be reduced with %", _INTEGER, ("__mod__", "__rmod__", "__divmod__", "__rdivmod__")),
    ("be compared with <", _COMPARE, ("__lt__",)),
    ("be compared with <=", _COMPARE, ("__le__",)),
    ("be compared with >", _COMPARE, ("__gt__",)),
    ("be compared with >=", _COMPARE, ("__ge__",)),
    ("have an absolute value", _SIGN, ("__abs__",)),
    ("be rounded", _ROUND, ("__round__", "__trunc__", "__floor__", "__ceil__")),
    ("be multiplied with @", "dot(coefficients, signals) is a sum of products with constants", ("__matmul__", "__rmatmul__")),
    ("be shifted", _BITS, ("__lshift__", "__rlshift__", "__rshift__", "__rrshift__")),
    ("be combined with &", _LOGIC, ("__and__", "__rand__")),
    ("be combined with |", _LOGIC, ("__or__", "__ror__")),
    ("be combined with ^", _LOGIC + "; a power is written **", ("__xor__", "__rxor__")),
    ("be combined with ~", _LOGIC, ("__invert__",)),
    ("be an exponent", "the exponent must be an integer constant", ("__rpow__",)),
    ("decide an if, while, and, or, not", _CHOOSE, ("__bool__",)),
    ("be an index or a number of rounds", _INDEX, ("__index__",)),
    ("be a dictionary key or a member of a set", "keep signals in lists or Arrays", ("__hash__",)),
    ("become a Python number", _VALUE, ("__int__", "__float__", "__complex__")),
    ("be measured, indexed or iterated", _SINGLE, ("__len__", "__iter__", "__getitem__", "__setitem__", "__contains__")),
)  # fmt: skip

# numpy and others ask these to see what an object is, and go on without an answer
_QUESTIONS = {"__len__", "__iter__", "__getitem__", "__hash__", "__index__", "__int__", "__float__", "__complex__"}  # fmt: skip


def forbid_operators(kind: type) -> None:
    """Add to a class of signals the methods that raise."""
    for action, hint, methods in _REFUSED:
        for method in methods:
            setattr(kind, method, _refusal(action, hint, is_noted=method not in _QUESTIONS))
    kind.__format__ = _formatted  # type: ignore[method-assign, assignment]


def _formatted(self: object, spec: str) -> str:
    if spec:
        raise circuit_error(f"a signal cannot be written in a format: {spec}", hint=_VALUE)
    return str(self)


def refuse_comparison(symbol: str) -> NoReturn:
    """Raise CircuitError: one side of an order comparison has no proven width."""
    raise circuit_error(f"a signal cannot be compared with {symbol}", hint=_COMPARE)


_ARITHMETIC = ("add", "sub", "mul", "truediv", "floordiv", "mod", "pow", "and", "or", "xor")
_COMPARISONS = ("lt", "le", "gt", "ge")


def forbid_arithmetic(kind: type) -> None:
    """Add to the class of structures the operators that raise; a structure may define its own."""
    binary = [f"__{side}{name}__" for name in _ARITHMETIC for side in ("", "r")]
    compared = [f"__{name}__" for name in _COMPARISONS]
    for method in [*binary, *compared, "__neg__", "__invert__"]:
        setattr(kind, method, _refuse_structure)


def _refuse_structure(self: object, *_operands: object) -> Any:
    name = type(self).__name__
    raise circuit_error(
        f"a structure has no operators but ==, unless its class defines them: {name}",
        hint=f"use its fields, as in p.x + q.x, or write a method __add__ in the class {name}",
    )


def _refusal(action: str, hint: str, *, is_noted: bool) -> Callable[..., Any]:
    def refuse(_self: object, *_operands: object) -> Any:
        with nullcontext() if is_noted else noting([]):
            raise circuit_error(f"a signal cannot {action}", hint=hint)

    return refuse
