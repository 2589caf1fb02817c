"""Read a witness program without numpy; of any file that is unusual `read_wprog` says what it is.

The layout is that of wprog.py and program_hints.py.
"""

from __future__ import annotations

import sys
from array import array
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from zkctl.constraints.evaluate import TERMS_OF_HINT, Evaluator
from zkctl.constraints.small_program import PlainHintTable, StoredNumbers, is_good, plain_starts
from zkctl.constraints.source_map import SourceMap
from zkctl.constraints.witness_program import WitnessProgram
from zkctl.errors import FormatError
from zkctl.field import PrimeField
from zkctl.formats.binary.field_elements import read_scalar_field
from zkctl.formats.binary.program_advice import read_advice
from zkctl.formats.binary.program_hints import MAX_NAMES
from zkctl.formats.binary.program_notes import read_assumptions, read_digest, read_wire_names
from zkctl.formats.binary.program_values import read_text
from zkctl.formats.binary.sections import Section, SectionFile, read_sections
from zkctl.formats.binary.wprog import (
    FUNCTIONS,
    NOTES,
    WPROG_KIND,
    read_signals,
    read_span,
    tied_sections,
)

if TYPE_CHECKING:
    from zkctl.field.kernels.compiled.evaluator import CompiledEvaluator

# of a program that Python computes
MOST_BYTES = 3 << 20  # of the file
MOST_TERMS = 80_000  # of the rows: Python takes as long for them as for the import of numpy
MOST_HINTS = 1 << 12

Choose = Callable[[PrimeField, int], "CompiledEvaluator | None"]  # field, number of terms


def read_small_wprog(path: Path, choose: Choose) -> Evaluator | None:
    """Return the evaluator of a program that is good, None for any other file.

    `choose` returns the compiled evaluator for a program of so many terms, or None: then Python runs those that are small.
    Raises: FormatError if it is no witness program; EnvironmentProblem if it is unreadable or changes meanwhile.
    """
    file = read_sections(path, WPROG_KIND)
    file.check_directory()
    if (
        file.version != WPROG_KIND.written_version
        or FUNCTIONS in file.sections
        or sys.byteorder != "little"
    ):
        return None
    try:
        evaluator = _read(file, choose)
    except FormatError:
        return None
    file.source.check_unchanged()
    return evaluator


def _read(file: SectionFile, choose: Choose) -> Evaluator | None:
    file.check_sections_exist(NOTES)
    n_hints = file.section(5).u32("the number of hints")
    field = read_scalar_field(file.section(1))
    n_terms = file.section(4).size // 8  # a wire and a coefficient each, and little more
    compiled = choose(field, n_terms + TERMS_OF_HINT * n_hints)
    if compiled is None:
        is_small = file.source.size <= MOST_BYTES and n_hints <= MOST_HINTS
        program = _program(file, plain_starts, MOST_TERMS) if is_small else None
        is_taken = program is not None and is_good(program)
        return Evaluator(program, in_python=True) if program is not None and is_taken else None
    program = _program(file, compiled.starts, n_terms)
    return None if program is None else _prepared(program, compiled)


def _prepared(program: WitnessProgram, compiled: CompiledEvaluator) -> Evaluator | None:
    from zkctl.constraints.compiled_columns import prepared_if_good
    from zkctl.constraints.compiled_runs import CompiledRuns

    prepared = prepared_if_good(program, compiled)
    if prepared is None:
        return None
    return Evaluator(program, runs=CompiledRuns(program, compiled, prepared))


def _program(
    file: SectionFile, starts_of: Callable[[Any], Any], most_terms: int
) -> WitnessProgram | None:
    header = file.section(1)
    field = read_scalar_field(header)
    n_wires, n_rows = header.u32("the number of wires"), header.u32("the number of rows")
    name = read_text(header)
    header.finish()
    rows = file.section(4)
    starts = starts_of(_column(rows, 3 * n_rows, "the numbers of terms"))
    if starts[-1] > most_terms:
        return None
    pool = _pool(file.section(3), field)
    wires = _column(rows, starts[-1], "the wires of the rows")
    coefficients = _column(rows, starts[-1], "the coefficients of the rows")
    targets = _column(rows, n_rows, "the targets")
    rows.finish()
    hints = _hints(file.section(5), pool)
    if hints is None:
        return None
    return WitnessProgram(
        name,
        field,
        n_wires,
        tuple(read_signals(file.section(2))),
        pool,
        starts,
        wires,
        coefficients,
        targets,
        hints=hints,
        source=_source(file.section(6), n_rows),
        advice=read_advice(file.section(7)),
        assumptions=read_assumptions(file.section(8), field),
        wire_names=read_wire_names(file.section(9)),
        r1cs_digest=read_digest(file.section(10), tied_sections(file)),
        kept=_kept(file.section(11)),
    )


def _column(section: Section, count: int, what: str) -> Any:
    """Return numbers of four bytes as a view of the file that the evaluators read like an array of numpy."""
    part = section.take(4 * count, what)
    return part.cast("I") if count else memoryview(array("I"))


def _pool(section: Section, field: PrimeField) -> StoredNumbers:
    count, n_bytes = section.u32("the number of coefficients"), 8 * field.n_words
    raw = section.take(count * n_bytes, "the coefficients")
    section.finish()
    return StoredNumbers(raw, n_bytes)


def _kept(section: Section) -> Any:
    kept = _column(section, section.u32("the number of kept wires"), "the kept wires")
    section.finish()
    return kept or None


def _source(section: Section, n_rows: int) -> SourceMap:
    spans = tuple(read_span(section) for _ in range(section.u32("the number of spans")))
    n_nodes = section.u32("the number of origins")
    node_spans = _column(section, n_nodes, "the spans of the origins")
    node_parents = _column(section, n_nodes, "the callers of the origins")
    messages = tuple(read_text(section) for _ in range(section.u32("the number of messages")))
    row_nodes = _column(section, n_rows, "the origins of the rows")
    row_messages = _column(section, n_rows, "the messages of the rows")
    section.finish()
    return SourceMap(spans, node_spans, node_parents, messages, row_nodes, row_messages)


def _hints(section: Section, pool: Sequence[int]) -> PlainHintTable | None:
    """Return the hints, None where `read_hints` refuses their names."""
    n_calls, n_names = section.u32("the number of hints"), section.u32("the number of names")
    if n_names > min(n_calls, MAX_NAMES):
        return None
    names = tuple(read_text(section) for _ in range(n_names))
    columns = [_column(section, n_calls, "a column of hints") for _ in range(6)]
    rows, nodes, functions, n_parameters, n_inputs, n_outputs = columns
    if list(dict.fromkeys(functions)) != list(range(n_names)) or len(set(names)) != n_names:
        return None
    parameters = _column(section, sum(n_parameters), "the parameters of hints")
    lengths = _column(section, sum(n_inputs), "the lengths of inputs of hints")
    n_terms = sum(lengths)
    wires = _column(section, n_terms, "the wires of hints")
    coefficients = _column(section, n_terms, "the coefficients of hints")
    outputs = _column(section, sum(n_outputs), "the outputs of hints")
    section.finish()
    return PlainHintTable(
        names, rows, nodes, functions, n_parameters, n_inputs, n_outputs, parameters, lengths, wires, coefficients, outputs, pool,
    )  # fmt: skip
