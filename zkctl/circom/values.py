"""The values of circom's expressions: a number is an int in 0 .. p-1, all others are symbolic or arrays.

Signals have the numbers of the executor while it runs; 0 is the constant 1.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any, TypeAlias

from zkctl.circom.instance import Terms

if TYPE_CHECKING:
    from zkctl.circom.execution.buses import BusShape


class WireValue:
    """One signal."""

    __slots__ = ("number",)

    def __init__(self, number: int) -> None:
        self.number = number


class Linear:
    """A sum of signals with coefficients in 0 .. p-1; entries that became 0 stay, so it never turns into a number.

    The terms of a sum that only one variable holds (`is_shared` False) grow in place: copy them to keep them.
    """

    __slots__ = ("is_shared", "terms")

    def __init__(self, terms: Terms) -> None:
        self.terms = terms
        self.is_shared = False


class Quadratic:
    """a * b + c, three sums that never change."""

    __slots__ = ("a", "b", "c")

    def __init__(self, a: Terms, b: Terms, c: Terms) -> None:
        self.a, self.b, self.c = a, b, c


class Unknown:
    """A value that only run-time code knows; `ref` is the recorder's number for it, 0 while nothing is recorded."""

    __slots__ = ("ref",)

    def __init__(self, ref: int = 0) -> None:
        self.ref = ref


UNSET = (
    Unknown()
)  # a variable before its first value, which no constraint can hold; 0 for run-time code


class ArrayValue:
    """An array, or a bus (array).  Shapes: values in row-major order, those of one bus one after the other."""

    __slots__ = ("bus", "shape", "values")

    def __init__(
        self, shape: tuple[int, ...], values: list[Any], bus: BusShape | None = None
    ) -> None:
        self.shape, self.values, self.bus = shape, values, bus


Single: TypeAlias = int | WireValue | Linear | Quadratic | Unknown
Value: TypeAlias = Single | ArrayValue


def nested(value: Value) -> Any:
    """Return an array as nested lists, any other value unchanged."""
    return _nested(value.values, value.shape) if isinstance(value, ArrayValue) else value


def _nested(values: Sequence[Any], shape: tuple[int, ...]) -> Any:
    if len(shape) <= 1:
        return list(values)
    step = len(values) // shape[0] if shape[0] else 0
    return [_nested(values[k * step : (k + 1) * step], shape[1:]) for k in range(shape[0])]


def largest_shape(shapes: Iterable[tuple[int, ...]]) -> tuple[int, ...]:
    """Return the smallest shape that has room for arrays of these shapes, which have one number of dimensions."""
    return tuple(map(max, zip(*shapes, strict=True)))


def unknown_of(refs: Any) -> Unknown | ArrayValue:
    """Return the value of a ref or of nested lists of refs."""
    if not isinstance(refs, list):
        return Unknown(refs)
    shape, flat = [], [refs]
    while isinstance(flat[0], list):
        shape.append(len(flat[0]))
        flat = [each for part in flat for each in part]
    return ArrayValue(tuple(shape), list(map(Unknown, flat)))


def is_known(value: Value) -> bool:
    """Return whether a value is a number or an array of numbers."""
    if isinstance(value, ArrayValue):
        return all(type(each) is int for each in value.values)
    return type(value) is int
