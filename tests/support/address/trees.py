"""The protocol's trees in plain integers: a Merkle tree of fixed depth, and the indexed revocation tree on it."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache

from tests.support.address.hashes import h, tagged

Path = tuple[list[int], list[int]]  # siblings and bits, the leaf's level first


@cache
def empty_node(level: int) -> int:
    return h(empty_node(level - 1), empty_node(level - 1)) if level else 0


class Tree:
    """A Merkle tree with leaves from place 0 on, empty behind."""

    def __init__(self, depth: int, leaves: Sequence[int]) -> None:
        assert len(leaves) <= 1 << depth
        self.depth = depth
        self.levels = [list(leaves)]
        for level in range(depth):
            row = self.levels[-1] + [empty_node(level)] * (len(self.levels[-1]) % 2)
            self.levels.append([h(*row[k : k + 2]) for k in range(0, len(row), 2)])

    @property
    def root(self) -> int:
        return self.levels[-1][0] if self.levels[-1] else empty_node(self.depth)

    def path(self, place: int) -> Path:
        siblings, bits = [], []
        for level in range(self.depth):
            row, other = self.levels[level], (place >> level) ^ 1
            siblings.append(row[other] if other < len(row) else empty_node(level))
            bits.append(place >> level & 1)
        return siblings, bits


class Revocations:
    """The indexed tree after (value, link) were inserted in order."""

    def __init__(self, depth: int, inserted: Sequence[tuple[int, int]] = ()) -> None:
        self.links = dict([(0, 0), *inserted])
        self.values = list(self.links)
        leaves = [tagged("indexed", *self.entry(place)) for place in range(len(self.values))]
        self.tree = Tree(depth, leaves)

    @property
    def root(self) -> int:
        return self.tree.root

    def entry(self, place: int) -> tuple[int, int, int]:
        """Value, next value and link of a place."""
        value = self.values[place]
        following = min((each for each in self.values if each > value), default=0)
        return value, following, self.links[value]

    def place_of(self, value: int) -> int:
        return self.values.index(value)

    def low(self, value: int) -> int:
        """The place of the largest value below another one."""
        return self.place_of(max(each for each in self.values if each < value))
