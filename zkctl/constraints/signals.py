"""The named signals of a circuit, and reading their values from nested lists."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from enum import IntEnum

from zkctl.errors import InputError
from zkctl.runtime.records import record

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
    """A named signal or array of signals; its wires are consecutive.  Shapes: () for a single signal."""

    name: str
    role: Role
    shape: tuple[int, ...] = ()

    @property
    def size(self) -> int:
        """Number of wires."""
        return math.prod(self.shape)

    def element_names(self) -> Iterator[str]:
        """Return name, name[0], name[0][1] ... in row-major order."""
        return (self.name + suffix for suffix in _suffixes(self.shape))


def _suffixes(shape: Sequence[int]) -> Iterator[str]:
    if not shape:
        yield ""
        return
    for k in range(shape[0]):
        for rest in _suffixes(shape[1:]):
            yield f"[{k}]{rest}"


Convert = Callable[[object, str], int]  # (value, its name) -> integer in [0, p)


def flatten_inputs(
    groups: Sequence[SignalGroup], values: Mapping[str, object], convert: Convert
) -> list[int]:
    """Return the values of all input groups in wire order.

    Raises: InputError naming every missing and every unknown signal, or the first one whose shape differs (both shapes).
    """
    inputs = [group for group in groups if group.role.is_input]
    _check_names([group.name for group in inputs], list(values))
    flattener = _Flattener(convert)
    for group in inputs:
        flattener.visit(group, values[group.name], group.shape, group.name)
    return flattener.values


def _check_names(expected: Sequence[str], given: Sequence[str]) -> None:
    known = f"the circuit's inputs are {', '.join(expected) or 'none'}"
    missing = [name for name in expected if name not in given]
    if missing:
        raise InputError(f"no value for input {_few(missing)}", hint=known)
    unknown = [name for name in given if name not in expected]
    if unknown:
        raise InputError(f"unknown input {_few(unknown)}", hint=known)


def _few(names: Sequence[str]) -> str:
    shown = ", ".join(name[:80] for name in names[:_MAX_NAMES])
    return shown if len(names) <= _MAX_NAMES else f"{shown} and {len(names) - _MAX_NAMES} more"


class _Flattener:
    """The integers of nested lists, in row-major order."""

    def __init__(self, convert: Convert) -> None:
        self.convert = convert
        self.values: list[int] = []

    def visit(self, group: SignalGroup, value: object, shape: Sequence[int], name: str) -> None:
        """Append the integers of `value`, which stands at `name` within its group."""
        is_list = isinstance(value, list | tuple)
        if is_list != bool(shape) or (isinstance(value, list | tuple) and len(value) != shape[0]):
            raise InputError(
                f"input {group.name} needs {_shape(group.shape)}, but {_found(value, name)}"
            )
        if not isinstance(value, list | tuple):
            self.values.append(self.convert(value, name))
            return
        for k, item in enumerate(value):
            self.visit(group, item, shape[1:], f"{name}[{k}]")


def _shape(shape: Sequence[int]) -> str:
    return "an array " + "".join(f"[{n}]" for n in shape) if shape else "a single value"


def _found(value: object, name: str) -> str:
    if isinstance(value, list | tuple):
        return f"{name} is a list of {len(value)}"
    return f"{name} is {'an object' if isinstance(value, dict) else 'a single value'}"
