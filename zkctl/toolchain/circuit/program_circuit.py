"""Compare a witness program with the circuit that it was compiled with: digest and names of signals."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import chain, islice
from pathlib import Path

from zkctl.errors import IntegrityError
from zkctl.formats.binary.program_notes import DIGEST_BYTES
from zkctl.formats.binary.r1cs import open_r1cs
from zkctl.formats.binary.wprog import ProgramCircuit, read_program_circuit
from zkctl.runtime.digests import blake2b
from zkctl.runtime.printable import printable
from zkctl.storage.mapped import map_file
from zkctl.toolchain.circuit.signal_names import wire_names

_HINT = "compile the circuit again, so that both files are of one circuit"


def check_program_beside(r1cs: Path) -> None:
    """Check that the witness program beside a circuit, NAME.wprog, was compiled with it; without one there is nothing to check.

    Its digest is compared with the circuit's bytes, and its names with those of NAME.sym if that is there, too: swapped names of inputs
    would make a valid proof about other values.
    Raises: IntegrityError if they differ; FormatError for a malformed program.
    """
    path = r1cs.with_suffix(".wprog")
    if path != r1cs and path.is_file():
        check_program_of(path, r1cs)


def check_program_of(path: Path, r1cs: Path) -> None:
    """Check that a witness program was compiled with a circuit, as `check_program_beside`."""
    program = read_program_circuit(path)
    _check_digest(program, path, r1cs)
    header = open_r1cs(r1cs).header
    names = wire_names(r1cs, header.n_wires)
    for wire, name in _named_wires(program, max(names, default=0)):
        found = names.get(wire, f"main.{name}")
        if found != f"main.{name}":
            raise IntegrityError(
                f"wire {wire} is main.{printable(name)} in the witness program: expected {found}, its name in the .sym file",
                where=printable(path),
                hint=_HINT,
            )


def _named_wires(program: ProgramCircuit, last: int) -> Iterator[tuple[int, str]]:
    """Yield the wires of the circuit up to `last` that are outputs or inputs, with their names in the program."""
    elements = chain.from_iterable(group.element_names() for group in program.signals)
    if program.kept is None:
        yield from enumerate(islice(elements, last), start=1)
        return
    wires = {kept: wire for wire, kept in enumerate(program.kept[: last + 1])}
    for kept, name in enumerate(islice(elements, max(wires, default=0)), start=1):
        if kept in wires:
            yield wires[kept], name


def _check_digest(program: ProgramCircuit, path: Path, r1cs: Path) -> None:
    if not program.r1cs_digest:  # version 1 had none
        return
    source = map_file(r1cs)
    found = blake2b(source.data, digest_size=DIGEST_BYTES).digest()
    source.check_unchanged()
    if found != program.r1cs_digest:
        raise IntegrityError(
            f"the witness program is of another circuit: expected the digest {program.r1cs_digest.hex()},"
            f" got {found.hex()} of {printable(r1cs)}",
            where=printable(path),
            hint=_HINT,
        )
