"""Structures: classes of named fields that are used as one value.

class Point(Struct):
    x: Signal
    y: Signal

A structure is an input, an argument, a result or an element of an Array; its fields are signals, arrays, or structures.
"""

from __future__ import annotations

import operator
import sys
from collections.abc import Iterator
from typing import Any, ClassVar, Self, SupportsIndex, dataclass_transform

from zkctl.constraints.signals import MAX_NESTED
from zkctl.dsl.array import Array
from zkctl.dsl.signal import Bit, Equation, Signal, Uint, as_signal
from zkctl.dsl.spans import circuit_error
from zkctl.dsl.struct_fields import (
    StructField,
    declared_fields,
    depth,
    element_of,
    is_struct,
    sized,
)
from zkctl.dsl.trace import Tracer, current_tracer


class Equations:
    """The equations of two structures, one for each pair of signals, in the order of the fields: an argument of `constrain`."""

    __hash__ = None  # type: ignore[assignment]

    def __init__(self, equations: list[Equation]) -> None:
        self._equations = equations

    def __iter__(self) -> Iterator[Equation]:
        return iter(self._equations)

    def __len__(self) -> int:
        return len(self._equations)

    def __bool__(self) -> bool:
        raise circuit_error(
            "the equations of two structures are neither true nor false while the circuit is built",
            hint="constrain(p == q) enforces them; is_equal(p.x, q.x) makes a Bit of one",
        )

    def __eq__(self, other: object) -> Any:
        raise circuit_error(
            "the equations of two structures cannot be compared again",
            hint="write two constraints: constrain(p == q) and constrain(q == r)",
        )


@dataclass_transform(eq_default=False, frozen_default=True, field_specifiers=(sized,))
class Struct:
    """A frozen class of fields, each declared by its annotation: Signal, Uint, Bit, an Array of them, or another structure.

    A subclass has the fields of its bases first.  Integers given for signals become constants inside a circuit; outside of one, all
    fields are integers.
    """

    is_struct: ClassVar[bool] = True
    __fields__: ClassVar[tuple[StructField, ...]] = ()
    __array_ufunc__ = None

    def __init_subclass__(cls, **options: Any) -> None:
        super().__init_subclass__(**options)
        cls.__fields__ = declared_fields(cls, sys._getframe(1))
        cls.__match_args__ = tuple(each.name for each in cls.__fields__)  # type: ignore[attr-defined, misc]
        for field in cls.__fields__:
            if field.default is not None:
                fitted(field.default, field.annotation, f"{field.name} of {cls.__name__}", None)
        if depth(cls) > MAX_NESTED:
            raise circuit_error(
                f"{cls.__name__} nests too many structures: expected at most {MAX_NESTED}, got {depth(cls)}"
            )

    def __init__(self, *values: Any, **named: Any) -> None:
        """Set the fields, by position or name.

        Raises: CircuitError for a missing, unknown or doubled field, and for a value that its annotation does not allow.
        """
        if not self.__fields__:
            raise circuit_error(
                f"{type(self).__name__} has no fields: expected an annotated name",
                hint="write class Point(Struct): and, below it, x: Signal",
            )
        given = _by_name(type(self), values, named)
        tracer, name = current_tracer(), type(self).__name__
        checked = {
            field.name: fitted(
                given[field.name], field.annotation, f"{field.name} of {name}", tracer
            )
            for field in self.__fields__
        }
        self.__dict__.update(checked)

    @classmethod
    def of_values(cls, values: list[Any]) -> Self:
        """Return a structure of values that are known to fit."""
        made = cls.__new__(cls)
        made.__dict__.update(zip((each.name for each in cls.__fields__), values, strict=True))
        return made

    def replace(self, **changes: Any) -> Self:
        """Return the same structure with other values for some fields."""
        unchanged = {n: v for n, v in self.items() if n not in changes}
        return type(self)(**unchanged, **changes)

    def items(self) -> Iterator[tuple[str, Any]]:
        """Yield the name and value of each field, in the declared order."""
        return ((each.name, self.__dict__[each.name]) for each in self.__fields__)

    def __setattr__(self, name: str, value: object) -> None:
        raise self._unchangeable(name)

    def __delattr__(self, name: str) -> None:
        raise self._unchangeable(name)

    def _unchangeable(self, name: str) -> Exception:
        return circuit_error(
            f"a structure cannot be changed: {name} of {type(self).__name__}",
            hint=f"make another one: p = p.replace({name}=...)",
        )

    def __eq__(self, other: object) -> Any:
        if not isinstance(other, Struct):
            return self.refuse_equality(other) if _has_signals(self) else NotImplemented
        if type(self) is not type(other):
            return self.refuse_equality(other)
        pairs = list(_pairs(self, other))
        tracer = next((each.tracer for pair in pairs for each in pair if isinstance(each, Signal)), None)  # fmt: skip
        if tracer is None:
            return all(left == right for left, right in pairs)
        return Equations([_signal(left, tracer) == _signal(right, tracer) for left, right in pairs])

    def refuse_equality(self, other: object) -> Any:
        """Raise CircuitError: the other value is no such structure."""
        name = type(self).__name__
        raise circuit_error(
            f"structures of different types cannot be compared: expected another {name}, got a {type(other).__name__}",
            hint="compare the fields: constrain(p.x == q.x)",
        )

    def __ne__(self, other: object) -> Any:
        if _has_signals(self) or _has_signals(other):
            raise circuit_error(
                "structures of signals cannot be compared with !=",
                hint="is_equal(p.x, q.x) makes a Bit for each field",
            )
        return not self == other

    def __hash__(self) -> int:
        if _has_signals(self):
            raise circuit_error(
                f"a structure of signals cannot be a dictionary key or a member of a set: {type(self).__name__}",
                hint="keep structures in lists or Arrays",
            )
        return hash((type(self), *flat_values(self)))

    def __bool__(self) -> bool:
        raise circuit_error(
            f"a structure is neither true nor false: {type(self).__name__}",
            hint="select(bit, p, q) chooses between structures; constrain(p == q) enforces",
        )

    def __repr__(self) -> str:
        return f"{type(self).__qualname__}({', '.join(f'{n}={v!r}' for n, v in self.items())})"


# -- values


def _by_name(cls: type[Struct], values: tuple[Any, ...], named: dict[str, Any]) -> dict[str, Any]:
    """Return the value of each field.  Raises: CircuitError if the names and numbers do not fit."""
    names = [each.name for each in cls.__fields__]
    listed = f"the fields of {cls.__name__} are {', '.join(names) or 'none'}"
    if len(values) > len(names):
        raise circuit_error(
            f"{cls.__name__} got too many values: expected {len(names)}, got {len(values)}",
            hint=listed,
        )
    for name in named:
        if name not in names:
            raise circuit_error(f"{cls.__name__} has no field {name}", hint=listed)
        if name in names[: len(values)]:
            raise circuit_error(f"{cls.__name__} got the field {name} twice", hint=listed)
    defaults = {f.name: f.default for f in cls.__fields__ if f.default is not None}
    given = {**defaults, **dict(zip(names, values, strict=False)), **named}
    missing = [name for name in names if name not in given]
    if missing:
        raise circuit_error(
            f"{cls.__name__} got no value for the field {', '.join(missing)}", hint=listed
        )
    return given


def fitted(value: Any, annotation: Any, what: str, tracer: Tracer | None) -> Any:
    """Return a value as a field of the annotated type: lists as Arrays, tuples and dictionaries as structures, integers as constants.

    Raises: CircuitError if it does not fit.
    """
    element = element_of(annotation)
    if element is not annotation:
        return _fitted_array(value, element, what, tracer)
    if is_struct(annotation):
        return _fitted_struct(value, annotation, what, tracer)
    return _fitted_signal(value, annotation, what, tracer)


def _fitted_array(value: Any, element: Any, what: str, tracer: Tracer | None) -> Array[Any]:
    if not isinstance(value, Array | list | tuple):
        raise circuit_error(f"{what} does not fit: expected an Array, got {type(value).__name__}")
    array = value if isinstance(value, Array) else Array(value)
    flat = [fitted(each, element, what, tracer) for each in array.flat]
    return Array.of_shape(array.shape, flat)


def _fitted_struct(value: Any, kind: type[Struct], what: str, tracer: Tracer | None) -> Struct:
    if isinstance(value, kind):
        return value if tracer is None else type(value)(**dict(value.items()))
    if isinstance(value, dict):
        return kind(**value)
    if isinstance(value, tuple) and not hasattr(value, "_fields"):
        return kind(*value)
    raise circuit_error(
        f"{what} does not fit: expected {kind.__name__}, got {type(value).__name__}",
        hint=f"write {kind.__name__}({', '.join(each.name + '=...' for each in kind.__fields__)})",
    )


_HOW: dict[type[Signal], str] = {
    Signal: "",
    Bit: "make a Bit with to_bits, is_zero, is_equal, an input declared Bit, or assume_bit(x, because=...)",
    Uint: "to_uint(x, n_bits) proves a width; an input can be declared Uint with bits=n",
}


def _fitted_signal(value: Any, kind: type[Signal], what: str, tracer: Tracer | None) -> Any:
    if tracer is None:
        return _fitted_integer(value, kind, what)
    signal = as_signal(value, tracer)
    if signal is None:
        raise circuit_error(f"{what} does not fit: expected {kind.__name__}, got {type(value).__name__}")  # fmt: skip
    if signal.tracer is not tracer:
        raise circuit_error(
            f"{what} is a signal of another circuit or gadget call",
            hint="a gadget may only use signals it gets as arguments",
        )
    if not isinstance(signal, kind):
        found = signal.describe() if tracer.eager else f"a {type(signal).__name__}"
        raise circuit_error(f"{what} must be a {kind.__name__}, got {found}", hint=_HOW[kind])
    return signal


def _fitted_integer(value: Any, kind: type[Signal], what: str) -> int:
    if not isinstance(value, SupportsIndex) or isinstance(value, bool | Signal):
        raise circuit_error(
            f"{what} does not fit: expected an integer outside of a circuit, got a {type(value).__name__}"
        )
    number = operator.index(value)
    if (kind is not Signal and number < 0) or (kind is Bit and number > 1):
        raise circuit_error(f"{what} must be a {kind.__name__}, got the integer {number}")
    return number


def flat_values(value: Any) -> Iterator[Any]:
    """Yield the signals and integers in a structure or array, in order."""
    if isinstance(value, Struct):
        for _, inner in value.items():
            yield from flat_values(inner)
    elif isinstance(value, Array):
        for inner in value.flat:
            yield from flat_values(inner)
    else:
        yield value


def _signal(value: Any, tracer: Tracer) -> Signal:
    signal = as_signal(value, tracer)
    assert signal is not None, "the fields were checked"
    return signal


def _has_signals(value: object) -> bool:
    return any(isinstance(each, Signal) for each in flat_values(value))


def _pairs(left: Any, right: Any, name: str = "") -> Iterator[tuple[Any, Any]]:
    """Yield what stands at the same place in two structures.  Raises: CircuitError if they are built differently."""
    if isinstance(left, Struct):
        if type(left) is not type(right):
            left.refuse_equality(right)
        for (inner, x), (_, y) in zip(left.items(), right.items(), strict=True):
            yield from _pairs(x, y, inner)
    elif isinstance(left, Array):
        if left.shape != right.shape:
            raise circuit_error(
                f"the arrays {name} of two structures have different shapes: {left.shape} and {right.shape}"
            )
        for x, y in zip(left.flat, right.flat, strict=True):
            yield from _pairs(x, y, name)
    else:
        yield left, right
