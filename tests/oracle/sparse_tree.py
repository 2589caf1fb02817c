"""A sparse Merkle tree as its definition says: by recursion over the entries, without paths or updates."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from zkctl.gadgets.hash.poseidon import poseidon

Entries = Mapping[int, int]


def root(entries: Entries, level: int = 0) -> int:
    """The root of a subtree: 0, one leaf, or a node."""
    if not entries:
        return 0
    if len(entries) == 1:
        (entry,) = entries.items()
        return poseidon(*entry, 1)  # type: ignore[no-any-return]
    left, right = (_side(entries, level, bit) for bit in (0, 1))
    return poseidon(root(left, level + 1), root(right, level + 1))  # type: ignore[no-any-return]


def path(entries: Entries, key: int, n_levels: int) -> dict[str, Any]:
    """The siblings on the path of a key, from the root down, and what is met at its end."""
    siblings: list[int] = []
    while len(entries) > 1:
        level = len(siblings)
        bit = key >> level & 1
        siblings.append(root(_side(entries, level, 1 - bit), level + 1))
        entries = _side(entries, level, bit)
    met_key, met_value = next(iter(entries.items()), (0, 0))
    met = {"key": met_key, "value": met_value, "is_empty": int(not entries)}
    return {"siblings": siblings + [0] * (n_levels - len(siblings)), "met": met}


def _side(entries: Entries, level: int, bit: int) -> Entries:
    return {key: value for key, value in entries.items() if key >> level & 1 == bit}
