"""Names of labels and the lines of names."""

from __future__ import annotations

from tests.support.circom_lint import circom_circuit
from zkctl.circom.signal_paths import SignalPaths, signal_paths

PROGRAM = """bus P() { signal x; signal y[2]; }
template Empty() { signal input z; }
template In() { input P() p; signal output y; component e = Empty(); e.z <== p.x; y <== p.x * p.y[1]; }
template T() {
    signal input a; signal output o[2];
    component c[2];
    for (var k = 0; k < 2; k++) {
        c[k] = In();
        c[k].p.x <== a; c[k].p.y[0] <== 1; c[k].p.y[1] <== k;
        o[k] <== c[k].y;
    }
}
component main = T();
"""


def paths() -> SignalPaths:
    circuit = circom_circuit(PROGRAM)
    return signal_paths(circuit.layout, circuit.source, circuit.row_origins.source)


def test_names_are_those_of_the_sym_file() -> None:
    circuit, found = circom_circuit(PROGRAM), paths()
    for label, _, _, name in circuit.symbols():
        assert f"main.{found.name(label)}" == name
    assert (found.name(0), found.name(10**6)) == ("1", "wire 1000000")


def test_a_signal_has_the_line_that_declares_it_and_its_components() -> None:
    found = paths().chain("c[1].p.y[0]")
    assert [(span.line - 1, span.function) for span in found] == [
        (3, "In()"),
        (8, "T(), component c[1]"),
        (13, "main"),
    ]
    assert [span.line - 1 for span in paths().chain("o[1]")] == [5, 13]


def test_a_component_has_the_line_that_makes_it() -> None:
    assert [span.line - 1 for span in paths().chain("c[0].e")] == [3, 8, 13]


def test_an_unknown_name_has_no_line() -> None:
    assert paths().chain("nothing[3]") == ()
    assert paths().chain("c[0].nothing") == ()
