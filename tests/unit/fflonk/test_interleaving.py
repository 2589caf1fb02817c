"""Interleaved polynomials, whole and in pieces, against their definition."""

from __future__ import annotations

from itertools import zip_longest

import pytest

from zkctl.fflonk import interleaving
from zkctl.fflonk.interleaving import add_interleaved, interleaved
from zkctl.field import BN254_FR, FieldArray
from zkctl.runtime.settings import using

P = BN254_FR.modulus
CASES = [[[1, 4], [2], [3, 6, 9]], [[5, 6, 7]], [[*range(40)], [], [P - 1], [3] * 30]]


def of(values: list[int]) -> FieldArray:
    return FieldArray.from_ints(BN254_FR, values)


def expected(polynomials: list[list[int]], n: int) -> list[int]:
    rows = zip_longest(*polynomials, fillvalue=0)
    coefficients = [value for row in rows for value in row]
    return (coefficients + [0] * n)[:n]


@pytest.mark.parametrize("n", [9, 24, 25, 200])
@pytest.mark.parametrize("polynomials", CASES)
def test_against_the_definition(
    polynomials: list[list[int]], n: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(interleaving, "PIECE", 24)
    arrays, wanted = [of(each) for each in polynomials], expected(polynomials, n)
    with using(threads=2):
        total = interleaved(arrays, n)
        assert total.to_ints() == wanted
        add_interleaved(total, P - 3, [of([*range(n)])])
    assert total.to_ints() == [(k - 3 * value) % P for k, value in enumerate(wanted)]


def test_pieces_begin_with_the_first_polynomial() -> None:
    assert all(interleaving.PIECE % k == 0 for k in (1, 3, 4, 8))
