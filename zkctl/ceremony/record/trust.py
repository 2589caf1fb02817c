"""Who took part in a ceremony, and what has to be believed for it to be sound."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from zkctl.ceremony.contribution import Kind, Origin

_MANY = 8  # names listed in a sentence


@dataclass(frozen=True)
class Contributor:
    """One contribution for people: its number, what it was, the name it claims, its published hash."""

    number: int
    kind: str
    claimed_name: str
    contribution_hash: str


def contributors(origins: Sequence[Origin], hashes: Sequence[bytes]) -> list[Contributor]:
    """The contributions in order, numbered from 1."""
    return [
        Contributor(k, kind_name(origin), origin.name, digest.hex())
        for k, (origin, digest) in enumerate(zip(origins, hashes, strict=True), 1)
    ]


def kind_name(origin: Origin) -> str:
    """What the contribution was: a person's, or a beacon of so many iterations."""
    if origin.kind == Kind.PARTICIPANT:
        return "participant"
    return f"beacon {origin.beacon.hex()}, 2^{origin.iterations} iterations"


def trust_statement(origins: Sequence[Origin]) -> str:
    """What soundness rests on, in one sentence.  Names are claims: nothing authenticates them."""
    people = [origin.name or "(no name)" for origin in origins if origin.kind == Kind.PARTICIPANT]
    if not people:
        return "not sound: nobody contributed a secret"
    if len(people) == 1:
        return f"sound if this one person destroyed their secret: {people[0]}"
    listed = ", ".join(people[:_MANY])
    rest = f" and {len(people) - _MANY} more" if len(people) > _MANY else ""
    return f"sound if at least one of these {len(people)} people destroyed their secret: {listed}{rest}"
