from __future__ import annotations

from typing import Any

import pytest

from tests.gadgets.cases.tree_indexed import absent, inserted, member
from tests.oracle.indexed_tree import IndexedTree, insertion
from zkctl.errors import UnsatisfiedError
from zkctl.field import BN254_FR

P = BN254_FR.modulus
ORDERS = {
    "the first number is not below the second",
    "the first number is above the second",
}


@pytest.mark.parametrize("values", [[], [1], [P - 1], [7, 3, P - 2], [1 << 253, P - 1, 5]])
def test_what_is_absent_is_between_two_neighbours(values: list[int]) -> None:
    tree = IndexedTree(values, 2)
    compiled, held = absent.compile(depth=2), member.compile(depth=2)
    root = tree.root()
    for value in {1, 2, 4, 6, 1 << 253, P - 1} - set(values):
        place = tree.low(value)
        compiled.witness(root=root, value=value, low=tree.linked(place), opening=tree.opening(place))  # fmt: skip
    for place, value in enumerate(tree.values):
        opened = {"root": root, "opening": tree.opening(place)}
        held.witness(**opened, linked=tree.linked(place))
        for low in range(len(tree.values)):
            steps = {"low": tree.linked(low), "opening": tree.opening(low)}
            with pytest.raises(UnsatisfiedError, match="|".join(ORDERS)):
                compiled.witness(root=root, value=value, **steps)


def test_a_low_leaf_that_is_not_in_the_tree_is_refused() -> None:
    tree = IndexedTree([7], 1)
    steps: dict[str, Any] = {"root": tree.root(), "opening": tree.opening(0), "depth": 1}
    for low in ((0, 0, 0), (0, 8, 1), (6, 0, 0)):
        with pytest.raises(UnsatisfiedError, match="leaf is not under root"):
            absent(**steps, value=7, low=low)


def test_insertions_agree_with_the_definition() -> None:
    compiled = inserted.compile(depth=3)
    values: list[int] = []
    for value in (7, 3, P - 1, 1 << 253, 1):
        steps = insertion(values, value, 3)
        values.append(value)
        root = IndexedTree(values, 3).root()
        assert compiled.witness(**steps)[1] == root
    assert inserted(**steps, depth=3) == root


def test_a_taken_place_is_not_written() -> None:
    steps = insertion([7], 9, 2)
    for opening in (IndexedTree([7], 2).opening(0), {**steps["new_opening"], "path": [1, 1]}):
        with pytest.raises(UnsatisfiedError, match="the new place is not empty"):
            inserted(**{**steps, "new_opening": opening}, depth=2)
    after = {**steps, "root": IndexedTree([7, 9], 2).root()}
    with pytest.raises(UnsatisfiedError, match="leaf is not under root"):
        inserted(**after, depth=2)
