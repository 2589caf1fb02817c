"""Functions of bits that are bits, by an identity: the checker takes it, and no case for each value is written."""

from __future__ import annotations

from typing import Any

import pytest

from tests.support.lint_worlds import row, shown, world_of
from zkctl.lint.expanding.bits import bit_parts
from zkctl.lint.expanding.expand import run

BITS = {2: (0, 1), 3: (0, 1), 4: (0, 1)}
XOR = row({2: 2}, {3: 1}, {2: 1, 3: 1, 5: -1})
AND = row({2: 3}, {3: 1}, {5: 3})
CHOICE = row({2: 1}, {3: 1, 4: -1}, {5: 1, 4: -1})
NOT = row({0: 7}, {5: 1, 2: 1, 0: -1}, {})


@pytest.mark.parametrize("given", [XOR, AND, CHOICE, NOT])
def test_functions_that_are_bits(given: Any) -> None:
    steps = [["table", 0, 5]]
    found = shown([given], BITS, [], steps)
    assert found.range[10] == (0, 1)
    world = world_of([given], BITS)
    run(world, steps)
    assert world.emitter.steps[-2][0] == "zero"  # the identity, before the two values
    assert world.roots[5] == {0, 1}


def test_bits_by_their_roots() -> None:
    rows = [row({w: 1}, {w: 1, 0: -1}, {}) for w in (2, 3)]
    steps = [["roots", [[k, [[[], 1]]]], k + 2, [0, 1]] for k in range(2)]
    found = shown([*rows, XOR], {}, [], [*steps, ["table", 2, 5]])
    assert found.range[10] == (0, 1)


@pytest.mark.parametrize(
    ("given", "ranges"),
    [
        (row({2: 1}, {3: 1}, {5: 1, 2: -1, 3: -1}), BITS),  # 0, 1, 3
        (row({2: 2, 0: -1}, {5: 1, 2: 1}, {0: 1}), BITS),  # the wire is multiplied by a bit
        (row({5: 1}, {5: 1}, {2: 1}), BITS),
        (XOR, {2: (0, 1)}),
        (XOR, {2: (0, 1), 3: (0, 2)}),
    ],
)
def test_other_rows_have_no_identity(given: Any, ranges: Any) -> None:
    others = sorted({w for side in given for w in side} - {0, 5})
    assert bit_parts(world_of([given], ranges), 0, 5, others) == []
