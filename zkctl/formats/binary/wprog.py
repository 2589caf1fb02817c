"""Witness programs (.wprog): a circuit's rows, hints and source places, as data.

The container of r1cs and zkey files with magic "wprg".  Integers are u32 little-endian unless said otherwise; a string is its length
in bytes and UTF-8.  Sections:

1  header: n8, modulus (n8 bytes), n_wires, n_rows, name of the circuit (text)
2  signals: count; per signal role (0 output, 1 public, 2 private) + 256 * the number of its fields, n_axes, sizes, name (text), and
   its fields in the same form, if it is a structure; in wire order, which for an array of structures is element by element
3  coefficients: count, then n8 bytes each, plain, in 1 .. p-1, each once
4  rows: number of terms of each side (3 n_rows), wires of all terms, their coefficients (index into section 3), targets (n_rows)
5  hints: program_hints.py
6  source: spans (count; each file, line, column, end column, function, line of text), nodes (count, span of each, caller of each),
   messages (count, texts), origin of each row (n_rows), message of each row (n_rows)
7  advice programs: program_advice.py; 8 to 10 assumptions, names of inner wires, digest of the .r1cs: program_notes.py
11 kept wires: count, and the wires that are left after simplification, ascending; count 0: all of them
12 functions that advice programs call, in the form of section 7: in version 4 only, which is version 3 with this section

Version 1 has the first six only; before version 3 the hints are written one after the other.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO, TypeAlias

from zkctl.constraints.signals import MAX_NESTED, Role, SignalGroup
from zkctl.constraints.source_map import SourceMap, Span
from zkctl.constraints.witness_program import WitnessProgram, check_program
from zkctl.errors import FormatError
from zkctl.field import PrimeField, ints_from_words, words_from_ints
from zkctl.formats.binary.field_elements import modulus_bytes, read_scalar_field
from zkctl.formats.binary.program_advice import advice_bytes, read_advice
from zkctl.formats.binary.program_hints import hint_chunks, read_calls, read_hints
from zkctl.formats.binary.program_notes import (
    assumptions_bytes,
    digest_bytes,
    read_assumptions,
    read_digest,
    read_wire_names,
    wire_names_bytes,
)
from zkctl.formats.binary.program_values import U32 as _U32
from zkctl.formats.binary.program_values import list_bytes as _list_bytes
from zkctl.formats.binary.program_values import read_list as _list
from zkctl.formats.binary.program_values import read_text as _text
from zkctl.formats.binary.program_values import text_bytes as _text_bytes
from zkctl.formats.binary.program_values import u32s as _u32s
from zkctl.formats.binary.sections import (
    Chunk,
    ContainerKind,
    Section,
    SectionFile,
    read_sections,
    sized,
    write_sections,
)
from zkctl.runtime.arrays import np
from zkctl.runtime.printable import printable
from zkctl.runtime.records import record

if TYPE_CHECKING:
    from numpy.typing import NDArray

FUNCTIONS = 12  # the section of the functions that advice calls
_VERSIONS, _MANDATORY, _OPTIONAL = (1, 2, 3, 4), (1, 2, 3, 4, 5, 6), (7, 8, 9, 10, 11, FUNCTIONS)
WPROG_KIND = ContainerKind(b"wprg", _VERSIONS, 3, _MANDATORY, _OPTIONAL)
_WITH_FUNCTIONS = ContainerKind(b"wprg", _VERSIONS, 4, _MANDATORY, _OPTIONAL)
NOTES = (7, 8, 9, 10, 11)  # in all versions but the first

_MAX_AXES = 8
_FIELDS = 256  # a role is below; what it is multiplied by is the number of fields


def read_wprog(path: Path) -> WitnessProgram:
    """Read a witness program and check that every index in it is good.

    Raises: FormatError for what the file breaks; EnvironmentProblem if unreadable.
    """
    file = read_sections(path, WPROG_KIND)
    file.check_directory()
    notes = _read_notes(file)
    header = file.section(1)
    field = read_scalar_field(header)
    n_wires = header.u32("the number of wires")
    n_rows = header.u32("the number of rows")
    name = _text(header)
    header.finish()
    pool = _read_pool(file.section(3), field)
    rows = _read_rows(file.section(4), n_rows)
    program = WitnessProgram(
        name,
        field,
        n_wires,
        tuple(read_signals(file.section(2))),
        pool,
        *rows,
        hints=read_hints(file.section(5), pool)
        if file.version > 2
        else read_calls(file.section(5), pool),
        source=_read_source(file.section(6), n_rows),
        **notes,
    )
    try:
        check_program(program)
    except FormatError as problem:
        problem.where = file.where
        raise
    file.source.check_unchanged()
    return program


@record
class ProgramCircuit:
    """The circuit of a witness program, with the digest of its file.

    Outputs and inputs are in the program's wire order; `kept` is the program's wire of each wire of the circuit (None: they are equal).
    """

    signals: list[SignalGroup]
    kept: list[int] | None
    r1cs_digest: bytes


def read_program_circuit(path: Path) -> ProgramCircuit:
    """Read which circuit a witness program is of, without its rows.

    Raises: FormatError for what these sections break; EnvironmentProblem if unreadable.
    """
    file = read_sections(path, WPROG_KIND)
    file.check_directory()
    signals = list(read_signals(file.section(2)))
    kept, digest = None, b""
    if file.version > 1:
        file.check_sections_exist(NOTES)
        kept = _read_kept(file.section(11))
        digest = read_digest(file.section(10), tied_sections(file))
    file.source.check_unchanged()
    return ProgramCircuit(signals, None if kept is None else kept.tolist(), digest)


def tied_sections(file: SectionFile) -> bytes:
    """Return the sections that say which input goes to which wire of the circuit."""
    return bytes(file.sections[2]) + bytes(file.sections[11])


def _read_notes(file: SectionFile) -> dict[str, Any]:
    """Return the fields of a program that version 1 did not have."""
    if file.version == 1:
        newer = [k for k in WPROG_KIND.optional if k in file.sections]
        if newer:
            raise FormatError(
                f"section {newer[0]} in a wprg file of version 1: expected version 2",
                where=file.where,
            )
        return {}
    file.check_sections_exist(NOTES)
    if (file.version > 3) != (FUNCTIONS in file.sections):
        raise FormatError(
            f"section {FUNCTIONS} is in wprg files of version 4, and only there", where=file.where
        )
    return {
        "advice": read_advice(file.section(7)),
        "assumptions": read_assumptions(file.section(8), read_scalar_field(file.section(1))),
        "wire_names": read_wire_names(file.section(9)),
        "r1cs_digest": read_digest(file.section(10), tied_sections(file)),
        "kept": _read_kept(file.section(11)),
        "functions": read_advice(file.section(FUNCTIONS)) if file.version > 3 else (),
    }


def _read_kept(section: Section) -> NDArray[np.uint32] | None:
    count = section.u32("the number of kept wires")
    kept = section.array(_U32, count, "the kept wires")
    section.finish()
    return kept if count else None


def read_signals(section: Section) -> Iterable[SignalGroup]:
    """Yield the signals of section 2."""
    for _ in range(section.u32("the number of signals")):
        yield _read_signal(section, MAX_NESTED)
    section.finish()


def _read_signal(section: Section, levels: int) -> SignalGroup:
    n_fields, role = divmod(section.u32("a role"), _FIELDS)
    sizes = _list(section, "sizes")
    if role > max(Role) or len(sizes) > _MAX_AXES:
        raise section.fail(f"a signal with role {role} and {len(sizes)} axes")
    if n_fields and not levels:
        raise section.fail(f"structures are nested deeper than {MAX_NESTED} levels")
    name = _text(section)
    fields = tuple(_read_signal(section, levels - 1) for _ in range(n_fields))
    if any(field.role is not Role(role) for field in fields):
        raise section.fail(f"the fields of {printable(name, 80)} have another role than {role}")
    return SignalGroup(name, Role(role), tuple(sizes), fields)


def _read_pool(section: Section, field: PrimeField) -> tuple[int, ...]:
    count = section.u32("the number of coefficients")
    words = section.words(count, field.n_words, "the coefficients")
    section.finish()
    return tuple(ints_from_words(words))


_Rows: TypeAlias = (
    "tuple[NDArray[np.int64], NDArray[np.uint32], NDArray[np.uint32], NDArray[np.uint32]]"
)


def _read_rows(section: Section, n_rows: int) -> _Rows:
    lengths = section.array(_U32, 3 * n_rows, "the numbers of terms")
    starts = np.concatenate([np.zeros(1, np.int64), np.cumsum(lengths, dtype=np.int64)])
    wires = section.array(_U32, int(starts[-1]), "the wires of the rows")
    coefficients = section.array(_U32, int(starts[-1]), "the coefficients of the rows")
    targets = section.array(_U32, n_rows, "the targets")
    section.finish()
    return starts, wires, coefficients, targets


def _read_source(section: Section, n_rows: int) -> SourceMap:
    spans = tuple(read_span(section) for _ in range(section.u32("the number of spans")))
    n_nodes = section.u32("the number of origins")
    node_spans = section.array(_U32, n_nodes, "the spans of the origins")
    node_parents = section.array(_U32, n_nodes, "the callers of the origins")
    messages = tuple(_text(section) for _ in range(section.u32("the number of messages")))
    row_nodes = section.array(_U32, n_rows, "the origins of the rows")
    row_messages = section.array(_U32, n_rows, "the messages of the rows")
    section.finish()
    return SourceMap(spans, node_spans, node_parents, messages, row_nodes, row_messages)


def read_span(section: Section) -> Span:
    """Return a place in a source file."""
    file = _text(section)
    line, column, end_column = (section.u32("a place") for _ in range(3))
    return Span(file, line, column, end_column, _text(section), _text(section))


# -- writing


def write_wprog(file: BinaryIO, program: WitnessProgram) -> None:
    """Write a witness program; the bytes depend on the program only."""
    sections = (
        _header, _signals, _pool, _rows, _hints, _source, _advice, _assumptions, _wire_names, _digest, _kept,
    )  # fmt: skip
    made = [sized(k, *make(program)) for k, make in enumerate(sections, start=1)]
    if program.functions:
        made.append(sized(FUNCTIONS, advice_bytes(program.functions)))
    write_sections(file, _WITH_FUNCTIONS if program.functions else WPROG_KIND, made)


def _header(program: WitnessProgram) -> list[Chunk]:
    counts = _u32s(program.n_wires, program.n_rows)
    return [modulus_bytes(program.field) + counts + _text_bytes(program.name)]


def _signals(program: WitnessProgram) -> list[Chunk]:
    parts = [_signal(group) for group in program.signals]
    return [_u32s(len(parts)), *parts]


def _signal(group: SignalGroup) -> bytes:
    own = _u32s(group.role + _FIELDS * len(group.fields)) + _list_bytes(group.shape)
    return own + _text_bytes(group.name) + b"".join(map(_signal, group.fields))


def _pool(program: WitnessProgram) -> list[Chunk]:
    words = words_from_ints(program.pool, program.field.n_words)
    return [_u32s(len(program.pool)), np.asarray(words, "<u8")]


def _rows(program: WitnessProgram) -> list[Chunk]:
    lengths = np.diff(program.starts)
    return [np.asarray(a, _U32) for a in (lengths, program.wires, program.coefficients, program.targets)]  # fmt: skip


def _hints(program: WitnessProgram) -> list[Chunk]:
    return hint_chunks(program.hint_table)


def _source(program: WitnessProgram) -> list[Chunk]:
    source = program.source
    texts = cache(_text_bytes)  # of files and lines, which repeat
    spans = bytearray(_u32s(len(source.spans)))
    for span in source.spans:
        spans += texts(span.file)
        spans += _u32s(span.line, span.column, span.end_column)
        spans += _text_bytes(span.function)
        spans += texts(span.text)
    messages = [_text_bytes(message) for message in source.messages]
    return [
        memoryview(spans),
        _u32s(len(source.node_spans)),
        np.asarray(source.node_spans, _U32),
        np.asarray(source.node_parents, _U32),
        _u32s(len(messages)) + b"".join(messages),
        np.asarray(source.row_nodes, _U32),
        np.asarray(source.row_messages, _U32),
    ]


def _advice(program: WitnessProgram) -> list[Chunk]:
    return [advice_bytes(program.advice)]


def _assumptions(program: WitnessProgram) -> list[Chunk]:
    return [assumptions_bytes(program.assumptions, program.field)]


def _wire_names(program: WitnessProgram) -> list[Chunk]:
    return [wire_names_bytes(program.wire_names)]


def _kept(program: WitnessProgram) -> list[Chunk]:
    kept = np.empty(0, _U32) if program.kept is None else np.asarray(program.kept, _U32)
    return [_u32s(len(kept)), kept]


def _digest(program: WitnessProgram) -> list[Chunk]:
    tied = [*_signals(program), *_kept(program)]
    return [digest_bytes(program.r1cs_digest, b"".join(bytes(chunk) for chunk in tied))]
