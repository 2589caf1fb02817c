"""Compare a key and a witness with their circuit; name the constraint that a witness breaks."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from zkctl.constraints.r1cs import R1CS
from zkctl.errors import IntegrityError, UnsatisfiedError
from zkctl.formats.binary.r1cs import read_r1cs
from zkctl.formats.binary.wtns import Witness
from zkctl.runtime.printable import printable
from zkctl.toolchain.circuit.program_circuit import check_program_beside
from zkctl.toolchain.circuit.signal_names import first_names, signals_of, wire_names
from zkctl.toolchain.proof.keys import CircuitFact
from zkctl.toolchain.proof.systems import ProofSystem

if TYPE_CHECKING:
    from zkctl.toolchain.proof.keys import CommonProvingKey


def check_circuit(
    system: ProofSystem, key: CommonProvingKey, witness: Witness, *, r1cs: Path
) -> None:
    """Check that the key is of the circuit and that the witness satisfies every constraint.

    Raises: IntegrityError if the key, or a witness program beside the circuit, is of another circuit; UnsatisfiedError.
    """
    circuit, where = read_r1cs(r1cs), printable(r1cs)
    fact = different_fact(system, key, circuit)
    if fact is not None:
        raise IntegrityError(
            f"the {fact.name} of the key is not that of the circuit: expected {fact.in_circuit},"
            f" got {fact.in_key}",
            where=where,
        )
    check_program_beside(r1cs)
    broken = circuit.first_unsatisfied(witness.values) if len(witness) == key.n_wires else None
    if broken is not None:
        raise UnsatisfiedError(
            f"the witness breaks constraint {broken} of {circuit.n_constraints}",
            where=where,
            hint=_signals_of(circuit, broken, r1cs),
        )


def different_fact(system: ProofSystem, key: CommonProvingKey, circuit: R1CS) -> CircuitFact | None:
    """Return the first number of a key that is not the circuit's; None if all agree."""
    facts = (
        CircuitFact("field", key.curve.scalar_field.name, circuit.field.name),
        CircuitFact("number of wires", key.n_wires, circuit.n_wires),
        CircuitFact("number of public signals", key.n_public, circuit.n_public),
        *system.circuit_facts(key, circuit),
    )
    return next((fact for fact in facts if fact.in_key != fact.in_circuit), None)


def _signals_of(circuit: R1CS, constraint: int, r1cs: Path) -> str:
    """Return the signals of a constraint: names from the .sym file if there is one; never the values."""
    try:
        names = wire_names(r1cs, circuit.n_wires)
    except IntegrityError:  # the .sym is of another circuit: numbers say what its names would not
        names = {}
    return f"it constrains {first_names(signals_of(circuit.wires_of(constraint), names))}"
