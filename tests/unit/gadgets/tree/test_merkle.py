from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from zkctl.dsl import Array, Bit, Signal, circuit, private, public
from zkctl.errors import CircuitError, UnsatisfiedError
from zkctl.gadgets.tree.merkle import constrain_membership, merkle_root


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
