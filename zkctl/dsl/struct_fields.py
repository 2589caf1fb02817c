"""The fields of a structure, as its class declares them."""

from __future__ import annotations

import typing
from inspect import isfunction
from types import FrameType, SimpleNamespace
from typing import Any

from zkctl.dsl.array import Array
from zkctl.dsl.signal import Bit, Signal, Uint
from zkctl.dsl.spans import circuit_error
from zkctl.runtime.records import record

Size = int | str  # a number, or the name of a template parameter


@record
class Sizes:
    """The result of `sized`: the sizes of the axes of a field, and the width of a Uint."""

    sizes: tuple[Size, ...] = ()
    bits: Size | None = None


def sized(*sizes: Size, bits: Size | None = None) -> Any:
    """Return the sizes of a field, for circuits that have the structure as an input: `path: Array[Bit] = sized("depth")`.

    Numbers or names of the circuit's template parameters; `bits` is the width of a Uint.
    """
    return Sizes(sizes, bits)


@record
class StructField:
    """A declared field: its annotation, its sizes as an input, and the integer that it has if none is given."""

    name: str
    annotation: Any
    sizes: Sizes
    default: int | None


def declared_fields(cls: type[Any], caller: FrameType) -> tuple[StructField, ...]:
    """Return the fields of a class, those of its bases first, and take its own defaults off the class.

    Raises: CircuitError for a name or an annotation that no field can have.
    """
    bases = [base for base in cls.__bases__ if hasattr(base, "__fields__")]
    found = {each.name: each for base in reversed(bases) for each in base.__fields__}
    own = vars(cls).get("__annotations__", {}).items()
    texts = {n: a for n, a in own if not str(a).startswith(("ClassVar", "typing.ClassVar"))}
    for name in [*texts, *found]:
        hidden = vars(cls).get(name) if name in texts else None
        is_method = isfunction(hidden) or (name not in texts and name in vars(cls))
        if name.startswith("_") or is_method or any(hasattr(base, name) for base in bases):
            raise circuit_error(
                f"{cls.__name__} cannot have a field {name}: the name is taken",
                hint="names that start with _ and those of methods are reserved",
            )
    for name, annotation in _resolved(cls, texts, caller).items():
        found[name] = _field(cls, name, annotation, vars(cls).get(name))
        if name in vars(cls):
            delattr(cls, name)
    return tuple(found.values())


def _resolved(cls: type[Any], texts: dict[str, Any], caller: FrameType) -> dict[str, Any]:
    names = {**caller.f_globals, **caller.f_locals}
    try:
        holder = SimpleNamespace(__annotations__=texts)
        return typing.get_type_hints(holder, caller.f_globals, names)
    except Exception as problem:
        raise circuit_error(
            f"the annotations of {cls.__name__} cannot be read: {problem}",
            hint="define or import the types of the fields above the class; a structure cannot hold itself",
        ) from problem


def _field(cls: type[Any], name: str, annotation: Any, default: Any) -> StructField:
    what = f"{name} of {cls.__name__}"
    element = element_of(annotation)
    if not is_struct(element) and element not in (Signal, Uint, Bit):
        raise circuit_error(
            f"the type of {what} is no type of a field: expected Signal, Uint, Bit, an Array of them, or a structure,"
            f" got {getattr(annotation, '__name__', annotation)}",
            hint="a constant of the class is written without an annotation",
        )
    if isinstance(default, Sizes):
        if (default.sizes and annotation is element) or (default.bits is not None and element is not Uint):  # fmt: skip
            raise circuit_error(
                f"the sizes of {what} do not fit its type {getattr(annotation, '__name__', annotation)}",
                hint="sizes are for an Array, bits for a Uint",
            )
        return StructField(name, annotation, default, None)
    is_integer = isinstance(default, int) and not isinstance(default, bool)
    if default is not None and not (is_integer and annotation is element and not is_struct(element)):  # fmt: skip
        raise circuit_error(
            f"the default of {what} is wrong: expected an integer for a single signal, got a {type(default).__name__}",
            hint="sized(...) declares sizes and widths; give other values to the constructor",
        )
    return StructField(name, annotation, Sizes(), default)


def element_of(annotation: Any) -> Any:
    """Return the type inside an Array, anything else unchanged."""
    arguments = typing.get_args(annotation)
    return arguments[0] if typing.get_origin(annotation) is Array and arguments else annotation


def is_struct(kind: object) -> bool:
    """Return whether a type is a structure with fields."""
    return isinstance(kind, type) and bool(getattr(kind, "__fields__", ()))


def depth(cls: type[Any]) -> int:
    """Return the number of structures that stand in each other, 1 for one of signals."""
    inner = (element_of(each.annotation) for each in cls.__fields__)
    return 1 + max((depth(each) for each in inner if is_struct(each)), default=0)
