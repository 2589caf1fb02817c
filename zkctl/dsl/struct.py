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
from inspect import isfunction
from typing import Any, Self, SupportsIndex, dataclass_transform

from zkctl.dsl.advice.arguments import numbers_of_advice
from zkctl.dsl.advice.builder import current_builder
from zkctl.dsl.array import Array
from zkctl.dsl.nested_values import collapsed, leaves, shown, signals_in
from zkctl.dsl.refused_operators import forbid_arithmetic
from zkctl.dsl.signal import Bit, Signal, as_signal
from zkctl.dsl.spans import circuit_error
from zkctl.dsl.statements.statement import Equation
from zkctl.dsl.struct_declaration import declared_fields
from zkctl.dsl.struct_fields import Fields, sized, values_of
from zkctl.dsl.trace import Tracer, current_tracer
from zkctl.dsl.value_types import (
    SequenceType,
    SignalType,
    StructType,
    UintType,
    ValueType,
    WordType,
)


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
class Struct(Fields):
    """A frozen class of fields, each declared by its annotation: Signal, Uint, Bit, an Array of them, or another structure.

    A subclass has the fields of its bases first.  Integers given for signals become constants inside a circuit; outside of one, all
    fields are integers.
    """

    __array_ufunc__ = None

    def __init_subclass__(cls, **options: Any) -> None:
        super().__init_subclass__(**options)
        cls.__fields__ = declared_fields(cls, sys._getframe(1))
        cls.__match_args__ = tuple(each.name for each in cls.__fields__)  # type: ignore[attr-defined, misc]
        for function in vars(cls).values():
            _set_owner(function.fget if isinstance(function, property) else function, cls)
        for field in cls.__fields__:
            if field.default is not None:
                _plain(field.type, field.default, f"{field.name} of {cls.__name__}")

    def __init__(self, /, *values: Any, **named: Any) -> None:
        """Set the fields, by position or name.

        Raises: CircuitError for a missing, unknown or doubled field, and for a value that its annotation does not allow.
        """
        if not self.__fields__:
            raise circuit_error(
                f"{type(self).__name__} has no fields: expected an annotated name",
                hint="write class Point(Struct): and, below it, x: Signal",
            )
        given = _by_name(type(self), values, named)
        tracer, builder, name = current_tracer(), current_builder(), type(self).__name__
        for field in self.__fields__:
            value, what = given[field.name], f"{field.name} of {name}"
            if builder is not None:
                self.__dict__[field.name] = numbers_of_advice(builder, field.type, value, what)
            elif tracer is None:
                self.__dict__[field.name] = _plain(field.type, value, what)
            else:
                self.__dict__[field.name] = field.type.coerce(value, what, tracer)

    def replace(self, /, **changes: Any) -> Self:
        """Return the same structure with other values for some fields."""
        unchanged = {n: v for n, v in values_of(self).items() if n not in changes}
        return type(self)(**unchanged, **changes)

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
            f"structures of different types cannot be compared: expected another {name}, got {shown(other)}",
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
        return hash((type(self), *leaves(self)))

    def __bool__(self) -> bool:
        raise circuit_error(
            f"a structure is neither true nor false: {type(self).__name__}",
            hint="select(bit, p, q) chooses between structures; constrain(p == q) enforces",
        )

    def __repr__(self) -> str:
        parts = ", ".join(f"{name}={value!r}" for name, value in values_of(self).items())
        return f"{type(self).__qualname__}({parts})"


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


def _set_owner(function: Any, cls: type[Struct]) -> None:
    """Make a gadget a method of a structure."""
    set_owner = getattr(function, "set_owner", None)
    if set_owner is not None and isfunction(function):
        set_owner(cls)


def _plain(kind: ValueType, value: Any, what: str) -> Any:
    """Return a value outside of circuits, where all fields are integers.  Raises: CircuitError if it does not fit."""
    if isinstance(kind, SequenceType):
        if not isinstance(value, Array | list | tuple):
            raise circuit_error(f"{what} does not fit: expected {kind.text}, got {shown(value)}")
        array = value if isinstance(value, Array) else kind.array_of(value)
        flat = [_plain(kind.element, each, what) for each in array.flat]
        return Array.of_shape(array.shape, flat)
    if isinstance(kind, StructType):
        return kind.instance(value, what)
    assert isinstance(kind, SignalType | UintType | WordType)
    if not isinstance(value, SupportsIndex) or isinstance(value, bool | Signal):
        raise circuit_error(
            f"{what} does not fit: expected an integer outside of a circuit, got {shown(value)}"
        )
    number = operator.index(value)
    most = _maximum(kind)
    if (kind != SignalType(Signal) and number < 0) or (most is not None and number > most):
        raise circuit_error(f"{what} must be a {kind.text}, got the integer {number}")
    return number


def _maximum(kind: SignalType | UintType | WordType) -> int | None:
    if isinstance(kind, UintType | WordType):
        return (1 << kind.bits) - 1
    return 1 if kind.kind is Bit else None


def _signal(value: Any, tracer: Tracer) -> Signal:
    signal = as_signal(value, tracer)
    assert signal is not None, "the fields were checked"
    return signal


def _has_signals(value: object) -> bool:
    return next(signals_in(value), None) is not None


def _pairs(left: Any, right: Any, name: str = "") -> Iterator[tuple[Any, Any]]:
    """Yield what stands at the same place in two structures.  Raises: CircuitError if they are built differently."""
    if isinstance(left, Struct):
        if type(left) is not type(right):
            left.refuse_equality(right)
        others = values_of(right)
        for inner, x in values_of(left).items():
            yield from _pairs(x, others[inner], inner)
    elif isinstance(left, Array):
        if left.shape != right.shape:
            raise circuit_error(
                f"the arrays {name} of two structures have different shapes: {left.shape} and {right.shape}"
            )
        for x, y in zip(left.flat, right.flat, strict=True):
            yield from _pairs(x, y, name)
    else:
        yield collapsed(left), collapsed(right)  # words are compared as numbers


forbid_arithmetic(Struct)
