"""The arguments and results of gadgets: signals and integers in nested structures, arrays, tuples and lists."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterator
from typing import Any

from zkctl.dsl.array import Array
from zkctl.dsl.signal import Signal
from zkctl.dsl.spans import circuit_error
from zkctl.dsl.struct import Struct, flat_values

Leaf = Signal | int


def leaves(value: Any) -> Iterator[Leaf]:
    """Yield the signals and integers in a value, in order."""
    if isinstance(value, Signal | int):
        yield value
    elif isinstance(value, Array | Struct):
        yield from flat_values(value)
    elif isinstance(value, tuple | list):
        for item in value:
            yield from leaves(item)
    elif value is not None:
        raise circuit_error(
            f"a gadget exchanges signals, integers, arrays, tuples and lists; got a {type(value).__name__}",
            hint="a text becomes a number with int.from_bytes(b'...', 'big'); other things are keyword-only parameters",
        )


def shape_of(value: Any) -> Hashable:
    """Return a key that is equal for values of the same structure."""
    if isinstance(value, Array):
        inner = value.flat[:1]
        parts = map(shape_of, value.flat) if inner and isinstance(inner[0], Struct) else ()
        return ("array", value.shape, tuple(parts))
    if isinstance(value, Struct):
        return (type(value), tuple(shape_of(item) for _, item in value.items()))
    if isinstance(value, tuple | list):
        return (type(value), tuple(shape_of(item) for item in value))
    return None if value is None else "leaf"


def replace_leaves(value: Any, change: Callable[[Any], Any]) -> Any:
    """Return the same structure with every leaf changed, in the order of `leaves`."""
    if isinstance(value, Array):
        return Array.of_shape(value.shape, [replace_leaves(item, change) for item in value.flat])
    if isinstance(value, Struct):
        return value.of_values([replace_leaves(item, change) for _, item in value.items()])
    if isinstance(value, tuple | list):
        items = [replace_leaves(item, change) for item in value]
        if hasattr(value, "_fields"):
            return type(value)(*items)
        return type(value)(items)
    return None if value is None else change(value)


def plain_values(value: Any) -> Any:
    """Return the same values in lists, tuples and dictionaries, as for the inputs of a circuit."""
    if isinstance(value, Struct):
        return {name: plain_values(inner) for name, inner in value.items()}
    if isinstance(value, dict):
        return {name: plain_values(inner) for name, inner in value.items()}
    if isinstance(value, Array | list):
        return [plain_values(item) for item in value]
    if isinstance(value, tuple):
        items = [plain_values(item) for item in value]
        return type(value)(*items) if hasattr(value, "_fields") else tuple(items)
    return value


def named_parts(value: Any) -> list[tuple[str, Any]] | None:
    """Return the fields of a structure or NamedTuple, None for anything else."""
    if isinstance(value, Struct):
        return list(value.items())
    if isinstance(value, tuple) and hasattr(value, "_fields"):
        return list(zip(value._fields, value, strict=True))
    return None
