"""The constraints of a circuit as text, one a line, in the order of the file."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice, pairwise
from pathlib import Path

from zkctl.constraints.r1cs import R1CS, SparseMatrix
from zkctl.field import ints_from_words
from zkctl.formats.binary.r1cs import R1CS_KIND, has_custom_gates, open_r1cs
from zkctl.formats.binary.sections import warnings_for_sections
from zkctl.runtime.printable import printable
from zkctl.runtime.progress import Progress, silent
from zkctl.runtime.records import record
from zkctl.toolchain.circuit.signal_names import WireNames, wire_names


@record
class ConstraintText:
    """The lines, made while they are taken; so the file's constraints can still be found malformed then."""

    lines: Iterator[str]
    warnings: list[str]


def print_constraints(
    r1cs: Path, *, sym: Path | None = None, first: int | None = None, progress: Progress = silent
) -> ConstraintText:
    """Return each constraint, or only the `first` ones, as `[ 1 main.a + 2 ] * [ 1 main.b ] = [ -1 main.c ]`.

    Coefficients above half the modulus are negative numbers.  Names are those of `sym`, or of the .sym file beside the circuit if
    there is one; a wire without a name is `wire 5`.  Memory: the names, and some thousand constraints.
    Raises: FormatError, EncodingError for what a file breaks; IntegrityError for names of another circuit; EnvironmentProblem if
    unreadable.
    """
    progress("reading the circuit", None)
    circuit = open_r1cs(r1cs)
    names = wire_names(r1cs, circuit.header.n_wires, sym=sym)
    warnings = warnings_for_sections(r1cs, R1CS_KIND)
    if has_custom_gates(circuit.file):
        warnings.append(f"{printable(r1cs)}: the custom gates of the circuit are not printed")
    lines = (line for part in circuit.parts() for line in _lines_of(part, names))
    return ConstraintText(islice(lines, first), warnings)


def _lines_of(part: R1CS, names: WireNames) -> Iterator[str]:
    rows = zip(*(_combinations(m, names) for m in (part.a, part.b, part.c)), strict=True)
    return (f"[ {a} ] * [ {b} ] = [ {c} ]" for a, b, c in rows)


def _combinations(matrix: SparseMatrix, names: WireNames) -> Iterator[str]:
    """Yield each row as a sum of terms, 0 for a row without any."""
    modulus = matrix.field.modulus
    wires, starts = matrix.wires.tolist(), matrix.starts.tolist()
    coefficients = ints_from_words(matrix.values)
    for start, stop in pairwise(starts):
        text = ""
        for k in range(start, stop):
            value = coefficients[k]
            signed = value if 2 * value < modulus else value - modulus
            sign = "-" if signed < 0 else "+"
            separator = f" {sign} " if text else sign.replace("+", "")
            text += f"{separator}{abs(signed)}{_factor(wires[k], names)}"
        yield text or "0"


def _factor(wire: int, names: WireNames) -> str:
    """Return the wire as it follows its coefficient; the constant is not written."""
    return f" {names.get(wire) or f'wire {wire}'}" if wire else ""
