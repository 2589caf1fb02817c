from __future__ import annotations

import pytest

from zkctl.dsl import Bit, Signal, Uint, circuit, constrain, gadget, hint, private, wire
from zkctl.dsl.eager import EagerTracer
from zkctl.dsl.session import Session
from zkctl.dsl.signal import make_signal
from zkctl.dsl.trace import tracing
from zkctl.errors import CircuitError, UnsatisfiedError
from zkctl.field import BN254_FR
from zkctl.gadgets.hash.poseidon import poseidon
from zkctl.gadgets.inverse import inverse


def test_wires_have_values() -> None:
    with tracing(EagerTracer(Session(BN254_FR))) as tracer:
        x = make_signal(tracer, {tracer.new_wire(7): 1}, None)
        assert (x.value, (x * x + 3).value, wire(x * x).value, wire(2 * x + 1).value) == (
            7,
            52,
            49,
            15,
        )
        assert hint(lambda a: a + 1, x * x).value == 50
        with pytest.raises(UnsatisfiedError, match=r"not six \(7 is not 6\)"):
            constrain(x == 6, "not six")


def test_constants_and_types_are_those_of_the_circuit() -> None:
    seen: list[list[object]] = []

    @gadget(stamped=True)
    def inner(a: Signal, b: Signal) -> Signal:
        return wire(a * b) + a

    @circuit
    def typed(x: Signal = private(), u: Uint = private(bits=8), b: Bit = private()) -> Signal:
        values = [
            x,
            u,
            b,
            x - x,
            x * 0,
            u - u + 1,
            2 * u,
            u - b,
            1 - b,
            b & ~b,
            b ^ 1,
            u * b,
            inner(x, 3),
            inner(x, x) - inner(x, x),
        ]
        seen.append([(type(v), v.bounds, v.known_constant) for v in values])
        return values[-1] + values[-2]

    compiled = typed.compile()
    result = typed(7, 200, 1)
    assert seen[0] == seen[1]
    assert compiled.witness(x=7, u=200, b=1)[1] == result


def test_an_input_is_no_known_constant() -> None:
    @gadget
    def doubled(x: Signal) -> Signal:
        return 2 * x if x.known_constant is None else x

    @circuit
    def uses(x: Signal = private()) -> Signal:
        return doubled(x)

    assert doubled(5) == uses(5) == uses.compile().witness(x=5)[1] == 10


def test_contradictory_constants_are_a_mistake_of_the_circuit_in_both_modes() -> None:
    @circuit
    def by_zero(x: Signal = private()) -> Signal:
        return x * inverse(0)

    for run in (by_zero.compile, lambda: by_zero(3)):
        with pytest.raises(
            CircuitError, match="this constraint can never hold: division by zero"
        ) as caught:
            run()
        assert "return x * inverse(0)" in caught.value.where.splitlines()[1]
    with pytest.raises(UnsatisfiedError, match="division by zero"):
        inverse(0)


def test_a_repeated_gadget_computes_the_same_and_names_the_same_line() -> None:
    @gadget(stamped=True)
    def checked(x: Signal) -> Signal:
        constrain(x * x == 49, "not seven")
        return poseidon(x, x)

    first = checked(7)
    assert [checked(7) for _ in range(3)] == [first] * 3
    with pytest.raises(UnsatisfiedError, match="not seven") as caught:
        checked(8)
    assert "test_eager.py" in caught.value.where
