"""An indexed Merkle tree as its definition says: every leaf made anew from the sorted values."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from zkctl.gadgets.hash.poseidon import poseidon


class IndexedTree:
    """The values in the order in which they came, 0 first; not every place of 2^depth is taken."""

    def __init__(self, values: Sequence[int], depth: int) -> None:
        self.values, self.depth = [0, *values], depth

    def low(self, value: int) -> int:
        """The place of the largest value below another one."""
        return self.values.index(max(each for each in self.values if each < value))

    def linked(self, place: int) -> dict[str, int]:
        value = self.values[place]
        next_value = min((each for each in self.values if each > value), default=0)
        next_place = self.values.index(next_value) if next_value else 0
        return {"value": value, "next_value": next_value, "next_place": next_place}

    def leaves(self) -> list[int]:
        """All leaves; 0 where none is."""
        full = [poseidon(*self.linked(place).values()) for place in range(len(self.values))]
        return full + [0] * ((1 << self.depth) - len(full))

    def root(self) -> int:
        return tree_root(self.leaves())

    def opening(self, place: int) -> dict[str, Any]:
        return opening(self.leaves(), place)


def tree_root(leaves: Sequence[int]) -> int:
    """The root of a full tree."""
    if len(leaves) == 1:
        return leaves[0]
    half = len(leaves) // 2
    return poseidon(tree_root(leaves[:half]), tree_root(leaves[half:]))  # type: ignore[no-any-return]


def opening(leaves: Sequence[int], place: int) -> dict[str, Any]:
    """Siblings and sides from a leaf up."""
    siblings, path, size = [], [], 1
    while size < len(leaves):
        start = (place // size ^ 1) * size
        siblings.append(tree_root(leaves[start : start + size]))
        path.append(place // size & 1)
        size *= 2
    return {"siblings": siblings, "path": path}


def insertion(values: Sequence[int], value: int, depth: int) -> dict[str, Any]:
    """The inputs that add a value behind the others, and the root afterwards."""
    before, after = IndexedTree(values, depth), IndexedTree([*values, value], depth)
    place, new = before.low(value), len(before.values)
    between = before.leaves()
    between[place] = after.leaves()[place]
    return {
        "root": before.root(),
        "value": value,
        "low": before.linked(place),
        "low_opening": opening(before.leaves(), place),
        "new_opening": opening(between, new),
    }
