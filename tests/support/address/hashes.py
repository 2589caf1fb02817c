"""The address protocol's hashes in plain integers, from its text: nothing is shared with the circuits."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache

from tests.oracle.poseidon import permutation
from zkctl.field import BN254_FR

P = BN254_FR.modulus


@cache
def h(*inputs: int) -> int:
    """H of 1 to 16 field elements."""
    return permutation([0, *inputs], BN254_FR)[0]


def tagged(name: str, *inputs: int) -> int:
    """H with the tag of a name as the first input."""
    return h(int.from_bytes(b"zkap.v1." + name.encode(), "big"), *inputs)


def holder_key(secret: int) -> int:
    return tagged("holder", secret)


def pid_commitment(components: Sequence[int], collision: int, salt: int) -> int:
    return tagged("pid", *components, collision, salt)


def fields_commitment(fields: Sequence[int], salts: Sequence[int]) -> int:
    pairs = zip(fields, salts, strict=True)
    return tagged(
        "fields", *(tagged("field", i, value, salt) for i, (value, salt) in enumerate(pairs))
    )


def registry_leaf(pid: int, fields: int, key: int, version: int) -> int:
    return tagged("leaf", pid, fields, key, version)


def prefix(components: Sequence[int]) -> int:
    """The prefix hash of 1 to 8 components."""
    return tagged("prefix", len(components), *components, *[0] * (8 - len(components)))
