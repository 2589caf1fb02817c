"""Linear forms that rows make equal, constant or small."""

from __future__ import annotations

from tests.support.circom_lint import body_circuit
from zkctl.lint.circom_system import LintedCircom
from zkctl.lint.linear_span import LinearSpan
from zkctl.toolchain.lint.judge import judged

LABELS = {"o": 1, "a": 2, "b": 3}


def span(constraints: str) -> LinearSpan:
    circuit = body_circuit(
        f"signal input a; signal input b; signal output o; o <== a * b; {constraints}"
    )
    linted = LintedCircom(circuit)
    return LinearSpan(linted.subject(judged(linted.system).judgement))


def test_equal_wires_are_one_and_fixed_ones_are_numbers() -> None:
    found = span("signal s; s <== a; signal t; t <== 5; b === t + 1;")
    s, t = 4, 5
    assert found.normal({s: 3}) == {LABELS["a"]: 3}
    assert found.normal({t: 2, 0: 1}) == {0: 11}
    assert found.constants[LABELS["b"]] == 6


def test_a_form_is_zero_if_rows_add_up_to_it() -> None:
    found = span("signal s; s <== a + b; signal t; t <== s + 2 * b; ")
    p = found.p
    s, t = 4, 5
    assert found.is_zero({t: 1, LABELS["a"]: p - 1, LABELS["b"]: p - 3})
    assert not found.is_zero({t: 1, LABELS["a"]: p - 1, LABELS["b"]: p - 2})
    assert not found.is_zero({s: 1})
    assert not found.is_zero({0: 1})
    assert found.is_zero({})


def test_an_interval_is_that_of_an_equal_form_with_bounds() -> None:
    found = span("component l = Less(8); l.x <== a; l.y <== b; l.out === 1;")
    assert found.interval({LABELS["b"]: 1, LABELS["a"]: found.p - 1}) == (1, 256)
    assert found.interval({LABELS["a"]: 1}) is None
    assert found.interval({0: 7}) == (7, 7)


def test_rows_near_are_those_of_equal_wires_and_of_their_neighbours() -> None:
    found = span("signal s; s <== a; signal t; t <== s + b; t === 9;")
    near = found.rows_near({LABELS["a"]})
    far = found.rows_near({LABELS["a"]}, hops=2)
    assert near == far[: len(near)]
    assert len(near) == 3
    assert len(far) == found.subject.rows.n_rows
