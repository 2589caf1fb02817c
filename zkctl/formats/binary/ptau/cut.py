"""Cut a ptau file to a smaller power without reading its points: every section is a prefix.

The ceremony's power and the contributions stay.  The largest block of section 12 then is one of the
larger file's inner blocks, in which the power 2n - 1 is the true one.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import BinaryIO

import numpy as np

from zkctl.formats.binary.field_elements import modulus_bytes
from zkctl.formats.binary.ptau.file import PTAU_KIND, PtauHeader
from zkctl.formats.binary.sections import Chunk, SectionFile, SizedSection, sized, write_sections

_CHUNK_BYTES = 16 << 20


def section_bytes(header: PtauHeader, power: int) -> dict[int, int]:
    """Return the size of each section that holds points, for a power."""
    n, g1, g2 = 1 << power, header.curve.g1.point_bytes, header.curve.g2.point_bytes
    raw = {2: (2 * n - 1) * g1, 3: n * g2, 4: n * g1, 5: n * g1, 6: g2}
    lagrange = {12: (4 * n - 1) * g1, 13: (2 * n - 1) * g2}
    return raw | lagrange | {14: (2 * n - 1) * g1, 15: (2 * n - 1) * g1}


def check_section_bytes(file: SectionFile, header: PtauHeader) -> None:
    """Check that every section has the size that the power requires.  Raises: FormatError."""
    prepared = any(k in file.sections for k in PTAU_KIND.optional)
    if prepared:
        file.check_sections_exist(PTAU_KIND.optional)
    for number, expected in section_bytes(header, header.power).items():
        if number not in file.sections:
            continue
        found = len(file.sections[number])
        if found != expected:
            raise file.section(number).fail(
                f"the section has {found} bytes, power {header.power} needs {expected}"
            )


def write_cut(stream: BinaryIO, file: SectionFile, header: PtauHeader, power: int) -> None:
    """Write the file cut to a power, piece by piece."""
    sizes = section_bytes(header, power)
    modulus = modulus_bytes(header.curve.base_field)
    first = sized(
        1, modulus + power.to_bytes(4, "little") + header.ceremony_power.to_bytes(4, "little")
    )
    sections: list[SizedSection] = [first]
    for number in (*range(2, 8), *PTAU_KIND.optional):
        if number in file.sections:
            data = file.sections[number]
            size = sizes.get(number, len(data))
            sections.append(SizedSection(number, size, _pieces(data[:size])))
    write_sections(stream, PTAU_KIND, sections)


def _pieces(data: memoryview) -> Iterator[Chunk]:
    for start in range(0, len(data), _CHUNK_BYTES):
        yield np.frombuffer(data[start : start + _CHUNK_BYTES], np.uint8)
