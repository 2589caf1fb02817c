from __future__ import annotations

from tests.support.linted import findings_in, foreign, foreign_messages
from zkctl.dsl import Signal, circuit, constrain, hint, hints, private


def test_a_result_that_no_constraint_mentions() -> None:
    @circuit
    def careless(x: Signal = private()) -> Signal:
        hint(hints.inverse_or_zero, x)
        return x * x

    (found,) = findings_in(careless, "L001")
    assert found.message.startswith("a result of hint inverse_or_zero at test_unused_hint.py:")
    assert found.span is not None
    assert found.span.text.strip() == "hint(hints.inverse_or_zero, x)"


def test_results_that_are_constrained() -> None:
    @circuit
    def careful(x: Signal = private()) -> Signal:
        y = hint(hints.inverse_or_zero, x)
        constrain(x * y == 1)
        return x * x

    assert findings_in(careful, "L001") == []


def test_an_output_that_no_constraint_mentions() -> None:
    """B25: the result of `<--` is a fault of the first rank where nothing constrains it, as in Tornado Cash's MiMC."""
    row = ({3: 1}, {3: 1}, {4: 1})
    names = ["digest[0]", "digest[1]", "x", "square"]
    broken = foreign([row], names, n_outputs=2, n_inputs=1)
    assert foreign_messages(broken, "L001") == [
        "output digest (2 of 2) is in no constraint: any value is accepted"
    ]
    names = ["o", "y", "x", "square"]
    right = foreign([row, ({3: 1}, {4: 1}, {1: 1, 2: 1})], names, n_outputs=1, n_inputs=2)
    assert foreign_messages(right, "L001") == []


def test_an_advised_value_that_another_constraint_fixes_is_no_fault() -> None:
    """B25: `m <-- f; Num2Bits(n)(m)` may be right: what counts is whether the value is proved unique."""

    @circuit
    def constrained_elsewhere(x: Signal = private()) -> Signal:
        m = hint(hints.divide_or_zero, x, 2)
        constrain(m + m == x)
        return m

    assert findings_in(constrained_elsewhere, "L001") == []
    assert findings_in(constrained_elsewhere, "L006") == []
