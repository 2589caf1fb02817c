"""Indexed Merkle trees."""

from __future__ import annotations

from typing import Any

from tests.gadgets.case import GadgetCase
from tests.oracle.indexed_tree import IndexedTree, insertion
from zkctl.dsl import Signal, circuit, private
from zkctl.gadgets.tree.indexed import (
    Linked,
    Opening,
    constrain_indexed_absent,
    constrain_indexed_member,
    indexed_insert,
)


@circuit
def member(
    root: Signal = private(),
    linked: Linked = private(),
    opening: Opening = private(),
    *,
    depth: int,
) -> Signal:
    constrain_indexed_member(root, linked, opening)
    return root + 1


@circuit
def absent(
    root: Signal = private(),
    value: Signal = private(),
    low: Linked = private(),
    opening: Opening = private(),
    *,
    depth: int,
) -> Signal:
    constrain_indexed_absent(root, value, low, opening)
    return root + 1


@circuit
def inserted(
    root: Signal = private(),
    value: Signal = private(),
    low: Linked = private(),
    low_opening: Opening = private(),
    new_opening: Opening = private(),
    *,
    depth: int,
) -> Signal:
    return indexed_insert(root, value, low, low_opening, new_opening)


BIG = 5 << 250
TREE = IndexedTree([30, BIG], 2)
ROOT = TREE.root()
HELD: dict[str, Any] = {"root": ROOT, "linked": TREE.linked(1), "opening": TREE.opening(1)}
GAP: dict[str, Any] = {"root": ROOT, "low": TREE.linked(1), "opening": TREE.opening(1)}
NEW = insertion([30, BIG], 3 << 250, 2)

CASES = [
    GadgetCase(
        gadget=constrain_indexed_member,
        circuit=member,
        parameters={"depth": 2},
        inputs=HELD,
        outputs=[ROOT + 1],
        source="a second implementation",
        constraints=745,
        input_rows=2,
        refused=[
            {**HELD, "linked": {**TREE.linked(1), "next_place": 1}},
            {**HELD, "linked": {**TREE.linked(1), "value": 31}},
            {**HELD, "opening": TREE.opening(2)},
        ],
    ),
    GadgetCase(
        gadget=constrain_indexed_absent,
        circuit=absent,
        parameters={"depth": 2},
        inputs={**GAP, "value": 3 << 250},
        outputs=[ROOT + 1],
        source="a second implementation",
        constraints=1875,
        input_rows=2,
        refused=[{**GAP, "value": value} for value in (0, 29, 30, BIG, BIG + 1)],
    ),
    GadgetCase(
        gadget=indexed_insert,
        circuit=inserted,
        parameters={"depth": 2},
        inputs=NEW,
        outputs=[IndexedTree([30, BIG, 3 << 250], 2).root()],
        source="a second implementation",
        constraints=3845,
        input_rows=4,
        refused=[
            {**NEW, "value": 30},
            {**NEW, "value": BIG},
            {**NEW, "new_opening": NEW["low_opening"]},
            {**NEW, "root": ROOT + 1},
        ],
    ),
]
