"""Merkle trees of leaves."""

from __future__ import annotations

from typing import Any

import pytest

from zkctl.address.hashes import TAGS, holder_key, registry_leaf
from zkctl.address.merkle import MerkleTree, empty_node
from zkctl.address.poseidon import poseidon_columns
from zkctl.errors import InputError
from zkctl.field import BN254_FR, FieldArray


def elements(values: list[int]) -> FieldArray:
    return FieldArray.from_ints(BN254_FR, values)


def test_published_empty_nodes(vectors: dict[str, Any]) -> None:
    assert [str(empty_node(k)) for k in range(33)] == vectors["empty_nodes"]


def test_published_trees(vectors: dict[str, Any]) -> None:
    for case in vectors["trees"]:
        a, b, c = (elements(list(range(case[name], case[name] + case["leaves"]))) for name in "abc")
        leaves = c
        if case["leaves"]:
            keys = poseidon_columns([TAGS["holder"], c])
            leaves = poseidon_columns([TAGS["leaf"], a, b, keys, 1])
            assert int(leaves[0]) == registry_leaf(case["a"], case["b"], holder_key(case["c"]), 1)
        assert str(MerkleTree(case["depth"], leaves).root()) == case["root"]


def test_published_epochs(vectors: dict[str, Any]) -> None:
    for epoch in vectors["registry"].values():
        tree = MerkleTree(20, elements([int(leaf) for leaf in epoch["leaves"]]))
        assert str(tree.root()) == epoch["root"]


@pytest.mark.parametrize("n", [0, 1, 2, 5, 8])
@pytest.mark.parametrize("split", [0, 1, 2, 3])
def test_paths_through_subtrees(n: int, split: int) -> None:
    values = list(range(101, 101 + n))
    whole = MerkleTree(3, elements(values))
    size = 1 << split
    below = [
        MerkleTree(split, elements(values[start : start + size])) for start in range(0, n, size)
    ]
    above = MerkleTree(3 - split, elements([each.root() for each in below]), height=split)
    assert above.root() == whole.root()
    for place in range(n):
        assert whole.path(place).root(values[place]) == whole.root()
        path = below[place >> split].path(place % size).continued(above.path(place >> split))
        assert path == whole.path(place)
        assert path.root(values[place] + 1) != whole.root()


def test_a_full_tree_takes_no_more() -> None:
    with pytest.raises(
        InputError, match="the tree is full: expected at most 4 leaves at depth 2, got 5"
    ):
        MerkleTree(2, elements([1, 2, 3, 4, 5]))
