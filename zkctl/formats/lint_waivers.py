"""The file of waivers of `zkctl lint`: YAML, one entry for each finding that the author accepts.

version: 1
waivers:
  spare-input:
    code: L004
    signal: spare
    reason: "the next version of the statement reads it"
    until: "2027-06-30"
"""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path

from zkctl.errors import FormatError
from zkctl.formats.yaml_tree import YamlNode, load_yaml_tree
from zkctl.lint.waivers import Waiver, check_waiver
from zkctl.runtime.printable import printable
from zkctl.storage.mapped import read_bytes

VERSION = 1
MAX_BYTES = 1 << 18
_CODE = re.compile(r"L[0-9]{3}")
_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_FIELDS = ("code", "signal", "place", "reason", "until")


def read_waivers(path: Path) -> list[Waiver]:
    """Return the waivers of a file.

    Raises: FormatError naming the line; InputError for a waiver without reason or object; EnvironmentProblem if there is no file.
    """
    root = load_yaml_tree(read_bytes(path, MAX_BYTES), printable(path))
    members = _members(root, "the file", ("version", "waivers"), ("version", "waivers"))
    version = members["version"].value
    if version != VERSION or version is True:  # True == 1
        raise FormatError(
            f"the version of the waivers is unknown: expected {VERSION}, got {version}",
            where=members["version"].place,
        )
    return [_waiver(name, node) for name, node in _mapping(members["waivers"], "waivers").items()]


def _waiver(name: str, node: YamlNode) -> Waiver:
    members = _members(node, f"the waiver {name}", _FIELDS, ("code", "reason", "until"))
    texts = {key: _text(key, member) for key, member in members.items()}
    if not _CODE.fullmatch(texts["code"]):
        raise FormatError(
            f"the code of the waiver {name} is malformed: expected one like L004, got {printable(texts['code'], 40)!r}",
            where=members["code"].place,
        )
    waiver = Waiver(
        name,
        texts["code"],
        texts["reason"],
        _day(texts["until"], members["until"].place),
        texts.get("signal", ""),
        texts.get("place", ""),
    )
    check_waiver(waiver, node.place)
    return waiver


def _day(text: str, place: str) -> date:
    try:
        if _DATE.fullmatch(text):
            return date.fromisoformat(text)
    except ValueError:
        pass
    raise FormatError(
        f"the last day of a waiver is no date: expected YYYY-MM-DD in quotes, got {printable(text, 40)!r}",
        where=place,
    )


def _mapping(node: YamlNode, name: str) -> dict[str, YamlNode]:
    if isinstance(node.value, dict):
        return node.value
    raise FormatError(f"{name} must be a mapping, got {node.kind}", where=node.place)


def _members(
    node: YamlNode, name: str, known: tuple[str, ...], required: tuple[str, ...]
) -> dict[str, YamlNode]:
    members = _mapping(node, name)
    for key, member in members.items():
        if key not in known:
            raise FormatError(
                f"{name} has the unknown field {key!r}: expected {', '.join(known)}",
                where=member.place,
            )
    missing = [key for key in required if key not in members]
    if missing:
        raise FormatError(f"{name} lacks the field {missing[0]!r}", where=node.place)
    return members


def _text(name: str, node: YamlNode) -> str:
    if isinstance(node.value, str):
        return node.value
    raise FormatError(f"the field {name!r} must be a string, got {node.kind}", where=node.place)
