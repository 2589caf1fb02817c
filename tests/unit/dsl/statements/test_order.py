from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from tests.support.all_witnesses import SMALL_FIELDS, possible_outputs
from tests.support.circuits import check_circuit
from zkctl.dsl import Uint, circuit, constrain, private
from zkctl.errors import CircuitError, UnsatisfiedError

ORDERS: list[Callable[[Any, Any], Any]] = [
    lambda x, y: x < y,
    lambda x, y: x <= y,
    lambda x, y: x > y,
    lambda x, y: x >= y,
    lambda x, y: x + 1 <= 2 * y,
    lambda x, y: x < 3,
    lambda x, y: x <= 2,
    lambda x, y: x > 1,
    lambda x, y: x >= 2,
    lambda x, y: x <= 0,
    lambda x, y: x >= 3,
    lambda x, y: x + y > 5,
]


@pytest.mark.parametrize("number", range(len(ORDERS)))
def test_a_constrained_order_holds_for_every_witness_and_no_other(number: int) -> None:
    holds = ORDERS[number]

    @circuit
    def ordered(x: Uint = private(bits=2), y: Uint = private(bits=2)) -> None:
        constrain(holds(x, y))
        constrain(y * y == y**2)

    for field in SMALL_FIELDS:
        if field.n_bits < 5:
            continue
        compiled = ordered.over(field).compile()
        for x in range(4):
            for y in range(4):
                expected = {()} if holds(x, y) else set()
                assert possible_outputs(compiled, [x, y]) == expected, (field.name, x, y)
    good = [{"x": x, "y": y} for x in range(4) for y in range(4) if holds(x, y)]
    bad = [{"x": x, "y": y} for x in range(4) for y in range(4) if not holds(x, y)]
    check_circuit(ordered, good, bad)


@pytest.mark.parametrize(
    ("holds", "cost"),
    [
        (lambda x, y: x <= y, 8),
        (lambda x, y: x < y, 8),
        (lambda x, y: x <= 9, 4),
        (lambda x, y: x <= 255, 0),
        (lambda x, y: x < 256, 0),
        (lambda x, y: x >= 255, 1),
        (lambda x, y: x + 10 <= y, 8),
        (lambda x, y: x * y < 2, 1),
    ],
)
def test_costs(holds: Callable[[Any, Any], Any], cost: int) -> None:
    @circuit
    def ordered(x: Uint = private(bits=8), y: Uint = private(bits=8)) -> None:
        constrain(holds(x, y))

    product = 1 if cost == 1 and holds.__code__.co_consts[-1] == 2 else 0
    assert ordered.compile().r1cs.n_constraints == 16 + cost + product


def test_messages_show_both_values() -> None:
    @circuit
    def age(birthday: Uint = private(bits=25), today: Uint = private(bits=25)) -> None:
        constrain(birthday + 18 * 10000 <= today, "too young")
        constrain(birthday > 19000101)

    compiled = age.compile()
    compiled.witness(birthday=19900101, today=20260101)
    for run in (compiled.witness, age):
        with pytest.raises(UnsatisfiedError, match=r"too young \(20280101 is not <= 20260101\)"):
            run(birthday=20100101, today=20260101)
        with pytest.raises(UnsatisfiedError, match=r"is not satisfied: 18990101 is not > 19000101"):
            run(birthday=18990101, today=20260101)


def test_a_comparison_that_the_intervals_refute() -> None:
    @circuit
    def impossible(x: Uint = private(bits=8)) -> None:
        constrain(x > 255, "too small")

    for run in (impossible.compile, lambda: impossible(3)):
        with pytest.raises(
            CircuitError,
            match=r"this comparison can never hold: .* > 255, with 0 to 255 on the left and 255 on",
        ):
            run()


def test_numbers_too_wide_for_the_field() -> None:
    @circuit
    def wide(x: Uint = private(bits=253), y: Uint = private(bits=253)) -> None:
        constrain(x < y)

    with pytest.raises(
        CircuitError, match=r"a comparison of 253 bits does not fit in bn254.fr"
    ) as caught:
        wide.compile()
    assert "at most 252 bits can be compared" in caught.value.hint
