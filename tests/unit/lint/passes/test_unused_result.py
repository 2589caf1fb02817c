from __future__ import annotations

from tests.support.linted import bit, findings_in, foreign, foreign_messages, foreign_subject
from zkctl.dsl import Signal, Uint, circuit, constrain, discard, private
from zkctl.gadgets.bits import to_bits
from zkctl.gadgets.compare import is_zero
from zkctl.lint.findings import Level
from zkctl.lint.registry import run_passes


def test_a_comparison_whose_result_nothing_uses() -> None:
    @circuit
    def forgetful(a: Uint = private(bits=8), b: Uint = private(bits=8)) -> None:
        discard(is_zero(a - b))
        constrain(a * b == 6)

    (found,) = findings_in(forgetful, "L003")
    assert found.message == "the result of is_zero is not used: its constraints refuse nothing"
    assert found.span is not None
    assert found.span.text.strip() == "discard(is_zero(a - b))"


def test_results_that_are_used_and_gadgets_that_refuse() -> None:
    """to_bits proves a range by itself, so that its result may stay unused."""

    @circuit
    def careful(a: Signal = private(), b: Signal = private()) -> Signal:
        discard(to_bits(a, 8))
        constrain(is_zero(b) == 0)
        return is_zero(a)

    assert findings_in(careful, "L003") == []


def test_a_bit_of_a_component_that_its_parent_does_not_use() -> None:
    """B26: the output of a comparison in no constraint of its parent, as in circom-pairing."""
    names = ["o", "x", "c.b", "c.lt"]
    rows = [({2: 1}, {2: 1}, {1: 1}), bit(3), ({}, {}, {4: 1, 3: 1, 0: -1})]
    unused = foreign(rows, names, n_outputs=1, n_inputs=1)
    assert foreign_messages(unused, "L003") == [
        "signal c.lt is computed and not used: constraint 2 refuses nothing"
    ]
    (found,) = [f for f in run_passes(foreign_subject(unused)) if f.code == "L003"]
    assert found.level is Level.WARNING
    used = foreign([*rows, ({4: 1}, {2: 1}, {})], names, n_outputs=1, n_inputs=1)
    assert foreign_messages(used, "L003") == []


def test_the_square_that_binds_a_public_input_is_no_fault() -> None:
    rows = [({2: 1}, {3: 1}, {1: 1}), ({3: 1}, {3: 1}, {4: 1})]
    system = foreign(rows, ["o", "secret", "recipient", "bound"], n_outputs=1, n_inputs=2)
    assert foreign_messages(system, "L003") == []
