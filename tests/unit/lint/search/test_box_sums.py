from __future__ import annotations

from collections.abc import Sequence
from itertools import product

import pytest

from zkctl.field import BN254_FR
from zkctl.lint.search.box_sums import Box, box_sum

P = BN254_FR.modulus


def all_solutions(
    terms: Sequence[tuple[int, int]], constant: int, boxes: Sequence[Box], p: int
) -> set[tuple[int, ...]]:
    ranges = [range(lo, hi + 1) for lo, hi in boxes]
    found = set()
    for values in product(*ranges):
        if (constant + sum(c * v for (_, c), v in zip(terms, values, strict=True))) % p == 0:
            found.add(tuple(v % p for v in values))
    return found


@pytest.mark.parametrize(
    ("coefficients", "constant", "boxes", "p"),
    [
        ([1, 2, 4], 26, [(0, 1)] * 3, 31),
        ([1, 2, 3, 5], 23, [(0, 1)] * 4, 31),
        ([1, 3, 9], 25, [(-1, 1)] * 3, 31),
        ([30, 1, 7], 3, [(0, 2), (0, 3), (-1, 0)], 31),
        ([5, 10], 8, [(0, 3), (0, 1)], 13),
        ([1, 2, 4, 8], 0, [(0, 1)] * 4, 11),
    ],
)
def test_solutions_are_those_of_trying_all(
    coefficients: list[int], constant: int, boxes: list[Box], p: int
) -> None:
    terms = list(enumerate(coefficients, 1))
    found = [tuple(s[w] for w, _ in terms) for s in box_sum(terms, constant, boxes, p).solutions()]
    assert len(set(found)) == len(found)
    assert set(found) == all_solutions(terms, constant, boxes, p)


def test_one_solution_needs_growing_weights_and_no_wrap() -> None:
    bits = [(w, 1 << k) for k, w in enumerate(range(1, 255))]
    assert box_sum(bits[:253], 0, [(0, 1)] * 253, P).has_one_solution
    assert not box_sum(bits, 0, [(0, 1)] * 254, P).has_one_solution
    assert not box_sum([(1, 1), (2, 1)], 0, [(0, 1)] * 2, P).has_one_solution


def test_an_aliased_decomposition_is_a_second_solution() -> None:
    bits = [(w, 1 << (w - 1)) for w in range(1, 255)]
    found = list(box_sum(bits, -12345 % P, [(0, 1)] * 254, P).solutions())
    integers = [sum(s[w] << (w - 1) for w, _ in bits) for s in found]
    assert sorted(integers) == [12345, 12345 + P]


def test_quotient_and_remainder() -> None:
    """7 q + r = 1000 with r up to 15 has several solutions; the bound 6 leaves one."""
    loose = box_sum([(1, 7), (2, 1)], -1000 % P, [(0, 1 << 16), (0, 15)], P)
    assert not loose.has_one_solution
    assert sorted((s[1], s[2]) for s in loose.solutions()) == [(141, 13), (142, 6)]
    strict = box_sum([(1, 7), (2, 1)], -1000 % P, [(0, 1 << 16), (0, 6)], P)
    assert strict.has_one_solution
    assert list(strict.solutions()) == [{1: 142, 2: 6}]
    assert strict.surplus_bits <= loose.surplus_bits
