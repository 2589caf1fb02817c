from __future__ import annotations

from typing import Any

import pytest

from tests.support.circuits import check_circuit
from tests.support.weierstrass import SECP112R1, TOY, point_limbs
from zkctl.dsl import Array, Bit, Uint, circuit, private
from zkctl.errors import CircuitError, UnsatisfiedError
from zkctl.gadgets.curve.short_weierstrass import (
    CurvePoint,
    add_points,
    double_point,
    enforce_on_curve,
    negate_if,
)
from zkctl.gadgets.curve.short_weierstrass_parameters import (
    SECP256K1,
    ShortWeierstrass,
    multiple,
    negative,
    sum_of,
)


@circuit
def sums(u: Array[Uint] = private(2, 2, bits=16), v: Array[Uint] = private(2, 2, bits=16)) -> CurvePoint:  # fmt: skip
    p, q = (CurvePoint(u[k], v[k]) for k in range(2))
    return add_points(p, q, curve=TOY)


@circuit
def doubles(u: Array[Uint] = private(2, bits=16), v: Array[Uint] = private(2, bits=16)) -> CurvePoint:  # fmt: skip
    return double_point(CurvePoint(u, v), curve=TOY)


@circuit
def differences(
    c: Bit = private(), u: Array[Uint] = private(2, 2, bits=16), v: Array[Uint] = private(2, 2, bits=16)
) -> CurvePoint:  # fmt: skip
    p, q = (CurvePoint(u[k], v[k]) for k in range(2))
    return add_points(p, negate_if(c, q, curve=TOY), curve=TOY)


@circuit
def on_curve(u: Array[Uint] = private(2, bits=16), v: Array[Uint] = private(2, bits=16)) -> None:
    enforce_on_curve(CurvePoint(u, v), curve=TOY)


def times_g(factor: int, curve: ShortWeierstrass = TOY) -> tuple[int, int]:
    found = multiple(curve, factor, (curve.gx, curve.gy))
    assert found is not None
    return found


def pair(p: tuple[int, int], q: tuple[int, int]) -> dict[str, Any]:
    both = [point_limbs(p, TOY), point_limbs(q, TOY)]
    return {"u": [each["x"] for each in both], "v": [each["y"] for each in both]}


def one(point: tuple[int, int]) -> dict[str, list[int]]:
    limbs = point_limbs(point, TOY)
    return {"u": limbs["x"], "v": limbs["y"]}


def number(limbs: Any, bits: int = 16) -> int:
    return sum(int(limb) << bits * k for k, limb in enumerate(limbs))


def shifted(point: tuple[int, int]) -> tuple[int, int]:
    """The same point with x + p, which has no more bits."""
    return point[0] + TOY.p, point[1]


def test_sums() -> None:
    factors = [(1, 2), (2, 1), (5, 7), (3, -2), (1000, 999), (TOY.n - 1, 5)]
    good = [pair(times_g(a), times_g(b)) for a, b in factors]
    bad = [pair(times_g(5), times_g(5)), pair(times_g(5), times_g(-5))]
    check_circuit(sums, good, bad)
    for a, b in factors:
        found = sums(**pair(times_g(a), times_g(b)))
        assert (number(found.x), number(found.y)) == sum_of(TOY, times_g(a), times_g(b))


def test_equal_x_in_two_forms() -> None:
    """The generator of the small curve has x = 2, which p + 2 is too: it must not pass as different."""
    point = times_g(1)
    assert point[0] == 2
    for p, q in ((point, shifted(point)), (shifted(point), point)):
        with pytest.raises(UnsatisfiedError, match="the points to add have the same x coordinate"):
            sums(**pair(p, q))
    found = sums(**pair(shifted(point), times_g(7)))
    assert (number(found.x), number(found.y)) == times_g(8)


def test_doubles() -> None:
    points = [times_g(k) for k in (1, 2, 77, TOY.n - 1)]
    good = [one(point) for point in points]
    check_circuit(doubles, good, [one((5, 0))])
    for point in points:
        found = doubles(**one(point))
        assert (number(found.x), number(found.y)) == sum_of(TOY, point, point)


def test_differences() -> None:
    p, q = times_g(20), times_g(6)
    good = [{"c": c, **pair(p, q)} for c in (0, 1)]
    check_circuit(differences, good, [{"c": 1, **pair(p, p)}, {"c": 0, **pair(p, p)}])
    found = differences(**good[1])
    assert (number(found.x), number(found.y)) == sum_of(TOY, p, negative(TOY, q))
    opposite = negate_if(1, point_limbs(p, TOY), curve=TOY)
    assert number(opposite.y) % TOY.p == TOY.p - p[1]


def test_the_equation() -> None:
    good = [one(times_g(k)) for k in (1, 2, 99)]
    x, y = times_g(5)
    bad = [one(point) for point in ((x, y + 1), (x + 1, y), (0, 0), (y, x))]
    check_circuit(on_curve, [*good, one(shifted(times_g(1)))], bad)
    with pytest.raises(UnsatisfiedError, match="the point is not on the curve"):
        on_curve(**bad[0])


@pytest.mark.parametrize("curve", [SECP112R1, SECP256K1], ids=lambda c: c.name)
def test_larger_curves(curve: ShortWeierstrass) -> None:
    p, q = times_g(12345, curve), times_g(-777, curve)
    total = add_points(point_limbs(p, curve), point_limbs(q, curve), curve=curve)
    twice = double_point(point_limbs(p, curve), curve=curve)
    enforce_on_curve(point_limbs(p, curve), curve=curve)
    for found, expected in ((total, sum_of(curve, p, q)), (twice, sum_of(curve, p, p))):
        assert (number(found.x, curve.bits), number(found.y, curve.bits)) == expected


def test_refusals() -> None:
    point = point_limbs(times_g(1), TOY)
    with pytest.raises(
        CircuitError,
        match="y of a point of toy curve has the wrong length: expected 2 limbs, got 1",
    ):
        double_point({"x": point["x"], "y": [1]}, curve=TOY)
    with pytest.raises(
        CircuitError, match="a limb of x of a point of toy curve is too wide: expected 16 bits, got 17"
    ) as caught:  # fmt: skip
        enforce_on_curve({"x": [1 << 16, 0], "y": point["y"]}, curve=TOY)
    assert caught.value.hint == "to_uint(limb, bits) proves the width"
