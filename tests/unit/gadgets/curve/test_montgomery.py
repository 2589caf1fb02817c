from __future__ import annotations

import pytest

from tests.oracle import montgomery_curve as oracle
from tests.oracle.montgomery_curve import GENERATOR
from tests.support.changed_wires import ChangedWires
from tests.support.circuits import check_circuit
from zkctl.dsl import Struct, circuit, private
from zkctl.errors import CircuitError, UnsatisfiedError
from zkctl.gadgets.curve import montgomery
from zkctl.gadgets.curve.baby_jubjub import Point
from zkctl.gadgets.curve.baby_jubjub_parameters import BASE, SUBGROUP_ORDER
from zkctl.gadgets.curve.montgomery import MontgomeryPoint

TORSION = [oracle.multiply(k * SUBGROUP_ORDER, GENERATOR) for k in range(8)]
WITHOUT_FORM = [TORSION[0], TORSION[4]]
POINTS = [p for p in [*TORSION, BASE, GENERATOR, oracle.multiply(7, BASE)] if p[0] != 0]
FORMS = [oracle.from_edwards(p) for p in POINTS]


class Both(Struct):
    form: MontgomeryPoint
    point: Point


class Two(Struct):
    first: MontgomeryPoint
    second: MontgomeryPoint


@circuit
def there_and_back(p: Point = private()) -> Both:
    form = montgomery.to_montgomery(p)
    return Both(form, montgomery.from_montgomery(form))


@circuit
def back(p: MontgomeryPoint = private()) -> Point:
    return montgomery.from_montgomery(p)


@circuit
def total(p: MontgomeryPoint = private(), q: MontgomeryPoint = private()) -> MontgomeryPoint:
    return montgomery.add(p, q)


@circuit
def doubled(p: MontgomeryPoint = private()) -> Two:
    return Two(montgomery.double(p), montgomery.negate(p))


def test_both_directions() -> None:
    compiled = check_circuit(
        there_and_back, [{"p": p} for p in POINTS], [{"p": p} for p in WITHOUT_FORM]
    )
    for p in POINTS:
        assert compiled.witness(p=p)[1:5] == [*(oracle.from_edwards(p) or ()), *p]


def test_points_without_the_other_form_are_refused() -> None:
    with pytest.raises(UnsatisfiedError, match="the identity has no Montgomery form"):
        there_and_back(p=(0, 1))
    with pytest.raises(UnsatisfiedError, match="a point with x = 0 is not used in Montgomery form"):
        there_and_back(p=(0, -1))
    with pytest.raises(UnsatisfiedError, match="a point with v = 0 is not used in Montgomery form"):
        back(p=(0, 0))
    with pytest.raises(UnsatisfiedError, match="the point is not on the curve"):
        back(p=(oracle.P - 1, 1))


def test_sums() -> None:
    pairs = [(p, q) for p in FORMS for q in [*FORMS, (0, 0)] if p and q and p[0] != q[0]]
    same = [(p, q) for p in FORMS for q in FORMS if p and q and p[0] == q[0]]
    compiled = check_circuit(
        total, [{"p": p, "q": q} for p, q in pairs], [{"p": p, "q": q} for p, q in same]
    )
    for p, q in pairs:
        assert tuple(compiled.witness(p=p, q=q)[1:3]) == oracle.chord(p, q)
    with pytest.raises(
        UnsatisfiedError, match="the sum of two points with the same u is not defined"
    ):
        total(p=FORMS[0], q=FORMS[0])


def test_doubles() -> None:
    compiled = check_circuit(doubled, [{"p": p} for p in FORMS], [{"p": (0, 0)}])
    for p in FORMS:
        assert p is not None
        expected = oracle.chord(p, p)
        assert expected is not None
        assert compiled.witness(p=p)[1:5] == [*expected, p[0], -p[1] % oracle.P]
    with pytest.raises(UnsatisfiedError, match="twice the point is the identity"):
        doubled(p=(0, 0))


@pytest.mark.parametrize(
    ("checked", "inputs"),
    [
        (there_and_back, {"p": POINTS[0]}),
        (back, {"p": FORMS[1]}),
        (total, {"p": FORMS[0], "q": FORMS[1]}),
        (total, {"p": FORMS[0], "q": (0, 0)}),
        (doubled, {"p": FORMS[0]}),
    ],
)
def test_points_of_small_order_leave_no_wire_free(checked: object, inputs: object) -> None:
    compiled = checked.compile()  # type: ignore[attr-defined]
    changed = ChangedWires(compiled, compiled.witness(**inputs))  # type: ignore[arg-type]
    assert changed.free_wires() == []


def test_a_reason_must_say_something() -> None:
    with pytest.raises(CircuitError, match="the reason of an assumption says too little"):
        montgomery.add(FORMS[0], FORMS[1], because="fine")
