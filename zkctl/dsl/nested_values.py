"""The arguments and results of gadgets: signals and integers in nested arrays, tuples and lists."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterator
from typing import Any

from zkctl.dsl.array import Array
from zkctl.dsl.signal import Signal
from zkctl.dsl.spans import circuit_error

Leaf = Signal | int

_OTHER_THINGS = "a text becomes a number with int.from_bytes(b'...', 'big'); other things are keyword-only parameters"


def leaves(value: Any) -> Iterator[Leaf]:
    """Yield the signals and integers in a value, in order."""
    if isinstance(value, Signal | int):
        yield value
    elif isinstance(value, Array):
        yield from value.flat
    elif isinstance(value, tuple | list):
        for item in value:
            yield from leaves(item)
    elif value is not None:
        raise circuit_error(
            f"a gadget exchanges signals, integers, arrays, tuples and lists; got a {type(value).__name__}",
            hint=getattr(value, "as_value", _OTHER_THINGS),
        )


def shape_of(value: Any) -> Hashable:
    """Return a key that is equal for values of the same structure."""
    if isinstance(value, Array):
        return ("array", value.shape)
    if isinstance(value, tuple | list):
        return (type(value), tuple(shape_of(item) for item in value))
    return None if value is None else "leaf"


def replace_leaves(value: Any, change: Callable[[Any], Any]) -> Any:
    """Return the same structure with every leaf changed, in the order of `leaves`."""
    if isinstance(value, Array):
        return Array.of_shape(value.shape, [change(leaf) for leaf in value.flat])
    if isinstance(value, tuple | list):
        items = [replace_leaves(item, change) for item in value]
        if hasattr(value, "_fields"):
            return type(value)(*items)
        return type(value)(items)
    return None if value is None else change(value)
