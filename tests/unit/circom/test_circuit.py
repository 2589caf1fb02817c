"""A compiled circuit: the counts that circom prints, names with the wires of a level."""

from __future__ import annotations

from tests.support.circom_instances import program, two_squares
from zkctl.circom.circuit import CircomCircuit
from zkctl.constraints.simplify.level import SimplificationLevel
from zkctl.field import BN254_FR


def circuit(level: int) -> CircomCircuit:
    return CircomCircuit(
        "two", program(), two_squares(BN254_FR.modulus), BN254_FR, SimplificationLevel(level)
    )


def test_counts() -> None:
    whole, simple = circuit(0).counts, circuit(1).counts
    assert (whole.n_nonlinear, whole.n_linear, whole.n_wires, whole.n_labels) == (2, 3, 7, 7)
    assert (simple.n_nonlinear, simple.n_linear, simple.n_wires, simple.n_labels) == (2, 0, 4, 7)
    assert (simple.n_instances, simple.n_public_outputs, simple.n_private_inputs) == (2, 1, 1)
    assert simple.n_private_in_witness == 1


def test_removed_signals_have_no_wire() -> None:
    assert [wire for _, wire, _, _ in circuit(1).symbols()] == [1, 2, 3, -1, -1, -1]
    assert circuit(0).program.kept is None
    kept = circuit(1).program.kept
    assert kept is not None
    assert kept.tolist() == [0, 1, 2, 3]
