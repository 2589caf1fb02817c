from __future__ import annotations

import pytest

from tests.oracle import montgomery_curve as oracle
from tests.oracle.montgomery_curve import GENERATOR, bits_of
from tests.support.circuits import check_circuit, flat
from zkctl.dsl import Array, Bit, Signal, circuit, private
from zkctl.errors import CircuitError, UnsatisfiedError
from zkctl.gadgets.curve.baby_jubjub import Point
from zkctl.gadgets.curve.baby_jubjub_parameters import BASE, SUBGROUP_ORDER
from zkctl.gadgets.curve.multiply import (
    SAFE_DIGITS,
    fixed_base,
    multiply,
    multiply_in_subgroup,
    public_key,
    scalar_bits,
)

TORSION = [oracle.multiply(k * SUBGROUP_ORDER, GENERATOR) for k in range(8)]
OTHER = oracle.multiply(1234567, BASE)
SCALARS = [
    *range(4),
    *(SUBGROUP_ORDER + k for k in (-2, -1, 0, 1)),
    SUBGROUP_ORDER // 2,
    4 * SUBGROUP_ORDER,
    (1 << 250) - 1,
    1 << 250,
    (1 << 254) - 1,
    1 << 253,
]


@circuit
def of_base(k: Array[Bit] = private("n"), *, n: int) -> Point:
    return fixed_base(k)


@circuit
def of_other(k: Array[Bit] = private("n"), *, n: int) -> Point:
    return fixed_base(k, base=OTHER)


@circuit
def of_point(k: Array[Bit] = private("n"), p: Point = private(), *, n: int) -> Point:
    return multiply(k, p)


@circuit
def of_subgroup(k: Array[Bit] = private("n"), p: Point = private(), *, n: int) -> Point:
    return multiply_in_subgroup(k, p)


@circuit
def checked_scalar(s: Signal = private()) -> Array[Bit]:
    return scalar_bits(s)


def test_the_sums_have_no_exceptional_case() -> None:
    assert (1 << SAFE_DIGITS) + (1 << SAFE_DIGITS - 1) < SUBGROUP_ORDER


@pytest.mark.parametrize("n", [1, 2, 3, 4])
def test_every_short_scalar(n: int) -> None:
    base, other = of_base.compile(n=n), of_other.compile(n=n)
    point, subgroup = of_point.compile(n=n), of_subgroup.compile(n=n)
    for k in range(1 << n):
        bits, expected = bits_of(k, n), list(oracle.multiply(k, BASE))
        assert base.witness(k=bits)[1:3] == expected
        assert other.witness(k=bits)[1:3] == list(oracle.multiply(k, OTHER))
        assert subgroup.witness(k=bits, p=BASE)[1:3] == expected
        for p in (BASE, GENERATOR, *TORSION):
            assert point.witness(k=bits, p=p)[1:3] == list(oracle.multiply(k, p))


@pytest.mark.parametrize("n", [250, 251, 252, 256])
def test_long_scalars_of_the_base(n: int) -> None:
    compiled = of_base.compile(n=n)
    for k in (k for k in [*SCALARS, (1 << n) - 1] if k >> n == 0):
        assert compiled.witness(k=bits_of(k, n))[1:3] == list(oracle.multiply(k, BASE))


@pytest.mark.slow
@pytest.mark.parametrize("n", [250, 251, 254])
def test_long_scalars_of_every_kind_of_point(n: int) -> None:
    point, subgroup = of_point.compile(n=n), of_subgroup.compile(n=n)
    for k in (k for k in SCALARS if k >> n == 0):
        bits = bits_of(k, n)
        for p in (OTHER, GENERATOR, oracle.negate(BASE), *TORSION):
            assert point.witness(k=bits, p=p)[1:3] == list(oracle.multiply(k, p))
        assert subgroup.witness(k=bits, p=OTHER)[1:3] == list(oracle.multiply(k, OTHER))


def test_eager_mode() -> None:
    bits = bits_of(SUBGROUP_ORDER - 1, 251)
    assert flat(fixed_base(bits)) == list(oracle.negate(BASE))
    expected = oracle.multiply(77, TORSION[3])
    assert flat(multiply(bits_of(77, 7), TORSION[3])) == list(expected)


def test_points_without_montgomery_form_in_the_subgroup_are_refused() -> None:
    with pytest.raises(UnsatisfiedError, match="the identity has no Montgomery form"):
        multiply_in_subgroup([1, 1], (0, 1))
    with pytest.raises(UnsatisfiedError, match="a point with x = 0 is not used in Montgomery form"):
        multiply_in_subgroup([1, 1], (0, -1))


def test_a_scalar_needs_bits() -> None:
    with pytest.raises(
        CircuitError, match="a scalar of no bits: expected one bit or more, got none"
    ):
        fixed_base([])
    with pytest.raises(
        CircuitError, match="a scalar of no bits: expected one bit or more, got none"
    ):
        multiply([], BASE)


def test_scalars_below_the_order() -> None:
    order = SUBGROUP_ORDER
    bad = [order, order + 1, 2 * order, 1 << 251, (1 << 251) - 1, oracle.P - 1]
    check_circuit(
        checked_scalar, [{"s": s} for s in (0, 1, order - 1, order // 2)], [{"s": s} for s in bad]
    )
    assert flat(scalar_bits(order - 1)) == bits_of(order - 1, 251)


def test_public_keys() -> None:
    for key in (0, 1, SUBGROUP_ORDER - 1):
        assert flat(public_key(key)) == list(oracle.multiply(key, BASE))
    with pytest.raises(UnsatisfiedError, match="the number that the bits spell is above 27360303"):
        public_key(SUBGROUP_ORDER)
