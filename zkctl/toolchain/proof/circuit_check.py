"""Compare a key and a witness with their circuit; name the constraint that a witness breaks."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from zkctl.constraints.r1cs import R1CS
from zkctl.errors import IntegrityError, UnsatisfiedError
from zkctl.formats.binary.r1cs import read_r1cs
from zkctl.formats.binary.wtns import Witness
from zkctl.formats.sym import read_wire_names
from zkctl.runtime.printable import printable
from zkctl.toolchain.proof.keys import CircuitFact
from zkctl.toolchain.proof.systems import ProofSystem

if TYPE_CHECKING:
    from zkctl.toolchain.proof.keys import CommonProvingKey

_MAX_NAMES = 12


def check_circuit(
    system: ProofSystem, key: CommonProvingKey, witness: Witness, *, r1cs: Path
) -> None:
    """Check that the key is of the circuit and that the witness satisfies every constraint.

    Raises: IntegrityError if the key is of another circuit, UnsatisfiedError.
    """
    circuit, where = read_r1cs(r1cs), printable(r1cs)
    facts = (
        CircuitFact("field", key.curve.scalar_field.name, circuit.field.name),
        CircuitFact("number of wires", key.n_vars, circuit.n_wires),
        CircuitFact("number of public signals", key.n_public, circuit.n_public),
        *system.circuit_facts(key, circuit),
    )
    for fact in facts:
        if fact.in_key != fact.in_circuit:
            raise IntegrityError(
                f"the {fact.name} of the key is not that of the circuit: expected {fact.in_circuit},"
                f" got {fact.in_key}",
                where=where,
            )
    broken = circuit.first_unsatisfied(witness.values) if len(witness) == key.n_vars else None
    if broken is not None:
        raise UnsatisfiedError(
            f"the witness breaks constraint {broken} of {circuit.n_constraints}",
            where=where,
            hint=_signals_of(circuit, broken, r1cs.with_suffix(".sym")),
        )


def _signals_of(circuit: R1CS, constraint: int, sym: Path) -> str:
    """Return the signals of a constraint: names from the .sym file if there is one; never the values."""
    names = read_wire_names(sym) if sym.is_file() else {}
    signals = [names.get(wire, f"wire {wire}") for wire in circuit.wires_of(constraint)]
    return f"it constrains {first_names(signals)}"


def first_names(signals: Sequence[str]) -> str:
    """Return the first few names of a list in one line, and the number of the others."""
    more = f" and {len(signals) - _MAX_NAMES} more" if len(signals) > _MAX_NAMES else ""
    return f"{', '.join(signals[:_MAX_NAMES])}{more}"
