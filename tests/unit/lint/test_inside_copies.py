"""Facts about wires inside of copies."""

from __future__ import annotations

import pytest

from tests.support.circom_lint import body_circuit
from zkctl.lint import inside_copies
from zkctl.lint.circom_system import LintedCircom
from zkctl.lint.prove import prove

BODY = (
    "signal input a; signal output o; component l = Less(8); l.x <== a; l.y <== 5;"
    " component m = Less(8); m.x <== a; m.y <== 6; o <== l.out + m.out;"
)


def test_wires_inside_of_a_used_copy_are_unique_and_bounded() -> None:
    system = LintedCircom(body_circuit(BODY)).system
    judgement = prove(system)
    names = {system.names(wire): wire for wire in range(1, system.n_wires)}
    bits = [names[f"l.bits.out[{k}]"] for k in range(9)]
    assert judgement.unique.issuperset(bits)
    assert {judgement.bounds[wire] for wire in bits} == {1}
    assert judgement.bounds[names["l.bits.in"]] == 511


def test_of_a_very_large_circuit_they_are_left_out(monkeypatch: pytest.MonkeyPatch) -> None:
    system = LintedCircom(body_circuit(BODY)).system
    wire = next(w for w in range(system.n_wires) if system.names(w) == "l.bits.out[3]")
    monkeypatch.setattr(inside_copies, "MOST_WIRES", 10)
    assert wire not in prove(system).unique
