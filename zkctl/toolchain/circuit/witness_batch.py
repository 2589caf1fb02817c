"""Compute many witnesses of one program: JSON Lines, the inputs of one witness on every line."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from zkctl.constraints.evaluate import Evaluator
from zkctl.errors import (
    FormatError,
    InputError,
    LimitError,
    UnsatisfiedError,
    UsageError,
    ZkctlError,
)
from zkctl.formats.binary.wprog import read_wprog
from zkctl.formats.binary.wtns import write_wtns
from zkctl.formats.identify import FileKind
from zkctl.formats.json.strict import load_json
from zkctl.runtime.printable import printable
from zkctl.runtime.progress import Progress, silent
from zkctl.runtime.records import record
from zkctl.storage.atomic_folder import atomic_folder, check_new_folder
from zkctl.storage.mapped import read_input
from zkctl.toolchain.circuit.inputs import MAX_BYTES, InputReader, inputs_of
from zkctl.toolchain.circuit.requests import USUAL_CHOICES, BatchChoices
from zkctl.toolchain.circuit.witness import circuit_of, kind_of_program, words_of_inputs

if TYPE_CHECKING:
    from zkctl.toolchain.circuit.check_witness import CircuitOfWitnesses

MAX_BATCH_BYTES = 1 << 30


@record
class FailedLine:
    """A line without a witness, and why."""

    line: int
    message: str
    where: str


@record
class WitnessBatch:
    """The witnesses of a batch, `folder`/LINE.wtns; never a value of one that was computed."""

    folder: str
    circuit: str
    field: str
    n_wires: int
    n_lines: int
    n_written: int
    failed: list[FailedLine]
    warnings: list[str]


def calculate_witnesses(
    program: Path,
    *,
    inputs: Path,
    output: Path,
    choices: BatchChoices = USUAL_CHOICES,
    progress: Progress = silent,
) -> WitnessBatch:
    """Write the witness of every line to a new folder, LINE.wtns; only its owner may read them.

    The first line that fails ends everything and nothing is written, unless the choice is to keep going.
    Raises: UnsatisfiedError, InputError, FormatError, LimitError naming the line; EnvironmentProblem if the folder exists.
    """
    check_new_folder(output)
    if kind_of_program(program) is FileKind.WASM:
        raise UsageError(
            "the program is a circom .wasm: expected a witness program (.wprog) for a batch",
            where=printable(program),
            hint="compute the witnesses of a .wasm one by one",
        )
    lines = _lines(inputs)
    r1cs = choices.r1cs
    circuit = None if r1cs is None else circuit_of(r1cs, program, FileKind.WPROG)
    evaluator = Evaluator(read_wprog(program), n_runs=len(lines))
    batch = _Batch(evaluator, inputs, choices.reduce, circuit)
    progress(f"computing {len(lines)} witnesses of {printable(program)}", None)
    with atomic_folder(output) as folder:
        for k, line in enumerate(lines, 1):
            batch.write(k, line, folder / f"{k}.wtns", keep_going=choices.keep_going)
            progress(f"computing witness {k} of {len(lines)}", k / len(lines))
        if len(batch.failed) == len(lines):
            raise batch.first_problem()
    found = batch.evaluator.program
    return WitnessBatch(
        folder=printable(output),
        circuit=printable(found.name),
        field=found.field.name,
        n_wires=found.n_wires if found.kept is None else len(found.kept),
        n_lines=len(lines),
        n_written=len(lines) - len(batch.failed),
        failed=batch.failed,
        warnings=batch.warnings,
    )


class _Batch:
    """The program of a batch, and the lines that failed."""

    def __init__(
        self, evaluator: Evaluator, path: Path, reduce: bool, circuit: CircuitOfWitnesses | None
    ) -> None:
        self.evaluator, self.path, self.reduce, self.circuit = evaluator, path, reduce, circuit
        self.failed: list[FailedLine] = []
        self.warnings: list[str] = []
        self._problems: list[ZkctlError] = []

    def write(self, number: int, line: bytes, output: Path, *, keep_going: bool) -> None:
        """Compute and write the witness of a line; note its failure, or raise it."""
        where = f"{printable(self.path)} line {number}"
        field = self.evaluator.program.field
        reader = InputReader(field, self.reduce, where, self.warnings)
        try:
            words = words_of_inputs(self.evaluator, _values(line, where), reader)
            if self.circuit is not None:
                self.circuit.check(field, words, where=where)
        except (UnsatisfiedError, InputError, FormatError, LimitError) as problem:
            if not problem.where.startswith(where):
                problem.where = "\n".join(filter(None, [where, problem.where]))
            if not keep_going:
                raise
            self._problems.append(problem)
            self.failed.append(FailedLine(number, problem.message, problem.where))
            return
        output.touch(mode=0o600)
        with output.open("wb") as file:
            write_wtns(file, field, words)

    def first_problem(self) -> ZkctlError:
        """Return the error of the first line, where all lines failed."""
        problem = self._problems[0]
        problem.message += f"; none of the {len(self.failed)} lines has a witness"
        return problem


def _values(line: bytes, where: str) -> dict[str, object]:
    if not line.strip():
        raise FormatError("the line is empty", where=where)
    return dict(inputs_of(load_json(line, max_bytes=MAX_BYTES, where=where), where))


def _lines(path: Path) -> list[bytes]:
    raw = read_input(path, MAX_BATCH_BYTES)
    lines = raw.split(b"\n")
    if not lines[-1]:
        lines.pop()
    if not lines:
        raise FormatError("the file has no inputs: it is an empty file", where=printable(path))
    if b"{" not in lines[0] or lines[0].strip() == b"{":
        raise FormatError(
            "expected the inputs of one witness on each line, found another text in line 1",
            where=printable(path),
            hint='write {"name": "123", "list": ["1", "2"]} on every line',
        )
    return lines
