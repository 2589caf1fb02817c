"""The container of r1cs, wtns, ptau and zkey files.

Layout (little-endian): magic[4], u32 version, u32 n_sections, then per section u32 id, u64 size,
payload; sections in any order.
"""

from __future__ import annotations

import struct
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO, TypeAlias

from zkctl.errors import FormatError
from zkctl.formats.magic import KINDS, START_BYTES, has_magic
from zkctl.runtime.arrays import np
from zkctl.runtime.records import made_by, record
from zkctl.runtime.settings import is_strict
from zkctl.storage.mapped import MappedFile, map_file

if TYPE_CHECKING:
    from numpy.typing import NDArray

_U32 = struct.Struct("<I")
_FILE_HEADER = struct.Struct("<4sII")
_SECTION_HEADER = struct.Struct("<IQ")
SECTION_HEADER_BYTES = _SECTION_HEADER.size
_MAX_SECTIONS = 256  # the formats define at most 17; more only lets a mutant waste our time
_MAX_BLANKS = 16  # bytes at the end that are looked at
_ROWS_AT_ONCE = 1 << 14  # rows of an array written at once

Chunk: TypeAlias = "bytes | memoryview | NDArray[Any]"


@record
class SizedSection:
    """A section to be written: its id, its size in bytes, and its payload piece by piece."""

    id: int
    size: int
    chunks: Iterable[Chunk]


@record
class ContainerKind:
    """One file type: its magic, the versions read and written, and its sections."""

    magic: bytes
    versions: tuple[int, ...]
    written_version: int
    mandatory: tuple[int, ...]
    optional: tuple[int, ...] = ()

    @property
    def name(self) -> str:
        """The name of the type, as printed."""
        return self.magic.decode()

    @property
    def with_article(self) -> str:
        """The name of a file of the type, with an article."""
        return KINDS[self.magic][1]

    @property
    def defined(self) -> tuple[int, ...]:
        """The ids of all sections that such a file can have."""
        return self.mandatory + self.optional


class Section:
    """One section read front to back; every read is checked against its end."""

    def __init__(self, data: memoryview, section_id: int, where: str) -> None:
        self.data = data
        self.size = len(data)
        self.id = section_id
        self.where = f"{where}, section {section_id}"
        self.position = 0

    @property
    def remaining(self) -> int:
        """Bytes not read yet."""
        return self.size - self.position

    def take(self, n_bytes: int, what: str) -> memoryview:
        """Return the next n_bytes."""
        start = self.position
        end = start + n_bytes
        if end > self.size:
            raise FormatError(
                f"{what} needs {n_bytes} bytes, {self.remaining} remain", where=self.where
            )
        self.position = end
        return self.data[start:end]

    def unsigned(self, n_bytes: int, what: str) -> int:
        """Return the next n_bytes as a little-endian integer."""
        return int.from_bytes(self.take(n_bytes, what), "little")

    def u32(self, what: str) -> int:
        """Return the next four bytes as an integer."""
        number: int = _U32.unpack(self.take(4, what))[0]
        return number

    def array(self, dtype: np.dtype[Any] | str, count: int, what: str) -> NDArray[Any]:
        """Return the next `count` records, as a view of the file.  Shapes: -> (count,)."""
        dtype = np.dtype(dtype)
        part = self.take(count * dtype.itemsize, what)
        return np.frombuffer(part, dtype, count) if count else np.empty(0, dtype)

    def numbers(self, count: int, what: str) -> tuple[int, ...]:
        """Return the next `count` integers of four bytes, without an array."""
        return struct.unpack(f"<{count}I", self.take(4 * count, what))

    def words(self, count: int, n_words: int, what: str) -> NDArray[np.uint64]:
        """Return the next rows of 64-bit words, as a view of the file.  Shapes: -> (count, n_words)."""
        return self.array(np.dtype("<u8"), count * n_words, what).reshape(count, n_words)

    def finish(self) -> None:
        """Check that no bytes are left."""
        if self.remaining:
            raise FormatError(
                f"the section has {len(self.data)} bytes, {self.position} expected",
                where=self.where,
            )

    def fail(self, message: str, *, hint: str = "") -> FormatError:
        """Return an error that names this section."""
        return FormatError(message, where=self.where, hint=hint)


@record
class SectionFile:
    """A container whose directory of sections has been checked."""

    source: MappedFile
    kind: ContainerKind
    version: int
    sections: dict[int, memoryview]
    unknown: list[int] = made_by(list)  # sections that the format does not define

    @property
    def warnings(self) -> list[str]:
        """Warnings about the file, beside its list of sections."""
        return [f"unknown section {k} ignored" for k in self.unknown]

    @property
    def warnings_with_sizes(self) -> list[str]:
        """The warnings of a file whose sections are not listed beside them."""
        return [
            f"unknown section {k} ignored: {len(self.sections[k])} bytes that"
            f" no part of the {self.kind.name} format defines"
            for k in self.unknown
        ]

    @property
    def where(self) -> str:
        """The file's name for messages."""
        return self.source.where

    @property
    def order(self) -> tuple[int, ...]:
        """The section ids as they come in the file."""
        return tuple(self.sections)

    def section(self, section_id: int) -> Section:
        """Return a fresh reader of one section; it must exist."""
        self.check_sections_exist([section_id])
        return Section(self.sections[section_id], section_id, self.where)

    def check_sections_exist(self, section_ids: Iterable[int]) -> None:
        """Check that the file has these sections; the error names all that are missing."""
        missing = [k for k in section_ids if k not in self.sections]
        if missing:
            names = ", ".join(map(str, missing))
            raise FormatError(
                f"missing section{'s' if len(missing) > 1 else ''} {names}",
                where=self.where,
                hint="the file is incomplete or was written by another tool",
            )

    def check_directory(self, *, only_defined: bool = False) -> None:
        """Check that no section is missing or, when reading strictly, unknown.

        `only_defined` refuses unknown sections at any strictness, for published files.
        """
        self.check_sections_exist(self.kind.mandatory)
        if only_defined:
            self.check_defined()
        elif self.unknown and is_strict():
            self._check_known(
                "ask the author of the file for their content; without `strict` and ZKCTL_STRICT"
                " unknown sections are ignored"
            )

    def check_defined(self) -> None:
        """Check that the format defines every section (FormatError)."""
        self._check_known("write the file again with zkctl: a ceremony takes no other sections")

    def _check_known(self, hint: str) -> None:
        if self.unknown:
            raise FormatError(
                f"unknown section{'s' if len(self.unknown) > 1 else ''} {_list(self.unknown)},"
                f" a {self.kind.name} file has only {_list(self.kind.defined)}",
                where=self.where,
                hint=hint,
            )


def warnings_for_sections(path: Path, kind: ContainerKind) -> list[str]:
    """Return warnings for the sections of a file that its format does not define, naming the file.

    Raises: as `read_sections`.
    """
    file = read_sections(path, kind)
    return [f"{file.where}: {warning}" for warning in file.warnings_with_sizes]


def check_defined_sections(path: Path, kind: ContainerKind) -> None:
    """Check that the format defines every section of a file.  Raises: FormatError."""
    read_sections(path, kind).check_defined()


def read_sections(path: Path, kind: ContainerKind) -> SectionFile:
    """Map a file and check magic, version and the directory of sections.

    Raises: FormatError (all numbers in the message); EnvironmentProblem from `map_file`.
    """
    source = map_file(path)
    version, n_sections = _file_header(source, kind)
    sections: dict[int, memoryview] = {}
    position = _FILE_HEADER.size
    try:
        for section_id, start, size in _walk(source, n_sections):
            _check_new(section_id, sections, source.where)
            sections[section_id] = source.data[start : start + size]
            position = start + size
        _check_end(source, position)
    except FormatError:
        _check_finished(source, kind, sections, position)
        raise
    unknown = [k for k in sections if k not in kind.defined]
    return SectionFile(source, kind, version, sections, unknown)


def _check_new(section_id: int, sections: dict[int, memoryview], where: str) -> None:
    """Check that no section before has this id."""
    if section_id in sections:
        raise FormatError(f"section {section_id} occurs twice", where=where)


def _check_end(source: MappedFile, position: int) -> None:
    """Check that the last section ends the file."""
    rest = source.size - position
    if not rest:
        return
    blank = rest <= _MAX_BLANKS and not bytes(source.data[position:]).strip()
    raise FormatError(
        f"{rest} byte{'s' if rest > 1 else ''} after the last section: expected the end of the file",
        where=source.where,
        hint="an editor or a copy as text added blanks: fetch or make the file again"
        if blank
        else "fetch or make the file again",
    )


def _check_finished(
    source: MappedFile, kind: ContainerKind, sections: dict[int, memoryview], position: int
) -> None:
    """Check that the sections before a wrong place have a length: a writer fills it in when it is done."""
    found = list(sections)
    for k, section_id in enumerate(found):
        last = k + 1 == len(found)
        wrong_next = position < source.size if last else found[k + 1] not in kind.defined
        if not len(sections[section_id]) and wrong_next:
            raise FormatError(
                f"section {section_id} is unfinished: its length is 0, but data follow",
                where=source.where,
                hint="the program that wrote the file was stopped: make the file again",
            )


def _file_header(source: MappedFile, kind: ContainerKind) -> tuple[int, int]:
    start = bytes(source.data[:START_BYTES])
    if not has_magic(start, kind.magic):
        from zkctl.formats.identify import name_of_content

        found = name_of_content(source.data)
        raise FormatError(f"expected {kind.with_article}, found {found}", where=source.where)
    if source.size < _FILE_HEADER.size:
        raise FormatError(
            f"not a complete {kind.name} file: {source.size} bytes, need at least {_FILE_HEADER.size}",
            where=source.where,
        )
    _, version, n_sections = _FILE_HEADER.unpack_from(source.data)
    if version not in kind.versions:
        raise FormatError(
            f"{kind.name} version {version} not supported, only {_list(kind.versions)}",
            where=source.where,
        )
    room = (source.size - _FILE_HEADER.size) // _SECTION_HEADER.size
    if n_sections > min(room, _MAX_SECTIONS):
        raise FormatError(
            f"the header claims {n_sections} sections, {source.size} bytes have room for"
            f" {min(room, _MAX_SECTIONS)}",
            where=source.where,
        )
    return version, n_sections


def _list(numbers: Sequence[int]) -> str:
    *most, last = map(str, numbers)
    return f"{', '.join(most)} and {last}" if most else last


def _walk(source: MappedFile, n_sections: int) -> Iterator[tuple[int, int, int]]:
    """Yield (id, start, size) of each section; every size is checked against the file."""
    position = _FILE_HEADER.size
    for index in range(n_sections):
        if source.size - position < _SECTION_HEADER.size:
            raise FormatError(
                f"the header claims {n_sections} sections, the file ends after {index}",
                where=source.where,
                hint="the file is truncated: fetch or make it again",
            )
        section_id, size = _SECTION_HEADER.unpack_from(source.data, position)
        position += _SECTION_HEADER.size
        if size > source.size - position:
            raise FormatError(
                f"section {section_id} claims {size} bytes, {source.size - position} remain",
                where=source.where,
                hint="the file is truncated: fetch or make it again",
            )
        yield section_id, position, size
        position += size


def write_sections(file: BinaryIO, kind: ContainerKind, sections: Sequence[SizedSection]) -> None:
    """Write a container of these sections; arrays are written without a copy."""
    file.write(_FILE_HEADER.pack(kind.magic, kind.written_version, len(sections)))
    for each in sections:
        file.write(_SECTION_HEADER.pack(each.id, each.size))
        written = sum(write_chunk(file, chunk) for chunk in each.chunks)
        assert written == each.size, (
            f"section {each.id}: {written} bytes written, {each.size} announced"
        )


def write_chunk(file: BinaryIO, chunk: Chunk) -> int:
    """Write bytes or an array and return the number of bytes."""
    if isinstance(chunk, bytes):
        file.write(chunk)
        return len(chunk)
    if isinstance(chunk, memoryview):
        file.write(chunk)
        return chunk.nbytes
    for start in range(
        0, len(chunk), _ROWS_AT_ONCE
    ):  # an array that is not contiguous is copied piece by piece
        file.write(np.ascontiguousarray(chunk[start : start + _ROWS_AT_ONCE]).data.cast("B"))
    return chunk.nbytes


def sized(section_id: int, *chunks: Chunk) -> SizedSection:
    """Return a section whose chunks are already in memory (or mapped)."""
    size = sum(len(c) if isinstance(c, bytes) else c.nbytes for c in chunks)
    return SizedSection(section_id, size, chunks)
