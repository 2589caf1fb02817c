"""Merkle trees of Poseidon."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from tests.gadgets.case import GadgetCase
from zkctl.dsl import Array, Bit, Signal, Uint, circuit, private
from zkctl.gadgets.hash.poseidon import poseidon
from zkctl.gadgets.tree.merkle import (
    append_subtree,
    constrain_membership,
    empty_root,
    merkle_root,
    merkle_update,
    subtree_root,
)
from zkctl.gadgets.tree.nary import nary_root


@circuit
def root_above(
    leaf: Signal = private(),
    siblings: Array[Signal] = private("depth"),
    path: Array[Bit] = private("depth"),
    *,
    depth: int,
) -> Signal:
    return merkle_root(leaf, siblings, path)


@circuit
def member(
    root: Signal = private(),
    leaf: Signal = private(),
    siblings: Array[Signal] = private("depth"),
    path: Array[Bit] = private("depth"),
    *,
    depth: int,
) -> Signal:
    constrain_membership(root, leaf, siblings, path)
    return leaf + 1


@circuit
def replaced(
    root: Signal = private(),
    old: Signal = private(),
    new: Signal = private(),
    siblings: Array[Signal] = private(2),
    index: Uint = private(bits=2),
) -> Signal:
    return merkle_update(root, old, new, siblings, index.bits)


@circuit
def subtree(leaves: Array[Signal] = private("n"), *, n: int, height: int) -> Signal:
    return subtree_root(leaves, height)


@circuit
def appended(
    root: Signal = private(),
    leaves: Array[Signal] = private("n"),
    siblings: Array[Signal] = private(1),
    path: Array[Bit] = private(1),
    *,
    n: int,
    height: int,
) -> Signal:
    return append_subtree(root, leaves, siblings, path, height=height)


@circuit
def nary(
    leaf: Signal = private(),
    siblings: Array[Signal] = private("depth", "others"),
    positions: Array[Uint] = private("depth", bits="bits"),
    *,
    depth: int,
    others: int,
    bits: int,
) -> Signal:
    return nary_root(leaf, list(siblings), list(positions))


def full_root(leaves: Sequence[int]) -> int:
    """The root of a full tree, level by level, without paths."""
    if len(leaves) == 1:
        return leaves[0]
    return full_root([poseidon(*leaves[k : k + 2]) for k in range(0, len(leaves), 2)])


# number 2 of four leaves
FOUR = [10, 11, 12, 13]
PATH = {"siblings": [13, poseidon(10, 11)], "path": [0, 1]}
MOVED = {**PATH, "path": [1, 1]}
INDEXED: dict[str, Any] = {"siblings": PATH["siblings"], "index": 2}
HALF = full_root([5, 6])
CHILDREN = [21, 22, 23, 24, 25]

CASES = [
    GadgetCase(
        gadget=merkle_root,
        circuit=root_above,
        parameters={"depth": 2},
        inputs={"leaf": 12, **PATH},
        outputs=[full_root(FOUR)],
        source="the full tree of poseidon",
        constraints=484,
        input_rows=2,
        refused=[{"leaf": 12, **PATH, "path": [0, 2]}],
    ),
    GadgetCase(
        gadget=constrain_membership,
        circuit=member,
        parameters={"depth": 2},
        inputs={"root": full_root(FOUR), "leaf": 12, **PATH},
        outputs=[13],
        source="the full tree of poseidon",
        constraints=484,
        input_rows=2,
        refused=[
            {"root": full_root(FOUR), "leaf": 11, **PATH},
            {"root": full_root(FOUR), "leaf": 12, **MOVED},
            {"root": 0, "leaf": 12, **PATH},
        ],
    ),
    GadgetCase(
        gadget=merkle_update,
        circuit=replaced,
        inputs={"root": full_root(FOUR), "old": 12, "new": 7, **INDEXED},
        outputs=[full_root([10, 11, 7, 13])],
        source="the full tree of poseidon",
        constraints=966,
        input_rows=2,
        refused=[
            {"root": full_root(FOUR), "old": 7, "new": 7, **INDEXED},
            {"root": full_root(FOUR), "old": 12, "new": 7, **INDEXED, "index": 3},
            {"root": full_root(FOUR), "old": 12, "new": 7, **INDEXED, "index": 4},
        ],
    ),
    GadgetCase(
        gadget=subtree_root,
        circuit=subtree,
        parameters={"n": 3, "height": 3},
        inputs={"leaves": [1, 2, 3]},
        outputs=[full_root([1, 2, 3, 0, 0, 0, 0, 0])],
        source="the full tree of poseidon",
        constraints=240 + 237 + 240 + 237,
    ),
    GadgetCase(
        gadget=append_subtree,
        circuit=appended,
        parameters={"n": 2, "height": 1},
        inputs={
            "root": full_root([5, 6, 0, 0]),
            "leaves": [7, 8],
            "siblings": [HALF],
            "path": [1],
        },
        outputs=[full_root([5, 6, 7, 8])],
        source="the full tree of poseidon",
        constraints=723,
        input_rows=1,
        refused=[
            {"root": full_root([5, 6, 0, 9]), "leaves": [7, 8], "siblings": [HALF], "path": [1]},
            {
                "root": full_root([5, 6, 0, 0]),
                "leaves": [7, 8],
                "siblings": [empty_root(1)],
                "path": [0],
            },
        ],
    ),
    GadgetCase(
        gadget=nary_root,
        circuit=nary,
        parameters={"depth": 1, "others": 4, "bits": 3},
        inputs={"leaf": 23, "siblings": [[21, 22, 24, 25]], "positions": [2]},
        outputs=[poseidon(*CHILDREN)],
        source="poseidon of the children",
        constraints=332,
        input_rows=3,
        refused=[{"leaf": 23, "siblings": [[21, 22, 24, 25]], "positions": [k]} for k in (5, 6, 7)],
    ),
]
