from __future__ import annotations

import json
import random
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from tests.gadgets.cases.tree_sparse import deleted, inserted, member, processor, verifier
from tests.oracle.sparse_tree import path, root
from zkctl.constraints.evaluate import evaluate
from zkctl.constraints.witness_program import WitnessProgram
from zkctl.dsl import Circuit
from zkctl.errors import CircuitError, UnsatisfiedError
from zkctl.field import BN254_FR
from zkctl.gadgets.hash.poseidon import poseidon
from zkctl.gadgets.tree.sparse import (
    Met,
    SparseEntry,
    constrain_sparse_absent,
    constrain_sparse_member,
    sparse_processor,
    sparse_update,
)

P = BN254_FR.modulus
NONE, UPDATE, INSERT, DELETE = [0, 0], [0, 1], [1, 0], [1, 1]
NO_ENTRY = {"key": 0, "value": 0}
NOTHING = {**NO_ENTRY, "is_empty": 1}
TREE = {5: 50, 13: 130, 6: 60}  # 5 and 13 part at the fourth bit, 6 at the first


@pytest.fixture(scope="module")
def vectors(data: Path) -> dict[str, Any]:
    text = (data / "circomlib" / "circomlibjs_vectors.json").read_text()
    return json.loads(text)["smt_poseidon"]  # type: ignore[no-any-return]


def test_the_roots_of_circomlibjs(vectors: dict[str, Any]) -> None:
    change, check = processor.compile(n=10), verifier.compile(n=10)
    entries: dict[int, int] = {}
    for step in vectors["inserts"]:
        before, after = int(step["oldRoot"]), int(step["newRoot"])
        entry = {"key": step["key"], "value": step["value"]}
        given = [int(sibling) for sibling in step["siblings"]]
        is_empty = int(step["isOld0"])
        met = {"key": int(step["oldKey"]), "value": int(step["oldValue"]), "is_empty": is_empty}
        steps = {"siblings": given + [0] * (10 - len(given)), "entry": entry, "met": met}
        assert root(entries) == before
        assert change.witness(old_root=before, function=INSERT, **steps)[1] == after
        check.witness(enabled=1, root=before, is_absent=1, **steps)
        entries[step["key"]] = step["value"]
        assert root(entries) == after
        assert change.witness(old_root=after, function=DELETE, **steps)[1] == before
    found = vectors["find_1"]
    siblings = [int(sibling) for sibling in found["siblings"]]
    steps = {"siblings": siblings + [0] * (10 - len(siblings)), "met": NOTHING}
    entry = {"key": 1, "value": int(found["foundValue"])}
    check.witness(enabled=1, root=root(entries), is_absent=0, entry=entry, **steps)


@pytest.mark.parametrize("seed", range(2))
def test_random_changes_agree_with_the_definition(seed: int) -> None:
    change, check = processor.compile(n=8), verifier.compile(n=8)
    rng = random.Random(seed)
    keys = [0, 1, 2, 255, 128, P - 1, 1 << 253, *(rng.randrange(P) for _ in range(4))]
    keys = [key for k, key in enumerate(keys) if key % 256 not in {k % 256 for k in keys[:k]}]
    entries: dict[int, int] = {}
    for _ in range(12):
        key, value = rng.choice(keys), rng.choice([0, 1, P - 1])
        entry = {"key": key, "value": value}
        others = {k: v for k, v in entries.items() if k != key}
        steps = path(others, key, 8)
        before, without, after = root(entries), root(others), root({**others, key: value})
        if key in entries:
            held = path(entries, key, 8)
            old = {**held, "entry": {"key": key, "value": entries[key]}}
            check.witness(enabled=1, root=before, is_absent=0, **old)
            update = change.witness(old_root=before, function=UPDATE, **{**held, "entry": entry})
            assert update[1] == after
            gone = {**steps, "entry": {"key": key, "value": entries[key]}}
            assert change.witness(old_root=before, function=DELETE, **gone)[1] == without
        check.witness(enabled=1, root=without, is_absent=1, entry=entry, **steps)
        done = change.witness(old_root=without, function=INSERT, entry=entry, **steps)
        assert done[1] == after
        assert change.witness(old_root=7, function=NONE, entry=entry, **steps)[1] == 7
        entries[key] = value


def refused(message: str, tried: Circuit, **inputs: Any) -> None:
    with pytest.raises(UnsatisfiedError, match=message):
        tried.compile(n=4).witness(**inputs)
    with pytest.raises(UnsatisfiedError, match=message):
        tried(**inputs, n=4)


def test_members_are_not_absent() -> None:
    check = {"enabled": 1, "root": root(TREE), "is_absent": 1}
    held = path(TREE, 5, 4)
    entry = {"key": 5, "value": 50}
    refused("the path leads to the key itself", verifier, **check, **held, entry=entry)
    message = "the entry is not under the root"
    nothing = {**held, "met": NOTHING, "entry": entry}
    refused(message, verifier, **check, **nothing)
    short = {**nothing, "siblings": [*held["siblings"][:3], 0]}
    refused(message, verifier, **check, **short)
    other = {**held, "met": {"key": 13, "value": 130, "is_empty": 0}, "entry": entry}
    refused(message, verifier, **check, **other)
    verifier.compile(n=4).witness(**{**check, "enabled": 0}, **other)
    with pytest.raises(UnsatisfiedError, match="the key may be under the root"):
        constrain_sparse_absent(root(TREE), held["siblings"], 5, Met(13, 130, 0))


def test_a_value_or_key_of_another_entry_is_refused() -> None:
    message = "the entry is not under the root"
    held = path(TREE, 5, 4)["siblings"]
    for key, value in [(5, 51), (13, 130), (5 + 16, 50), (50, 5), (0, 0)]:
        with pytest.raises(UnsatisfiedError, match=message):
            constrain_sparse_member(root(TREE), held, SparseEntry(key, value))
    node = poseidon(*[root({k: TREE[k]}, 3) for k in (5, 13)])
    with pytest.raises(UnsatisfiedError, match=message):
        constrain_sparse_member(node, [0, 0, 0, 0], SparseEntry(5, 50))
    refused(message, member, root=0, siblings=[0] * 4, entry=NO_ENTRY)


def test_keys_part_where_their_bits_say() -> None:
    """21 and 5 part at the fifth bit, beyond four levels; 5 itself parts nowhere."""
    only = {5: 50}
    steps = path(only, 21, 4)
    message = "the paths of both keys do not part within the levels"
    for key in (5, 21):
        entry = {"key": key, "value": 1}
        refused(message, inserted, old_root=root(only), entry=entry, **steps)
    assert inserted(root(only), **steps, entry=(13, 1), n=4) == root({5: 50, 13: 1})


def test_an_entry_of_another_path_is_not_pushed() -> None:
    """5 lies left of 3 at the second level: inserting 7 beside it would put 5 on a path of 7."""
    tree = {5: 50, 3: 30}
    siblings = path(tree, 7, 4)["siblings"]
    message = "the old root is that of another tree"
    entry = {"key": 7, "value": 1}
    wrong = {"key": 5, "value": 50, "is_empty": 0}
    deeper = [*siblings[:1], 0, root({3: 30}), 0]
    steps = {"old_root": root(tree), "entry": entry, "met": wrong}
    refused("the paths part above the end", inserted, **steps, siblings=deeper)
    refused("the paths part above the end", inserted, **steps, siblings=siblings)
    refused(message, inserted, **steps, siblings=[0, 0, 0, 0])


def test_what_is_not_there_is_neither_updated_nor_deleted() -> None:
    message = "the old root is that of another tree"
    steps = path(TREE, 7, 4)
    change = {"old_root": root(TREE), "entry": {"key": 7, "value": 1}}
    refused(message, deleted, **change, **steps)
    refused(message, processor, **change, **steps, function=DELETE)
    refused("an update is of another key", processor, **change, **steps, function=UPDATE)
    empty = {**steps, "met": {"key": 7, "value": 1, "is_empty": 1}}
    refused("there is nothing to update", processor, **change, **empty, function=UPDATE)
    with pytest.raises(UnsatisfiedError, match=message):
        sparse_update(root(TREE), path(TREE, 5, 4)["siblings"], 5, 51, 52)


def lying(tried: Circuit, place: int, marks: list[int]) -> WitnessProgram:
    """The program with other marks than the honest ones, in the hint that has as many results, `place`-th of these."""
    program = tried.compile(n=4).program
    calls = [k for k, call in enumerate(program.hints) if len(call.outputs) == len(marks)]
    hints = list(program.hints)
    hints[calls[place]] = hints[calls[place]]._replace(function="user:lie")
    return replace(program, hints=tuple(hints))


def test_an_entry_that_is_left_alone_moves_up() -> None:
    """5 and 13 part at the fourth bit: without 13, 5 is the root, and not a leaf below a node with nothing beside it."""
    tree = {5: 50, 13: 130}
    steps = path({5: 50}, 13, 4)
    inputs = [root(tree), *steps["siblings"], 13, 130, *steps["met"].values()]
    assert evaluate(deleted.compile(n=4).program, inputs)[1] == root({5: 50})
    marks = [0, 1, 0, 0]
    with pytest.raises(UnsatisfiedError, match="the last sibling is 0"):
        evaluate(lying(deleted, 0, marks), inputs, {"user:lie": lambda _: marks})


@pytest.mark.parametrize(
    ("place", "marks", "message"),
    [
        (0, [1, 0, 0, 0], "a sibling below the end of the path is not 0"),
        (0, [0, 0, 1, 0], "the paths part above the end"),
        (1, [1, 0, 0, 0], "the paths of both keys do not part"),
        (1, [0, 0, 0, 1], "the paths of both keys part above"),
        (1, [0, 0, 0, 0], "the paths of both keys do not part within the levels"),
    ],
)
def test_wrong_marks_are_refused(place: int, marks: list[int], message: str) -> None:
    """7 is inserted beside 5, with 6 at the first level: both keys part at the second."""
    tree = {5: 50, 6: 60}
    steps = path(tree, 7, 4)
    inputs = [root(tree), *steps["siblings"], 7, 1, *steps["met"].values()]
    program = lying(inserted, place, marks)
    with pytest.raises(UnsatisfiedError, match=message):
        evaluate(program, inputs, {"user:lie": lambda _: marks})


def test_wrong_shapes_are_refused() -> None:
    with pytest.raises(CircuitError, match=r"bn254\.fr has 254 bits, got 255 siblings") as caught:
        constrain_sparse_member(0, [0] * 255, SparseEntry(0, 0))
    assert caught.value.hint == "each level of a sparse tree takes one bit of the key"
    message = "the function of sparse_processor takes 2 bits, got 1"
    with pytest.raises(CircuitError, match=message) as caught:
        sparse_processor(0, [0], SparseEntry(0, 0), Met(0, 0, 1), [1])
    assert (
        caught.value.hint == "[0, 0] does nothing, [0, 1] updates, [1, 0] inserts, [1, 1] deletes"
    )
