"""Tables of multiples: the sums of msm, on every input."""

from __future__ import annotations

import numpy as np
import pytest

from tests.support.numbers import boundary_values, random_values
from zkctl.curve import BLS12_381, BN254, G1Array, G2Array, msm_words, multiply_base, point_array
from zkctl.curve.curves.parameters import Group
from zkctl.curve.sums import point_table as module
from zkctl.curve.sums.point_table import PointTable
from zkctl.errors import ShapeError
from zkctl.field import FieldArray, words_from_ints
from zkctl.runtime.settings import using

GROUPS = [BN254.g1, BN254.g2, BLS12_381.g1, BLS12_381.g2]


def points(group: Group, n: int) -> G1Array | G2Array:
    """Multiples of the generator; every fifth is infinity, some are equal or opposite."""
    field = group.scalar_field
    values = [k % 5 and [k, 7, -7, 1 << 200][k % 4] for k in range(n)]
    generator = point_array(group, type_of(group).generator(group).data)
    return multiply_base(generator, FieldArray.from_ints(field, values))


def type_of(group: Group) -> type[G1Array] | type[G2Array]:
    return G1Array if group.degree == 1 else G2Array


@pytest.mark.parametrize("group", GROUPS, ids=str)
@pytest.mark.parametrize("n", [0, 1, 2, 33, 600])
def test_sums_are_those_of_msm(group: Group, n: int) -> None:
    field, given = group.scalar_field, points(group, n)
    values = (boundary_values(field) + random_values(field, n))[:n]
    table = PointTable(given)
    for scalars in (values, [0] * n, [k % 2 for k in range(n)], values[::-1]):
        words = words_from_ints([v % field.modulus for v in scalars], field.n_words)
        assert (table.msm_words(words) == msm_words(given, words)).all()


@pytest.mark.parametrize("n_threads", [1, 2, 3])
def test_parts_of_several_threads(monkeypatch: pytest.MonkeyPatch, n_threads: int) -> None:
    monkeypatch.setattr(module, "THREADS_FROM_POINTS", 10)
    given, field = points(BN254.g1, 100), BN254.scalar_field
    words = words_from_ints(random_values(field, 100), 4)
    with using(threads=n_threads):
        table = PointTable(given)
    assert len(table.parts) == n_threads
    for count in (1, 2):
        with using(threads=count):
            assert (table.msm_words(words) == msm_words(given, words)).all()


def test_equal_digits_overflow_no_bucket(monkeypatch: pytest.MonkeyPatch) -> None:
    """A scalar of equal digits puts all rows of the table into one bucket: then msm takes over."""
    n = 40_000
    given = type_of(BN254.g1)(BN254.g1, np.tile(G1Array.generator(BN254.g1).data, (n, 1)))
    table = PointTable(given)
    bits = table.parts[0].bits
    scalar = sum(1 << (bits * w) for w in range(250 // bits))
    words = np.tile(words_from_ints([scalar], 4), (n, 1))
    used = []
    monkeypatch.setattr(module, "msm_words", lambda *a: used.append(1) or msm_words(*a))
    expected = FieldArray.from_ints(BN254.scalar_field, [n * scalar])
    assert (table.msm_words(words) == multiply_base(given[0], expected)[0]).all()
    assert used
    words[: n - n // 8] = words_from_ints([5], 4)[0]  # mostly small: stays in the table
    used.clear()
    table.msm_words(words)
    assert not used


def test_scalars_beyond_the_order_are_right() -> None:
    given = points(BN254.g1, 30)
    words = np.full((30, 4), 2**64 - 1, np.uint64)
    assert (PointTable(given).msm_words(words) == msm_words(given, words)).all()


def test_lengths_must_agree() -> None:
    with pytest.raises(ShapeError, match="scalars do not match the points: expected 30, got 29"):
        PointTable(points(BN254.g1, 30)).msm_words(np.zeros((29, 4), np.uint64))


@pytest.mark.parametrize("n", [10, 3000])
def test_memory_is_about_what_was_announced(n: int) -> None:
    given = points(BN254.g1, n)
    taken = sum(part.buckets.pool.nbytes for part in PointTable(given).parts)
    assert 0.8 < PointTable.n_bytes(given) / taken < 1.2
