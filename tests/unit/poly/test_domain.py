"""Domains: transforms, their inverses and the move to a coset, on compiled and numpy kernels."""

from __future__ import annotations

import random
from typing import Any

import pytest

from zkctl.errors import LimitError, ShapeError
from zkctl.field import (
    BLS12_381_FR,
    BN254_FQ,
    BN254_FR,
    FieldArray,
    PrimeField,
    ints_from_words,
    powers,
)
from zkctl.field.kernels.compiled.field import CompiledFieldKernels
from zkctl.field.kernels.numpy.field import NumpyFieldKernels
from zkctl.poly import Domain


def values(field: Any, n: Any):
    rng, p = random.Random(n), field.modulus
    return [rng.choice([0, 1, p - 1, rng.randrange(p)]) for _ in range(n)]


@pytest.mark.parametrize("field", [BN254_FR, BLS12_381_FR], ids=str)
@pytest.mark.parametrize("log_n", [0, 1, 4, 5, 6, 9])
def test_ntt_and_back(field: PrimeField, log_n: int) -> None:
    domain = Domain(field, log_n)
    x = FieldArray.from_ints(field, values(field, domain.n))
    assert (domain.intt(domain.ntt(x)) == x).all()
    assert (domain.ntt(domain.intt(x)) == x).all()


@pytest.mark.parametrize("kernels", [CompiledFieldKernels, NumpyFieldKernels])
@pytest.mark.parametrize("field", [BN254_FR, BLS12_381_FR], ids=str)
@pytest.mark.parametrize("log_n", range(10))
def test_move_to_coset_evaluates_the_same_polynomial(
    field: PrimeField, log_n: int, kernels: Any
) -> None:
    n, p, shift = 1 << log_n, field.modulus, 0x1234567
    root = field.root_of_unity(log_n)
    coefficients = values(field, n)

    def at(point: Any):
        return sum(c * pow(point, j, p) for j, c in enumerate(coefficients)) % p

    rows = range(n) if n <= 32 else [0, 1, n // 2 + 1, n - 1]
    domain = Domain(field, log_n)
    on_domain = domain.ntt(FieldArray.from_ints(field, coefficients))
    moved = kernels(field).coset_transform(on_domain.data, root, shift)
    found = FieldArray(field, moved).to_ints()
    assert [found[i] for i in rows] == [at(shift * pow(root, i, p)) for i in rows]


@pytest.mark.parametrize("log_n", [15, 16])
def test_large_coset_transforms_split_depth_first(log_n: int) -> None:
    """The sum of the values on shift * domain is n times the constant coefficient."""
    domain = Domain(BN254_FR, log_n)
    x = FieldArray.from_ints(BN254_FR, range(domain.n))
    moved = domain.move_to_coset(x, 25)
    assert int(moved.sum()) == int(x.sum())
    assert ints_from_words(moved.data[:1]) != ints_from_words(x.data[:1])
    back = pow(25, -1, BN254_FR.modulus)
    coefficients = domain.intt(moved)
    assert (domain.ntt(coefficients * powers(back, len(coefficients), domain.field)) == x).all()


def test_refusals() -> None:
    with pytest.raises(LimitError, match="has no domain of size 2\\^29: expected at most 2\\^28"):
        Domain(BN254_FR, 29)
    with pytest.raises(LimitError, match="no domain"):
        Domain(BN254_FQ, 3)
    with pytest.raises(
        ShapeError, match="values do not match the domain: expected shape \\(8,\\), got"
    ):
        Domain(BN254_FR, 3).ntt(FieldArray.zeros(BN254_FR, 4))


@pytest.mark.parametrize("field", [BN254_FR, BLS12_381_FR], ids=str)
@pytest.mark.parametrize("n_coefficients", [32, 35, 64])
def test_cosets(field: PrimeField, n_coefficients: int) -> None:
    domain, p = Domain(field, 5), field.modulus
    coefficients = values(field, n_coefficients)
    for k in range(4):
        coset = domain.coset(k)
        assert coset.points.to_ints() == [
            pow(field.root_of_unity(7), 4 * i + k, p) for i in range(32)
        ]
        found = coset.values(FieldArray.from_ints(field, coefficients))
        assert found.to_ints() == [
            sum(c * pow(x, j, p) for j, c in enumerate(coefficients)) % p
            for x in coset.points.to_ints()
        ]
        folded = [
            (c + coset.shift_to_n * high) % p
            for c, high in zip(
                coefficients, coefficients[32:] + [0] * (64 - n_coefficients), strict=False
            )
        ]
        assert coset.coefficients(found).to_ints() == folded[:32]
