"""The shapes of arguments and results of advice functions: numbers, arrays, structures and arrays of structures."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any, TypeAlias

from zkctl.dsl.advice.builder import Builder
from zkctl.dsl.advice.integers import Int, Ints, cell_of
from zkctl.dsl.array import Array
from zkctl.dsl.nested_values import Compound, shown
from zkctl.dsl.signal import Signal
from zkctl.dsl.spans import circuit_error
from zkctl.dsl.struct_fields import Fields, of_values, values_of
from zkctl.dsl.value_types import SequenceType, SignalType, StructType, ValueType
from zkctl.runtime.records import record


@record
class Structure:
    """The shape of a structure: that of each field."""

    cls: type[Fields]
    parts: tuple[Shape, ...]


@record
class Listed:
    """The shape of an array of structures: that of each one, in row-major order."""

    parts: tuple[Shape, ...]


# None is a number, an integer the length of an array of numbers, a tuple that of a result
Shape: TypeAlias = "int | Structure | Listed | tuple[Shape, ...] | None"


def shape_of(value: Any) -> Shape:
    """Return the shape of an argument."""
    if isinstance(value, Fields):
        return Structure(type(value), tuple(map(shape_of, values_of(value).values())))
    if not isinstance(value, Array | list | tuple):
        return None
    flat = _elements(value)
    if any(isinstance(each, Fields) for each in flat):
        return Listed(tuple(map(shape_of, flat)))
    return len(flat)


def flat_values(value: Any) -> list[Any]:
    """Return the numbers of an argument in order; a word is one number."""
    if isinstance(value, Compound):
        return [value.collapsed()]
    if isinstance(value, Fields):
        return [leaf for part in values_of(value).values() for leaf in flat_values(part)]
    if isinstance(value, Array | list | tuple):
        return [leaf for item in _elements(value) for leaf in flat_values(item)]
    return [value]


def n_cells(shape: Shape) -> int:
    """Return the number of cells that an argument takes."""
    if isinstance(shape, Structure | Listed):
        return sum(map(n_cells, shape.parts))
    return shape if isinstance(shape, int) else 1


def placed(builder: Builder, shape: Shape, cell: int) -> Any:
    """Return what an advice function gets for an argument whose numbers are in the cells from `cell` on."""
    if shape is None:
        return Int(builder, cell)
    if isinstance(shape, int):
        return Ints(builder, cell, shape, is_parameter=True)
    parts = []
    for part in shape.parts if isinstance(shape, Structure | Listed) else shape:
        parts.append(placed(builder, part, cell))
        cell += n_cells(part)
    return of_values(shape.cls, parts) if isinstance(shape, Structure) else parts


def rebuilt(shape: Shape, leaves: Iterator[Any], make: Callable[[list[Any]], Any]) -> Any:
    """Return a result from its numbers; `make` makes an array of numbers, the fields of structures are always Arrays."""
    if shape is None:
        return next(leaves)
    if isinstance(shape, int):
        return make([next(leaves) for _ in range(shape)])
    if isinstance(shape, Structure):
        return of_values(shape.cls, [rebuilt(part, leaves, Array) for part in shape.parts])
    if isinstance(shape, Listed):
        return make([rebuilt(part, leaves, make) for part in shape.parts])
    return tuple(rebuilt(part, leaves, make) for part in shape)


def structures(kind: ValueType | None, value: Any, what: str) -> Any:
    """Return the structure, or Array of structures, that an argument is or stands for.  Raises: CircuitError for another value."""
    if isinstance(kind, StructType):
        return kind.instance(value, what)
    assert isinstance(kind, SequenceType)
    if not isinstance(value, Array | list | tuple):
        raise circuit_error(
            f"{what} must hold several values: expected {kind.text}, got {shown(value)}",
            hint=f"write [{kind.element.text}(...), ...]",
        )
    array = value if isinstance(value, Array) else kind.array_of(value)
    flat = [structures(kind.element, each, f"an element of {what}") for each in array.flat]
    return Array.of_shape(array.shape, flat)


def takes_structures(kind: ValueType | None) -> bool:
    """Return whether a parameter of this type is a structure or an Array of structures."""
    if isinstance(kind, SequenceType):
        return kind.container is Array and isinstance(kind.element, StructType)
    return isinstance(kind, StructType)


def numbers_of_advice(builder: Builder, kind: ValueType, value: Any, what: str) -> Any:
    """Return the value of a field of a structure that an advice function makes.  Raises: CircuitError if it does not fit the type."""
    if isinstance(kind, StructType):
        return kind.instance(value, what)
    if not isinstance(kind, SequenceType):
        cell = cell_of(builder, value)
        return value if isinstance(value, Int) else Int(builder, cell)
    if not isinstance(value, Ints | Array | list | tuple):
        raise circuit_error(
            f"{what} does not fit: expected {kind.text}, got {shown(value)}",
            hint="write a list of integers, or Ints",
        )
    if isinstance(value, Ints):
        return value
    return [numbers_of_advice(builder, kind.element, each, what) for each in _elements(value)]


def check_result_type(cls: type[Fields], advice: str) -> None:
    """Check that nothing is claimed about the numbers of a resulting structure: hints are not trusted.  Raises: CircuitError."""
    for field in cls.__fields__:
        kind = field.type.element if isinstance(field.type, SequenceType) else field.type
        if isinstance(kind, StructType):
            check_result_type(kind.cls, advice)
        elif kind != SignalType(Signal):
            raise circuit_error(
                f"the advice {advice} returns {cls.__name__} with a {kind.text} in {field.name}: expected Signals only",
                hint="nothing proves a width of what a hint returns: return numbers, and make the structure of to_uint(x, n)",
            )


def _elements(value: Any) -> list[Any]:
    if isinstance(value, Array):
        return value.flat
    return [leaf for item in value for leaf in _one_or_many(item)]


def _one_or_many(item: Any) -> list[Any]:
    return _elements(item) if isinstance(item, Array | list | tuple) else [item]
