"""The revocation tree."""

from __future__ import annotations

from typing import Any

import pytest

from zkctl.address.hashes import tagged_hash
from zkctl.address.poseidon_rounds import MODULUS
from zkctl.address.revocations import Revocation, RevocationTree
from zkctl.errors import CheckFailed, InputError


def tree_of(case: dict[str, Any]) -> RevocationTree:
    return RevocationTree(case["depth"], [Revocation(int(v), int(k)) for v, k in case["insert"]])


def test_published_trees(vectors: dict[str, Any]) -> None:
    for case in vectors["indexed"]:
        tree = tree_of(case)
        assert str(tree.root()) == case["root"]
        assert [[str(x) for x in entry] for entry in tree.entries] == case["entries"]


def test_each_value_is_present_or_in_one_gap() -> None:
    values = [50, 10, MODULUS - 1, 30, 1]
    tree = RevocationTree(3, [Revocation(value, 0) for value in values])
    for x in (2, 9, 11, 29, 31, 49, 51, MODULUS - 2):
        low = tree.low_entry(x)
        assert low.value < x
        assert low.next == 0 or x < low.next
        leaf = tagged_hash("indexed", low.value, low.next, low.link)
        assert low.path.root(leaf) == tree.root()
    for value in values:
        entry = tree.entry(value)
        assert entry.path.root(tagged_hash("indexed", value, entry.next, 0)) == tree.root()
        with pytest.raises(CheckFailed, match="the leaf is revoked"):
            tree.low_entry(value)


@pytest.mark.parametrize("value", [0, MODULUS])
def test_no_entry_shows_the_absence_of_0_or_p(value: int) -> None:
    with pytest.raises(InputError, match="A1: the value cannot be absent: expected 1 to p - 1"):
        RevocationTree(3, []).low_entry(value)


@pytest.mark.parametrize("value", [0, 7])
def test_only_revoked_leaves_have_an_entry(value: int) -> None:
    with pytest.raises(CheckFailed, match="the leaf is not revoked"):
        RevocationTree(3, [Revocation(5, 6)]).entry(value)


@pytest.mark.parametrize(
    ("pairs", "message"),
    [
        ([(0, 0)], "T1: revocation 0 is no value and link"),
        ([(MODULUS, 0)], "T1: revocation 0"),
        (
            [(1, 0), (5, MODULUS)],
            "T1: revocation 1 is no value and link: expected 0 < value < p, link < p, link != value",
        ),
        ([(5, 5)], "T1: revocation 0"),
        ([(5, 0), (6, 0), (5, 7)], "T2: revocation 2 repeats an earlier one"),
        (
            [(k, 0) for k in range(1, 5)],
            "T3: the revocation tree is full: expected at most 3 revocations, got 4",
        ),
    ],
)
def test_rules(pairs: list[tuple[int, int]], message: str) -> None:
    with pytest.raises(InputError, match=message):
        RevocationTree(2, [Revocation(*pair) for pair in pairs])
