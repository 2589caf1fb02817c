"""Commitments with and without a table."""

from __future__ import annotations

import pytest

from tests.support.toy_gates import evaluated, toy_powers
from zkctl.curve import BN254, CURVES, Curve
from zkctl.curve.sums.point_table import PointTable
from zkctl.field import FieldArray
from zkctl.kzg import commitments
from zkctl.kzg.commitments import Committer


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


@pytest.mark.parametrize("n", [0, 1, 3, 7, 9])
def test_three_points_at_once(n: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(commitments, "POINTS_AT_ONCE", 3)
    coefficients = FieldArray.from_ints(BN254.scalar_field, range(5, 5 + n))
    found = Committer(toy_powers(BN254).tau_g1[:20]).commit(coefficients)
    assert (found == evaluated(BN254, coefficients)).all()
