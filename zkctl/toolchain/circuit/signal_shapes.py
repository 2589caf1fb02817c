"""The shapes of circom's signals: arrays, buses and arrays of buses, from the names in a .sym file."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Iterator

from zkctl.errors import FormatError, InputError
from zkctl.formats.json.strict import Json
from zkctl.runtime.printable import printable
from zkctl.runtime.records import record

_MAX_NAMES = 8  # in one message
_PART = re.compile(r"([A-Za-z_$][A-Za-z0-9_$]*)((?:\[[0-9]{1,10}\])*)(?:\.(?=.)|\Z)")
_INDEX = re.compile(r"[0-9]+")


@record
class Shape:
    """The lengths of an array, () for one element; the members of each element if it is a bus, in order of declaration."""

    lengths: tuple[int, ...]
    members: dict[str, Shape]

    @property
    def size(self) -> int:
        """Number of signals."""
        inner = sum(member.size for member in self.members.values()) if self.members else 1
        return math.prod(self.lengths) * inner


@record
class InputPlace:
    """The names of the file of inputs and of the .sym file, for messages."""

    inputs: str
    symbols: str


class _Node:
    """A shape while its names are read."""

    def __init__(self) -> None:
        self.lengths: list[int] = []
        self.members: dict[str, _Node] = {}
        self.n_names = 0

    def add(self, indices: list[int]) -> None:
        """Extend the array to one more element.  Raises: ValueError for another number of indices."""
        if not self.n_names:
            self.lengths = [0] * len(indices)
        self.n_names += 1
        pairs = zip(self.lengths, indices, strict=True)
        self.lengths = [max(length, index + 1) for length, index in pairs]

    def shape(self) -> Shape:
        """Return the shape."""
        members = {name: node.shape() for name, node in self.members.items()}
        return Shape(tuple(self.lengths), members)


def shapes_of(names: Iterable[str], where: str) -> dict[str, Shape]:
    """Return the shape of each signal of main, from names like m[1][2] and s.p[0].x.

    Raises: FormatError if the names are not those of whole arrays and buses.
    """
    groups: dict[str, list[str]] = {}
    for name in names:
        groups.setdefault(name.split("[", 1)[0].split(".", 1)[0], []).append(name)
    return {name: _array(group) or _whole(name, group, where) for name, group in groups.items()}


def _array(names: list[str]) -> Shape | None:
    """Return the shape of an array from its last element and the number of all; None if this is not enough to know it."""
    part = _PART.fullmatch(names[-1])
    if part is None or any("." in name for name in names) or len(set(names)) != len(names):
        return None
    shape = Shape(tuple(int(index) + 1 for index in _INDEX.findall(part[2])), {})
    return shape if shape.size == len(names) else None


def _whole(top: str, names: list[str], where: str) -> Shape:
    """Return the shape of a signal, from each of its names.  Raises: FormatError."""
    root = _Node()
    for name in names:
        try:
            _add(root, name)
        except ValueError:
            problem = f"the signal {printable(name)} is no element of an array or bus"
            raise FormatError(problem, where=where) from None
    shape = root.members[top].shape()
    if shape.size != len(names):
        raise FormatError(
            f"signal {printable(top)} has the shape of {shape.size} signals, got {len(names)}",
            where=where,
        )
    return shape


def _add(top: _Node, name: str) -> None:
    """Add one name.  Raises: ValueError."""
    node, position = top, 0
    while position < len(name):
        part = _PART.match(name, position)
        if part is None:
            raise ValueError
        node = node.members.setdefault(part[1], _Node())
        node.add([int(index) for index in _INDEX.findall(part[2])])
        position = part.end()


def in_words(name: str, shape: Shape) -> str:
    """Return the name and its lengths: m[2][3]."""
    return name + "".join(f"[{length}]" for length in shape.lengths)


def few(names: list[str]) -> str:
    """Return the first names, and the number of the others."""
    shown = ", ".join(printable(name, 80) for name in names[:_MAX_NAMES])
    return shown if len(names) <= _MAX_NAMES else f"{shown} and {len(names) - _MAX_NAMES} more"


def is_nested(value: Json) -> bool:
    """Return whether a value is more than one value or a flat list of values."""
    if isinstance(value, list):
        return not {list, dict}.isdisjoint(map(type, value))
    return isinstance(value, dict)


def check_fits(value: Json, shape: Shape, name: str, place: InputPlace) -> None:
    """Check that lists and objects are nested as the signal is; a flat list may stand for a whole array or bus.

    Unknown and missing members are no concern of this check.  Raises: InputError naming the first place that does not fit.
    """
    if isinstance(value, list) and not is_nested(value) and len(value) == shape.size:
        return
    if not shape.members and _is_array(value, shape.lengths):
        return  # no names are made for what is as it should be
    for part_name, part, lengths in _parts(value, shape.lengths, name):
        if isinstance(part, dict) and shape.members and not lengths:
            for member in part.keys() & shape.members.keys():
                check_fits(part[member], shape.members[member], f"{part_name}.{member}", place)
        elif not _is_element(part, shape, lengths):
            raise InputError(
                f"input {printable(name)} needs {needed(shape)}, but {printable(part_name)} is {_found(part)}",
                where=place.inputs,
                hint=f"the shape is that in {place.symbols}",
            )


def _is_array(value: Json, lengths: tuple[int, ...]) -> bool:
    """Return whether lists are nested as an array of single values."""
    if not lengths:
        return not isinstance(value, list | dict)
    if not isinstance(value, list) or len(value) != lengths[0]:
        return False
    return all(_is_array(each, lengths[1:]) for each in value)


def _parts(
    value: Json, lengths: tuple[int, ...], name: str
) -> Iterator[tuple[str, Json, tuple[int, ...]]]:
    """Yield the elements of nested lists, or the first list of another length: its place, itself, the lengths below it."""
    if not lengths or not isinstance(value, list) or len(value) != lengths[0]:
        yield name, value, lengths
        return
    for k, item in enumerate(value):
        yield from _parts(item, lengths[1:], f"{name}[{k}]")


def _is_element(value: Json, shape: Shape, lengths: tuple[int, ...]) -> bool:
    """Return whether a value without members is one element of the array: a single value, or a flat list for a bus."""
    if lengths:
        return False
    if not shape.members:
        return not isinstance(value, list | dict)
    size = sum(member.size for member in shape.members.values())
    return isinstance(value, list) and not is_nested(value) and len(value) == size


def needed(shape: Shape) -> str:
    """Return the shape with an article: an array [2][3]."""
    members = f" with {few([in_words(*each) for each in shape.members.items()])}"
    if not shape.lengths:
        return f"an object{members}" if shape.members else "a single value"
    return in_words("an array ", shape) + (f" of objects{members}" if shape.members else "")


def _found(value: Json) -> str:
    if isinstance(value, list):
        return f"a list of {len(value)}"
    return "an object" if isinstance(value, dict) else "a single value"
