"""The YAML of zkctl.yaml in its one reading: nested mappings of names to strings, integers, booleans and lists, with their lines.

The rules of `strict_yaml` hold for characters and scalars.  Beyond them a plain scalar may be a long or negative decimal
integer (a template parameter) or a path that begins with ./ or ../ .
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from zkctl.errors import FormatError
from zkctl.formats.strict_yaml import (
    NOT_TEXT,
    check_characters,
    place_of,
    scalar_of,
    yaml_errors,
)
from zkctl.runtime.printable import printable
from zkctl.runtime.records import record

MAX_SCALARS = 4096
MAX_DEPTH = 5
_LONG_INTEGER = re.compile(r"0|-?[1-9][0-9]{0,78}")
_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_-]{0,63}")
_NO_NAMES = NOT_TEXT - {"y", "n"}  # no reader in use takes these two for booleans
_RELATIVE_PATH = re.compile(r"\.{1,2}/[A-Za-z0-9_./:@-]*")


@record
class YamlNode:
    """A value and the place (file and line) in which it begins; the members of a mapping or list in their order."""

    value: str | int | bool | dict[str, YamlNode] | tuple[YamlNode, ...]
    place: str

    @property
    def kind(self) -> str:
        """The kind of value in the words of messages."""
        kinds = {str: "a string", int: "an integer", bool: "true or false", dict: "a mapping", tuple: "a list"}  # fmt: skip
        return kinds[type(self.value)]


def load_yaml_tree(raw: bytes, where: str, *, with_lists: bool = False) -> YamlNode:
    """Return the mapping that is the whole file, without members for an empty file.

    `with_lists`: a value may be a list.  Raises: FormatError naming the line.
    """
    import yaml

    with yaml_errors(where):
        text = raw.decode()
        check_characters(text, where)
        events = list(_events(text, where, with_lists))
    inner = [e for e in events if not isinstance(e, yaml.StreamStartEvent | yaml.StreamEndEvent)]
    inner = [e for e in inner if not isinstance(e, yaml.DocumentStartEvent | yaml.DocumentEndEvent)]
    if not inner:
        return YamlNode({}, where)
    if not isinstance(inner[0], yaml.MappingStartEvent):
        raise FormatError(
            "the file is not a mapping: expected names with values, got one value",
            where=place_of(inner[0], where),
        )
    return _Builder(iter(inner[1:]), where).node(inner[0], "")


def _events(text: str, where: str, with_lists: bool) -> Iterator[Any]:
    """Yield the parser's events, refusing what nested mappings have no use for as soon as it comes."""
    import yaml

    n_documents = n_scalars = depth = 0
    refused = (yaml.AliasEvent,) if with_lists else (yaml.AliasEvent, yaml.SequenceStartEvent)
    for event in yaml.parse(text, Loader=yaml.SafeLoader):
        n_documents += isinstance(event, yaml.DocumentStartEvent)
        n_scalars += isinstance(event, yaml.ScalarEvent)
        depth += isinstance(event, yaml.CollectionStartEvent)
        depth -= isinstance(event, yaml.CollectionEndEvent)
        place = place_of(event, where)
        if isinstance(event, refused):
            raise FormatError(
                "there is a list or an alias: expected names with values", where=place
            )
        if n_documents > 1 or n_scalars > MAX_SCALARS or depth > MAX_DEPTH:
            raise FormatError(
                f"the file is too large: expected one document of at most {MAX_SCALARS} values, nested at most"
                f" {MAX_DEPTH} deep",
                where=place,
            )
        if getattr(event, "anchor", None) or getattr(event, "tag", None):
            raise FormatError("there is an anchor or a tag: expected a plain value", where=place)
        yield event


class _Builder:
    """Makes nodes of events."""

    def __init__(self, events: Iterator[Any], where: str) -> None:
        self.events, self.where = events, where

    def node(self, event: Any, name: str) -> YamlNode:
        """Return the node that begins with an event."""
        import yaml

        place = place_of(event, self.where)
        if isinstance(event, yaml.ScalarEvent):
            return YamlNode(_scalar(event, name, place), place)
        if isinstance(event, yaml.SequenceStartEvent):
            return YamlNode(tuple(self._items(name)), place)
        members: dict[str, YamlNode] = {}
        for key in self.events:
            if isinstance(key, yaml.MappingEndEvent):
                break
            self._add(members, key)
        return YamlNode(members, place)

    def _items(self, name: str) -> Iterator[YamlNode]:
        import yaml

        for event in self.events:
            if isinstance(event, yaml.SequenceEndEvent):
                return
            yield self.node(event, name)

    def _add(self, members: dict[str, YamlNode], key: Any) -> None:
        import yaml

        place = place_of(key, self.where)
        name = key.value if isinstance(key, yaml.ScalarEvent) else ""
        if name.lower() in _NO_NAMES and key.style is None:
            raise FormatError(
                f"the name is true, false or null to other readers: expected it in quotes, got {name}",
                where=place,
                hint=f'write "{name}":',
            )
        if not _NAME.fullmatch(name):
            raise FormatError(
                f"the name is malformed: expected letters, digits, _ and -, got {printable(name, 40)!r}",
                where=place,
            )
        if name in members:
            raise FormatError(
                f"the field {printable(name, 40)!r} occurs twice: expected it once", where=place
            )
        members[name] = self.node(next(self.events), name)


def _scalar(event: Any, name: str, place: str) -> str | int | bool:
    plain = event.value if event.style is None else ""
    if _LONG_INTEGER.fullmatch(plain):
        return int(plain)
    if _RELATIVE_PATH.fullmatch(plain):
        return str(plain)
    return scalar_of(event, printable(name, 40), place)
