"""The append-only record of a ceremony: its chained lines, and the comparison of keys with it.

Each line names the SHA-256 of the line before it, so nothing can be removed, changed or put in between
without changing every line after it.  Contributions are compared by their hashes.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence

from zkctl.ceremony.record.signing import SignedStatement, check_signed
from zkctl.errors import CheckFailed
from zkctl.runtime.records import record

INIT, CONTRIBUTION, BEACON, REJECTED = "init", "contribution", "beacon", "rejected"
KINDS = (INIT, CONTRIBUTION, BEACON, REJECTED)
NO_PREVIOUS = "0" * 64


@record
class Entry:
    """One line.  `number` counts the contributions of the key; digests are hexadecimal.

    `ceremony_id`, the SHA-256 of ceremony.yaml, is in every line.
    """

    index: int
    previous: str  # SHA-256 of the line before
    kind: str
    ceremony_id: str
    time: str
    tool: str
    file: str = ""
    key_digest: str = ""  # BLAKE2b-512 of the key file
    number: int = 0
    contribution: str = ""
    parent: str = ""  # the contribution before it; the circuit's hash for the first
    name: str = ""  # a claim
    public_key: str = ""
    signature: str = ""
    drand_round: int = 0
    drand_signature: str = ""
    reason: str = ""  # of a rejection

    @property
    def statement(self) -> SignedStatement:
        """The statement that the contributor signed."""
        return SignedStatement(self.ceremony_id, self.number, self.parent, self.contribution)


@record
class Ledger:
    """All lines, with the bytes they were read from (without line ends)."""

    entries: tuple[Entry, ...]
    lines: tuple[bytes, ...]

    @property
    def accepted(self) -> list[Entry]:
        """Contributions and beacons, in the order of the key."""
        return [entry for entry in self.entries if entry.kind in (CONTRIBUTION, BEACON)]

    @property
    def newest(self) -> Entry:
        """The line of the newest key."""
        return (self.accepted or [self.entries[0]])[-1]

    @property
    def last_digest(self) -> str:
        """The digest that the next line must name."""
        return line_digest(self.lines[-1]) if self.lines else NO_PREVIOUS


def line_digest(line: bytes) -> str:
    """Return the SHA-256 by which the next line names this one."""
    return hashlib.sha256(line).hexdigest()


def check_ledger(ledger: Ledger, where: str) -> None:
    """Check the chain of lines, the numbers and parents of contributions, and every signature.

    Raises: CheckFailed, FormatError naming the line (counted from 1).
    """
    previous, number, parent = NO_PREVIOUS, 0, ""
    for k, (entry, line) in enumerate(zip(ledger.entries, ledger.lines, strict=True)):
        place = f"{where}, line {k + 1}"
        if entry.previous != previous or entry.index != k:
            raise CheckFailed("the line does not follow the one before it", where=place)
        if (entry.kind == INIT) != (k == 0):
            raise CheckFailed("only the first line begins a ceremony", where=place)
        if entry.ceremony_id != ledger.entries[0].ceremony_id:
            raise CheckFailed("the line belongs to another ceremony", where=place)
        previous = line_digest(line)
        if entry.kind == REJECTED:
            _check_rejection(entry, place)
            continue
        if k and (entry.number, entry.parent) != (number + 1, parent):
            raise CheckFailed(
                f"contribution {entry.number} does not continue contribution {number}", where=place
            )
        number, parent = entry.number, entry.contribution
        if entry.signature:
            check_signed(entry.public_key, entry.signature, entry.statement, place)
    if not ledger.entries:
        raise CheckFailed("the ledger is empty", where=where)
    for k, entry in enumerate(
        ledger.entries, 1
    ):  # keys without a signature, after the chain is checked
        if not entry.signature:
            check_signed(entry.public_key, "", entry.statement, f"{where}, line {k}")


def _check_rejection(entry: Entry, where: str) -> None:
    """Check that a line about a refused file claims no contribution, key or signature."""
    claims = (entry.file, entry.number, entry.contribution, entry.parent, entry.name)
    if any(claims) or entry.public_key or entry.signature or entry.drand_round:
        raise CheckFailed(
            "the line of a refused file claims a contribution: expected its digest and the reason",
            where=where,
        )


def compare_contributions(expected: Sequence[str], found: Sequence[str]) -> None:
    """Check that a key holds exactly the expected contributions, in order.

    Raises: CheckFailed naming the first that is missing, moved, replaced or added (from 1).
    """
    for k, (wanted, got) in enumerate(zip(expected, found, strict=False)):
        if wanted == got:
            continue
        number = f"contribution {k + 1} of {len(expected)}"
        if wanted in found:
            place = found.index(wanted) + 1
            raise CheckFailed(f"{number} is out of order: it is number {place} in the key")
        if got in expected:
            raise CheckFailed(f"{number} was removed: its successor is in its place")
        raise CheckFailed(
            f"{number} was replaced: the key was forked after contribution {k}",
            hint="the key is built on other contributions than the recorded ones",
        )
    if len(found) < len(expected):
        raise CheckFailed(
            f"contribution {len(found) + 1} of {len(expected)} is missing: the key ends before it"
        )
    if len(found) > len(expected):
        raise CheckFailed(
            f"contribution {len(expected) + 1} of the key is not recorded: expected {len(expected)} contributions"
        )


def check_expected_contributions(expected: Sequence[str], found: Sequence[str]) -> None:
    """Check that a key holds at least these contributions, in this order.

    Raises: CheckFailed naming the first that is missing or out of order (from 1).
    """
    position = 0
    for k, wanted in enumerate(expected, 1):
        short = f"expected contribution {k} of {len(expected)}, {wanted[:16]}..."
        if wanted not in found:
            raise CheckFailed(
                f"{short}, is missing from the key",
                hint="the key was forked before it, or it was removed",
            )
        place = found.index(wanted) + 1
        if place <= position:
            raise CheckFailed(
                f"{short}, is number {place} in the key, before the one expected first"
            )
        position = place
