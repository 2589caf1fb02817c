"""Inputs and outputs of templates as Python values: signals, arrays, and buses by the names of their fields."""

from __future__ import annotations

import keyword
import math
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, ClassVar, Self

from zkctl.constraints.signals import SignalGroup, flatten_inputs
from zkctl.dsl.array import Array
from zkctl.dsl.nested_values import collapsed, plain_values
from zkctl.dsl.spans import circuit_error
from zkctl.errors import InputError


class NamedValues(tuple[Any, ...]):
    """Several outputs, or the fields of a bus: `out.x`, `out["x"]`, or `x, y = out`.

    A name that Python reserves has an underscore behind it: `out.in_`.
    """

    __slots__ = ()
    _fields: ClassVar[tuple[str, ...]] = ()

    def __new__(cls, *values: Any) -> Self:
        """Return the values in the order of the names."""
        return super().__new__(cls, values)

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        return self._named(name)

    def __getitem__(self, key: Any) -> Any:
        return self._named(key) if isinstance(key, str) else super().__getitem__(key)

    def _named(self, name: str) -> Any:
        found = plain_name(name, self._fields)
        if found not in self._fields:
            raise AttributeError(f"no output {name}: the names are {', '.join(self._fields)}")
        return super().__getitem__(self._fields.index(found))

    def __repr__(self) -> str:
        shown = (f"{name}={value!r}" for name, value in zip(self._fields, self, strict=True))
        return f"({', '.join(shown)})"


def python_name(name: str) -> str:
    """Return circom's name as it is written in Python: in_ for in."""
    return f"{name}_" if keyword.iskeyword(name) else name


def plain_name(name: str, known: Sequence[str]) -> str:
    """Return circom's name for one in Python: in_ stands for in, unless there is an in_."""
    if name.endswith("_") and keyword.iskeyword(name[:-1]) and name not in known:
        return name[:-1]
    return name


def arguments_of(
    template: str, groups: Sequence[SignalGroup], given: Sequence[Any], named: Mapping[str, Any]
) -> dict[str, Any]:
    """Return the inputs by name; positions follow the order in the template.  Raises: CircuitError with both lists."""
    names = [group.name for group in groups]
    known = f"the inputs of {template} are {', '.join(map(shown_group, groups)) or 'none'}"
    if len(given) > len(names):
        raise circuit_error(
            f"{template} has wrong inputs: expected {len(names)}, got {len(given)}", hint=known
        )
    found = dict(zip(names, given, strict=False))
    for name, value in named.items():
        plain = plain_name(name, names)
        if plain in found:
            raise circuit_error(f"{template} got its input {plain} twice", hint=known)
        found[plain] = value
    missing = [name for name in names if name not in found]
    unknown = [name for name in found if name not in names]
    if missing or unknown:
        lists = [", ".join(map(python_name, each)) or "none" for each in (names, found)]
        raise circuit_error(
            f"{template} has wrong inputs: expected {lists[0]}, got {lists[1]}", hint=known
        )
    return {name: found[name] for name in names}


def flat_inputs(template: str, groups: Sequence[SignalGroup], values: Mapping[str, Any]) -> list[tuple[Any, str]]:  # fmt: skip
    """Return all single values in the order of the wires, each with its name.  Raises: CircuitError for another shape."""
    found: list[tuple[Any, str]] = []

    def keep(value: object, name: str) -> int:
        found.append((collapsed(value), name))
        return 0

    try:
        flatten_inputs(groups, {n: plain_values(collapsed(v)) for n, v in values.items()}, keep)
    except InputError as problem:
        raise circuit_error(
            f"wrong input of {template}: {problem.message}", hint=problem.hint
        ) from None
    return found


def shown_group(group: SignalGroup) -> str:
    """Return an input with its sizes as Python names it: path[20]."""
    return python_name(group.name) + "".join(f"[{n}]" for n in group.shape)


def value_of(groups: Sequence[SignalGroup], leaves: Iterator[Any], title: str) -> Any:
    """Return outputs: one value, several by name, None without any."""
    values = [_group_value(group, leaves) for group in groups]
    if len(values) == 1:
        return values[0]
    return _named(title, groups, values) if values else None


def _group_value(group: SignalGroup, leaves: Iterator[Any]) -> Any:
    if not group.shape:
        return _element(group, leaves)
    return Array.of_shape(
        group.shape, [_element(group, leaves) for _ in range(math.prod(group.shape))]
    )


def _element(group: SignalGroup, leaves: Iterator[Any]) -> Any:
    if not group.fields:
        return next(leaves)
    return _named(group.name, group.fields, [_group_value(field, leaves) for field in group.fields])


def _named(title: str, groups: Sequence[SignalGroup], values: Sequence[Any]) -> NamedValues:
    names = tuple(group.name for group in groups)
    kind = type(f"{title}Values", (NamedValues,), {"__slots__": (), "_fields": names})
    made: NamedValues = kind(*values)
    return made
