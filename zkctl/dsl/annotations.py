"""Annotations as value types: each reader recognises one kind of annotation, and the first that does decides."""

from __future__ import annotations

import collections.abc
import operator
import typing
from collections.abc import Callable, Sequence
from functools import reduce
from types import NoneType, UnionType
from typing import Any

from zkctl.dsl.array import Array
from zkctl.dsl.numbers.word import Word
from zkctl.dsl.signal import Signal, Uint
from zkctl.dsl.spans import circuit_error
from zkctl.dsl.struct_fields import Fields
from zkctl.dsl.value_types import (
    WHICH_TYPES,
    AnyShape,
    AnyShapeType,
    ChoiceType,
    OptionalType,
    PlainType,
    SequenceType,
    SignalType,
    StructType,
    TupleType,
    UintType,
    ValueType,
    WordType,
)


def value_type(annotation: Any) -> ValueType | None:
    """Return the value type of an annotation, or None if no signal is in it (a plain parameter).

    Raises: CircuitError for signals inside any other container.
    """
    annotation = _without_names(annotation)
    for reader in _READERS:
        found = reader(annotation)
        if found is not None:
            return found
    if _mentions_signals(annotation):
        raise circuit_error(
            f"{_text(annotation)} is no type of circuits: expected signals in lists or tuples",
            hint=WHICH_TYPES,
        )
    return None


def leaf_type(kind: ValueType | None) -> ValueType | None:
    """Return the type of a single signal, or of the elements of an Array."""
    return leaf_type(kind.element) if isinstance(kind, SequenceType) else kind


def leaf_kind(kind: ValueType | None) -> type[Signal] | type[Fields] | None:
    """Return Signal, Uint, Bit or the class of a structure for a single one or an Array of one type, else None."""
    leaf = leaf_type(kind)
    if isinstance(leaf, StructType):
        return leaf.cls
    if isinstance(leaf, UintType) or (isinstance(leaf, WordType) and leaf.bits):
        return Uint
    return leaf.kind if isinstance(leaf, SignalType) else None


def _without_names(annotation: Any) -> Any:
    """Return the type that a TypeVar, a NewType or an alias stands for."""
    if typing.get_origin(annotation) is typing.Annotated:
        return _annotated(*typing.get_args(annotation))
    for attribute in ("__bound__", "__supertype__", "__value__"):
        meant = getattr(annotation, attribute, None)
        if meant is not None:
            return _without_names(meant)
    constraints = getattr(annotation, "__constraints__", ())
    return reduce(operator.or_, constraints) if constraints else annotation


def _annotated(annotation: Any, *more: Any) -> Any:
    """Return Uint[8] for Annotated[Uint, 8], else the type without what is said about it."""
    is_width = annotation in (Uint, Word) and more and isinstance(more[0], int)
    return annotation.__class_getitem__(more[0]) if is_width else _without_names(annotation)


def _signal(annotation: Any) -> ValueType | None:
    if annotation is AnyShape:
        return AnyShapeType()
    if isinstance(annotation, type) and issubclass(annotation, Word):
        return WordType(annotation)
    if not (isinstance(annotation, type) and issubclass(annotation, Signal)):
        return None
    width = getattr(annotation, "width", None)
    return SignalType(annotation) if width is None else UintType(width)


def _struct(annotation: Any) -> ValueType | None:
    is_struct = isinstance(annotation, type) and issubclass(annotation, Fields)
    return StructType(annotation) if is_struct and annotation.__fields__ else None


def _named_tuple(annotation: Any) -> ValueType | None:
    if not (isinstance(annotation, type) and hasattr(annotation, "_fields")):
        return None
    hints = typing.get_type_hints(annotation, include_extras=True)
    return _fixed_tuple([hints.get(name, Any) for name in annotation._fields], annotation)


def _tuple(annotation: Any) -> ValueType | None:
    parts = typing.get_args(annotation)
    if typing.get_origin(annotation) is not tuple or parts[-1:] == (...,):
        return None
    return _fixed_tuple(parts, tuple)


def _fixed_tuple(parts: Sequence[Any], cls: type[Any]) -> ValueType | None:
    elements = [value_type(part) for part in parts]
    if not any(elements):
        return None
    return TupleType(tuple(map(_or_plain, elements, parts)), cls)


_CONTAINERS: dict[Any, type[Any]] = {
    Array: Array,
    list: list,
    tuple: tuple,
    collections.abc.Sequence: collections.abc.Sequence,
    collections.abc.Collection: collections.abc.Sequence,
    collections.abc.Iterable: collections.abc.Sequence,
}


def _sequence(annotation: Any) -> ValueType | None:
    container = _CONTAINERS.get(typing.get_origin(annotation))
    if container is None:
        return None
    element = value_type(typing.get_args(annotation)[0])
    return None if element is None else SequenceType(element, container)


def _union(annotation: Any) -> ValueType | None:
    if typing.get_origin(annotation) not in (typing.Union, UnionType):
        return None
    parts = [part for part in typing.get_args(annotation) if part is not NoneType]
    found = [value_type(part) for part in parts]
    choices = [kind for kind in found if kind is not None]
    if not choices:
        return None
    plain = [p for p, k in zip(parts, found, strict=True) if k is None and p is not int]
    choices.extend(PlainType(_text(part)) for part in plain)  # integers are constants
    inner = choices[0] if len(choices) == 1 else ChoiceType(tuple(choices))
    return OptionalType(inner) if len(parts) < len(typing.get_args(annotation)) else inner


_READERS: tuple[Callable[[Any], ValueType | None], ...] = (
    _signal,
    _struct,
    _named_tuple,
    _tuple,
    _sequence,
    _union,
)


def _or_plain(kind: ValueType | None, annotation: Any) -> ValueType:
    return PlainType(_text(annotation)) if kind is None else kind


def _mentions_signals(annotation: Any) -> bool:
    if typing.get_origin(annotation) in (collections.abc.Callable, type, typing.Literal):
        return False
    return any(
        value_type(part) is not None or _mentions_signals(part)
        for part in typing.get_args(annotation)
    )


def _text(annotation: Any) -> str:
    return annotation.__name__ if isinstance(annotation, type) and not typing.get_args(annotation) else str(annotation)  # fmt: skip
