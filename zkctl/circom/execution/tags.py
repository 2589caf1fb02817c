"""Tags of signals and of the fields of buses, and their values."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TypeAlias

Path: TypeAlias = "tuple[str, ...]"  # fields behind the signal; indexes do not count
TagValues: TypeAlias = "dict[str, int | None]"  # None: no value
ValueTags: TypeAlias = "dict[Path, TagValues]"  # of a value: () is the whole


class TagTable:
    """The tags of a declared signal or bus.

    Declared tags stay; those received by `<==` are lost when a later part does not carry them with the same value.  A value that the
    program sets stays.
    """

    def __init__(self) -> None:
        self.values: ValueTags = {(): {}}
        self._declared: set[tuple[Path, str]] = set()
        self._set: set[tuple[Path, str]] = set()
        self._received: set[Path] = set()  # parts of which were assigned

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

    def receive(self, path: Path, tags: ValueTags) -> None:
        """Note that a part is assigned a value with tags."""
        paths = {path + key for key in tags} | {
            key for key in self.values if key[: len(path)] == path
        }
        for key in paths:
            self._receive(key, tags.get(key[len(path) :], {}))

    def _receive(self, path: Path, tags: TagValues) -> None:
        own = self.values.setdefault(path, {})
        is_first = path not in self._received
        self._received.add(path)
        for tag in [*own, *(tag for tag in tags if tag not in own and is_first)]:
            if (path, tag) in self._set:
                continue
            same = tag in tags and (is_first or own.get(tag) == tags[tag])
            if same:
                own[tag] = tags[tag]
            elif (path, tag) in self._declared:
                own[tag] = None
            else:
                own.pop(tag, None)


def common(parts: list[ValueTags]) -> ValueTags:
    """Return the tags that all elements of an array literal carry with the same value."""
    first, *others = parts
    kept: TagValues = {}
    for tag, value in first.get((), {}).items():
        if all(tag in other.get((), {}) and other[()][tag] == value for other in others):
            kept[tag] = value
    return {(): kept}
