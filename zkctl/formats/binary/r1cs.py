"""circom's .r1cs files.

Sections: 1 header; 2 constraints, row by row A, B, C, each u32 n_terms then n_terms times
(u32 wire, coefficient); 3 label of each wire; 4 and 5 custom gates.  Coefficients are plain and
canonical.  circom writes the order 2, 1, 3; rows are not sorted by wire.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, NamedTuple

import numpy as np
from numpy.typing import NDArray

from zkctl.constraints.r1cs import R1CS, SparseMatrix
from zkctl.errors import EncodingError, FormatError
from zkctl.field import PrimeField
from zkctl.field.words import Words
from zkctl.formats.binary.field_elements import (
    first_not_canonical,
    modulus_bytes,
    read_modulus,
    supported_field,
)
from zkctl.formats.binary.sections import (
    ContainerKind,
    Section,
    SectionFile,
    SizedSection,
    read_sections,
    sized,
    write_sections,
)
from zkctl.runtime.records import record

R1CS_KIND = ContainerKind(b"r1cs", (1,), 1, mandatory=(1, 2, 3), optional=(4, 5))
CIRCOM_ORDER = (2, 1, 3)

_ROWS_AT_ONCE = 3 << 14  # rows of A, B and C gathered in one numpy step
# of a file read in parts: few enough that rows of hundreds of terms take some MB
_CONSTRAINTS_IN_PART = 1 << 12
_MATRICES = "ABC"

_ThreeMatrices = tuple[SparseMatrix, SparseMatrix, SparseMatrix]


@record
class R1csHeader:
    """Section 1: the field's modulus and the counts, whether or not the field is supported."""

    modulus: int
    n_wires: int
    n_outputs: int
    n_public_inputs: int
    n_private_inputs: int
    n_labels: int
    n_constraints: int

    @property
    def n_bytes(self) -> int:
        """Bytes per coefficient."""
        return 8 * -(-self.modulus.bit_length() // 64)


def read_r1cs(path: Path) -> R1CS:
    """Read a constraint system.

    Raises: FormatError, EncodingError for what the file breaks; EnvironmentProblem if unreadable.
    """
    file, header, field = open_r1cs(path)
    matrices = _read_constraints(file.section(2), header, field)
    circuit = _circuit(file, header, matrices, _labels(file, header))
    file.source.check_unchanged()
    return circuit


def _circuit(
    file: SectionFile, header: R1csHeader, matrices: _ThreeMatrices, labels: NDArray[np.uint64]
) -> R1CS:
    return R1CS(
        field=matrices[0].field,
        n_wires=header.n_wires,
        n_outputs=header.n_outputs,
        n_public_inputs=header.n_public_inputs,
        n_private_inputs=header.n_private_inputs,
        n_labels=header.n_labels,
        a=matrices[0],
        b=matrices[1],
        c=matrices[2],
        labels=labels,
        has_custom_gates=has_custom_gates(file),
    )


def _labels(file: SectionFile, header: R1csHeader) -> NDArray[np.uint64]:
    section = file.section(3)
    labels = section.array(np.dtype("<u8"), header.n_wires, "the list of labels")
    section.finish()
    return labels


class R1csFile(NamedTuple):
    """A file over a supported field, and its header; its constraints are not read yet."""

    file: SectionFile
    header: R1csHeader
    field: PrimeField

    def parts(self) -> Iterator[R1CS]:
        """Yield the constraint system in parts, some constraints at a time; memory for one part.

        Every part is checked before it is yielded; only at the end is it known that the rows fill their section.
        Raises: as `read_r1cs`.
        """
        file, header, field = self
        labels, section = _labels(file, header), file.section(2)
        data = section.take(section.remaining, "the constraints")
        n_rows, first, position = 3 * header.n_constraints, 0, 0
        for counts in _term_counts(data, n_rows, field, section, 3 * _CONSTRAINTS_IN_PART):
            gathered = [_Gathered.empty(field, counts[m::3], first) for m in range(3)]
            position += _gather(gathered, data[position:], counts, field)
            yield _circuit(file, header, _finished(gathered, section, header), labels)
            first += len(counts) // 3
        file.source.check_unchanged()


def open_r1cs(path: Path) -> R1csFile:
    """Return a file with its header, for reading the constraints in parts.

    Raises: as `read_r1cs`.
    """
    file = read_sections(path, R1CS_KIND)
    file.check_directory()
    header = read_r1cs_header(file)
    return R1csFile(file, header, supported_field(header.modulus, f"{file.where}, section 1"))


def has_custom_gates(file: SectionFile) -> bool:
    """Return whether the file defines or uses a custom gate."""
    return any(_count(file, k) for k in R1CS_KIND.optional)


def read_r1cs_header(file: SectionFile) -> R1csHeader:
    """Return section 1, its counts checked against each other and the file's size."""
    section = file.section(1)
    header = R1csHeader(
        read_modulus(section),
        section.u32("the number of wires"),
        section.u32("the number of outputs"),
        section.u32("the number of public inputs"),
        section.u32("the number of private inputs"),
        section.unsigned(8, "the number of labels"),
        section.u32("the number of constraints"),
    )
    section.finish()
    # private inputs do not count: circom's simplification may eliminate their wires
    named = 1 + header.n_outputs + header.n_public_inputs
    if header.n_wires < named:
        raise section.fail(
            f"{header.n_wires} wires, but the constant, {header.n_outputs} outputs and"
            f" {header.n_public_inputs} public inputs need {named}"
        )
    constraints = file.section(2)
    if 12 * header.n_constraints > constraints.remaining:
        raise constraints.fail(
            f"{header.n_constraints} constraints need at least {12 * header.n_constraints} bytes,"
            f" {constraints.remaining} present"
        )
    return header


def _count(file: SectionFile, section_id: int) -> int:
    return file.section(section_id).u32("a count") if section_id in file.sections else 0


def _read_constraints(section: Section, header: R1csHeader, field: PrimeField) -> _ThreeMatrices:
    data = section.take(section.remaining, "the constraints")
    blocks = list(_term_counts(data, 3 * header.n_constraints, field, section, _ROWS_AT_ONCE))
    counts = np.concatenate([np.zeros(0, np.int64), *blocks])
    gathered = [_Gathered.empty(field, counts[m::3]) for m in range(3)]
    position = 0
    for block in blocks:
        position += _gather(gathered, data[position:], block, field)
    return _finished(gathered, section, header)


def _gather(
    gathered: Sequence[_Gathered], data: memoryview, counts: NDArray[np.int64], field: PrimeField
) -> int:
    """Add the rows of (count, terms...) at the beginning of data to A, B and C; return their size in bytes."""
    term_words = _term_words(field)
    size = 4 * (len(counts) + term_words * int(counts.sum()))
    terms = _terms(np.frombuffer(data[:size], "<u4"), counts, term_words)
    matrix_of_term = np.repeat(np.tile(np.arange(3, dtype=np.uint8), len(counts) // 3), counts)
    for m, matrix in enumerate(gathered):
        matrix.append(terms[matrix_of_term == m])
    return size


def _finished(
    gathered: Sequence[_Gathered], section: Section, header: R1csHeader
) -> _ThreeMatrices:
    a, b, c = (
        matrix.finished(f"{section.where}, matrix {_MATRICES[m]}", header.n_wires)
        for m, matrix in enumerate(gathered)
    )
    return a, b, c


def _term_words(field: PrimeField) -> int:
    """Return the number of 32-bit words of a term: its wire and its coefficient."""
    return 1 + field.n_bytes // 4


def _term_counts(
    data: memoryview, n_rows: int, field: PrimeField, section: Section, at_once: int
) -> Iterator[NDArray[np.int64]]:
    """Yield the number of terms of every row, `at_once` rows at a time; it determines where the next row starts."""
    words, step = data[: len(data) & ~3].cast("I"), _term_words(field)
    n_read, position = 0, 0
    while n_read < n_rows and position <= len(words):
        counts: list[int] = []
        append = counts.append
        try:
            for _ in range(min(at_once, n_rows - n_read)):
                n_terms = words[position]
                append(n_terms)
                position += 1 + step * n_terms
        except IndexError:
            position = len(words) + 1
        n_read += len(counts)
        if position <= len(words):
            yield np.array(counts, np.int64)
    if 4 * position != len(data):
        row = max(n_read - 1, 0)
        found = "more" if 4 * position > len(data) else f"only {4 * position}"
        raise section.fail(
            f"the constraints need {found} of the section's {len(data)} bytes,"
            f" the last one read is {row // 3} {_MATRICES[row % 3]}"
        )


def _terms(
    words: NDArray[np.uint32], counts: NDArray[np.int64], term_words: int
) -> NDArray[np.uint32]:
    """Return the terms of rows of (count, terms...).  Shapes: (words,), (rows,) -> (terms, 1 + n8/4)."""
    is_term = np.ones(len(words), np.bool_)
    is_term[_count_positions(counts, term_words)] = False
    return words[is_term].reshape(-1, term_words)


def _count_positions(counts: NDArray[np.int64], term_words: int) -> NDArray[np.int64]:
    lengths = 1 + term_words * counts
    return np.cumsum(lengths) - lengths


@dataclass
class _Gathered:
    """One matrix while its terms are collected block by block."""

    field: PrimeField
    starts: NDArray[np.int64]
    wires: NDArray[np.uint32]
    values: Words
    first_row: int
    n_filled: int = 0

    @classmethod
    def empty(cls, field: PrimeField, counts: NDArray[np.int64], first_row: int = 0) -> _Gathered:
        starts = np.concatenate([np.zeros(1, np.int64), np.cumsum(counts)])
        total = int(starts[-1])
        return cls(
            field,
            starts,
            np.empty(total, np.uint32),
            np.empty((total, field.n_words), np.uint64),
            first_row,
        )

    def append(self, terms: NDArray[np.uint32]) -> None:
        """Add the terms of the next rows.  Shapes: (n, 1 + n8/4)."""
        end = self.n_filled + len(terms)
        self.wires[self.n_filled : end] = terms[:, 0]
        self.values[self.n_filled : end].view(np.uint32)[...] = terms[:, 1:]
        self.n_filled = end

    def finished(self, where: str, n_wires: int) -> SparseMatrix:
        """Return the finished matrix; wires must exist and coefficients be canonical."""
        outside = np.flatnonzero(self.wires >= n_wires)
        if len(outside):
            term = int(outside[0])
            raise FormatError(
                f"constraint {self._row_of(term)} uses wire {self.wires[term]}, there are {n_wires}",
                where=where,
            )
        bad = first_not_canonical(self.values, self.field.modulus)
        if bad is not None:
            raise EncodingError(
                f"constraint {self._row_of(bad)} has a coefficient that is not below the modulus"
                f" of {self.field.name}",
                where=where,
            )
        return SparseMatrix(self.field, self.starts, self.wires, self.values)

    def _row_of(self, term: int) -> int:
        return self.first_row + int(np.searchsorted(self.starts, term, side="right")) - 1


def write_r1cs(
    file: BinaryIO,
    r1cs: R1CS,
    order: Sequence[int] = CIRCOM_ORDER,
    gates: Mapping[int, SizedSection] | None = None,
) -> None:
    """Write a constraint system; the terms of a row keep their order.  `gates` are the sections of custom gates, which come last.

    Raises: FormatError for a file with custom gates that was read, whose definitions are not kept.
    """
    if r1cs.has_custom_gates and gates is None:
        raise FormatError("circuits with custom gates cannot be written")
    counts = (r1cs.n_wires, r1cs.n_outputs, r1cs.n_public_inputs, r1cs.n_private_inputs)
    header = modulus_bytes(r1cs.field) + struct.pack(
        "<IIIIQI", *counts, r1cs.n_labels, r1cs.n_constraints
    )
    n_terms = sum(len(matrix.wires) for matrix in (r1cs.a, r1cs.b, r1cs.c))
    size = 12 * r1cs.n_constraints + n_terms * (4 + r1cs.field.n_bytes)
    labels = np.asarray(r1cs.labels, "<u8")
    constraints = SizedSection(2, size, _constraint_blocks(r1cs))
    sections = {1: sized(1, header), 2: constraints, 3: sized(3, labels)}
    added = [] if gates is None else list(gates.values())
    write_sections(file, R1CS_KIND, [*(sections[k] for k in order), *added])


def _constraint_blocks(r1cs: R1CS) -> Iterator[NDArray[np.uint32]]:
    """Yield the payload of section 2, some rows at a time."""
    step = _ROWS_AT_ONCE // 3
    term_words = _term_words(r1cs.field)
    for start in range(0, r1cs.n_constraints, step):
        stop = min(start + step, r1cs.n_constraints)
        parts = [m.starts[start : stop + 1] for m in (r1cs.a, r1cs.b, r1cs.c)]
        counts = np.stack([np.diff(part) for part in parts], axis=1).reshape(-1)
        positions = _count_positions(counts, term_words)
        words = np.empty(len(counts) + term_words * int(counts.sum()), np.uint32)
        words[positions] = counts
        for m, matrix in enumerate((r1cs.a, r1cs.b, r1cs.c)):
            _place_terms(words, matrix, slice(start, stop), positions[m::3] + 1, term_words)
        yield words


def _place_terms(
    words: NDArray[np.uint32],
    matrix: SparseMatrix,
    rows: slice,
    first_term: NDArray[np.int64],
    term_words: int,
) -> None:
    """Write the terms of some rows of one matrix to their places among the words."""
    starts = matrix.starts[rows.start : rows.stop + 1]
    part = slice(int(starts[0]), int(starts[-1]))
    within_row = np.arange(part.start, part.stop) - np.repeat(starts[:-1], np.diff(starts))
    places = np.repeat(first_term, np.diff(starts)) + term_words * within_row
    words[places] = matrix.wires[part]
    values = np.ascontiguousarray(matrix.words(part)).view(np.uint32)
    words[places[:, None] + np.arange(1, term_words)] = values
