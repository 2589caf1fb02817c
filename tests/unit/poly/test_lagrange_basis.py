"""Lagrange polynomials of a domain, made one by one."""

from __future__ import annotations

import pytest

from zkctl.curve import BN254
from zkctl.poly import Domain
from zkctl.poly.lagrange_basis import LagrangeBasis
from zkctl.poly.polynomial import Polynomial


def test_each_is_one_at_its_point() -> None:
    domain = Domain(BN254.scalar_field, 3)
    basis = LagrangeBasis(domain, 8)
    assert len(basis) == 8
    for i, each in enumerate(basis):
        assert domain.ntt(each.coefficients).to_ints() == [int(k == i) for k in range(8)]
        assert (each.extended == Polynomial(each.coefficients).extended).all()


def test_it_is_a_sequence() -> None:
    basis = LagrangeBasis(Domain(BN254.scalar_field, 3), 3)
    first, last = basis[1:]
    assert (last.coefficients == basis[-1].coefficients).all()
    assert (first.coefficients == basis[1].coefficients).all()
    with pytest.raises(IndexError):
        basis[3]
