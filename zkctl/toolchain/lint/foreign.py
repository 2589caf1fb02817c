"""Read the constraint files of others for lint: the roles of wires come from the .sym file."""

from __future__ import annotations

from pathlib import Path

from zkctl.constraints.r1cs import R1CS, custom_gates_refused
from zkctl.errors import IntegrityError, UnsatisfiedError
from zkctl.formats.binary.r1cs import read_r1cs
from zkctl.formats.binary.wtns import read_wtns
from zkctl.formats.sym import read_sym
from zkctl.lint.foreign import SymbolLine, foreign_system
from zkctl.lint.system import System
from zkctl.runtime.printable import printable


def read_foreign(r1cs: Path, *, sym: Path | None = None) -> tuple[R1CS, System]:
    """Read a circuit with the names of `sym`, or of the .sym file beside it if there is one.

    Without names, and where the two files disagree, the system's `in_doubt` says so.
    Raises: InputError for custom gates; FormatError, EncodingError for malformed files; EnvironmentProblem if a file is unreadable.
    """
    circuit = read_r1cs(r1cs)
    if circuit.has_custom_gates:
        raise custom_gates_refused(printable(r1cs))
    beside = r1cs.with_suffix(".sym")
    path = sym if sym is not None else beside if beside.is_file() else None
    names = None if path is None else [SymbolLine(*row) for row in read_sym(path)]
    return circuit, foreign_system(circuit, names)


def read_first_witness(witness: Path, circuit: R1CS) -> list[int]:
    """Read a witness from which the search for a counterexample begins.

    Raises: IntegrityError, ShapeError if it is of another circuit; UnsatisfiedError if it breaks a constraint; FormatError, EncodingError
    for a malformed file.
    """
    found = read_wtns(witness)
    if found.field != circuit.field:
        raise IntegrityError(
            f"the witness is over {found.field.name}, the circuit over {circuit.field.name}",
            where=printable(witness),
            hint="pass a witness of this circuit",
        )
    values = found.values
    broken = circuit.unsatisfied(values)
    if len(broken):
        raise UnsatisfiedError(
            f"the witness breaks {len(broken)} of {circuit.n_constraints} constraints",
            where=printable(witness),
            hint="pass a witness that satisfies this circuit",
        )
    return [int(v) for v in values.to_ints()]
