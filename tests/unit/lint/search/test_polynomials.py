from __future__ import annotations

import pytest

from zkctl.field import BN254_FR
from zkctl.lint.search.polynomials import (
    greatest_common_divisor,
    multiply,
    remainder,
    roots,
    value,
)

P = BN254_FR.modulus


def with_roots(*values: int) -> list[int]:
    f = [1]
    for x in values:
        f = multiply(f, [-x % P, 1], P)
    return f


@pytest.mark.parametrize(
    "values",
    [(0, 1), (3, P - 1), (1 << 90, P - 99), (5, 1 << 200, P - 77), tuple(range(1000, 1012))],
)
def test_roots_of_a_product_of_linear_factors(values: tuple[int, ...]) -> None:
    assert roots(with_roots(*values), P) == sorted(values)


def test_roots_that_repeat_are_found_once() -> None:
    assert roots(with_roots(7, 7, 1 << 100, 1 << 100), P) == [7, 1 << 100]


def test_no_roots() -> None:
    """5 generates the multiplicative group, so it is no square."""
    assert roots([-5 % P, 0, 1], P) == []
    assert roots([3], P) == []
    assert roots([], P) == []


def test_cube_roots_of_unity() -> None:
    found = roots([P - 1, 0, 0, 1], P)
    assert len(found) == 3
    assert all(pow(x, 3, P) == 1 for x in found)


def test_small_fields_are_tried_whole() -> None:
    assert roots([1, 0, 1], 13) == [5, 8]
    assert roots([1, 0, 1], 7) == []


def test_remainder_and_common_divisor() -> None:
    f, g = with_roots(1, 2, 3), with_roots(2, 3, 4)
    assert greatest_common_divisor(f, g, P) == with_roots(2, 3)
    assert remainder(f, with_roots(2), P) == []
    assert value(remainder(f, with_roots(9), P), 0, P) == value(f, 9, P)
