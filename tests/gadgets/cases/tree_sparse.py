"""Sparse Merkle trees, circomlibjs' SMT with Poseidon."""

from __future__ import annotations

from typing import Any

from tests.gadgets.case import GadgetCase
from tests.oracle.sparse_tree import path, root
from zkctl.dsl import Array, Bit, Signal, circuit, private
from zkctl.gadgets.tree.sparse import (
    Met,
    SparseEntry,
    constrain_sparse_absent,
    constrain_sparse_member,
    sparse_delete,
    sparse_insert,
    sparse_processor,
    sparse_update,
    sparse_verifier,
)
from zkctl.gadgets.tree.sparse_levels import chain, parting_level


@circuit
def member(
    root: Signal = private(),
    siblings: Array[Signal] = private("n"),
    entry: SparseEntry = private(),
    *,
    n: int,
) -> Signal:
    constrain_sparse_member(root, siblings, entry)
    return root + 1


@circuit
def absent(
    root: Signal = private(),
    siblings: Array[Signal] = private("n"),
    key: Signal = private(),
    met: Met = private(),
    *,
    n: int,
) -> Signal:
    constrain_sparse_absent(root, siblings, key, met)
    return root + 1


@circuit
def verifier(
    enabled: Bit = private(),
    root: Signal = private(),
    siblings: Array[Signal] = private("n"),
    entry: SparseEntry = private(),
    met: Met = private(),
    is_absent: Bit = private(),
    *,
    n: int,
) -> Signal:
    sparse_verifier(enabled, root, siblings, entry, met, is_absent)
    return root + 1


@circuit
def inserted(
    old_root: Signal = private(),
    siblings: Array[Signal] = private("n"),
    entry: SparseEntry = private(),
    met: Met = private(),
    *,
    n: int,
) -> Signal:
    return sparse_insert(old_root, siblings, entry, met)


@circuit
def deleted(
    old_root: Signal = private(),
    siblings: Array[Signal] = private("n"),
    entry: SparseEntry = private(),
    met: Met = private(),
    *,
    n: int,
) -> Signal:
    return sparse_delete(old_root, siblings, entry, met)


@circuit
def updated(
    old_root: Signal = private(),
    siblings: Array[Signal] = private("n"),
    key: Signal = private(),
    old_value: Signal = private(),
    new_value: Signal = private(),
    *,
    n: int,
) -> Signal:
    return sparse_update(old_root, siblings, key, old_value, new_value)


@circuit
def processor(
    old_root: Signal = private(),
    siblings: Array[Signal] = private("n"),
    entry: SparseEntry = private(),
    met: Met = private(),
    function: Array[Bit] = private(2),
    *,
    n: int,
) -> Signal:
    return sparse_processor(old_root, siblings, entry, met, function)


@circuit
def parting(
    push: Bit = private(), x: Array[Bit] = private(3), y: Array[Bit] = private(3)
) -> Array[Bit]:
    return parting_level(push, x, y)


@circuit
def chained(
    end: Signal = private(),
    siblings: Array[Signal] = private(2),
    path: Array[Bit] = private(2),
    inner: Array[Bit] = private(2),
) -> Signal:
    return chain(end, siblings, path, inner)


# the tree of circomlibjs' vectors: its roots are compared in tests/unit/gadgets/tree/test_sparse.py
TREE = {111: 222, 333: 444, 1: 2, 33: 44}
FOURTH = {key: TREE[key] for key in (111, 333, 1)}
NEW = {"key": 33, "value": 44}
BEFORE, AFTER = root(FOURTH), root(TREE)
OPENED = path(FOURTH, 33, 10)  # what is met is the entry of 1, pushed down to the sixth level
SHORT = path(FOURTH, 33, 6)
HELD: dict[str, Any] = {"siblings": path(TREE, 33, 6)["siblings"], "entry": NEW}
CHANGED: dict[str, Any] = {"old_root": AFTER, "siblings": HELD["siblings"], "key": 33}
OTHER = {"key": 33, "value": 45}

CASES = [
    GadgetCase(
        gadget=parting_level,
        circuit=parting,
        inputs={"push": 1, "x": [1, 0, 1], "y": [1, 1, 1]},
        outputs=[0, 1, 0],
        source="the definition",
        constraints=15,
        input_rows=7,
        refused=[{"push": 1, "x": [1, 0, 1], "y": [1, 0, 1]}],
        small_fields=True,
    ),
    GadgetCase(
        gadget=chain,
        circuit=chained,
        inputs={
            "end": root({6: 5}),
            "siblings": [root({1: 2}), 9],
            "path": [0, 1],
            "inner": [1, 0],
        },
        outputs=[root({6: 5, 1: 2})],
        source="a second implementation",
        constraints=488,
        input_rows=4,
    ),
    GadgetCase(
        gadget=constrain_sparse_member,
        circuit=member,
        parameters={"n": 6},
        inputs={"root": AFTER, **HELD},
        outputs=[AFTER + 1],
        source="a second implementation",
        constraints=2101,
        refused=[
            {"root": BEFORE, **HELD},
            {"root": AFTER, **HELD, "entry": OTHER},
            {"root": AFTER, **HELD, "entry": {"key": 33 + 64, "value": 44}},
            {"root": AFTER, **HELD, "siblings": [0] * 6},
        ],
    ),
    GadgetCase(
        gadget=constrain_sparse_absent,
        circuit=absent,
        parameters={"n": 6},
        inputs={"root": BEFORE, "key": 33, **SHORT},
        outputs=[BEFORE + 1],
        source="a second implementation",
        constraints=2104,
        input_rows=1,
        refused=[
            {"root": AFTER, "key": 33, **SHORT},
            {"root": BEFORE, "key": 1, **SHORT},
            {"root": BEFORE, "key": 33, **SHORT, "met": {"key": 1, "value": 2, "is_empty": 1}},
            {"root": BEFORE, "key": 33, **SHORT, "met": {"key": 1, "value": 3, "is_empty": 0}},
        ],
    ),
    GadgetCase(
        gadget=sparse_verifier,
        circuit=verifier,
        parameters={"n": 10},
        inputs={"enabled": 1, "root": BEFORE, "entry": NEW, "is_absent": 1, **OPENED},
        outputs=[BEFORE + 1],
        source="circomlibjs",
        constraints=3083,
        input_rows=3,
        circomlib="smtverifier10_test",
        circom=4063,
        refused=[
            {"enabled": 1, "root": BEFORE, "entry": NEW, "is_absent": 0, **OPENED},
            {"enabled": 1, "root": AFTER, "entry": NEW, "is_absent": 1, **OPENED},
            {"enabled": 1, "root": AFTER, "entry": NEW, "is_absent": 1, **path(TREE, 33, 10)},
        ],
    ),
    GadgetCase(
        gadget=sparse_insert,
        circuit=inserted,
        parameters={"n": 6},
        inputs={"old_root": BEFORE, "entry": NEW, **SHORT},
        outputs=[AFTER],
        source="circomlibjs",
        constraints=4245,
        input_rows=1,
        refused=[
            {"old_root": AFTER, "entry": NEW, **SHORT},
            {"old_root": AFTER, "entry": NEW, **path(TREE, 33, 6)},
        ],
    ),
    GadgetCase(
        gadget=sparse_delete,
        circuit=deleted,
        parameters={"n": 6},
        inputs={"old_root": AFTER, "entry": NEW, **SHORT},
        outputs=[BEFORE],
        source="circomlibjs",
        constraints=4245,
        input_rows=1,
        refused=[
            {"old_root": BEFORE, "entry": NEW, **SHORT},
            {"old_root": AFTER, "entry": OTHER, **SHORT},
        ],
    ),
    GadgetCase(
        gadget=sparse_update,
        circuit=updated,
        parameters={"n": 6},
        inputs={**CHANGED, "old_value": 44, "new_value": 45},
        outputs=[root({**TREE, 33: 45})],
        source="a second implementation",
        constraints=3811,
        refused=[{**CHANGED, "old_value": 45, "new_value": 45}],
    ),
    GadgetCase(
        gadget=sparse_processor,
        circuit=processor,
        parameters={"n": 10},
        inputs={"old_root": BEFORE, "entry": NEW, "function": [1, 0], **OPENED},
        outputs=[AFTER],
        source="circomlibjs",
        constraints=6226,
        input_rows=3,
        circomlib="smtprocessor10_test",
        circom=6545,
        refused=[
            {"old_root": BEFORE, "entry": NEW, "function": [0, 1], **OPENED},
            {"old_root": BEFORE, "entry": NEW, "function": [1, 1], **OPENED},
            {"old_root": AFTER, "entry": NEW, "function": [1, 0], **OPENED},
        ],
    ),
]
