"""Emulated curves.  Multiples of the generator are compared with py_ecc and cryptography in the tests of the constants."""

from __future__ import annotations

from typing import Any

from tests.gadgets.case import GadgetCase
from tests.support.weierstrass import TOY, point_limbs
from zkctl.dsl import Array, Bit, Uint, circuit, private
from zkctl.gadgets.curve.scalar_multiples import enforce_zero_sum, offset
from zkctl.gadgets.curve.short_weierstrass import (
    CurvePoint,
    add_points,
    double_point,
    enforce_on_curve,
    negate_if,
)
from zkctl.gadgets.curve.short_weierstrass_parameters import (
    P256,
    SECP256K1,
    ShortWeierstrass,
    multiple,
)

CURVES = {"secp256k1": SECP256K1, "P-256": P256}
POINT_ROWS = 2 * 256


@circuit
def sum_of_points(p: CurvePoint = private(), q: CurvePoint = private(), *, curve: str) -> CurvePoint:  # fmt: skip
    return add_points(p, q, curve=CURVES[curve])


@circuit
def double_of_point(p: CurvePoint = private(), *, curve: str) -> CurvePoint:
    return double_point(p, curve=CURVES[curve])


@circuit
def on_curve(p: CurvePoint = private(), *, curve: str) -> None:
    enforce_on_curve(p, curve=CURVES[curve])


@circuit
def negated(c: Bit = private(), p: CurvePoint = private(), *, curve: str) -> CurvePoint:
    return negate_if(c, p, curve=CURVES[curve])


@circuit
def zero_sum(
    x: Array[Uint] = private(2, bits=16),
    y: Array[Uint] = private(2, bits=16),
    factor: Array[Bit] = private(8),
    generator: Array[Bit] = private(32),
) -> None:
    enforce_zero_sum([CurvePoint(x, y)], [factor], generator, curve=TOY)


def times_g(curve: ShortWeierstrass, factor: int) -> tuple[int, int]:
    point = multiple(curve, factor, (curve.gx, curve.gy))
    assert point is not None
    return point


def point(curve: str, factor: int) -> dict[str, list[int]]:
    return point_limbs(times_g(CURVES[curve], factor), CURVES[curve])


def flat(curve: str, factor: int) -> list[int]:
    limbs = point(curve, factor)
    return [*limbs["x"], *limbs["y"]]


def bits(number: int, n: int) -> list[int]:
    return [number >> k & 1 for k in range(n)]


def toy_sum(point: int, factor: int, generator: int) -> dict[str, Any]:
    """factor * (point * G) - generator * G."""
    limbs = point_limbs(times_g(TOY, point), TOY)
    return {**limbs, "factor": bits(factor + offset(2), 8), "generator": bits(generator, 32)}


OFF = {"x": point("secp256k1", 5)["x"], "y": [1, 2, 3, 4]}
CASES = [
    *(
        GadgetCase(
            gadget=add_points,
            circuit=sum_of_points,
            parameters={"curve": curve},
            inputs={"p": point(curve, 5), "q": point(curve, 12)},
            outputs=flat(curve, 17),
            source="py_ecc, cryptography",
            constraints=constraints,
            input_rows=2 * POINT_ROWS,
            refused=[
                {"p": point(curve, 5), "q": point(curve, 5)},
                {"p": point(curve, 5), "q": point(curve, -5)},
            ],
        )
        for curve, constraints in (("secp256k1", 2315), ("P-256", 2414))
    ),
    *(
        GadgetCase(
            gadget=double_point,
            circuit=double_of_point,
            parameters={"curve": curve},
            inputs={"p": point(curve, 5)},
            outputs=flat(curve, 10),
            source="py_ecc, cryptography",
            constraints=constraints,
            input_rows=POINT_ROWS,
        )
        for curve, constraints in (("secp256k1", 1809), ("P-256", 1908))
    ),
    *(
        GadgetCase(
            gadget=enforce_on_curve,
            circuit=on_curve,
            parameters={"curve": curve},
            inputs={"p": point(curve, 5)},
            outputs=[],
            source="py_ecc, cryptography",
            constraints=constraints,
            input_rows=POINT_ROWS,
            refused=[{"p": OFF}, {"p": {"x": [0] * 4, "y": [0] * 4}}],
        )
        for curve, constraints in (("secp256k1", 1121), ("P-256", 1187))
    ),
    GadgetCase(
        gadget=negate_if,
        circuit=negated,
        parameters={"curve": "secp256k1"},
        inputs={"c": 0, "p": point("secp256k1", 5)},
        outputs=flat("secp256k1", 5),
        source="Python's integers",
        constraints=517,
        input_rows=POINT_ROWS + 1,
    ),
    GadgetCase(
        gadget=enforce_zero_sum,
        circuit=zero_sum,
        inputs=toy_sum(11, -100, TOY.n - 1100),
        outputs=[],
        source="Python's integers",
        constraints=3965,
        input_rows=64 + 40,
        refused=[toy_sum(11, -100, 1100), toy_sum(11, -99, TOY.n - 1100), toy_sum(11, 0, 1)],
    ),
]
