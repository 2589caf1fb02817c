"""Commitments with and without a table."""

from __future__ import annotations

import pytest

from tests.support.toy_gates import evaluated, toy_powers
from zkctl.curve import BN254, CURVES, Curve
from zkctl.curve.sums.point_table import PointTable
from zkctl.field import FieldArray
from zkctl.kzg import commitments
from zkctl.kzg.commitments import Committer
from zkctl.runtime.settings import using


@pytest.mark.parametrize("curve", CURVES, ids=str)
@pytest.mark.parametrize("n", [1, 13, 20])
def test_with_and_without_a_table(curve: Curve, n: int) -> None:
    tau, p = toy_powers(curve).tau_g1[:20], curve.scalar_field.modulus
    coefficients = FieldArray.from_ints(curve.scalar_field, [p - 1, 0, *range(3, 30)][:n])
    expected = evaluated(curve, coefficients)
    enough = PointTable.n_bytes(tau)
    assert Committer.of(tau, enough - 1).table is None
    assert Committer.of(tau, enough).table is not None
    for committer in (Committer(tau), Committer.of(tau, enough)):
        assert (committer.commit(coefficients) == expected).all()


@pytest.mark.parametrize("with_table", [False, True])
@pytest.mark.parametrize("n", [1, 2, 3, 5])
def test_several_at_once(n: int, with_table: bool) -> None:
    """Two threads take whole sums, but never with a table: its memory serves one sum at a time."""
    tau, field = toy_powers(BN254).tau_g1[:20], BN254.scalar_field
    lists = [FieldArray.from_ints(field, range(k + 2, k + 15)) for k in range(n)]
    committer = Committer.of(tau, PointTable.n_bytes(tau) if with_table else 0)
    with using(threads=2):
        found = committer.commit_all(lists)
    for one, coefficients in zip(found, lists, strict=True):
        assert (one == evaluated(BN254, coefficients)).all()


@pytest.mark.parametrize("n", [0, 1, 3, 7, 9])
def test_three_points_at_once(n: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(commitments, "POINTS_AT_ONCE", 3)
    coefficients = FieldArray.from_ints(BN254.scalar_field, range(5, 5 + n))
    found = Committer(toy_powers(BN254).tau_g1[:20]).commit(coefficients)
    assert (found == evaluated(BN254, coefficients)).all()
