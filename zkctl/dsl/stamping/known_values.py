"""The values that a block has already: equal expressions share their wires."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from typing import Any, NamedTuple

from zkctl.constraints.linear import Terms
from zkctl.dsl.swallowed import attempt
from zkctl.errors import CircuitError


class Product:
    """A product of two linear combinations; `value` is set once a wire makes it available."""

    __slots__ = ("a", "b", "value")

    def __init__(self, a: Terms, b: Terms) -> None:
        self.a = a
        self.b = b
        self.value: Terms | None = None


class Copy(NamedTuple):
    """The place of a stamped block: the shift of its wire numbers, and its first row."""

    shift: int
    first_row: int


class Known:
    """The values that a block has already, so that equal expressions share their wires.

    Keys are linear combinations as sets of (wire, coefficient): of a product both factors in any order, of a wire its
    definition, of advice its inputs, of a copy its ports.
    """

    def __init__(self) -> None:
        self.products: dict[Hashable, Product] = {}
        self.wires: dict[Hashable, int] = {}
        self.advice: dict[Hashable, list[Terms]] = {}
        self.copies: dict[Hashable, Copy] = {}


def combination_key(terms: Terms) -> Hashable:
    """Return a key that is equal for equal linear combinations."""
    if len(terms) == 1:
        return next(iter(terms.items()))
    if len(terms) == 2:
        first, second = terms.items()
        return (*first, *second) if first[0] < second[0] else (*second, *first)
    return frozenset(terms.items())


def function_key(function: Callable[..., Any]) -> Hashable:
    """Return a key that is equal for a function inside a gadget each time it is defined around the same numbers."""
    code = getattr(function, "__code__", None)
    if code is None:
        return function
    cells = function.__closure__ or ()
    defaults, named = function.__defaults__ or (), function.__kwdefaults__ or {}
    kept = [*defaults, *named.items(), *(cell.cell_contents for cell in cells)]
    key = (code, id(function.__globals__), *((type(value), value) for value in kept))
    try:
        with attempt():
            hash(key)
    except (TypeError, CircuitError):
        return function
    return key
