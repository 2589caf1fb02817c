"""Steps about single wires and forms: what each adds, and where it is refused.  The field has 101 elements."""

from __future__ import annotations

from typing import Any

import pytest

from tests.support.lint_worlds import row, shown, world_of
from zkctl.errors import CheckFailed
from zkctl.lint.expanding.expand import run

ONE = [[[], 1]]
BITS = {2: (0, 1), 3: (0, 1), 4: (0, 1)}


@pytest.mark.parametrize(
    ("rows", "ranges", "step", "wire", "found"),
    [
        ([row({2: 1}, {2: 1, 0: -1}, {})], {}, ["roots", [[0, ONE]], 2, [0, 1]], 2, (0, 1)),
        ([row({2: 2, 0: 2}, {2: 1, 0: 3}, {})], {}, ["roots", [[0, ONE]], 2, [98, 100]], 2, (-3, -1)),
        ([row({}, {}, {2: 1, 3: 2, 5: -1})], BITS, ["range", 0, 1, 5], 5, (0, 3)),
        ([row({}, {}, {5: 2, 2: -1, 0: -7})], {**BITS, 5: (0, 9)}, ["range", 0, 1, 5], 5, (4, 4)),
        ([row({2: 3, 0: -1}, {3: 2}, {5: 1, 4: 1})], BITS, ["product", 0, 1, 5], 5, (-3, 4)),
        ([row({2: 1}, {3: 1}, {5: 1, 2: -1, 3: -1})], BITS, ["table", 0, 5], 5, (0, 3)),
        ([row({2: 2, 0: -1}, {5: 1, 2: 1}, {0: 1})], BITS, ["table", 0, 5], 5, (-1, 0)),
    ],
)  # fmt: skip
def test_range_of_a_wire(
    rows: list[Any], ranges: dict[int, tuple[int, int]], step: list[Any], wire: int, found: tuple[int, int],
) -> None:  # fmt: skip
    world = world_of(rows, ranges)
    run(world, [step])
    assert world.ranges[wire] == found


@pytest.mark.parametrize(
    ("rows", "ranges", "step"),
    [
        ([row({2: 1}, {2: 1, 0: -1}, {})], {}, ["roots", [[0, ONE]], 2, [0, 2]]),
        ([row({2: 1}, {2: 1, 0: -1}, {})], {}, ["roots", [[0, ONE]], 2, [0]]),
        ([row({2: 1}, {3: 1, 0: -1}, {})], {}, ["roots", [[0, ONE]], 2, [0, 1]]),
        ([row({}, {}, {2: 1, 3: 2, 5: -1})], {2: (0, 1)}, ["range", 0, 1, 5]),
        ([row({}, {}, {5: 2, 2: -1, 0: -7})], {**BITS, 5: (0, 60)}, ["range", 0, 1, 5]),
        ([row({2: 3}, {5: 2}, {5: 1})], BITS, ["product", 0, 1, 5]),
        ([row({2: 3}, {3: 2}, {5: 2})], BITS, ["product", 0, 1, 5]),
        ([row({2: 1}, {5: 1}, {3: 1})], BITS, ["table", 0, 5]),  # 0 * x = 0
        ([row({5: 1}, {5: 1}, {3: 1})], BITS, ["table", 0, 5]),
        ([row({2: 1}, {3: 1}, {})], BITS, ["nonzero", 0, 0]),
        ([row({2: 1}, {3: 1}, {5: 1})], {}, ["cancel", 0, 0]),
        ([row({2: 1}, {3: 1}, {5: 1})], {}, ["contradiction", 0]),
        ([row({2: 1}, {3: 1}, {5: 1})], {}, ["absurd", [[0, ONE]]]),
        ([row({2: 1}, {2: 1}, {0: 4})], {}, ["nonsquare", [[0, ONE]], [[[2], 1]], 1]),  # 2 * 2
        ([row({2: 1}, {3: 1}, {5: 1})], BITS, ["apart", [[2, 1], [3, 1]], 1]),
        ([row({2: 1}, {3: 1}, {5: 1})], {}, ["derive", [[3, 1]], [[2, 1]], [[5, 2]], [[0, ONE]]]),
        ([row({2: 1}, {3: 1}, {5: 1})], {}, ["define", [[9, 1]], [[0, 1]]]),
        ([row({2: 1}, {3: 1}, {5: 1})], BITS, ["sum_range", 0, 1, 5, [2, 3]]),
    ],
)  # fmt: skip
def test_refused(rows: list[Any], ranges: dict[int, tuple[int, int]], step: list[Any]) -> None:
    with pytest.raises(CheckFailed):
        run(world_of(rows, ranges), [step])


def test_a_defined_wire_that_is_a_bit_by_a_row_about_its_form() -> None:
    """With F = 3 + 2 u + 5 v the row says 4 F * 6 (F - 1) = 0; wire 4 is defined as F."""
    form = {0: 3, 2: 2, 3: 5}
    less = {**form, 0: 2}
    rows = [row({w: 4 * c for w, c in form.items()}, {w: 6 * c for w, c in less.items()}, {})]
    pairs = [[w, c] for w, c in form.items()]
    steps = [["define", pairs, [[0, 1]]], ["named_bit", 0, 1, 4]]
    found = shown(rows, {}, [], steps)
    assert found.range[8] == (0, 1)
    world = world_of(rows)
    run(world, steps)
    assert (world.ranges[4], world.roots[4]) == ((0, 1), {0, 1})


def test_factors_of_what_is_not_zero() -> None:
    world = world_of([row({2: 1}, {3: 1}, {0: 5}), row({2: 1}, {4: 1}, {})])
    run(world, [["nonzero", 0, 0], ["cancel", 1, 1]])
    assert ((2, 1),) in world.nonzero
    assert world.ranges[4] == (0, 0)
    assert 4 in world.unique


def test_a_product_of_what_is_not_zero() -> None:
    world = world_of([row({2: 1}, {3: 1}, {4: 1})], {2: (1, 9), 3: (-9, -1)})
    run(world, [["apart", [[2, 1]], 1], ["apart", [[3, 1]], 1], ["nonzero", 0, 2]])
    assert ((4, 1),) in world.nonzero


@pytest.mark.parametrize(
    ("rows", "steps"),
    [
        ([row({0: 2}, {0: 3}, {0: 5})], [["contradiction", 0]]),
        ([row({2: 1}, {3: 1}, {}), row({}, {}, {2: 1, 0: -4}), row({}, {}, {3: 1, 0: -4})],
         [["range", 1, 1, 2], ["range", 2, 1, 3], ["contradiction", 0]]),
        ([row({2: 1}, {3: 1}, {0: 1}), row({2: 2}, {3: 1}, {0: 3})], [["absurd", [[0, [[[], 2]]], [1, [[[], 100]]]]]]),
        ([row({2: 1}, {2: 1}, {0: 2})], [["nonsquare", [[0, ONE]], [[[2], 1]], 1]]),
    ],
)  # fmt: skip
def test_no_assignment(rows: list[Any], steps: list[Any]) -> None:
    world = world_of(rows)
    run(world, steps)
    assert world.impossible


def test_rows_that_are_added() -> None:
    """w = x * y, and then w * z = v from x * (y z) = v."""
    world = world_of([row({3: 1}, {4: 1}, {5: 1}), row({2: 1}, {5: 1}, {6: 1})])
    run(world, [["define", [[2, 1]], [[3, 1]]]])
    combination = [[1, ONE], [2, [[[4], 100]]], [0, [[[2], 1]]]]
    run(world, [["derive", [[4, 1]], [[7, 1]], [[6, 1]], combination]])
    assert world.row(3) == ({4: 1}, {7: 1}, {6: 1})
