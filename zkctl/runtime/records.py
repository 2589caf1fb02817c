"""Records that cost little to define: a process defines forty before it verifies one proof.

dataclasses compiles six functions for each class when its module is imported; the functions here are shared.  Records
work with dataclasses.replace, fields and asdict.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from operator import attrgetter
from typing import Any, TypeVar, cast, dataclass_transform, overload

T = TypeVar("T")


class _Factory:
    """A default made for each object."""

    def __init__(self, make: Callable[[], Any]) -> None:
        self.make = make


def made_by(make: Callable[[], T]) -> T:
    """Return the default of a field that each object has for itself: `made_by(list)`."""
    return cast(T, _Factory(make))


@overload
def record(cls: type[T], /) -> type[T]: ...
@overload
def record(
    *,
    eq: bool = True,
    repr: bool = True,
    frozen: bool = True,
) -> Callable[[type[T]], type[T]]: ...
@dataclass_transform(frozen_default=True)
def record(
    cls: type[Any] | None = None,
    /,
    *,
    eq: bool = True,
    repr: bool = True,  # noqa: A002  # the names of dataclasses
    frozen: bool = True,
) -> Any:
    """Make a record of a class: its annotated names are the fields, in order, those of its bases first.

    Without `eq` a record is equal to itself only; without `repr` its text does not show its values.
    A class may define its own `__hash__` and `__repr__`.
    `__post_init__` runs after the fields are set.
    """

    def apply(made: Any) -> Any:
        names = tuple(_annotations(made))
        made.__match_args__ = names  # type: ignore[misc]  # of Any
        made.__dataclass_fields__ = _Fields()
        made.__init__ = _constructor(made, names)
        made.is_record = True
        if frozen:
            made.__setattr__ = _cannot_set
            made.__delattr__ = _cannot_delete
        if eq:
            made.__eq__, hash_of_all = _comparison(attrgetter(*names, "__class__"))
            if "__hash__" not in vars(made):
                made.__hash__ = hash_of_all if frozen else None
        if repr and "__repr__" not in vars(made):
            made.__repr__ = _text
        return made

    return apply if cls is None else apply(cls)


def _annotations(cls: Any) -> dict[str, Any]:
    """Return the fields with their types."""
    return {
        name: annotation
        for base in reversed(cls.__mro__)
        for name, annotation in vars(base).get("__annotations__", {}).items()
        if not str(annotation).startswith(("ClassVar", "typing.ClassVar"))
    }


def _defaults(cls: Any, names: Sequence[str]) -> dict[str, Any]:
    found = {}
    for name in names:
        holder = next((base for base in cls.__mro__ if name in vars(base)), None)
        if holder is not None:
            found[name] = vars(holder)[name]
    return found


class _Fields:
    """The description that dataclasses asks for, made when it does."""

    def __get__(self, _instance: Any, cls: Any) -> Any:
        import dataclasses

        types = _annotations(cls)
        defaults = {
            name: dataclasses.field(default_factory=value.make)
            if isinstance(value, _Factory)
            else value
            for name, value in _defaults(cls, list(types)).items()
        }
        same = type(cls.__name__, (), {"__annotations__": types, **defaults})
        fields = dataclasses.fields(dataclasses.dataclass(same))
        cls.__dataclass_fields__ = {field.name: field for field in fields}
        return cls.__dataclass_fields__


def _constructor(cls: Any, names: tuple[str, ...]) -> Any:
    n, defaults = len(names), _defaults(cls, names)
    is_checked = hasattr(cls, "__post_init__")

    def __init__(self: Any, *values: Any, **named: Any) -> None:  # noqa: N807  # it is one
        if named or len(values) != n:
            values = _in_order(cls, names, values, defaults, named)
        self.__dict__.update(zip(names, values, strict=True))
        if is_checked:
            self.__post_init__()

    return __init__


def _in_order(
    cls: Any,
    names: tuple[str, ...],
    values: tuple[Any, ...],
    defaults: dict[str, Any],
    named: dict[str, Any],
) -> tuple[Any, ...]:
    """Return the values of all fields.  Raises: TypeError as any function does."""
    what = f"{cls.__name__}.__init__()"
    if len(values) > len(names):
        raise TypeError(f"{what} takes {len(names)} arguments, got {len(values)}")
    for name in named:
        if name not in names:
            raise TypeError(f"{what} got an unexpected keyword argument {name!r}")
        if name in names[: len(values)]:
            raise TypeError(f"{what} got multiple values for argument {name!r}")
    found = {**defaults, **dict(zip(names, values, strict=False)), **named}
    missing = [name for name in names if name not in found]
    if missing:
        raise TypeError(f"{what} is missing arguments: {', '.join(missing)}")
    every = (found[name] for name in names)
    return tuple(each.make() if isinstance(each, _Factory) else each for each in every)


def names_of(value: Any) -> tuple[str, ...] | None:
    """Return the names of the fields of a record or of a dataclass's object, None for anything else."""
    kind = type(value)
    if getattr(kind, "is_record", False):
        names: tuple[str, ...] = kind.__match_args__
        return names
    return tuple(getattr(kind, "__dataclass_fields__", ())) or None


def _comparison(values: Callable[[Any], Any]) -> tuple[Any, Any]:
    """Return the methods that compare and hash all values of a record."""

    def __eq__(self: Any, other: object) -> Any:  # noqa: N807  # it is one
        if other.__class__ is not self.__class__:
            return NotImplemented
        return self is other or values(self) == values(other)

    def __hash__(self: Any) -> int:  # noqa: N807
        return hash(values(self))

    return __eq__, __hash__


def _text(self: Any) -> str:
    shown = ", ".join(f"{name}={getattr(self, name)!r}" for name in self.__match_args__)
    return f"{type(self).__qualname__}({shown})"


def _cannot_set(self: Any, name: str, _value: Any) -> None:
    raise AttributeError(f"cannot assign to field {name!r} of {type(self).__name__}")


def _cannot_delete(self: Any, name: str) -> None:
    raise AttributeError(f"cannot delete field {name!r} of {type(self).__name__}")
