"""Check a witness against its circuit, constraint by constraint; all that it breaks are found, no value is shown."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from zkctl.constraints.r1cs import R1CS, custom_gates_refused
from zkctl.errors import IntegrityError, ShapeError, UnsatisfiedError
from zkctl.field import PrimeField
from zkctl.field.words import Words
from zkctl.formats.binary.r1cs import R1CS_KIND, R1csFile, has_custom_gates, open_r1cs
from zkctl.formats.binary.sections import warnings_for_sections
from zkctl.formats.binary.wtns import WTNS_KIND, Witness, read_wtns
from zkctl.runtime.printable import printable
from zkctl.runtime.progress import Progress, silent
from zkctl.runtime.records import record
from zkctl.toolchain.circuit.program_circuit import check_program_beside, check_program_of
from zkctl.toolchain.circuit.signal_names import WireNames, first_names, signals_of, wire_names

MAX_SHOWN = 20

_OTHER_CIRCUIT = "witness and circuit come from different circuits"


@record
class BrokenConstraint:
    """The number of a constraint, counted from 0, and the signals in it without the constant."""

    constraint: int
    signals: list[str]

    @property
    def line(self) -> str:
        """The number and the first few signals, in one line."""
        return f"constraint {self.constraint}: {first_names(self.signals) or 'no signal'}"


@record
class WitnessCheck:
    """The verdict, and the first broken constraints of `n_broken`; never a value."""

    satisfied: bool
    field: str
    n_wires: int
    n_constraints: int
    n_broken: int
    broken: list[BrokenConstraint]
    warnings: list[str]


class CircuitOfWitnesses:
    """The circuit that computed witnesses must satisfy before they are written."""

    def __init__(self, r1cs: Path, *, program: Path | None) -> None:
        """Open a circuit; `program` is the .wprog that computes the witnesses, None for a .wasm, which says nothing about its circuit.

        Raises: IntegrityError if the program is of another circuit; InputError for custom gates; FormatError for malformed files.
        """
        self.path = r1cs
        self.file = _open_circuit(r1cs)
        if program is not None:
            check_program_of(program, r1cs)

    def check(self, field: PrimeField, words: Words, *, where: str) -> None:
        """Check a witness.  Shapes: words (n_wires, n_words).

        Raises: UnsatisfiedError naming the first constraint that it breaks, never a value; IntegrityError, ShapeError if it is of
        another circuit.
        """
        witness = Witness(field, words)
        n_wires, total = self.file.header.n_wires, self.file.header.n_constraints
        _check_belongs(witness, self.file.field, n_wires, where=where)
        n_broken, shown = _broken(witness, self.file.parts(), 1)
        if shown:
            constraint, wires = shown[0]
            names = signals_of(wires, _names_beside(self.path, n_wires))
            raise UnsatisfiedError(
                f"the computed witness breaks {n_broken} of {total} constraints",
                where=f"{where}\n{printable(self.path)} {BrokenConstraint(constraint, names).line}",
                hint="constrain what the program only computes, or compile program and circuit together again",
            )


def verify_witness(
    witness: Path,
    *,
    r1cs: Path,
    sym: Path | None = None,
    max_shown: int = MAX_SHOWN,
    progress: Progress = silent,
) -> WitnessCheck:
    """Find every constraint that the witness breaks; list the first `max_shown` with the names of their signals.

    The names are those of `sym`, or of the .sym file beside the circuit if there is one; a .wprog beside it must be of the circuit.
    Raises: IntegrityError for another field, names or program of another circuit, ShapeError for another number of wires, InputError for
    custom gates; FormatError, EncodingError for malformed files.
    """
    progress("reading the witness", None)
    circuit = _open_circuit(r1cs)
    n_wires, field = circuit.header.n_wires, circuit.field
    check_program_beside(r1cs)
    values = read_wtns(witness)
    _check_belongs(values, field, n_wires, where=printable(witness))
    names = None if sym is None else wire_names(r1cs, n_wires, sym=sym)
    progress("checking the constraints", None)
    n_broken, shown = _broken(values, circuit.parts(), max_shown)
    if names is None:
        names = wire_names(r1cs, n_wires) if shown else {}
    return WitnessCheck(
        satisfied=n_broken == 0,
        field=field.name,
        n_wires=n_wires,
        n_constraints=circuit.header.n_constraints,
        n_broken=n_broken,
        broken=[BrokenConstraint(k, signals_of(wires, names)) for k, wires in shown],
        warnings=[
            *warnings_for_sections(r1cs, R1CS_KIND),
            *warnings_for_sections(witness, WTNS_KIND),
        ],
    )


def _open_circuit(r1cs: Path) -> R1csFile:
    circuit = open_r1cs(r1cs)
    if has_custom_gates(circuit.file):
        raise custom_gates_refused(printable(r1cs))
    return circuit


def _names_beside(r1cs: Path, n_wires: int) -> WireNames:
    """Return the names of the .sym file beside a circuit; none if that is of another one: the numbers of wires still say which."""
    try:
        return wire_names(r1cs, n_wires)
    except IntegrityError:
        return {}


def _check_belongs(witness: Witness, field: PrimeField, n_wires: int, *, where: str) -> None:
    if witness.field != field:
        raise IntegrityError(
            f"the witness is over {witness.field.name}, the circuit over {field.name}",
            where=where,
            hint=_OTHER_CIRCUIT,
        )
    if len(witness) != n_wires:
        raise ShapeError(
            f"the circuit has {n_wires} wires, the witness {len(witness)}",
            where=where,
            hint=_OTHER_CIRCUIT,
        )


def _broken(
    witness: Witness, parts: Iterator[R1CS], max_shown: int
) -> tuple[int, list[tuple[int, list[int]]]]:
    """Return how many constraints are broken, and the numbers and wires of the first ones."""
    values = witness.values
    n_broken, first = 0, 0
    shown: list[tuple[int, list[int]]] = []
    for part in parts:
        broken = part.unsatisfied(values).tolist()
        shown += [(first + k, part.wires_of(k)) for k in broken[: max_shown - len(shown)]]
        n_broken += len(broken)
        first += part.n_constraints
    return n_broken, shown
