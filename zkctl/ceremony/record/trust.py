"""Who took part in a ceremony, and what has to be believed for it to be sound."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from zkctl.ceremony.contribution import ContributorKind, Origin

VERIFIED, AS_RECORDED = "verified", "as recorded"
_MANY = 8  # names listed in a sentence


@dataclass(frozen=True)
class Contributor:
    """One contribution for people: its number, what it was, the name it claims, its published hash.

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
    """What the contribution was: a person's, or a beacon of so many iterations."""
    if origin.kind == ContributorKind.PARTICIPANT:
        return "participant"
    return f"beacon {origin.beacon.hex()}, 2^{origin.iterations} iterations"


def trust_statement(origins: Sequence[Origin]) -> str:
    """What soundness rests on, in one sentence.  Names are claims: nothing authenticates them."""
    people = [
        origin.name or "(no name)"
        for origin in origins
        if origin.kind == ContributorKind.PARTICIPANT
    ]
    if not people:
        return "not sound: nobody contributed a secret"
    if len(people) == 1:
        return f"sound if this one person destroyed their secret: {people[0]}"
    listed = ", ".join(people[:_MANY])
    rest = f" and {len(people) - _MANY} more" if len(people) > _MANY else ""
    return f"sound if at least one of these {len(people)} people destroyed their secret: {listed}{rest}"
