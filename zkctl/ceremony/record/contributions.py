"""The checks of a key's records against those of its parent and the lines of the ledger.

The contribution hash covers the points of a record and no more: a name, a kind or the parameters of a
beacon can be changed without changing any hash.  Hence a key must carry the records of its parent
unchanged, and the ledger decides the contributors' names.
"""

from __future__ import annotations

from collections.abc import Sequence

from zkctl.ceremony.contribution import ContributorKind, Origin, Phase2Contribution
from zkctl.ceremony.hashing import contribution_hash
from zkctl.ceremony.record.ledger import BEACON, Entry, compare_contributions
from zkctl.errors import CheckFailed

_POINTS = ("delta_after", "g1_s", "g1_sx", "g2_spx")


def check_continues(
    parent: Sequence[Phase2Contribution], found: Sequence[Phase2Contribution]
) -> None:
    """Check that the first records of a key are its parent's, byte for byte.

    Raises: CheckFailed naming the first record and the part that differ (from 1).
    """
    if len(found) < len(parent):
        raise CheckFailed(
            f"the key ends before its parent: expected {len(parent)} contributions, got {len(found)}"
        )
    for k, (expected, got) in enumerate(zip(parent, found, strict=False), 1):
        part = _first_difference(expected, got)
        if part:
            raise CheckFailed(
                f"the record of contribution {k} was changed: expected the {part} of the parent key",
                hint="a contribution adds one record and leaves the others unchanged",
            )


def _first_difference(expected: Phase2Contribution, got: Phase2Contribution) -> str:
    """Return the name of the first part in which two records differ, empty if they are equal."""
    for name in _POINTS:
        if getattr(expected, name).data.tobytes() != getattr(got, name).data.tobytes():
            return name
    if expected.contribution_challenge != got.contribution_challenge:
        return "challenge"
    for name in ("kind", "name", "beacon", "iterations"):
        if getattr(expected.origin, name) != getattr(got.origin, name):
            return name
    return ""


def check_recorded(
    entries: Sequence[Entry], found: Sequence[Phase2Contribution], shown: Sequence[str]
) -> None:
    """Check that the contributions of a key are those of the ledger: hashes, kinds and names.

    `entries` are the ledger's contributions and beacons, `shown` the names of the key as the ledger
    writes them.
    Raises: CheckFailed naming the first that differs (from 1).
    """
    hashes = [contribution_hash(contribution).hex() for contribution in found]
    compare_contributions([entry.contribution for entry in entries], hashes)
    for k, (entry, contribution, name) in enumerate(zip(entries, found, shown, strict=True), 1):
        is_beacon = contribution.origin.kind is ContributorKind.BEACON
        if is_beacon != (entry.kind == BEACON):
            raise CheckFailed(
                f"key and ledger differ in their beacons: contribution {k} is"
                f" a {'beacon' if is_beacon else 'contribution'} in the key,"
                f" a {entry.kind} in the ledger"
            )
        if name != entry.name:
            raise CheckFailed(
                f"the name of contribution {k} differs from the ledger:"
                f" expected {entry.name!r}, got {name!r}"
            )


def check_no_beacon(origins: Sequence[Origin]) -> None:
    """Check that no contribution is a beacon: a key with a beacon is closed.

    Raises: CheckFailed naming the first (from 1).
    """
    for k, origin in enumerate(origins, 1):
        if origin.kind is ContributorKind.BEACON:
            raise CheckFailed(f"contribution {k} is a beacon: expected a contribution")
