"""L020: a value of `<--` that is not proved unique."""

from __future__ import annotations

from tests.support.circom_lint import body_circuit, findings_of


def open_signals(body: str) -> list[tuple[str, str]]:
    findings = findings_of(body_circuit(body))
    return [(each.signal, each.place[-5:]) for each in findings if each.code == "L020"]


def test_the_line_of_the_assignment_is_named() -> None:
    body = "signal input a; signal output o;\nsignal r;\nr <-- a;\nr * r === a;\no <== r + 1;"
    assert open_signals(body) == [("r", ":34:1")]


def test_b25_a_value_that_is_constrained_elsewhere_is_no_finding() -> None:
    """B25: `m <-- f; Num2Bits(n)(m)` is judged by what is proved, not by its text."""
    body = "signal input a; signal output o; signal m; m <-- a \\ 2; signal l; l <-- a % 2; a === 2 * m + l; component n = Bits(100); "
    assert open_signals(body + "n.in <== m; component k = Bits(1); k.in <== l; o <== m;") == []


def test_an_inverse_that_one_constraint_mentions_is_no_finding() -> None:
    assert open_signals("signal input a; signal output o; o <-- a; o * o === a;") == [
        ("o", "32:34")
    ]
    body = "signal input a; signal output o; component z = IsNull(); z.in <== a; o <-- z.out; o * o === o;"
    assert [name for name, _ in open_signals(body)] == ["o"]
