"""The operators of a Uint on its bits: `.bits`, parts, constant shifts, and `& | ^` with a constant or another Uint.

The bits are made once (kept_bits.py): free after the check of an input's width, after to_uint, to_bits and from_bits; else one
constraint for each bit of the known width.  Results are Uints whose bits are kept.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Self

BY_NAME: dict[
    str, Callable[..., Any]
] = {}  # the work, put here by the modules that import the signals


class BitOperators:
    """The operators of a Uint on its bits."""

    __slots__ = ()

    @property
    def bits(self) -> Any:
        """The bits as an Array[Bit], lowest first, as many as the known width.  Raises: CircuitError for the field's full width."""
        return BY_NAME["bits"](self)

    def part(self, low: int, high: int) -> Self:
        """Return the number that bits low .. high - 1 spell; bits above the known width are 0."""
        return BY_NAME["part"](self, low, high)  # type: ignore[no-any-return]

    def byte(self, k: int) -> Self:
        """Return byte k, the lowest being byte 0."""
        return BY_NAME["byte"](self, k)  # type: ignore[no-any-return]

    def __rshift__(self, n: int) -> Self:
        return BY_NAME[">>"](self, n)  # type: ignore[no-any-return]

    def __lshift__(self, n: int) -> Any:
        return BY_NAME["<<"](self, n)

    def __and__(self, other: Any) -> Any:
        return BY_NAME["&"](self, other)

    def __or__(self, other: Any) -> Any:
        return BY_NAME["|"](self, other)

    def __xor__(self, other: Any) -> Any:
        return BY_NAME["^"](self, other)

    __rand__ = __and__
    __ror__ = __or__
    __rxor__ = __xor__
