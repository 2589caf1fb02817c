"""Sums and the constraints that expressions mean."""

from __future__ import annotations

from zkctl.circom.execution.sums import (
    add_into,
    added,
    assigning,
    equating,
    scaled,
    subtract_into,
    terms_of,
    without_zeros,
)
from zkctl.circom.values import Linear, Quadratic, Unknown, WireValue

P = 101


def test_sums() -> None:
    total = {1: 100}
    add_into(total, {1: 1, 2: 5}, P)
    assert total == {1: 0, 2: 5}
    subtract_into(total, {1: 1}, P)
    assert total == {1: 100, 2: 5}
    assert added({1: 1}, {1: 2}, P) == {1: 3}
    assert scaled({1: 50}, 3, P) == {1: 49}
    assert without_zeros({1: 0, 2: 1}) == {2: 1}


def test_terms_that_are_read_do_not_grow() -> None:
    value = Linear({1: 1})
    assert terms_of(value) is value.terms
    assert value.is_shared
    assert terms_of(WireValue(4)) == {4: 1}
    assert terms_of(7) == {0: 7}


def test_assignments() -> None:
    """out <== a * b is -a * b = -out, in circom's signs."""
    product = Quadratic({1: 1}, {2: 1}, {})
    assert assigning(3, product, P) == ({1: 100}, {2: 1}, {3: 100})
    assert assigning(3, WireValue(1), P) == ({}, {}, {1: 1, 3: 100})
    assert assigning(3, 0, P) == ({}, {}, {3: 100})
    assert assigning(3, Unknown(), P) is None


def test_equalities() -> None:
    product = Quadratic({1: 1}, {2: 1}, {0: 4})
    assert equating(WireValue(1), WireValue(2), P) == ({}, {}, {1: 100, 2: 1})
    assert equating(product, WireValue(3), P) == ({1: 1}, {2: 1}, {3: 1, 0: 97})
    assert equating(WireValue(3), product, P) == ({1: 100}, {2: 1}, {3: 100, 0: 4})
    assert equating(3, 3, P) == ({}, {}, {})
    assert equating(product, product, P) is None
    assert equating(Unknown(), 1, P) is None
    assert equating(1, Unknown(), P) is None
