"""Pairs of combinations, as the checker accepts them."""

from __future__ import annotations

from tests.support.lint_worlds import is_same, row, shown

# digits 1, 2, 3, 5 of which no two neighbours are 1
ADJACENT = [row({w: 1}, {w + 1: 1}, {}) for w in (2, 3, 4)]
SUM = row({}, {}, {2: 1, 3: 2, 4: 3, 5: 5, 1: -1})


def test_digits_without_neighbours_are_unique() -> None:
    ranges = dict.fromkeys((2, 3, 4, 5), (0, 1))
    step = ["enumerate", [2, 3, 4, 5], [3], [0, 1, 2]]
    world = shown([*ADJACENT, SUM], ranges, set(), [step])
    assert all(is_same(world, w) for w in (2, 3, 4, 5))


def test_no_combination_is_left() -> None:
    rows = [row({}, {}, {2: 1, 3: 1, 0: -3})]
    world = shown(rows, {2: (0, 1), 3: (0, 1)}, set(), [["enumerate", [2, 3], [0], [0]]])
    assert world.impossible


def test_without_a_sum_each_wire_has_one_value_and_one_assignment_is_looked_at() -> None:
    # products of two are 0 where both are not 2, and 2 is the only value left for each
    rows = [row({w: 1, 0: -1}, {v: 1, 0: -1}, {0: 1}) for w, v in ((2, 3), (3, 4), (4, 2))]
    ranges = dict.fromkeys((2, 3, 4), (1, 20))
    world = shown(rows, ranges, set(), [["enumerate", [2, 3, 4], [], [0, 1, 2]]])
    assert [world.range[2 * w] for w in (2, 3, 4)] == [(2, 2)] * 3
