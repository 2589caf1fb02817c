"""The contributors of a ceremony, and the assumption under which it is sound."""

from __future__ import annotations

from collections.abc import Sequence

from zkctl.ceremony.contribution import ContributorKind, Origin
from zkctl.runtime.records import record

VERIFIED, AS_RECORDED = "verified", "as recorded"
_MANY = 8  # names listed in a sentence


@record
class Contributor:
    """One contribution: its number, its kind, the name it claims, its published hash.

    The hash is verified if it was recomputed from what it covers, else it is as the file records it.
    """

    number: int
    kind: str
    claimed_name: str
    contribution_hash: str
    hash_is: str = VERIFIED


def contributors(
    origins: Sequence[Origin], hashes: Sequence[bytes], *, verified_from: int = 1
) -> list[Contributor]:
    """Return the contributions in order, numbered from 1; hashes from a number on are verified."""
    return [
        Contributor(
            k,
            kind_name(origin),
            origin.name,
            digest.hex(),
            VERIFIED if k >= verified_from else AS_RECORDED,
        )
        for k, (origin, digest) in enumerate(zip(origins, hashes, strict=True), 1)
    ]


def kind_name(origin: Origin) -> str:
    """Return the kind of a contribution; for a beacon with its bytes and iterations."""
    if origin.kind == ContributorKind.PARTICIPANT:
        return "participant"
    return f"beacon {origin.beacon.hex()}, 2^{origin.iterations} iterations"


def trust_statement(origins: Sequence[Origin]) -> str:
    """Return the assumption of soundness in one sentence.  Names are claims: nothing authenticates them."""
    people = [
        origin.name or "(no name)"
        for origin in origins
        if origin.kind == ContributorKind.PARTICIPANT
    ]
    if not people:
        return "not sound: no contributor added a secret"
    if len(people) == 1:
        return f"sound if this one contributor destroyed the secret: {people[0]}"
    names = list(dict.fromkeys(people))  # one person may stand behind several contributions
    listed = ", ".join(names[:_MANY])
    rest = f" and {len(names) - _MANY} more" if len(names) > _MANY else ""
    if len(names) < len(people):
        who = f"{len(people)} contributions under {len(names)} name{'s' if len(names) > 1 else ''}"
        return f"sound if the secret of at least one of these {who} was destroyed: {listed}{rest}"
    return f"sound if at least one of these {len(people)} contributors destroyed the secret: {listed}{rest}"
