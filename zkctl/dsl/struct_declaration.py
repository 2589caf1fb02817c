"""The declaration of a structure: its annotated names as fields."""

from __future__ import annotations

import typing
from inspect import isfunction
from types import FrameType, SimpleNamespace
from typing import Any

from zkctl.constraints.signals import MAX_NESTED
from zkctl.dsl.annotations import leaf_type, value_type
from zkctl.dsl.array import Array
from zkctl.dsl.signal import Uint
from zkctl.dsl.spans import circuit_error
from zkctl.dsl.struct_fields import Fields, Sizes, StructField
from zkctl.dsl.value_types import (
    SequenceType,
    SignalType,
    StructType,
    UintType,
    ValueType,
    WordType,
)


def declared_fields(cls: type[Fields], caller: FrameType) -> tuple[StructField, ...]:
    """Return the fields of a class, those of its bases first, and take its own defaults off the class.

    Raises: CircuitError for a name or an annotation that no field can have.
    """
    bases = [base for base in cls.__bases__ if issubclass(base, Fields)]
    found = {each.name: each for base in reversed(bases) for each in base.__fields__}
    own = vars(cls).get("__annotations__", {}).items()
    texts = {n: a for n, a in own if not str(a).startswith(("ClassVar", "typing.ClassVar"))}
    for name in [*texts, *found]:
        is_method = isfunction(vars(cls).get(name)) if name in texts else name in vars(cls)
        if name.startswith("_") or is_method or any(hasattr(base, name) for base in bases):
            raise circuit_error(
                f"{cls.__name__} cannot have a field {name}: the name is taken",
                hint="names that start with _ and those of methods are reserved",
            )
    for name, annotation in _resolved(cls, texts, caller).items():
        found[name] = _field(f"{name} of {cls.__name__}", name, annotation, vars(cls).get(name))
        if name in vars(cls):
            delattr(cls, name)
    depth = 1 + max((_depth(each.type) for each in found.values()), default=0)
    if depth > MAX_NESTED:
        raise circuit_error(
            f"{cls.__name__} nests too many structures: expected at most {MAX_NESTED}, got {depth}"
        )
    return tuple(found.values())


def _resolved(cls: type[Fields], texts: dict[str, Any], caller: FrameType) -> dict[str, Any]:
    names = {**caller.f_globals, **caller.f_locals}
    try:
        holder = SimpleNamespace(__annotations__=texts)
        return typing.get_type_hints(holder, caller.f_globals, names, include_extras=True)
    except Exception as problem:
        raise circuit_error(
            f"the annotations of {cls.__name__} cannot be read: {problem}",
            hint="define or import the types of the fields above the class; a structure cannot hold itself",
        ) from problem


def _field(what: str, name: str, annotation: Any, default: Any) -> StructField:
    kind = value_type(annotation)
    if not isinstance(element_type(kind), SignalType | UintType | WordType | StructType):
        raise circuit_error(
            f"the type of {what} is no type of a field: expected Signal, Uint, Bit, an Array of them, or a structure,"
            f" got {getattr(annotation, '__name__', annotation)}",
            hint="a constant of the class is written without an annotation",
        )
    assert kind is not None
    if isinstance(default, Sizes):
        is_array, is_uint = isinstance(kind, SequenceType), leaf_type(kind) == SignalType(Uint)
        if (default.sizes and not is_array) or (default.bits is not None and not is_uint):
            raise circuit_error(
                f"the sizes of {what} do not fit its type {kind.text}",
                hint="sizes are for an Array, bits for a Uint",
            )
        return StructField(name, kind, default, None)
    is_integer = isinstance(default, int) and not isinstance(default, bool)
    if default is not None and not (is_integer and isinstance(kind, SignalType | UintType)):
        raise circuit_error(
            f"the default of {what} is wrong: expected an integer for a single signal, got a {type(default).__name__}",
            hint="sized(...) declares sizes and widths; other values belong into the constructor",
        )
    return StructField(name, kind, Sizes(), default)


def element_type(kind: ValueType | None) -> ValueType | None:
    """Return the type of the elements of an Array, any other type unchanged."""
    is_array = isinstance(kind, SequenceType) and kind.container is Array
    return kind.element if isinstance(kind, SequenceType) and is_array else kind


def _depth(kind: ValueType) -> int:
    inner = element_type(kind)
    if not isinstance(inner, StructType):
        return 0
    return 1 + max((_depth(each.type) for each in inner.cls.__fields__), default=0)
