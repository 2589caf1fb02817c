from __future__ import annotations

from tests.support.linted import foreign, foreign_messages, messages_in
from zkctl.dsl import Signal, Uint, circuit, private, public


def test_inputs_in_no_constraint_or_only_in_their_range_check() -> None:
    @circuit
    def unused(a: Uint = private(bits=8), d: Signal = private(), e: Signal = private()) -> Signal:
        return e * e

    assert messages_in(unused, "L004") == [
        "private input a is only in its own range check: any value of its type is accepted",
        "private input d is in no constraint: any value is accepted",
    ]


def test_used_inputs_and_public_ones() -> None:
    @circuit
    def used(a: Uint = private(bits=8), b: Signal = public()) -> Signal:
        return a * a

    assert messages_in(used, "L004") == []


def test_a_foreign_input_without_a_wire() -> None:
    row = ({2: 1}, {2: 1}, {1: 1})
    system = foreign([row], ["o", "x"], n_outputs=1, n_inputs=1, lost=("s",))
    assert foreign_messages(system, "L004") == [
        "private input s has no wire: no constraint of this file mentions it"
    ]
