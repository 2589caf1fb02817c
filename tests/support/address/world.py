"""An invented registry with a few homes, for statements of the address protocol at any depth.

Secrets follow from names, so everything is the same in each run; real ones come from the operating system.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field, replace
from typing import Any

from tests.support.address import hashes
from tests.support.address.trees import Revocations, Tree

Inputs = dict[str, Any]
N_FIELDS = 8


def secret(name: str) -> int:
    """31 bytes that follow from a name."""
    return int.from_bytes(hashlib.sha256(name.encode()).digest()[:31], "big")


def packed(text: str) -> int:
    """A text of at most 31 bytes as an integer, a component of a PID likewise."""
    return int.from_bytes(text.encode(), "big")


def components_of(pid: str) -> list[int]:
    """The eight components of a PID without suffix."""
    parts = [packed(part) for part in pid.split("-")]
    return parts + [0] * (8 - len(parts))


@dataclass(frozen=True)
class Home:
    """An address, its holder and its openings.  `components` may be such as no provider accepts."""

    name: str
    components: list[int]
    holder: str = "resident"
    version: int = 1
    collision: int = 0
    fields: list[int] = field(
        default_factory=lambda: [packed(f"field {k}") for k in range(N_FIELDS)]
    )
    holder_secret: int | None = None

    @property
    def secret(self) -> int:
        return secret(self.holder) if self.holder_secret is None else self.holder_secret

    @property
    def pid_salt(self) -> int:
        return secret(f"pid salt of {self.name}")

    @property
    def field_salts(self) -> list[int]:
        return [secret(f"salt {k} of {self.name}") for k in range(N_FIELDS)]

    @property
    def pid_commitment(self) -> int:
        return hashes.pid_commitment(self.components, self.collision, self.pid_salt)

    @property
    def fields_commitment(self) -> int:
        return hashes.fields_commitment(self.fields, self.field_salts)

    @property
    def leaf(self) -> int:
        key = hashes.holder_key(self.secret)
        return hashes.registry_leaf(self.pid_commitment, self.fields_commitment, key, self.version)

    def but(self, **changes: Any) -> Home:
        """The same home with other values."""
        return replace(self, **changes)


HOMES = (
    Home("old", components_of("JP-13-113-01-T07-B12-BN02-R342"), version=7),
    Home("neighbour", components_of("JP-13-113-01-T07-B12-BN02-R343"), holder="neighbour"),
    Home("new", components_of("JP-27-100-02"), version=8),
    Home("other city", components_of("JP-01-101"), holder="farmer"),
    Home("abroad", components_of("DE-BE-000"), holder="farmer", version=2),
)


def opening(home: Home, registry: Tree, place: int, before: str = "") -> Inputs:
    """The private inputs of `open` without the secret; `before` stands in front of their names."""
    siblings, path = registry.path(place)
    values = {
        "pid_commitment": home.pid_commitment,
        "fields_commitment": home.fields_commitment,
        "version": home.version,
        "siblings": siblings,
        "path": path,
    }
    return {before + name: value for name, value in values.items()}


def low_inputs(revocations: Revocations, place: int) -> Inputs:
    """The private inputs of `absent` for the entry at a place."""
    value, following, link = revocations.entry(place)
    siblings, path = revocations.tree.path(place)
    return {
        "low_value": value,
        "low_next": following,
        "low_link": link,
        "low_siblings": siblings,
        "low_path": path,
    }


def registry_of(depth: int, homes: tuple[Home, ...] = HOMES) -> Tree:
    return Tree(depth, [home.leaf for home in homes])
