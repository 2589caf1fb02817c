"""The member `serve` of service.yaml: what it says about circuits.

serve:
  membership-v1:
    pattern: membership          # by default the id without -vN
    state: retiring              # active (default), retiring, retired
    sunset: "2027-01-31T00:00:00Z"
    registry: jp                 # whose roots count
    nullifier_kind: nullifier    # names the uses that exclude each other
    public: "nullifier root scope context"   # only where there is no witness program
    signals:                     # roles of public signals, by default their own names
      locker_root: root
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from zkctl.errors import FormatError, UsageError
from zkctl.formats.yaml_tree import YamlNode
from zkctl.runtime.printable import printable

_TEXTS = ("pattern", "state", "sunset", "registry", "nullifier_kind", "public")
_STATES = ("active", "retiring", "retired")
_TIME = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}Z")


class SignalRole(StrEnum):
    """The meaning of a public signal to a verifier."""

    ROOT = "root"
    REVOCATION_ROOT = "revocation_root"
    SCOPE = "scope"
    CONTEXT = "context"
    NULLIFIER = "nullifier"
    OTHER = "other"


_ROLES = tuple(role.value for role in SignalRole)


@dataclass(frozen=True)
class ServedMembers:
    """The members of one circuit; `public` pairs each name with the name of its group."""

    pattern: str = ""
    state: str = "active"
    sunset: str = ""
    registry: str = ""
    nullifier_kind: str = "nullifier"
    public: list[tuple[str, str]] = field(default_factory=list)
    roles: Mapping[str, SignalRole] = field(default_factory=dict)


def served_members(
    nodes: Mapping[str, YamlNode], known: Collection[str]
) -> dict[str, ServedMembers]:
    """Return the members of every known circuit.  Raises: UsageError, FormatError naming the line."""
    for name, node in nodes.items():
        if name not in known:
            raise UsageError(
                f"the circuit {printable(name, 64)} is not in the lock: expected one of {', '.join(known)}",
                where=node.place,
            )
    return {name: _read(nodes[name]) if name in nodes else ServedMembers() for name in known}


def role_of(name: str, roles: Mapping[str, SignalRole]) -> SignalRole:
    """Return the role of a public signal: the one that is said, else that of its own name."""
    if name in roles:
        return roles[name]
    return SignalRole(name) if name in _ROLES else SignalRole.OTHER


def _read(node: YamlNode) -> ServedMembers:
    if not isinstance(node.value, dict):
        raise _wrong("a circuit", "a mapping", node)
    for name, each in node.value.items():
        if name not in (*_TEXTS, "signals"):
            raise FormatError(
                f"unknown member {name!r} of a circuit: expected {', '.join(_TEXTS)} or signals",
                where=each.place,
            )
    texts = {name: _text(node.value[name], name) for name in _TEXTS if name in node.value}
    state, sunset = texts.get("state", "active"), texts.get("sunset", "")
    if state not in _STATES:
        raise _wrong("state", " or ".join(_STATES), node.value["state"])
    if sunset and not _TIME.fullmatch(sunset):
        raise _wrong("sunset", "a time like 2027-01-31T00:00:00Z", node.value["sunset"])
    return ServedMembers(
        pattern=texts.get("pattern", ""),
        state=state,
        sunset=sunset,
        registry=texts.get("registry", ""),
        nullifier_kind=texts.get("nullifier_kind", "nullifier"),
        public=[(name, name.split("[")[0]) for name in texts.get("public", "").split()],
        roles=_roles(node.value["signals"]) if "signals" in node.value else {},
    )


def _roles(node: YamlNode) -> dict[str, SignalRole]:
    if not isinstance(node.value, dict):
        raise _wrong("signals", "a mapping of names to roles", node)
    found = {}
    for name, each in node.value.items():
        role = _text(each, f"the role of {name}")
        if role not in _ROLES:
            raise _wrong(f"the role of {name}", " or ".join(_ROLES), each)
        found[name] = SignalRole(role)
    return found


def _text(node: YamlNode, name: str) -> str:
    if not isinstance(node.value, str):
        raise _wrong(name, "a string", node)
    return node.value


def _wrong(name: str, expected: str, node: YamlNode) -> FormatError:
    found = node.kind if not isinstance(node.value, str) else repr(printable(node.value, 40))
    return FormatError(f"{name} is wrong: expected {expected}, got {found}", where=node.place)
