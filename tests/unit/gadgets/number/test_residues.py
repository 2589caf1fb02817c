from __future__ import annotations

from itertools import product as combinations

import pytest

from tests.support.circuits import check_circuit
from zkctl.dsl import Array, Uint, circuit, private
from zkctl.errors import UnsatisfiedError
from zkctl.gadgets.number.polynomials import combination, of_limbs, product
from zkctl.gadgets.number.residues import quotient_modulo, residue

P = 4294967291


@circuit
def difference_of_products(a: Array[Uint] = private(2, bits=16), b: Array[Uint] = private(2, bits=16)) -> Array[Uint]:  # fmt: skip
    x, y = of_limbs(a), of_limbs(b)
    return residue(combination([1, -3], [product(x, x), product(x, y)]), P, 16)


@circuit
def quotient(a: Array[Uint] = private(2, bits=16), b: Array[Uint] = private(2, bits=16)) -> Array[Uint]:  # fmt: skip
    return quotient_modulo(combination([-1], [of_limbs(a)]), of_limbs(b), P, 16)


def limbs(number: int) -> list[int]:
    return [number & 0xFFFF, number >> 16]


NUMBERS = [0, 1, 5, P - 1, P, (1 << 32) - 1, 123456789]


def test_residues() -> None:
    good = [{"a": limbs(x), "b": limbs(y)} for x, y in combinations(NUMBERS, repeat=2)]
    check_circuit(difference_of_products, good[:9])
    for x, y in combinations(NUMBERS, repeat=2):
        assert list(difference_of_products(limbs(x), limbs(y))) == limbs((x * x - 3 * x * y) % P)
        if y % P:
            assert list(quotient(limbs(x), limbs(y))) == limbs(-x * pow(y, -1, P) % P)


def test_quotients() -> None:
    good = [{"a": limbs(x), "b": limbs(y)} for x in (0, 7, P) for y in (1, P - 1)]
    check_circuit(quotient, good, [{"a": [1, 0], "b": [0, 0]}, {"a": [1, 0], "b": limbs(P)}])
    with pytest.raises(UnsatisfiedError, match="not the quotient of residues"):
        quotient([1, 0], [0, 0])
