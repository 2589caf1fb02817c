"""The arguments and results of gadgets: signals and integers in nested arrays, tuples and lists."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterator
from typing import Any

from zkctl.dsl.array import Array
from zkctl.dsl.signal import Signal
from zkctl.dsl.spans import circuit_error

Leaf = Signal | int


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
            hint="a text becomes a number with int.from_bytes(b'...', 'big'); other things are keyword-only parameters",
        )


def shape_of(value: Any) -> Hashable:
    """Return a key that is equal for values of the same structure, with equal Python values between the signals."""
    if isinstance(value, Array):
        return ("array", value.shape)
    if isinstance(value, tuple | list):
        return (type(value), tuple(shape_of(item) for item in value))
    if isinstance(value, dict):
        return (dict, tuple((name, shape_of(item)) for name, item in value.items()))
    return "signal" if isinstance(value, Signal) else (type(value), value)


def replace_leaves(value: Any, change: Callable[[Any], Any]) -> Any:
    """Return the same structure with every leaf changed, in the order of `leaves`."""
    if isinstance(value, Array):
        return Array.of_shape(value.shape, [change(leaf) for leaf in value.flat])
    if isinstance(value, tuple | list):
        items = [replace_leaves(item, change) for item in value]
        if hasattr(value, "_fields"):
            return type(value)(*items)
        return type(value)(items)
    if isinstance(value, dict):
        return {name: replace_leaves(item, change) for name, item in value.items()}
    return None if value is None else change(value)


def signals_in(value: Any) -> Iterator[Signal]:
    """Yield the signals in arrays, lists, tuples and dictionaries, in order."""
    if isinstance(value, Signal):
        yield value
    elif isinstance(value, Array | list | tuple):
        for item in value.flat if isinstance(value, Array) else value:
            yield from signals_in(item)
    elif isinstance(value, dict):
        for item in value.values():
            yield from signals_in(item)


def shown(value: Any) -> str:
    """Return the type and size of a value, for messages; never what is in it."""
    if value is None:
        return "None"
    name = type(value).__name__
    article = "an" if name[0] in "AEIOaeio" else "a"
    if isinstance(value, Array):
        return f"an Array of {value.shape}"
    size = f" of {len(value)}" if isinstance(value, list | tuple) else ""
    return f"{article} {name}{size}"
