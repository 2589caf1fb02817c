"""The inputs that a holder's record has for a circuit, by the names of the address protocol.

Nothing here names a circuit: the names of its inputs, and the roles of its public signals in service.yaml, say what it needs.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from zkctl.address.credentials import Credential
from zkctl.address.hashes import region_parts, region_prefix
from zkctl.address.holder_inputs import RegistryView, deep_regions
from zkctl.address.pid import Pid, parse_region
from zkctl.address.requests import new_secret
from zkctl.address.revocations import RevocationEntry
from zkctl.address.texts import FIELDS, text_value
from zkctl.constraints.signals import SignalGroup
from zkctl.errors import CheckFailed, InputError
from zkctl.runtime.records import record
from zkctl.service.proving.problems import Problem
from zkctl.service.proving.served_members import SignalRole

Value = int | list[Any]
_CONDITIONS = {"reveal": "mask", "allowed": "allowed", "prohibited": "prohibited"}


@record(repr=False)
class HeldRecord:
    """A holder's record with its place in an epoch, and the conditions of a request; `sizes` are the lengths of the circuit's lists."""

    credential: Credential
    secret: int
    view: RegistryView
    low: RevocationEntry  # the entry that shows that the leaf is not revoked
    asked: Mapping[str, Any]
    sizes: Mapping[str, int]

    def regions(self, name: str) -> list[Pid | None]:
        """Return a list of regions that the request has, padded to the circuit's length.  Raises: Problem invalid-input."""
        texts, size = self.asked.get(name) or [], self.sizes[name]
        if len(texts) > size:
            raise _wrong(name, f"too many regions: expected at most {size}, got {len(texts)}")
        try:
            found: list[Pid | None] = [parse_region(text) for text in texts]
        except InputError:
            raise _wrong(name, "a region is malformed: expected texts like JP-13") from None
        return found + [None] * (size - len(texts))

    def mask(self) -> int:
        """Return the mask of the fields to reveal.  Raises: Problem invalid-input."""
        names = self.asked.get("reveal") or []
        if not set(names) <= set(FIELDS) or len(set(names)) < len(names):
            raise _wrong("reveal", f"expected different ones of {', '.join(FIELDS)}")
        return sum(1 << FIELDS.index(name) for name in names)

    def leaf(self) -> int:
        """Return the leaf."""
        return self.credential.leaf(self.secret)


def _revocation_root(opening: HeldRecord) -> int:
    revocations = opening.view.revocations
    assert revocations is not None  # or there is no entry
    return revocations.root()


_OF_ROLE: Mapping[SignalRole, Callable[[HeldRecord], Value]] = {
    SignalRole.ROOT: lambda o: o.view.root(),
    SignalRole.REVOCATION_ROOT: _revocation_root,
    SignalRole.SCOPE: lambda o: o.asked.get("scope") or 0,
    SignalRole.CONTEXT: lambda o: o.asked.get("context") or 0,
}
_OF_NAME: Mapping[str, Callable[[HeldRecord], Value]] = {
    "holder_secret": lambda o: o.secret,
    "leaf": lambda o: o.leaf(),
    "salt": lambda _: new_secret(),
    "version": lambda o: o.credential.version,
    "pid_commitment": lambda o: o.credential.pid_commitment(),
    "fields_commitment": lambda o: o.credential.fields_commitment(),
    "siblings": lambda o: o.view.path.siblings,
    "path": lambda o: o.view.path.bits,
    "low_value": lambda o: o.low.value,
    "low_next": lambda o: o.low.next,
    "low_link": lambda o: o.low.link,
    "low_siblings": lambda o: o.low.path.siblings,
    "low_path": lambda o: o.low.path.bits,
    "components": lambda o: list(o.credential.pid.components()),
    "collision": lambda o: o.credential.pid.collision,
    "pid_salt": lambda o: o.credential.pid_salt,
    "country": lambda o: text_value(o.credential.pid.parts[0]),
    "depth": lambda o: o.credential.pid.depth,
    "fields": lambda o: o.credential.values(),
    "field_salts": lambda o: list(o.credential.field_salts),
    "mask": lambda o: o.mask(),
    "values": lambda o: _shown(o.credential.values(), o.mask()),
    "allowed": lambda o: _prefixes(o.regions("allowed")),
    "prohibited": lambda o: _prefixes(o.regions("prohibited")),
    "prohibited_components": lambda o: [region_parts(each)[0] for each in o.regions("prohibited")],
    "prohibited_depth": lambda o: [region_parts(each)[1] for each in o.regions("prohibited")],
}


def is_known(interface: Iterable[SignalGroup], roles: Mapping[str, SignalRole]) -> bool:
    """Return whether a record has all inputs of a circuit; `roles` are those of its public inputs."""
    return all(roles.get(each.name) in _OF_ROLE or each.name in _OF_NAME for each in interface)


def check_conditions(interface: Iterable[SignalGroup], asked: Mapping[str, Any]) -> None:
    """Check that the circuit proves each condition of a request: one that is dropped in silence would seem to be proved.

    Raises: Problem invalid-input, also for an allowed region that may be one home.
    """
    names = {each.name for each in interface}
    for condition, needed in _CONDITIONS.items():
        if asked.get(condition) and needed not in names:
            raise _wrong(condition, f"the circuit has no condition {condition}")
    allowed = asked.get("allowed") or []
    if "allowed" in names and not allowed:
        raise _wrong("allowed", "no region is allowed: expected at least 1")
    if deep_regions(allowed):
        raise _wrong(
            "allowed", "a region is deeper than level 2: a list of one home is the address"
        )


def opening_inputs(
    interface: Iterable[SignalGroup], roles: Mapping[str, SignalRole], opening: HeldRecord
) -> dict[str, Any]:
    """Return the inputs as decimal strings, and lists of them.

    Raises: Problem invalid-input for a malformed condition, unsatisfied for one that the address does not meet.
    """
    groups = list(interface)
    found = {each.name: _value(each.name, roles, opening) for each in groups}
    if "allowed" in found:
        _check_regions(opening)
    return {name: _text(value) for name, value in found.items()}


def _value(name: str, roles: Mapping[str, SignalRole], opening: HeldRecord) -> Value:
    of_role = _OF_ROLE.get(roles.get(name, SignalRole.OTHER))
    return (of_role or _OF_NAME[name])(opening)


def _check_regions(opening: HeldRecord) -> None:
    own = opening.credential.pid.parts
    allowed = [each for each in opening.regions("allowed") if each]
    if not any(own[: each.depth] == each.parts for each in allowed):
        raise Problem("unsatisfied", "the address is in none of the allowed regions")
    if "prohibited" not in opening.sizes:
        return
    for each in opening.regions("prohibited"):
        shared = min(len(own), each.depth) if each else 0
        if each and own[:shared] == each.parts[:shared]:
            raise Problem("unsatisfied", "the address is, or may be, in a prohibited region")


def _shown(values: list[int], mask: int) -> list[int]:
    return [value if mask >> k & 1 else 0 for k, value in enumerate(values)]


def _prefixes(regions: list[Pid | None]) -> list[int]:
    return [0 if each is None else region_prefix(each) for each in regions]


def _text(value: Any) -> Any:
    return [_text(each) for each in value] if isinstance(value, list | tuple) else str(value)


def _wrong(name: str, detail: str) -> Problem:
    return Problem("invalid-input", detail, pointer=f"/{name}")


def low_entry_of(view: RegistryView, leaf: int) -> RevocationEntry | None:
    """Return the entry that shows that a leaf is not revoked, None if it is, or is not under the root."""
    if view.revocations is None or view.path.root(leaf) != view.root():
        return None
    try:
        return view.revocations.low_entry(leaf)
    except CheckFailed:
        return None
