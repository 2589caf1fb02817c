"""The fields of structures: the common base of `Struct`, for code that only takes values apart and builds them again."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, ClassVar, TypeVar

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
    """A declared field: its value type, its sizes as an input, and the integer that it has if none is given."""

    name: str
    type: Any
    sizes: Sizes
    default: int | None


class Fields:
    """Named values in a declared order."""

    __fields__: ClassVar[tuple[StructField, ...]] = ()


F = TypeVar("F", bound=Fields)


def of_values(cls: type[F], values: Sequence[Any]) -> F:
    """Return a structure of values that are known to fit."""
    made = cls.__new__(cls)
    made.__dict__.update(zip((each.name for each in cls.__fields__), values, strict=True))
    return made


def values_of(structure: Fields) -> dict[str, Any]:
    """Return the values of the fields by name, in the declared order."""
    return {each.name: structure.__dict__[each.name] for each in structure.__fields__}
