from __future__ import annotations

from tests.support.linted import messages_in
from zkctl.dsl import Signal, circuit, constrain, private, public


def test_a_circuit_of_sums() -> None:
    @circuit
    def total(a: Signal = private(), b: Signal = private()) -> Signal:
        return a + b

    assert messages_in(total, "L015") == [
        "no constraint multiplies signals: a proof shows no knowledge of the private inputs"
    ]


def test_a_circuit_with_a_product_and_one_without_secrets() -> None:
    @circuit
    def product(a: Signal = private(), b: Signal = private()) -> Signal:
        return a * b

    @circuit
    def equal(a: Signal = public(), b: Signal = public()) -> None:
        constrain(a == b)

    assert messages_in(product, "L015") == messages_in(equal, "L015") == []
