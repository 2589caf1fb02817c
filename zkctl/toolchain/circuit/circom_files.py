"""The files of a circuit compiled from circom: constraints, names, witness program, and circom's JSON of the constraints."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from enum import Enum
from itertools import islice, pairwise
from typing import Any, BinaryIO, cast

from zkctl.circom.circuit import CircomCircuit
from zkctl.constraints.r1cs import R1CS, SparseMatrix
from zkctl.constraints.witness_program import check_program
from zkctl.field import ints_from_words
from zkctl.formats.binary.custom_gates import custom_gate_sections
from zkctl.formats.binary.program_notes import DIGEST_BYTES
from zkctl.formats.binary.r1cs import write_r1cs
from zkctl.formats.binary.wprog import write_wprog
from zkctl.formats.sym import write_sym
from zkctl.runtime.digests import HashedFile

_LINES_AT_ONCE = 1 << 10


class Output(Enum):
    """A file that can be written."""

    R1CS = "r1cs"
    SYM = "sym"
    PROGRAM = "program"
    JSON = "json"
    SUBSTITUTIONS = "substitutions"


OUTPUTS = {
    Output.R1CS: ".r1cs",
    Output.SYM: ".sym",
    Output.PROGRAM: ".wprog",
    Output.JSON: "_constraints.json",
    Output.SUBSTITUTIONS: "_substitutions.json",
}  # the ends of the names of files, circom's words


def write_outputs(circuit: CircomCircuit, streams: Mapping[Output, BinaryIO]) -> None:
    """Write each output to its stream; the program names the digest of the constraints, written or not."""
    digest = b""
    if Output.R1CS in streams or Output.PROGRAM in streams:
        hashed = HashedFile(streams.get(Output.R1CS) or cast(BinaryIO, _Nowhere()), DIGEST_BYTES)
        gates = circuit.custom_gates
        sections = None if gates is None else custom_gate_sections(gates, circuit.field)
        write_r1cs(hashed.file, circuit.r1cs, gates=sections)
        digest = hashed.digest()
    if Output.SYM in streams:
        write_sym(streams[Output.SYM], circuit.symbols())
    if Output.PROGRAM in streams:
        check_program(circuit.program)
        write_wprog(streams[Output.PROGRAM], replace(circuit.program, r1cs_digest=digest))
    if Output.JSON in streams:
        _write_lines(streams[Output.JSON], _constraints_json(circuit.r1cs))
    if Output.SUBSTITUTIONS in streams:
        _write_lines(streams[Output.SUBSTITUTIONS], _substitutions_json(circuit))


class _Nowhere:
    """A file whose bytes are not kept."""

    def write(self, data: Any) -> int:
        """Take bytes."""
        return len(data)


def _write_lines(file: BinaryIO, lines: Iterator[str]) -> None:
    while block := "".join(islice(lines, _LINES_AT_ONCE)):
        file.write(block.encode())


def _constraints_json(r1cs: R1CS) -> Iterator[str]:
    """Yield circom's JSON of the constraints: for each three objects from wire to coefficient, keys in ascending order."""
    yield '{\n"constraints": ['
    separator = "\n"
    for sides in zip(*map(_sides, (r1cs.a, r1cs.b, r1cs.c)), strict=True):
        yield f"{separator}[{','.join(sides)}]"
        separator = ",\n"
    yield "\n]\n}"


def _sides(matrix: SparseMatrix) -> Iterator[str]:
    wires, values = matrix.wires.tolist(), ints_from_words(matrix.values)
    for start, stop in pairwise(matrix.starts.tolist()):
        yield _object(dict(zip(wires[start:stop], values[start:stop], strict=True)))


def _object(terms: Mapping[int, int]) -> str:
    return "{" + ",".join(f'"{wire}":"{terms[wire]}"' for wire in sorted(terms)) + "}"


def _substitutions_json(circuit: CircomCircuit) -> Iterator[str]:
    """Yield circom's JSON of the removed signals by label, each as a combination of others."""
    left = circuit.simplification()
    found = {} if left is None else left.as_terms(circuit.layout.rows()).replacements
    yield "{"
    separator = "\n"
    for label in sorted(found):
        yield f'{separator}"{label}" : {_object(found[label])}'
        separator = ",\n"
    yield "\n}"
