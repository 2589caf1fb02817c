"""Everything that a stamped gadget reads, as values that can be compared: its parameters, and its surroundings.

Two parameters are the same only with their types: True is not 1, 1 is not 1.0, a member of an enum is not its value.
"""

from __future__ import annotations

import dataclasses
import enum
import operator
from collections.abc import Callable, Hashable, Iterator
from types import CodeType, ModuleType
from typing import Any

from zkctl.dsl.array import Array
from zkctl.dsl.signal import Signal
from zkctl.dsl.spans import circuit_error
from zkctl.dsl.struct_fields import Fields, values_of

_PLAIN = (bool, int, str, bytes, type(None))
_DEPTH = 20


def parameter_key(value: Any, what: str, depth: int = 0) -> Hashable:
    """Return a key that is equal for parameters of the same type and content.

    An object counts with its attributes, so that a method of an object whose state changed is traced again.
    Raises: CircuitError for a signal, an iterator, or what nests too deeply.
    """
    kind = type(value)
    if kind in _PLAIN:
        return kind, value
    if isinstance(value, Signal | Array):
        raise circuit_error(
            f"{what} holds a signal",
            hint="annotate the parameters that take signals; an object given to a stamped gadget holds numbers only",
        )
    if isinstance(value, Fields):
        parts = values_of(value).values()
        return kind, tuple(_part_key(part, what, depth + 1) for part in parts)
    if isinstance(value, Iterator):
        raise circuit_error(
            f"{what} is an iterator: each use would change it", hint="pass its elements as a tuple"
        )
    if depth > _DEPTH:
        raise circuit_error(f"{what} is nested more than {_DEPTH} levels deep")
    if isinstance(value, float | complex):
        return kind, repr(value)  # 0.0 is not -0.0
    if isinstance(value, tuple | list):
        return kind, tuple(parameter_key(item, what, depth + 1) for item in value)
    if isinstance(value, frozenset | set):
        return kind, frozenset(parameter_key(item, what, depth + 1) for item in value)
    if isinstance(value, dict):
        items = value.items()
        return kind, tuple(parameter_key(item, what, depth + 1) for pair in items for item in pair)
    if hasattr(value, "tobytes"):  # numpy
        return kind, value.tobytes(), getattr(value, "shape", ()), str(getattr(value, "dtype", ""))
    return _Same(value), _state(value, what, depth)


def _part_key(value: Any, what: str, depth: int) -> Hashable:
    """Return the key of a field of a structure: an array of integers counts with its shape."""
    if not isinstance(value, Array):
        return parameter_key(value, what, depth)
    flat = tuple(_part_key(item, what, depth + 1) for item in value.flat)
    return Array, value.shape, flat


def _state(value: Any, what: str, depth: int) -> Hashable:
    """Return the attributes of an object; functions, classes, modules and members of enums have none."""
    if isinstance(value, type | enum.Enum | ModuleType) or hasattr(value, "__code__"):
        return None
    names = list(getattr(value, "__dict__", ()))
    if dataclasses.is_dataclass(value):
        names = [field.name for field in dataclasses.fields(value)]
    found = ((name, getattr(value, name, None)) for name in names)
    return tuple((name, parameter_key(item, what, depth + 1)) for name, item in found)


class _Same:
    """An object that is equal to itself only, or by its own == where it can be hashed."""

    def __init__(self, value: Any) -> None:
        self.value = value

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, _Same):
            return NotImplemented
        return self.value is other.value or (
            type(self.value) is type(other.value) and self.value == other.value
        )

    def __hash__(self) -> int:
        try:
            return hash(self.value)
        except TypeError:
            return id(self.value)


class Surroundings:
    """The variables around a function that it reads: those of enclosing functions and of its module.

    Lists, dictionaries and objects count with the identity of their elements.
    """

    __hash__ = None  # type: ignore[assignment]

    def __init__(self, function: Callable[..., Any]) -> None:
        self.seen: list[Any] = []
        for cell in getattr(function, "__closure__", None) or ():
            self._see(_contents(cell))
        for name in _global_names(function.__code__):
            if name in function.__globals__:
                self._see(function.__globals__[name])

    def _see(self, value: Any) -> None:
        self.seen.append(value)
        if isinstance(value, list):
            self.seen += value
        elif isinstance(value, dict):
            self.seen += [*value.keys(), *value.values()]
        elif not isinstance(value, type | ModuleType) and not hasattr(value, "__code__"):
            self.seen += getattr(value, "__dict__", {}).values()

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Surroundings):
            return NotImplemented
        return len(self.seen) == len(other.seen) and all(map(operator.is_, self.seen, other.seen))


def _contents(cell: Any) -> Any:
    try:
        return cell.cell_contents
    except ValueError:  # not assigned yet
        return None


def _global_names(code: CodeType) -> list[str]:
    """Return the names that a function and the functions inside it look up outside."""
    names = list(code.co_names)
    for constant in code.co_consts:
        if isinstance(constant, CodeType):
            names += _global_names(constant)
    return names
