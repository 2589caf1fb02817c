"""snarkjs' .zkey files for fflonk.

Sections: 1 protocol; 2 header; 3 additions; 4 to 6 wires of the columns a, b, c; 7 to 11 q_l, q_r, q_m, q_o, q_c; 12 to 14 sigma_1 to
sigma_3; 15 Lagrange polynomials of the public signals; 16 powers of tau; 17 coefficients of C0.
"""

from __future__ import annotations

from pathlib import Path
from typing import BinaryIO

from zkctl.curve import BN254
from zkctl.errors import EncodingError
from zkctl.fflonk.keys import BLINDING_ROWS, ProvingKey, VerifyingKey, n_powers
from zkctl.field import FieldArray
from zkctl.formats.binary.elements import check_points, read_g1, read_g2
from zkctl.formats.binary.field_elements import first_not_canonical
from zkctl.formats.binary.sections import Section, SizedSection, sized, write_sections
from zkctl.formats.binary.zkey import FFLONK, kind_of_key, open_key, protocol_section
from zkctl.formats.binary.zkey_gates import (
    Counts,
    additions_section,
    counts_of,
    estimated_bytes,
    polynomials_section,
    read_additions,
    read_counts,
    read_polynomials,
    read_powers,
    read_scalar,
    read_shifts,
    read_wires,
    scalar_bytes,
    wires_sections,
)
from zkctl.runtime.records import made_by, record

FFLONK_KIND = kind_of_key(17)
C0_PARTS = 8  # polynomials that C0 interleaves
_SELECTORS = ("q_l", "q_r", "q_m", "q_o", "q_c")
_SIGMAS = ("sigma_1", "sigma_2", "sigma_3")
_ROOTS = {"w3": 3, "w4": 4, "w8": 8}


@record(eq=False)
class FflonkZkey:
    """The contents of an fflonk zkey; the warnings name sections that the format does not define."""

    key: ProvingKey
    warnings: list[str] = made_by(list)

    contributions = ()  # those of a universal setup are in its powers of tau
    circuit_hash = b""


def read_zkey(path: Path, *, only_defined: bool = False) -> FflonkZkey:
    """Read an fflonk key; its arrays are views of the file.

    Checked here: sizes, counts, canonical numbers, roots of unity, wires in range, and that the points of the verifying key lie in
    their groups.  The powers of tau are checked by `check_key_points`, which takes time.
    Raises: FormatError, EncodingError for what the file breaks or another proof system; EnvironmentProblem if unreadable.
    """
    file = open_key(path, FFLONK_KIND, FFLONK, only_defined=only_defined)
    counts, verifying_key = read_header(file.section(2))
    polynomials = {
        name: read_polynomials(file.section(7 + k), counts, 1, name)[0]
        for k, name in enumerate((*_SELECTORS, *_SIGMAS))
    }
    key = ProvingKey(
        verifying_key=verifying_key,
        n_vars=counts.n_vars,
        additions=read_additions(file.section(3), counts),
        wires=read_wires(file, 4, counts),
        **polynomials,
        lagrange=read_polynomials(file.section(15), counts, counts.n_lagrange, "Lagrange"),
        tau_g1=read_powers(file.section(16), counts, n_powers(counts.domain_size)),
        c_0=_read_c_0(file.section(17), counts),
    )
    file.source.check_unchanged()
    return FflonkZkey(key, file.warnings_with_sizes)


def read_header(section: Section) -> tuple[Counts, VerifyingKey]:
    """Return section 2; its points are checked, and that its roots are what they should be.

    Raises: FormatError, EncodingError.
    """
    counts = read_counts(section, BLINDING_ROWS)
    if counts.curve != BN254:
        raise section.fail(f"an fflonk key over {counts.curve.name}, expected bn254")
    k1, k2 = read_shifts(section, counts)
    field = counts.curve.scalar_field
    roots = {name: read_scalar(section, field, name) for name in (*_ROOTS, "wr")}
    _check_roots(section, roots, counts)
    x_2 = read_g2(section, counts.curve, 1, "x_2")
    c_0 = read_g1(section, counts.curve, 1, "c_0")
    section.finish()
    check_points(x_2, "x_2", section.where)
    check_points(c_0, "c_0", section.where, infinity=True)
    return counts, VerifyingKey(
        counts.curve,
        counts.n_public,
        counts.log_n,
        k1,
        k2,
        **roots,
        x_2=x_2[0],
        c_0=c_0[0],
    )


def _check_roots(section: Section, roots: dict[str, int], counts: Counts) -> None:
    """Check the orders of w3, w4, w8 and that wr^3 generates the domain."""
    field = counts.curve.scalar_field
    r = field.modulus
    for name, order in _ROOTS.items():
        root, prime = roots[name], 3 if order == 3 else 2
        if pow(root, order, r) != 1 or pow(root, order // prime, r) == 1:
            raise section.fail(f"{name} is not a root of unity of order {order}: {root}")
    if pow(roots["wr"], 3, r) != field.root_of_unity(counts.log_n):
        raise section.fail(
            f"wr is not a cube root of the root of unity of order 2^{counts.log_n}: {roots['wr']}"
        )


def _read_c_0(section: Section, counts: Counts) -> FieldArray:
    field = counts.curve.scalar_field
    words = section.words(C0_PARTS * counts.domain_size, field.n_words, "the coefficients of c_0")
    section.finish()
    bad = first_not_canonical(words, field.modulus)
    if bad is not None:
        raise EncodingError(
            f"c_0: element {bad} is not below the modulus of {field.name}", where=section.where
        )
    return FieldArray(field, words)


def check_key_points(stored: FflonkZkey, where: str = "") -> None:
    """Check that every power of tau lies on its curve and in its group.  Raises: EncodingError naming the first wrong one."""
    prefix = f"{where}, " if where else ""
    check_points(stored.key.tau_g1, "powers of tau", f"{prefix}section 16")


def key_bytes(counts: Counts) -> int:
    """Return the size of a key's file, without its headers."""
    n = counts.domain_size
    return estimated_bytes(counts, n_powers(n), C0_PARTS * n)


def write_zkey(file: BinaryIO, stored: FflonkZkey) -> None:
    """Write an fflonk key with its sections in the order of a setup."""
    key = stored.key
    field, counts = key.curve.scalar_field, counts_of(key)
    cosets = counts.domain.cosets()
    sections: list[SizedSection] = [
        protocol_section(FFLONK),
        additions_section(key.additions, field),
        *wires_sections(4, key.wires),
        *(
            polynomials_section(7 + k, [getattr(key, name)], counts, cosets)
            for k, name in enumerate((*_SELECTORS, *_SIGMAS))
        ),
        polynomials_section(15, key.lagrange, counts, cosets),
        sized(16, key.tau_g1.data),
        sized(17, key.c_0.data),
        sized(2, _header_bytes(key.verifying_key, counts)),
    ]
    write_sections(file, FFLONK_KIND, sections)


def _header_bytes(vk: VerifyingKey, counts: Counts) -> bytes:
    scalars = scalar_bytes(vk.curve.scalar_field, (vk.k1, vk.k2, vk.w3, vk.w4, vk.w8, vk.wr))
    return counts.to_bytes() + scalars + vk.x_2.data.tobytes() + vk.c_0.data.tobytes()
