"""The feature flag: which subjects the service answers, and which the legacy system."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from zkctl.errors import FormatError, UsageError
from zkctl.formats.json.strict import Node, load_json
from zkctl.runtime.printable import printable
from zkctl.runtime.records import record

MAX_WHITELIST = 10_000  # names
MAX_NAME = 200  # characters
MAX_BYTES = 1 << 21  # of the JSON
_N_PLACES = 10_000
# patterns and descriptions of the values in words of a command or form
_WORDS = {
    "zkp_enabled": ("true|false", "true or false"),
    "shadow": ("true|false", "true or false"),
    "rollout_percentage": (r"[0-9]+(\.[0-9]+)?", "a number like 5 or 2.5"),
}
_PLACES_PER_TENTH = 10  # a tenth of a percent of the places


@record
class Flag:
    """One version of the flag.  `rollout_tenths` is in tenths of a percent; the whitelist has subjects and tenants."""

    zkp_enabled: bool = True
    rollout_tenths: int = 1000
    whitelist: tuple[str, ...] = ()
    shadow: bool = False
    version: int = 0

    def includes(self, subject: str, tenant: str = "") -> bool:
        """Return whether the service answers a subject: the same in each process, and monotone in the percentage."""
        if not self.zkp_enabled:
            return False
        if subject in self.whitelist or tenant in self.whitelist:
            return True
        return place_of(subject) < _PLACES_PER_TENTH * self.rollout_tenths

    def percentage(self) -> int | float:
        """Return the rollout percentage, an integer where it is one."""
        whole, tenth = divmod(self.rollout_tenths, 10)
        return self.rollout_tenths / 10 if tenth else whole

    def document(self) -> dict[str, Any]:
        """Return the flag as the API shows it."""
        return {
            "zkp_enabled": self.zkp_enabled,
            "rollout_percentage": self.percentage(),
            "whitelist": list(self.whitelist),
            "shadow": self.shadow,
            "version": self.version,
        }


DISABLED = Flag(zkp_enabled=False, rollout_tenths=0)


def place_of(subject: str) -> int:
    """Return the place of a subject among 10,000: BLAKE2b-512 of "zkp_enabled|" and the subject, mod 10,000."""
    digest = hashlib.blake2b(b"zkp_enabled|" + subject.encode()).digest()
    return int.from_bytes(digest, "big") % _N_PLACES


def changed(flag: Flag, changes: Mapping[str, Any]) -> Flag:
    """Return the next version of a flag; members that are not given keep their value."""
    return replace(flag, **changes, version=flag.version + 1)


def parse_changes(raw: bytes, *, where: str = "") -> dict[str, Any]:
    """Return the changes that a JSON object asks for.  Raises: FormatError with the JSON path; no value is quoted."""
    node = Node(load_json(raw, max_bytes=MAX_BYTES, one_decimal=True, where=where), where)
    changes: dict[str, Any] = {}
    for each in node.members():
        name = each.path.removeprefix("$.")
        if name not in _READERS:
            raise each.fail(f"unknown member: expected one of {', '.join(_READERS)}")
        field, read = _READERS[name]
        changes[field] = read(each)
    if not changes:
        raise node.fail(f"no change: expected one of {', '.join(_READERS)}")
    return changes


def parse_assignments(words: Sequence[str]) -> dict[str, Any]:
    """Return the changes of words such as "zkp_enabled=false"; a whitelist is separated by commas.

    Raises: UsageError; FormatError.
    """
    members = []
    for word in words:
        name, equals, value = word.partition("=")
        if not equals or name not in _READERS:
            raise UsageError(
                "the change of the flag has a wrong form: expected NAME=VALUE with a name of"
                f" {', '.join(_READERS)}"
            )
        pattern, expected = _WORDS.get(name, (r".*", ""))
        if not re.fullmatch(pattern, value):
            raise FormatError(f"{name} is wrong: expected {expected}, got {printable(value, 40)!r}")
        if name == "whitelist":
            value = json.dumps(value.split(",") if value else [])
        members.append(f"{json.dumps(name)}: {value}")
    return parse_changes(f"{{{', '.join(members)}}}".encode(), where="the flag")


def parse_flag(raw: bytes, *, where: str) -> Flag:
    """Return a stored flag.  Raises: FormatError."""
    node = Node(load_json(raw, max_bytes=MAX_BYTES, one_decimal=True, where=where), where)
    values = {field: read(node.member(name)) for name, (field, read) in _READERS.items()}
    return Flag(**values, version=node.member("version").number())


def _percentage(node: Node) -> int:
    tenths = node.tenths()
    if not 0 <= tenths <= 1000:
        raise node.fail("the percentage is wrong: expected 0 to 100 with at most one decimal")
    return tenths


def _names(node: Node) -> tuple[str, ...]:
    names = [_name(each) for each in node.elements()]
    if len(names) > MAX_WHITELIST:
        raise node.fail(f"expected at most {MAX_WHITELIST} names, got {len(names)}")
    if len(set(names)) < len(names):
        raise node.fail("a name occurs twice")
    return tuple(names)


def _name(node: Node) -> str:
    text = node.text()
    if not 1 <= len(text) <= MAX_NAME or not text.isprintable():
        raise FormatError(
            f"the name is wrong: expected 1 to {MAX_NAME} printable characters", where=node.place
        )
    return text


MEMBERS = ("zkp_enabled", "rollout_percentage", "whitelist", "shadow")
_READERS: dict[str, tuple[str, Callable[[Node], Any]]] = {
    "zkp_enabled": ("zkp_enabled", Node.flag),
    "rollout_percentage": ("rollout_tenths", _percentage),
    "whitelist": ("whitelist", _names),
    "shadow": ("shadow", Node.flag),
}
