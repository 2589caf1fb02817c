from __future__ import annotations

from itertools import product

import pytest

from tests.oracle import montgomery_curve as oracle
from tests.oracle.montgomery_curve import GENERATOR
from tests.support.circuits import check_circuit, flat
from zkctl.dsl import Bit, Struct, circuit, private
from zkctl.errors import UnsatisfiedError
from zkctl.gadgets.curve import baby_jubjub
from zkctl.gadgets.curve.baby_jubjub import Point
from zkctl.gadgets.curve.baby_jubjub_parameters import BASE, SUBGROUP_ORDER

TORSION = [oracle.multiply(k * SUBGROUP_ORDER, GENERATOR) for k in range(8)]
POINTS = [*TORSION, BASE, GENERATOR, oracle.negate(BASE), oracle.multiply(3**150, GENERATOR)]
OFF_CURVE = [(0, 0), (1, 1), (BASE[0], BASE[1] + 1), (BASE[1], BASE[0]), (oracle.P - 1, 0)]


class Two(Struct):
    first: Point
    second: Point


@circuit
def both(p: Point = private(), q: Point = private()) -> Two:
    return Two(baby_jubjub.add(p, q), baby_jubjub.subtract(p, q))


@circuit
def doubled(p: Point = private()) -> Two:
    return Two(baby_jubjub.double(p), baby_jubjub.negate(p))


@circuit
def on_curve(p: Point = private()) -> None:
    baby_jubjub.enforce_on_curve(p)


@circuit
def in_subgroup(p: Point = private()) -> None:
    baby_jubjub.enforce_in_subgroup(p)


@circuit
def small(p: Point = private()) -> Bit:
    return baby_jubjub.is_of_small_order(p)


def test_sums_of_all_kinds_of_points() -> None:
    compiled = both.compile()
    for p, q in product(POINTS, repeat=2):
        expected = [*oracle.add(p, q), *oracle.add(p, oracle.negate(q))]
        assert compiled.witness(p=p, q=q)[1:5] == expected
        assert flat(both(p=p, q=q)) == expected


def test_doubles() -> None:
    compiled = doubled.compile()
    for p in POINTS:
        expected = [*oracle.add(p, p), *oracle.negate(p)]
        assert compiled.witness(p=p)[1:5] == expected
        assert flat(doubled(p=p)) == expected


def test_points_on_the_curve() -> None:
    check_circuit(on_curve, [{"p": p} for p in POINTS], [{"p": p} for p in OFF_CURVE])
    with pytest.raises(UnsatisfiedError, match="the point is not on the curve"):
        on_curve(p=(1, 1))


def test_points_of_the_subgroup() -> None:
    good = [BASE, (0, 1), oracle.multiply(SUBGROUP_ORDER - 1, BASE), oracle.multiply(77, BASE)]
    others = [oracle.add(BASE, each) for each in TORSION[1:]]
    bad = [*TORSION[1:], *others, GENERATOR, *OFF_CURVE]
    check_circuit(in_subgroup, [{"p": p} for p in good], [{"p": p} for p in bad])
    with pytest.raises(UnsatisfiedError, match="the point is not in the subgroup of prime order"):
        in_subgroup(p=GENERATOR)


def test_points_of_small_order() -> None:
    compiled = small.compile()
    for p in POINTS:
        expected = int(oracle.multiply(8, p) == (0, 1))
        assert compiled.witness(p=p)[1] == small(p=p) == expected == (p in TORSION)
