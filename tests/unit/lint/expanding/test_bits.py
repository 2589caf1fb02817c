"""Functions of bits that are bits, by an identity: the checker takes it, and no case for each value is written."""

from __future__ import annotations

from itertools import product
from math import prod
from typing import Any

import pytest

from tests.support.lint_worlds import is_same, row, shown, world_of
from zkctl.lint.expanding.bits import define_by_bits, function_of
from zkctl.lint.expanding.expand import run

BITS = {2: (0, 1), 3: (0, 1), 4: (0, 1)}
XOR = row({2: 2}, {3: 1}, {2: 1, 3: 1, 5: -1})
AND = row({2: 3}, {3: 1}, {5: 3})
CHOICE = row({2: 1}, {3: 1, 4: -1}, {5: 1, 4: -1})
XOR3 = row({0: 3, 2: -2, 3: -2, 4: -2}, {0: -1, 2: 2, 3: 2, 4: 2, 5: -4}, {0: -3})
CHI = row({0: 3, 2: -2, 3: -2, 4: -2}, {0: -1, 2: 6, 3: 2, 4: 2, 5: -8}, {0: -3, 3: 4, 4: -4})
NOT = row({0: 7}, {5: 1, 2: 1, 0: -1}, {})


@pytest.mark.parametrize("given", [XOR, AND, CHOICE, NOT, XOR3, CHI])
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
        (row({2: 1}, {5: 1}, {3: 1}), BITS),  # any value where the bit is 0
        (row({5: 1}, {5: 1}, {2: 1}), BITS),
        (XOR, {2: (0, 1)}),
        (XOR, {2: (0, 1), 3: (0, 2)}),
    ],
)
def test_other_rows_have_no_identity(given: Any, ranges: Any) -> None:
    others = sorted({w for side in given for w in side} - {0, 5})
    assert not define_by_bits(world_of([given], ranges), 0, 5, others)


def test_the_values_of_a_function() -> None:
    found = function_of(
        (
            ((0, 3), (2, -2), (3, -2), (4, -2)),
            ((0, -1), (1, -4), (2, 2), (3, 2), (4, 2)),
            ((0, -3),),
        ),
        3,
        101,
    )
    assert found is not None
    for x, y, z in product((0, 1), repeat=3):
        at = {1: x, 2: y, 3: z}
        assert sum(c * prod(at[v] for v in m) for m, c in found.f.items()) % 101 == x ^ y ^ z


@pytest.mark.parametrize("given", [XOR3, CHI])
def test_a_row_is_divided_by_its_function(given: Any) -> None:
    """No form has to be nonzero for it."""
    found = shown([given], BITS, [2, 3, 4], [["table", 0, 5], ["divide", 0]])
    assert is_same(found, 5)
