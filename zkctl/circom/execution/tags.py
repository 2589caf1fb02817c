"""Tags of signals and of the fields of buses, and their values."""

from __future__ import annotations

import math
from collections.abc import Iterable
from typing import TYPE_CHECKING, TypeAlias

if TYPE_CHECKING:
    from zkctl.circom.execution.buses import BusShape

Path: TypeAlias = "tuple[str, ...]"  # fields behind the signal; indexes do not count
TagValues: TypeAlias = "dict[str, int | None]"  # None: no value
ValueTags: TypeAlias = "dict[Path, TagValues]"  # of a value: () is the whole


class TagTable:
    """The tags of a declared signal or bus.

    Tags received by `<==` count when all elements were assigned, if all carry them with the same value; until then a declared tag
    has no value and other tags are not there.  A value that the program sets stays.
    """

    def __init__(self, shape: tuple[int, ...] = (), bus: BusShape | None = None) -> None:
        self.values: ValueTags = {(): {}}
        self._shape, self._bus = shape, bus
        self._declared: set[tuple[Path, str]] = set()
        self._set: set[tuple[Path, str]] = set()
        self._received: ValueTags = {}  # the tags of all assigned parts together
        self._wires: dict[Path, int] = {}  # number of them
        self._left: dict[Path, int] = {}  # of those, without a value

    def declare(self, path: Path, tags: Iterable[str]) -> None:
        """Declare tags of a signal or field."""
        for tag in tags:
            self.values.setdefault(path, {})[tag] = None
            self._declared.add((path, tag))

    def is_set(self, path: Path, tag: str) -> bool:
        """Return whether the program has set the value of a tag."""
        return (path, tag) in self._set

    def set_value(self, path: Path, tag: str, value: int) -> None:
        """Set the value of a tag."""
        self.values.setdefault(path, {})[tag] = value
        self._set.add((path, tag))

    def below(self, path: Path) -> ValueTags:
        """Return the tags of a part and of its fields, paths counted from the part on."""
        n = len(path)
        return {key[n:]: tags for key, tags in self.values.items() if key[:n] == path}

    def declared(self) -> TagTable:
        """Return the table of an output as others see it: only declared tags."""
        found = TagTable(self._shape, self._bus)
        for path, tag in self._declared:
            found.values.setdefault(path, {})[tag] = self.values[path][tag]
        return found

    def receive(self, path: Path, tags: ValueTags, n_wires: int) -> None:
        """Note that a part of n_wires wires is assigned a value with tags."""
        paths = {path + key for key in tags} | {
            key for key in self.values if key[: len(path)] == path
        }
        for key in paths:
            n = n_wires * self._n_wires(key) // self._n_wires(path) if n_wires else 0
            self._receive(key, tags.get(key[len(path) :], {}), n)

    def _receive(self, path: Path, tags: TagValues, n_wires: int) -> None:
        before = self._received.get(path)
        carried = tags if before is None else {
            tag: value for tag, value in before.items() if tag in tags and tags[tag] == value
        }  # fmt: skip
        self._received[path] = carried
        left = self._left[path] = self._left.get(path, self._n_wires(path)) - n_wires
        if left == 0:
            own = self.values.setdefault(path, {})
            for tag, value in carried.items():
                if (path, tag) not in self._set:
                    own[tag] = value

    def _n_wires(self, path: Path) -> int:
        """Return the number of wires of a field in all elements, and in all those of the buses around it."""
        if path not in self._wires:
            n, bus = math.prod(self._shape), self._bus
            for name in path:
                assert bus is not None
                field = bus.fields[name]
                n, bus = n * math.prod(field.shape), field.bus
            self._wires[path] = n * (bus.size if bus else 1)
        return self._wires[path]


def common(parts: list[ValueTags]) -> ValueTags:
    """Return the tags that all elements of an array literal carry with the same value."""
    first, *others = parts
    kept: TagValues = {}
    for tag, value in first.get((), {}).items():
        if all(tag in other.get((), {}) and other[()][tag] == value for other in others):
            kept[tag] = value
    return {(): kept}
