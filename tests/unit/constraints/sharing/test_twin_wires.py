"""Groups of wires that occur together."""

from __future__ import annotations

import itertools

from zkctl.constraints.linear import Terms
from zkctl.constraints.sharing.twin_wires import group_twins, sorted_by_use

P = 101


def grouped(sums: list[Terms]) -> list[tuple[int, Terms]]:
    return group_twins(sums, itertools.count(50).__next__, P)


def test_wires_in_proportion_become_one() -> None:
    sums: list[Terms] = [{1: 2, 2: 4, 3: 1}, {1: 3, 2: 6, 4: 1}]
    assert grouped(sums) == [(50, {1: 1, 2: 2})]
    assert sums == [{3: 1, 50: 2}, {4: 1, 50: 3}]


def test_other_proportions_stay() -> None:
    sums: list[Terms] = [{1: 2, 2: 4, 3: 1}, {1: 3, 2: 7, 4: 1}, {5: 1, 6: 1}]
    assert grouped(sums) == []
    assert sums == [{1: 2, 2: 4, 3: 1}, {1: 3, 2: 7, 4: 1}, {5: 1, 6: 1}]


def test_long_sums_come_before_short_ones() -> None:
    """The bits 1 to 8 are a word in two long sums; one of them meets 9 in a short sum."""
    word: Terms = {k: 2**k % P for k in range(1, 9)}
    sums: list[Terms] = [word | {20: 1}, word | {30: 1}, {1: 1, 9: 1}]
    groups = grouped(sums)
    assert groups == [(50, {k: 2 ** (k - 1) % P for k in range(1, 9)})]
    assert sums == [{20: 1, 50: 2}, {30: 1, 50: 2}, {1: 1, 9: 1}]


def test_a_group_may_be_part_of_another_one() -> None:
    half: Terms = dict.fromkeys(range(1, 9), 1)
    whole: Terms = dict.fromkeys(range(1, 41), 1)
    sums: list[Terms] = [whole | {60: 1}, whole | {61: 1}, half | {62: 1}, half | {63: 1}]
    seen = set[int]()
    for wire, group in grouped(sums):
        assert all(member < 50 or member in seen for member in group)
        seen.add(wire)
    assert sum(len(terms) for terms in sums) == 8


def test_definitions_are_sorted_by_use() -> None:
    assert sorted_by_use([(5, {6: 1, 1: 1}), (6, {7: 1}), (7, {2: 1})]) == [
        (7, {2: 1}),
        (6, {7: 1}),
        (5, {6: 1, 1: 1}),
    ]
