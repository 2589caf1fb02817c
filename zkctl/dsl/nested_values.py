"""The arguments and results of gadgets: signals and integers in nested structures, arrays, tuples and lists."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterator
from typing import Any

from zkctl.dsl.array import Array
from zkctl.dsl.integers import remedy
from zkctl.dsl.signal import Signal
from zkctl.dsl.spans import circuit_error
from zkctl.dsl.struct_fields import Fields, of_values, values_of
from zkctl.errors import CircuitError

Leaf = Signal | int


class Compound:
    """A value that is made of signals: a Word.  Its leaves are those of its parts."""

    __slots__ = ()

    def parts(self) -> list[Any]:
        """Return the values that it is made of."""
        raise NotImplementedError

    def with_parts(self, parts: list[Any]) -> Any:
        """Return the same kind of value made of other parts."""
        raise NotImplementedError

    def signals(self) -> Iterator[Signal]:
        """Yield the signals that it consists of now, without making its parts."""
        raise NotImplementedError

    def collapsed(self) -> Any:
        """Return what stands for it among outputs: a signal or integer."""
        raise NotImplementedError


def leaves(value: Any) -> Iterator[Leaf]:
    """Yield the signals and integers in a value, in order."""
    if isinstance(value, Signal | int):
        yield value
    elif isinstance(value, Array | tuple | list | Compound | Fields):
        for item in _parts(value):
            yield from leaves(item)
    elif value is not None:
        raise not_exchanged(value)


def check_unnamed(value: Any) -> None:
    """Check that there is no dictionary in a value: its names would be lost.  Raises: CircuitError."""
    if isinstance(value, dict):
        raise not_exchanged(value)
    if isinstance(value, list | tuple):
        for item in value:
            check_unnamed(item)


def not_exchanged(value: Any) -> CircuitError:
    """Return the error for a value that holds no signals."""
    return circuit_error(
        f"a gadget exchanges signals, integers, arrays, tuples and lists; got a {type(value).__name__}",
        hint=remedy(value) or "other things are parameters whose annotation names no signals",
    )


def shape_of(value: Any) -> Hashable:
    """Return a key that is equal for values of the same structure, with equal Python values between the signals."""
    if isinstance(value, Array):
        return ("array", value.shape, tuple(_compounds(value.flat)))
    if isinstance(value, Compound | Fields):
        return (type(value), tuple(shape_of(part) for part in _parts(value)))
    if isinstance(value, tuple | list):
        return (type(value), tuple(shape_of(item) for item in value))
    if isinstance(value, dict):
        return (dict, tuple((name, shape_of(item)) for name, item in value.items()))
    return "signal" if isinstance(value, Signal) else (type(value), value)


def same_structure(first: Any, second: Any) -> bool:
    """Return whether two results have the same structure and the same numbers; signals are not compared."""
    if type(first).__qualname__ != type(second).__qualname__:
        return False
    if isinstance(first, Array) and first.shape != second.shape:
        return False
    if isinstance(first, Array | tuple | list | Compound | Fields):
        parts, others = list(_parts(first)), list(_parts(second))
        return len(parts) == len(others) and all(map(same_structure, parts, others))
    return isinstance(first, Signal) or bool(first == second)


def replace_leaves(value: Any, change: Callable[[Any], Any]) -> Any:
    """Return the same structure with every leaf changed, in the order of `leaves`."""
    if isinstance(value, Array):
        flat = [replace_leaves(item, change) for item in value.flat]
        return Array.of_shape(value.shape, flat)
    if isinstance(value, Fields):
        return of_values(type(value), [replace_leaves(part, change) for part in _parts(value)])
    if isinstance(value, Compound):
        return value.with_parts([replace_leaves(part, change) for part in value.parts()])
    if isinstance(value, tuple | list):
        items = [replace_leaves(item, change) for item in value]
        if hasattr(value, "_fields"):
            return type(value)(*items)
        return type(value)(items)
    if isinstance(value, dict):
        return {name: replace_leaves(item, change) for name, item in value.items()}
    return None if value is None else change(value)


def signals_in(value: Any) -> Iterator[Signal]:
    """Yield the signals in structures, arrays, lists, tuples and dictionaries, in order."""
    if isinstance(value, Signal):
        yield value
    elif isinstance(value, Compound):
        yield from value.signals()
    elif isinstance(value, Array | list | tuple | Fields):
        for item in _parts(value):
            yield from signals_in(item)
    elif isinstance(value, dict):
        for item in value.values():
            yield from signals_in(item)


def collapsed(value: Any) -> Any:
    """Return a result with every compound as the signal that stands for it."""
    if isinstance(value, Compound):
        return value.collapsed()
    if isinstance(value, Array):
        return Array.of_shape(value.shape, [collapsed(item) for item in value.flat])
    if isinstance(value, Fields):
        return of_values(type(value), [collapsed(part) for part in _parts(value)])
    if isinstance(value, tuple | list):
        items = [collapsed(item) for item in value]
        return type(value)(*items) if hasattr(value, "_fields") else type(value)(items)
    return value


def _parts(value: Array[Any] | list[Any] | tuple[Any, ...] | Compound | Fields) -> Any:
    if isinstance(value, Array):
        return value.flat
    if isinstance(value, Fields):
        return list(values_of(value).values())
    return value.parts() if isinstance(value, Compound) else value


def _compounds(flat: list[Any]) -> Iterator[Hashable]:
    """Yield the shapes of the elements of an array that are no single signals."""
    return (shape_of(item) for item in flat if isinstance(item, Compound | Fields))


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


def plain_values(value: Any) -> Any:
    """Return the same values in lists, tuples and dictionaries, as for the inputs of a circuit."""
    if isinstance(value, Fields):
        return plain_values(values_of(value))
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
    if isinstance(value, Fields):
        return list(values_of(value).items())
    if isinstance(value, tuple) and hasattr(value, "_fields"):
        return list(zip(value._fields, value, strict=True))
    return None
