""".wtns files: the value of every wire, plain and canonical.

Sections: 1 field and count; 2 the values, the first of which is the constant 1.
"""

from __future__ import annotations

from pathlib import Path
from typing import BinaryIO

from zkctl.errors import EncodingError, ShapeError
from zkctl.field import FieldArray, PrimeField
from zkctl.field.words import Words, bytes_from_ints
from zkctl.formats.binary.field_elements import (
    first_not_canonical,
    modulus_bytes,
    read_modulus,
    supported_field,
)
from zkctl.formats.binary.sections import (
    Chunk,
    ContainerKind,
    SectionFile,
    read_sections,
    sized,
    write_sections,
)
from zkctl.runtime.arrays import np
from zkctl.runtime.records import record

WTNS_KIND = ContainerKind(b"wtns", (1, 2), 2, mandatory=(1, 2))


@record(eq=False, repr=False)  # no repr: the values are secret
class Witness:
    """The values of all wires.  Shapes: words (n, n_words).  Units: plain, not Montgomery."""

    field: PrimeField
    words: Words

    @property
    def values(self) -> FieldArray:
        """The values as field elements.  Shapes: -> (n,)."""
        return FieldArray.from_canonical_words(self.field, self.words)

    def __len__(self) -> int:
        return len(self.words)


@record
class WtnsHeader:
    """Section 1."""

    modulus: int
    n_values: int


def read_wtns(path: Path) -> Witness:
    """Read a witness; its words are a view of the file.

    Raises: FormatError, EncodingError for what the file breaks; EnvironmentProblem if unreadable.
    """
    file = read_sections(path, WTNS_KIND)
    file.check_directory()
    header = read_wtns_header(file)
    field = supported_field(header.modulus, f"{file.where}, section 1")
    section = file.section(2)
    words = section.words(header.n_values, field.n_words, "the list of values")
    section.finish()
    bad = first_not_canonical(words, field.modulus)
    if bad is not None:
        raise EncodingError(
            f"the value of wire {bad} is not below the modulus of {field.name}", where=section.where
        )
    if not len(words) or words[0].tolist() != [1] + [0] * (field.n_words - 1):
        raise section.fail(
            "wire 0 is not the constant 1", hint="this is not a witness, or of another program"
        )
    file.source.check_unchanged()
    return Witness(field, words)


def read_wtns_header(file: SectionFile) -> WtnsHeader:
    """Return modulus and number of values, whether or not the field is supported."""
    section = file.section(1)
    header = WtnsHeader(read_modulus(section), section.u32("the number of values"))
    section.finish()
    return header


def write_wtns(file: BinaryIO, field: PrimeField, values: Words | memoryview | list[int]) -> None:
    """Write a witness.  Shapes: words (n, n_words), a view of bytes (n, n_bytes), or n integers.  Units: plain, canonical."""
    if isinstance(values, list):
        content: Chunk = bytes_from_ints(values, field.n_words)
    elif isinstance(values, memoryview):
        content = values
    else:
        if values.ndim != 2 or values.shape[1] != field.n_words:
            raise ShapeError(f"{field.name} values need {field.n_words} words, got {values.shape}")
        content = np.asarray(values, "<u8")
    header = modulus_bytes(field) + len(values).to_bytes(4, "little")
    write_sections(file, WTNS_KIND, [sized(1, header), sized(2, content)])
