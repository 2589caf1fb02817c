from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from zkctl.dsl import Array, Bit, Signal, circuit, eager_field, private, public
from zkctl.errors import CircuitError, UnsatisfiedError
from zkctl.field import BLS12_381_FR, BN254_FR, PrimeField
from zkctl.gadgets.hash.poseidon import poseidon
from zkctl.gadgets.tree.merkle import (
    append_subtree,
    constrain_membership,
    empty_root,
    merkle_root,
    merkle_update,
    subtree_root,
)


@circuit
def member(
    root: Signal = public(),
    leaf: Signal = private(),
    siblings: Array[Signal] = private("depth"),
    path: Array[Bit] = private("depth"),
    *,
    depth: int,
) -> None:
    constrain_membership(root, leaf, siblings, path)


@pytest.fixture
def tree(data: Path) -> dict[str, Any]:
    case = json.loads((data / "circomlib" / "circomlibjs_vectors.json").read_text())["merkle20"]
    siblings, path = ([int(x) for x in case[k]] for k in ("pathElements", "pathIndices"))
    return {
        "root": int(case["root"]),
        "leaf": int(case["leaf"]),
        "siblings": siblings,
        "path": path,
    }


def test_the_root_of_circomlibjs(tree: dict[str, Any]) -> None:
    assert merkle_root(tree["leaf"], tree["siblings"], tree["path"]) == tree["root"]
    compiled = member.compile(depth=20)
    assert compiled.r1cs.n_constraints == 4841
    compiled.witness(**tree)
    member(**tree, depth=20)


@pytest.mark.parametrize("changed", ["root", "leaf"])
def test_a_stranger_is_refused(tree: dict[str, Any], changed: str) -> None:
    tree[changed] += 1
    with pytest.raises(UnsatisfiedError, match="leaf is not under root") as caught:
        member.compile(depth=20).witness(**tree)
    assert "zkctl/gadgets/tree/merkle.py" in caught.value.where
    assert "constrain_membership(root, leaf, siblings, path)" in caught.value.where
    with pytest.raises(UnsatisfiedError, match="leaf is not under root"):
        member(**tree, depth=20)


@pytest.mark.parametrize("level", [0, 10, 19])
def test_both_orders_of_a_pair_differ(tree: dict[str, Any], level: int) -> None:
    tree["path"][level] ^= 1
    with pytest.raises(UnsatisfiedError, match="leaf is not under root"):
        member(**tree, depth=20)


def test_lists_of_different_lengths() -> None:
    with pytest.raises(CircuitError, match="2 siblings do not fit 1 path bits"):
        merkle_root(1, [2, 3], [0])


def full_root(leaves: list[int]) -> int:
    """The root of a full tree, level by level."""
    if len(leaves) == 1:
        return leaves[0]
    return full_root([poseidon(*leaves[k : k + 2]) for k in range(0, len(leaves), 2)])


def path_of(leaves: list[int], place: int, first: int, depth: int) -> tuple[list[int], list[int]]:
    """Siblings and path from level `first` on."""
    size = 1 << first
    siblings = []
    for level in range(first, depth):
        start = (place >> level ^ 1) * (1 << level)
        siblings.append(full_root(leaves[start : start + (1 << level)]))
    return siblings, [place // size >> k & 1 for k in range(depth - first)]


@pytest.mark.parametrize("place", range(4))
def test_an_update_changes_one_leaf(place: int) -> None:
    leaves = [10, 11, 12, 13]
    siblings, path = path_of(leaves, place, 0, 2)
    changed = [7 if k == place else leaf for k, leaf in enumerate(leaves)]
    root = full_root(leaves)
    assert merkle_update(root, leaves[place], 7, siblings, path) == full_root(changed)
    with pytest.raises(UnsatisfiedError, match="leaf is not under root"):
        merkle_update(root, leaves[place - 1], 7, siblings, path)
    with pytest.raises(UnsatisfiedError, match="leaf is not under root"):
        merkle_update(root + 1, leaves[place], 7, siblings, path)


@pytest.mark.parametrize("height", [0, 1, 2, 3])
def test_a_batch_fills_an_empty_subtree(height: int) -> None:
    leaves = [1, 2, 3, 4, 5, 6, 7, 8] if height < 3 else [0] * 8
    size = 1 << height
    for place in {0, 4 // size * size, 8 - size}:
        before = [*leaves[:place], *[0] * size, *leaves[place + size :]]
        siblings, path = path_of(before, place, height, 3)
        new = [100 + k for k in range(max(1, size - 1))]
        after = [*before[:place], *new, *[0] * (size - len(new)), *before[place + size :]]
        root = append_subtree(full_root(before), new, siblings, path, height=height)
        assert root == full_root(after)
        with pytest.raises(UnsatisfiedError, match="the subtree is not empty under the old root"):
            append_subtree(full_root(after), new, siblings, path, height=height)


def test_empty_roots() -> None:
    assert [empty_root(k) for k in range(4)] == [full_root([0] * 2**k) for k in range(4)]
    published = 0x2098F5FB9E239EAB3CEAC3F27B81E481DC3124D55FFED523A839EE8446B64864
    assert empty_root(1) == published


@circuit
def appended(
    old_root: Signal = public(), leaf: Signal = public(), sibling: Signal = private()
) -> Signal:
    return append_subtree(old_root, [leaf], [sibling], [old_root * 0], height=1)  # type: ignore[list-item]


@pytest.mark.parametrize("fields", [(BN254_FR, BLS12_381_FR), (BLS12_381_FR, BN254_FR)])
def test_empty_roots_are_those_of_the_circuits_field(fields: Sequence[PrimeField]) -> None:
    for field in fields:
        with eager_field(field):
            empty = poseidon(0, 0)  # type: ignore[arg-type]  # integers
            before, after = poseidon(empty, empty), poseidon(poseidon(7, 0), empty)  # type: ignore[arg-type]
            assert empty_root(1) == empty
            assert append_subtree(before, [7], [empty], [0], height=1) == after  # type: ignore[arg-type, list-item]
        compiled = appended.over(field).compile()
        assert compiled.witness(old_root=before, leaf=7, sibling=empty)[1] == after


@pytest.mark.parametrize("height", [-1, 255])
def test_heights_of_subtrees(height: int) -> None:
    message = f"the height of a subtree is out of range: expected 0 to 254, got {height}"
    with pytest.raises(CircuitError) as caught:
        empty_root(height)
    assert caught.value.message == message
    with pytest.raises(CircuitError) as caught:
        subtree_root([1], height)  # type: ignore[list-item]
    assert caught.value.message == message


@pytest.mark.parametrize(("n", "height"), [(0, 0), (0, 3), (2, 0), (5, 2)])
def test_subtrees_have_places_for_their_leaves(n: int, height: int) -> None:
    message = f"a subtree of height {height} has 1 to {1 << height} leaves, got {n}"
    with pytest.raises(CircuitError, match=message) as caught:
        subtree_root([1] * n, height)
    assert caught.value.hint == "choose a larger height: places behind the leaves stay empty"
    with pytest.raises(CircuitError, match=message):
        append_subtree(1, [1] * n, [2], [0], height=height)
