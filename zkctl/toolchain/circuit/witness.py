"""Compute a witness from a program and inputs.  The program is data, or WebAssembly in a sandbox; no Python of the user runs."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from zkctl.errors import FormatError, InputError, UsageError
from zkctl.field import PrimeField
from zkctl.field.words import Words, words_from_ints
from zkctl.formats.binary.wtns import write_wtns
from zkctl.formats.identify import FileKind, magic_of, name_of_content
from zkctl.formats.json.strict import Json
from zkctl.runtime.arrays import np
from zkctl.runtime.printable import printable
from zkctl.runtime.progress import Progress, silent
from zkctl.runtime.records import record
from zkctl.storage.atomic import atomic_output, check_destination
from zkctl.storage.mapped import map_file
from zkctl.toolchain.circuit.circom_log import listener
from zkctl.toolchain.circuit.inputs import (
    InputReader,
    MakeReader,
    name_of_other_document,
    read_inputs,
)
from zkctl.toolchain.circuit.requests import USUAL_LIMITS, WasmLimits
from zkctl.toolchain.circuit.source_name import takes_flat_arrays

if TYPE_CHECKING:
    from zkctl.constraints.advice.run import Log
    from zkctl.constraints.evaluate import Evaluator
    from zkctl.constraints.witness_program import WitnessProgram
    from zkctl.toolchain.circuit.check_witness import CircuitOfWitnesses

T = TypeVar("T")


@record
class WitnessSummary:
    """The computed witness; never a value."""

    witness: str
    circuit: str
    field: str
    n_wires: int
    warnings: list[str]


@record(eq=False, repr=False)  # no repr: the values are secret
class ComputedWitness:
    """The name of a circuit and the values of its wires.

    Shapes: words (n_wires, n_words), a view of bytes (n_wires, n_bytes), or integers.  Units: plain, canonical.
    """

    circuit: str
    field: PrimeField
    values: Words | memoryview | list[int]

    @property
    def words(self) -> Words:
        """The values as words."""
        found = self.values
        if isinstance(found, memoryview):
            return np.frombuffer(found, np.uint64).reshape(-1, self.field.n_words)
        return words_from_ints(found, self.field.n_words) if isinstance(found, list) else found


def calculate_witness(
    program: Path,
    *,
    inputs: Path,
    output: Path,
    sym: Path | None = None,
    r1cs: Path | None = None,
    force: bool = False,
    reduce: bool = False,
    limits: WasmLimits = USUAL_LIMITS,
    progress: Progress = silent,
) -> WitnessSummary:
    """Write the witness of a .wprog, or of a circom-2 .wasm, for the inputs of a JSON file; only its owner may read it.

    `sym` is the .sym file of a .wasm, by default NAME.sym beside it or in the folder above: it names missing inputs and their shapes.
    `r1cs` is the circuit: the program must have been compiled with it, and the witness satisfy it, before anything is written.
    `reduce` takes inputs modulo the field as circom does, instead of refusing those that are not below it.
    `limits` bound a .wasm.
    Raises: UnsatisfiedError for inputs that break a constraint, with its message and source (nothing is written); InputError for
    missing, unknown, misshapen or too large inputs; FormatError for malformed files; LimitError for a .wasm that exceeds a
    limit; EnvironmentProblem if a .wasm needs the extra; IntegrityError if `r1cs` is another circuit.
    """
    sources = [program, inputs, *filter(None, (sym, r1cs))]
    check_destination(output, force=force, inputs=sources)
    kind = kind_of_program(program)
    if sym is not None and kind is FileKind.WPROG:
        raise UsageError(
            "a witness program needs no .sym file: it has the names itself", hint="leave `sym` out"
        )
    circuit = None if r1cs is None else circuit_of(r1cs, program, kind)
    run_wasm = partial(_run_wasm, sym=sym, limits=limits)
    run = _run_small_program if kind is FileKind.WPROG else run_wasm
    warnings: list[str] = []
    values = read_inputs(inputs)
    progress(f"computing the witness of {printable(program)}", None)
    computed = _compute(partial(run, program), values, _Reading(inputs, reduce, warnings))
    if circuit is not None:
        progress("checking the constraints", None)
        circuit.check(computed.field, computed.words, where=printable(inputs))
    with atomic_output(output, force=force, inputs=sources, private=True) as file:
        write_wtns(file, computed.field, computed.values)
    return WitnessSummary(
        printable(output), computed.circuit, computed.field.name, len(computed.values), warnings
    )


def compute_witness(
    program: Path, inputs: Path, *, reduce: bool, warnings: list[str]
) -> ComputedWitness:
    """Return the witness of a .wprog, or of a circom-2 .wasm within the default limits, for the inputs of a JSON file.

    Warnings about the inputs are added to `warnings`.
    Raises: as `calculate_witness`.
    """
    run_wasm = partial(_run_wasm, sym=None, limits=USUAL_LIMITS)
    run = _run_program if kind_of_program(program) is FileKind.WPROG else run_wasm
    return _compute(partial(run, program), read_inputs(inputs), _Reading(inputs, reduce, warnings))


@record
class _Reading:
    """The file of the inputs, and the way to read it."""

    path: Path
    reduce: bool
    warnings: list[str]

    def reader(self, field: PrimeField) -> InputReader:
        return InputReader(field, self.reduce, printable(self.path), self.warnings)


def _compute(
    run: Callable[[dict[str, Json], MakeReader], ComputedWitness],
    values: dict[str, Json],
    reading: _Reading,
) -> ComputedWitness:
    """Run a program on the values of a document; errors name the document."""
    try:
        return run(values, reading.reader)
    except InputError as problem:
        problem.where = problem.where or printable(reading.path)
        problem.message += name_of_other_document(values)
        raise


def circuit_of(r1cs: Path, program: Path, kind: FileKind) -> CircuitOfWitnesses:
    """Return the circuit that the witnesses of a program must satisfy.

    Raises: IntegrityError if a .wprog was not compiled with it; FormatError for malformed files.
    """
    from zkctl.toolchain.circuit.check_witness import CircuitOfWitnesses

    return CircuitOfWitnesses(r1cs, program=program if kind is FileKind.WPROG else None)


def kind_of_program(path: Path) -> FileKind:
    """Return WPROG or WASM by a file's first bytes.  Raises: FormatError for anything else."""
    source = map_file(path)
    found = {kind.value: kind for kind in (FileKind.WPROG, FileKind.WASM)}.get(
        magic_of(source.data)
    )
    if found is None:
        raise FormatError(
            "expected a witness program (.wprog) or a circom .wasm, found"
            f" {name_of_content(source.data)}",
            where=source.where,
            hint="make the witness program with `compile_circuit()`",
        )
    return found


def _run_program(path: Path, values: dict[str, Json], make_reader: MakeReader) -> ComputedWitness:
    from zkctl.constraints.evaluate import Evaluator
    from zkctl.formats.binary.wprog import read_wprog
    from zkctl.toolchain.circuit.label_names import with_label_names

    program = with_label_names(read_wprog(path), path)
    words = words_of_inputs(Evaluator(program), values, make_reader(program.field))
    return ComputedWitness(printable(program.name), program.field, words)


def _run_small_program(
    path: Path, values: dict[str, Json], make_reader: MakeReader
) -> ComputedWitness:
    """Run a program without numpy if it is good, and small or run by compiled code, else as `_run_program`."""
    from zkctl.constraints.evaluate import evaluator_for
    from zkctl.formats.binary.small_wprog import read_small_wprog

    evaluator = read_small_wprog(path, evaluator_for)
    if evaluator is None:
        return _run_program(path, values, make_reader)
    from zkctl.toolchain.circuit.label_names import with_label_names

    evaluator.program = program = with_label_names(evaluator.program, path)
    found = _evaluated(evaluator.kept_values, program, values, make_reader(program.field))
    return ComputedWitness(printable(program.name), program.field, found)


def words_of_inputs(
    evaluator: Evaluator, values: Mapping[str, object], reader: InputReader
) -> Words:
    """Return the witness of a program for the inputs of a document.  Shapes: -> (n_wires, n_words).

    Raises: InputError, UnsatisfiedError.
    """
    program = evaluator.program
    words = _evaluated(evaluator.words, program, values, reader)
    return words if program.kept is None else words[program.kept]


def _evaluated(
    evaluate: Callable[[Sequence[int], Log | None], T],
    program: WitnessProgram,
    values: Mapping[str, object],
    reader: InputReader,
) -> T:
    """Return what an evaluator makes of the inputs of a document; report the lines that the circuit logs."""
    from zkctl.constraints.advice.log import LogLines
    from zkctl.constraints.signals import flatten_inputs

    try:
        flat = flatten_inputs(
            program.signals,
            values,
            reader,
            reader.usual_numbers,
            takes_flat=takes_flat_arrays(program),
        )
    except InputError as problem:
        problem.where = problem.where or reader.where
        raise
    listen = listener()
    lines = None if listen is None else LogLines()
    try:
        return evaluate(flat, lines)
    finally:
        if lines is not None and listen is not None:
            for line in lines.printed():
                listen(line)


def _run_wasm(
    path: Path,
    values: dict[str, Json],
    make_reader: MakeReader,
    *,
    sym: Path | None,
    limits: WasmLimits,
) -> ComputedWitness:
    from zkctl.toolchain.circuit.circom_inputs import find_symbols
    from zkctl.toolchain.circuit.circom_witness import run_circom

    field, words = run_circom(
        path,
        values,
        make_reader,
        symbols=find_symbols(path, sym),
        time_limit=limits.time_limit,
        memory_limit=limits.memory_limit,
    )
    return ComputedWitness(printable(path.stem), field, words)
