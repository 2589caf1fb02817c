"""Notes of a witness program about its circuit: assumptions, names of inner wires, the digest of the .r1cs.

Section 8, assumptions: count; each its reason (text), lowest and highest value (n8 bytes each), origin, wires (list), coefficients
(n8 bytes each).  Section 9, names of inner wires: count; each wire, name (text); wires ascending.  Section 10: empty, or the
BLAKE2b-256 digest of the .r1cs file and the digest of it with sections 2 and 11, which ties the names of the signals to their wires.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from zkctl.constraints.assumption import Assumption
from zkctl.errors import FormatError
from zkctl.field import PrimeField
from zkctl.formats.binary.program_values import (
    list_bytes,
    read_list,
    read_text,
    text_bytes,
    u32s,
)
from zkctl.formats.binary.sections import Section
from zkctl.runtime.digests import blake2b

DIGEST_BYTES = 32
_PERSON = b"zkctl names"


def read_assumptions(section: Section, field: PrimeField) -> tuple[Assumption, ...]:
    """Return the assumptions; whether their wires and origins exist is the caller's to check."""
    count = section.u32("the number of assumptions")
    found = tuple(_read_assumption(section, field) for _ in range(count))
    section.finish()
    return found


def _read_assumption(section: Section, field: PrimeField) -> Assumption:
    reason = read_text(section)
    low, high = (section.unsigned(field.n_bytes, "the bound of an assumption") for _ in range(2))
    if not low <= high < field.modulus:
        raise section.fail(f"an assumption about the interval {low} to {high}, expected 0 <= low <= high < p")  # fmt: skip
    node = section.u32("the origin of an assumption")
    wires = read_list(section, "wires of an assumption")
    coefficients = [
        section.unsigned(field.n_bytes, "a coefficient of an assumption") for _ in wires
    ]
    if len(set(wires)) != len(wires):
        raise section.fail("an assumption mentions a wire twice")
    if any(not 0 < value < field.modulus for value in coefficients):
        raise section.fail(f"a coefficient of an assumption is not in 1 .. p-1 of {field.name}")
    return Assumption(reason, low, high, node, dict(zip(wires, coefficients, strict=True)))


def assumptions_bytes(assumptions: Sequence[Assumption], field: PrimeField) -> bytes:
    """Return section 8."""

    def element(value: int) -> bytes:
        return value.to_bytes(field.n_bytes, "little")

    parts = [u32s(len(assumptions))]
    for each in assumptions:
        parts += [text_bytes(each.reason), element(each.low), element(each.high), u32s(each.node)]
        parts += [list_bytes(each.terms), *map(element, each.terms.values())]
    return b"".join(parts)


def read_wire_names(section: Section) -> dict[int, str]:
    """Return the names of inner wires."""
    names = dict(_read_wire_names(section, section.u32("the number of names")))
    section.finish()
    return names


def _read_wire_names(section: Section, count: int) -> Iterator[tuple[int, str]]:
    last = -1
    for _ in range(count):
        wire = section.u32("a wire")
        if wire <= last:
            raise section.fail(f"the name of wire {wire} comes after that of wire {last}")
        last = wire
        yield wire, read_text(section)


def wire_names_bytes(names: Mapping[int, str]) -> bytes:
    """Return section 9."""
    parts = (u32s(wire) + text_bytes(names[wire]) for wire in sorted(names))
    return u32s(len(names)) + b"".join(parts)


def read_digest(section: Section, names: bytes) -> bytes:
    """Return the digest of the .r1cs file, empty if there is none.  Raises: FormatError if the names of the signals were changed."""
    if not section.remaining:
        return b""
    digest = bytes(section.take(DIGEST_BYTES, "the digest of the circuit"))
    tied = bytes(section.take(DIGEST_BYTES, "the digest of the names"))
    section.finish()
    if tied != _tied(digest, names):
        raise FormatError(
            "the names of the signals are not those that were compiled",
            where=section.where,
            hint="compile the circuit again: with other names, inputs would go to other wires",
        )
    return digest


def digest_bytes(digest: bytes, names: bytes) -> bytes:
    """Return section 10 for sections 2 and 11."""
    return digest + _tied(digest, names) if digest else b""


def _tied(digest: bytes, names: bytes) -> bytes:
    return blake2b(digest + names, digest_size=DIGEST_BYTES, person=_PERSON).digest()
