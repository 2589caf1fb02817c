"""The named signals of a circuit, and reading their values from nested lists and objects."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from enum import IntEnum

from zkctl.errors import InputError
from zkctl.runtime.records import record

MAX_NESTED = 8  # structures in structures, at most
_MAX_NAMES = 8  # in one message


class Role(IntEnum):
    """The role of a named signal; the numbers are those of the witness-program file."""

    OUTPUT = 0
    PUBLIC = 1
    PRIVATE = 2

    @property
    def is_input(self) -> bool:
        """True if its value is given, not computed."""
        return self is not Role.OUTPUT


@record
class SignalGroup:
    """A named signal, a structure of `fields`, or an array of either; its wires are consecutive.

    Shapes: () for a single one.  The wires of an array of structures go element by element, in each by field, in the declared order.
    """

    name: str
    role: Role
    shape: tuple[int, ...] = ()
    fields: tuple[SignalGroup, ...] = ()

    @property
    def size(self) -> int:
        """Number of wires."""
        inner = sum(field.size for field in self.fields) if self.fields else 1
        return math.prod(self.shape) * inner

    def element_names(self) -> Iterator[str]:
        """Return name, name[0], name[0][1], name[0].field ... in the order of the wires."""
        shape = self.shape if self.size else (0,)  # a file may claim (2^32, 0)
        elements = (self.name + suffix for suffix in _suffixes(shape))
        if not self.fields:
            return elements
        return (
            f"{element}.{name}"
            for element in elements
            for field in self.fields
            for name in field.element_names()
        )


def _suffixes(shape: Sequence[int]) -> Iterator[str]:
    if not shape:
        return iter([""])
    if len(shape) == 1:
        return (f"[{k}]" for k in range(shape[0]))
    return (f"[{k}]{rest}" for k in range(shape[0]) for rest in _suffixes(shape[1:]))


Convert = Callable[[object, str], int]  # (value, its name) -> integer in [0, p)
ConvertList = Callable[[Sequence[object]], "list[int] | None"]


def flatten_inputs(
    groups: Sequence[SignalGroup],
    values: Mapping[str, object],
    convert: Convert,
    convert_list: ConvertList | None = None,
    *,
    takes_flat: bool = False,
) -> list[int]:
    """Return the values of all input groups in wire order.

    `convert_list` does the work of `convert` for a whole list at once, or returns None.
    A structure is an object of its fields, or (in Python) a tuple in their order; with `takes_flat` one list of all values in wire
    order stands for a whole group.
    Raises: InputError naming every missing and every unknown signal or field of one object, or the first value whose shape differs
    (both shapes).
    """
    inputs = [group for group in groups if group.role.is_input]
    _check_names([group.name for group in inputs], list(values), "", "the circuit's inputs are")
    flattener = _Flattener(convert, convert_list)
    for group in inputs:
        value = values[group.name]
        is_flat = takes_flat and _is_flat(group, value)
        taken = SignalGroup(group.name, group.role, (group.size,)) if is_flat else group
        flattener.visit(_Place(taken, group.name), value, taken.shape, group.name)
    return flattener.values


def _is_flat(group: SignalGroup, value: object) -> bool:
    """Return whether a value is a list of all values of a group whose usual form is nested."""
    if not isinstance(value, list) or len(value) != group.size:
        return False
    return (len(group.shape) > 1 or bool(group.fields)) and not any(
        isinstance(each, list | tuple | dict) for each in value
    )


def _check_names(expected: Sequence[str], given: Sequence[str], prefix: str, what: str) -> None:
    known = f"{what} {', '.join(expected) or 'none'}"
    missing = [prefix + name for name in expected if name not in given]
    if missing:
        raise InputError(f"no value for input {_few(missing)}", hint=known)
    unknown = [prefix + name for name in given if name not in expected]
    if unknown:
        raise InputError(f"unknown input {_few(unknown)}", hint=known)


def _few(names: Sequence[str]) -> str:
    shown = ", ".join(name[:80] for name in names[:_MAX_NAMES])
    return shown if len(names) <= _MAX_NAMES else f"{shown} and {len(names) - _MAX_NAMES} more"


@record
class _Place:
    """A group, and its name with that of the structure it belongs to: fields[3].salt."""

    group: SignalGroup
    name: str


class _Flattener:
    """The integers of nested lists and objects, in wire order."""

    def __init__(self, convert: Convert, convert_list: ConvertList | None) -> None:
        self.convert, self.convert_list = convert, convert_list
        self.values: list[int] = []

    def visit(self, place: _Place, value: object, shape: Sequence[int], name: str) -> None:
        """Append the integers of `value`, which stands at `name` within its group."""
        if shape:
            if not isinstance(value, list | tuple) or len(value) != shape[0]:
                raise _misfit(place, value, name)
            if len(shape) == 1 and not place.group.fields and self._take_list(value):
                return
            for k, item in enumerate(value):
                self.visit(place, item, shape[1:], f"{name}[{k}]")
        elif place.group.fields:
            self._visit_fields(place, value, name)
        elif isinstance(value, list | tuple | dict):
            raise _misfit(place, value, name)
        else:
            self.values.append(self.convert(value, name))

    def _take_list(self, value: Sequence[object]) -> bool:
        """Append the integers of a list if all of them are as usual: no names are made for them."""
        found = self.convert_list and self.convert_list(value)
        self.values += found or []
        return bool(found)

    def _visit_fields(self, place: _Place, value: object, name: str) -> None:
        fields = place.group.fields
        names = [field.name for field in fields]
        if isinstance(value, tuple) and len(value) == len(fields):
            value = dict(zip(getattr(value, "_fields", names), value, strict=True))
        if not isinstance(value, dict):
            raise _misfit(place, value, name)
        _check_names(names, list(map(str, value)), f"{name}.", f"the fields of {name} are")
        for field in fields:
            inner = f"{name}.{field.name}"
            self.visit(_Place(field, inner), value[field.name], field.shape, inner)


def _misfit(place: _Place, value: object, name: str) -> InputError:
    return InputError(f"input {place.name} needs {_needed(place.group)}, but {_found(value, name)}")


def _needed(group: SignalGroup) -> str:
    members = f" with {_few([field.name + _sizes(field) for field in group.fields])}"
    if not group.shape:
        return f"an object{members}" if group.fields else "a single value"
    return f"an array {_sizes(group)}" + (f" of objects{members}" if group.fields else "")


def _sizes(group: SignalGroup) -> str:
    return "".join(f"[{n}]" for n in group.shape)


def _found(value: object, name: str) -> str:
    if isinstance(value, list | tuple):
        return f"{name} is a list of {len(value)}"
    return f"{name} is {'an object' if isinstance(value, dict) else 'a single value'}"
