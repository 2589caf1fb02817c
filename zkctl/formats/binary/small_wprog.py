"""Read a small witness program without numpy; of any other file `read_wprog` says what it is.

The layout is that of wprog.py and program_hints.py.
"""

from __future__ import annotations

from array import array
from itertools import accumulate, islice
from pathlib import Path
from typing import Any

from zkctl.constraints.hint_call import HintCall
from zkctl.constraints.small_program import SmallProgram, is_good
from zkctl.constraints.source_map import SourceMap
from zkctl.errors import FormatError
from zkctl.field import PrimeField
from zkctl.formats.binary.field_elements import read_scalar_field
from zkctl.formats.binary.program_advice import read_advice
from zkctl.formats.binary.program_hints import MAX_NAMES
from zkctl.formats.binary.program_notes import read_assumptions, read_digest, read_wire_names
from zkctl.formats.binary.program_values import read_text
from zkctl.formats.binary.sections import Section, SectionFile, read_sections
from zkctl.formats.binary.wprog import WPROG_KIND, read_signals, read_span, tied_sections

MOST_BYTES = 3 << 20  # of a file
MOST_TERMS = 80_000  # of its rows: Python takes as long for them as for the import of numpy
MOST_HINTS = 1 << 12


def read_small_wprog(path: Path) -> SmallProgram | None:
    """Return a program that is small and good, None for any other file.

    Raises: FormatError if it is no witness program; EnvironmentProblem if it is unreadable or changes meanwhile.
    """
    file = read_sections(path, WPROG_KIND)
    file.check_directory()
    if file.version != WPROG_KIND.written_version or file.source.size > MOST_BYTES:
        return None
    try:
        program = _read(file)
    except FormatError:
        return None
    file.source.check_unchanged()
    return program if program is not None and is_good(program) else None


def _read(file: SectionFile) -> SmallProgram | None:
    file.check_sections_exist(WPROG_KIND.optional)
    header = file.section(1)
    field = read_scalar_field(header)
    n_wires, n_rows = header.u32("the number of wires"), header.u32("the number of rows")
    name = read_text(header)
    header.finish()
    rows, hints = file.section(4), file.section(5)
    lengths = rows.numbers(3 * n_rows, "the numbers of terms")
    starts: Any = array("q", accumulate(lengths, initial=0))
    if starts[-1] > MOST_TERMS or hints.u32("the number of hints") > MOST_HINTS:
        return None
    pool = _pool(file.section(3), field)
    wires = _column(rows, starts[-1], "the wires of the rows")
    coefficients = _column(rows, starts[-1], "the coefficients of the rows")
    targets = _column(rows, n_rows, "the targets")
    rows.finish()
    calls = _hints(file.section(5), pool)
    if calls is None:
        return None
    return SmallProgram(
        name,
        field,
        n_wires,
        tuple(read_signals(file.section(2))),
        pool,
        starts,
        wires,
        coefficients,
        targets,
        hints=calls,
        source=_source(file.section(6), n_rows),
        advice=read_advice(file.section(7)),
        assumptions=read_assumptions(file.section(8), field),
        wire_names=read_wire_names(file.section(9)),
        r1cs_digest=read_digest(file.section(10), tied_sections(file)),
        kept=_kept(file.section(11)),
    )


def _column(section: Section, count: int, what: str) -> Any:
    """Return numbers that the evaluator in Python reads like an array of numpy."""
    return array("I", section.numbers(count, what))


def _pool(section: Section, field: PrimeField) -> tuple[int, ...]:
    count, n_bytes = section.u32("the number of coefficients"), 8 * field.n_words
    raw = bytes(section.take(count * n_bytes, "the coefficients"))
    section.finish()
    parts = (raw[k : k + n_bytes] for k in range(0, len(raw), n_bytes))
    return tuple(int.from_bytes(part, "little") for part in parts)


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


def _hints(section: Section, pool: tuple[int, ...]) -> tuple[HintCall, ...] | None:
    """Return the hints, None where `read_hints` refuses them."""
    n_calls, n_names = section.u32("the number of hints"), section.u32("the number of names")
    if n_names > min(n_calls, MAX_NAMES):
        return None
    names = [read_text(section) for _ in range(n_names)]
    columns = [section.numbers(n_calls, "a column of hints") for _ in range(6)]
    rows, nodes, functions, n_parameters, n_inputs, n_outputs = columns
    if list(dict.fromkeys(functions)) != list(range(n_names)) or len(set(names)) != n_names:
        return None
    parameters = iter(section.numbers(sum(n_parameters), "the parameters of hints"))
    lengths = section.numbers(sum(n_inputs), "the lengths of inputs of hints")
    wires = section.numbers(sum(lengths), "the wires of hints")
    coefficients = section.numbers(sum(lengths), "the coefficients of hints")
    outputs = iter(section.numbers(sum(n_outputs), "the outputs of hints"))
    section.finish()
    if max(coefficients, default=-1) >= len(pool):
        return None
    terms = zip(wires, (pool[k] for k in coefficients), strict=True)
    sums = [dict(islice(terms, length)) for length in lengths]
    if any(len(each) != length for each, length in zip(sums, lengths, strict=True)):
        return None  # an input has a wire twice
    inputs = iter(sums)
    return tuple(
        HintCall(
            rows[k],
            names[functions[k]],
            tuple(islice(parameters, n_parameters[k])),
            tuple(islice(inputs, n_inputs[k])),
            tuple(islice(outputs, n_outputs[k])),
            nodes[k],
        )
        for k in range(n_calls)
    )
