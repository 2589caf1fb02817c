"""The common part of keys of PLONK and fflonk: counts, additions, wires of the rows, polynomials with their values, powers of tau.

A polynomial is its n coefficients and then its 4n values on the larger domain, all Montgomery.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from zkctl.constraints.plonk.gates import MIN_LOG_ROWS, Additions
from zkctl.curve import Curve, G1Array
from zkctl.errors import EncodingError
from zkctl.field import FieldArray, PrimeField
from zkctl.formats.binary.elements import read_g1, section_points
from zkctl.formats.binary.field_elements import ROWS_AT_ONCE, first_not_canonical
from zkctl.formats.binary.sections import Chunk, Section, SectionFile, SizedSection, sized
from zkctl.formats.binary.zkey import curve_bytes, read_curve
from zkctl.poly.domain import EXTENSION_BITS, Coset, Domain
from zkctl.poly.polynomial import Polynomial
from zkctl.runtime.records import record

if TYPE_CHECKING:
    from zkctl.fflonk.keys import ProvingKey as FflonkKey
    from zkctl.plonk.keys import ProvingKey as PlonkKey

_LARGEST_LOG_DOMAIN = 28
_COUNTS = ("wires", "public signals", "rows of the domain", "additions", "constraints")
_PER_POLYNOMIAL = 1 + (1 << EXTENSION_BITS)


@record
class Counts:
    """The start of section 2.  `n_vars` includes the wires of additions; `n_constraints` are rows that are not padding."""

    curve: Curve
    n_vars: int
    n_public: int
    domain_size: int
    n_additions: int
    n_constraints: int

    @property
    def log_n(self) -> int:
        """The logarithm of the number of rows."""
        return self.domain_size.bit_length() - 1

    @property
    def domain(self) -> Domain:
        """The domain of the rows."""
        return Domain(self.curve.scalar_field, self.log_n)

    @property
    def n_lagrange(self) -> int:
        """Number of Lagrange polynomials."""
        return max(self.n_public, 1)

    def to_bytes(self) -> bytes:
        """Return the start of section 2."""
        counts = (
            self.n_vars,
            self.n_public,
            self.domain_size,
            self.n_additions,
            self.n_constraints,
        )
        return curve_bytes(self.curve) + b"".join(n.to_bytes(4, "little") for n in counts)


def read_counts(section: Section, n_blinding: int = 0) -> Counts:
    """Return the curve and the counts, checked against each other; `n_blinding` rows of the domain hold no constraint."""
    curve = read_curve(section)
    counts = Counts(curve, *(section.u32(f"the number of {what}") for what in _COUNTS))
    n, most = counts.domain_size, _LARGEST_LOG_DOMAIN - EXTENSION_BITS
    if n != 1 << max(counts.log_n, 0) or not MIN_LOG_ROWS <= counts.log_n <= most:
        raise section.fail(
            f"domain size {n} is not a power of two from 2^{MIN_LOG_ROWS} to 2^{most}"
        )
    if counts.n_constraints > n - n_blinding:
        raise section.fail(f"{counts.n_constraints} constraints, expected at most {n - n_blinding}")
    if counts.n_public > counts.n_constraints:
        raise section.fail(
            f"{counts.n_public} public signals, but {counts.n_constraints} constraints"
        )
    if counts.n_public + counts.n_additions >= counts.n_vars:
        raise section.fail(
            f"{counts.n_public} public signals, {counts.n_additions} additions and the constant,"
            f" but {counts.n_vars} wires"
        )
    return counts


def counts_of(key: PlonkKey | FflonkKey) -> Counts:
    """Return the counts of a key."""
    return Counts(
        key.curve,
        key.n_vars,
        key.n_public,
        key.domain_size,
        len(key.additions),
        key.n_constraints,
    )


def estimated_bytes(counts: Counts, n_points: int, n_elements: int = 0) -> int:
    """Return the size of a key's file, without its headers; beside what both systems have so many points and elements."""
    field, n_polynomials = counts.curve.scalar_field, 8 + counts.n_lagrange
    n_elements += n_polynomials * _PER_POLYNOMIAL * counts.domain_size
    in_rows = 12 * counts.n_constraints
    in_additions = counts.n_additions * _addition_dtype(field).itemsize
    in_points = n_points * counts.curve.g1.point_bytes
    return n_elements * field.n_bytes + in_rows + in_additions + in_points


def read_scalar(section: Section, field: PrimeField, what: str) -> int:
    """Return the next element of a field."""
    return int(_elements(section, field, 1, what)[0])


def read_shifts(section: Section, counts: Counts) -> tuple[int, int]:
    """Return k1 and k2, which make three distinct cosets H, k1 H, k2 H of the domain."""
    field = counts.curve.scalar_field
    k1, k2 = (read_scalar(section, field, name) for name in ("k1", "k2"))
    r, n = field.modulus, counts.domain_size
    in_powers = [pow(k, n, r) for k in (k1, k2)]  # 1 for members of H, equal in one coset
    if 0 in in_powers or len({1, *in_powers}) < 3:
        raise section.fail(f"k1 and k2 make no three cosets of the domain: {k1} and {k2}")
    return k1, k2


def _elements(section: Section, field: PrimeField, count: int, what: str) -> FieldArray:
    words = section.words(count, field.n_words, what)
    _check_canonical(words, field, what, section.where)
    return FieldArray(field, words)


def _check_canonical(words: NDArray[np.uint64], field: PrimeField, what: str, where: str) -> None:
    bad = first_not_canonical(words, field.modulus)
    if bad is not None:
        raise EncodingError(
            f"{what}: element {bad} is not below the modulus of {field.name}", where=where
        )


def _addition_dtype(field: PrimeField) -> np.dtype[Any]:
    factor = ("<u8", (field.n_words,))
    return np.dtype([("left", "<u4"), ("right", "<u4"), ("c1", *factor), ("c2", *factor)])


def read_additions(section: Section, counts: Counts) -> Additions:
    """Return section 3; every addition uses earlier wires only."""
    field, n = counts.curve.scalar_field, counts.n_additions
    records = section.array(_addition_dtype(field), n, f"the list of {n} additions")
    section.finish()
    limits = counts.n_vars - n + np.arange(n)
    for name in ("left", "right"):
        outside = np.flatnonzero(records[name] >= limits)
        if len(outside):
            k = int(outside[0])
            raise section.fail(
                f"addition {k} uses wire {records[name][k]}, expected less than {limits[k]}"
            )
    for name in ("c1", "c2"):
        _check_canonical(records[name], field, f"factors {name} of additions", section.where)
    factors = (FieldArray(field, records[name]) for name in ("c1", "c2"))
    return Additions(records["left"], records["right"], *factors)


def read_wires(file: SectionFile, first: int, counts: Counts) -> NDArray[np.uint32]:
    """Return the wires of the columns a, b, c, the sections first .. first + 2.  Shapes: -> (3, n_constraints)."""
    n, wires = counts.n_constraints, []
    for k, name in enumerate("abc"):
        section = file.section(first + k)
        wires.append(section.array(np.dtype("<u4"), n, f"the wires of column {name}"))
        section.finish()
        outside = np.flatnonzero(wires[-1] >= counts.n_vars)
        if len(outside):
            row = int(outside[0])
            raise section.fail(
                f"row {row} has wire {wires[-1][row]} in column {name},"
                f" expected less than {counts.n_vars}"
            )
    return np.stack(wires)


def read_polynomials(section: Section, counts: Counts, count: int, what: str) -> list[Polynomial]:
    """Return the polynomials of a section, as views of the file."""
    field, n = counts.curve.scalar_field, counts.domain_size
    found = []
    for k in range(count):
        name = what if count == 1 else f"{what} {k + 1}"
        elements = _elements(section, field, _PER_POLYNOMIAL * n, name)
        found.append(Polynomial(elements[:n], elements[n:]))
    section.finish()
    return found


def read_powers(section: Section, counts: Counts, count: int) -> G1Array:
    """Return the powers of tau of a section."""
    return section_points(section, read_g1, counts.curve, count, "powers of tau")


def additions_section(additions: Additions, field: PrimeField) -> SizedSection:
    """Return section 3."""
    return SizedSection(
        3, len(additions) * _addition_dtype(field).itemsize, _addition_blocks(additions, field)
    )


def _addition_blocks(additions: Additions, field: PrimeField) -> Iterator[Chunk]:
    for start in range(0, len(additions), ROWS_AT_ONCE):
        part = slice(start, min(start + ROWS_AT_ONCE, len(additions)))
        records = np.empty(part.stop - part.start, _addition_dtype(field))
        records["left"], records["right"] = additions.left[part], additions.right[part]
        records["c1"] = additions.left_factors.data[part]
        records["c2"] = additions.right_factors.data[part]
        yield records


def wires_sections(first: int, wires: NDArray[np.uint32]) -> list[SizedSection]:
    """Return the three sections of the wires of a, b, c."""
    return [sized(first + k, np.ascontiguousarray(column)) for k, column in enumerate(wires)]


def polynomials_section(
    section_id: int, polynomials: Sequence[Polynomial], counts: Counts, cosets: Sequence[Coset]
) -> SizedSection:
    """Return a section of polynomials, whose values are computed when they are written: on the cosets of their domain."""
    n_bytes = counts.curve.scalar_field.n_bytes
    size = len(polynomials) * _PER_POLYNOMIAL * counts.domain_size * n_bytes
    return SizedSection(section_id, size, _polynomial_chunks(polynomials, cosets))


def _polynomial_chunks(
    polynomials: Sequence[Polynomial], cosets: Sequence[Coset]
) -> Iterator[Chunk]:
    for each in polynomials:
        yield each.coefficients.data
        yield each.extended_on(cosets).data


def scalar_bytes(field: PrimeField, values: Sequence[int]) -> bytes:
    """Return field elements as a header holds them."""
    return FieldArray.from_ints(field, values).data.tobytes()
