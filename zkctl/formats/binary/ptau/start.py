"""The bytes of a ptau file without contributions: every power is the generator.

Nothing is computed and numpy is not loaded, which takes longer than all the rest of `zkctl ptau new`.  So the few
numbers needed are repeated here; a test compares them with those of zkctl.curve, and the bytes with those that
`write_ptau` makes of `new_powers`.  Layout: ptau.py.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from typing import BinaryIO, NamedTuple

from zkctl.formats.curve_names import name_of_curve
from zkctl.runtime.records import record
from zkctl.srs.powers_of_tau import check_power

Coordinates = tuple[int, ...]  # x and y; over Fq2 x0, x1, y0, y1

POINTS_AT_ONCE = 1 << 12  # points written at once


@record
class Start:
    """The constants of one curve in the file."""

    curve: str
    modulus: int
    g1: Coordinates
    g2: Coordinates

    @property
    def n_bytes(self) -> int:
        """Bytes per element of the base field."""
        return -(-self.modulus.bit_length() // 64) * 8

    def point(self, coordinates: Coordinates) -> bytes:
        """Return a point in Montgomery form."""
        factor = 1 << (8 * self.n_bytes)
        scaled = (value * factor % self.modulus for value in coordinates)
        return b"".join(value.to_bytes(self.n_bytes, "little") for value in scaled)


BN254 = Start(
    "bn254",
    0x30644E72E131A029B85045B68181585D97816A916871CA8D3C208C16D87CFD47,
    (1, 2),
    (
        0x1800DEEF121F1E76426A00665E5C4479674322D4F75EDADD46DEBD5CD992F6ED,
        0x198E9393920D483A7260BFB731FB5D25F1AA493335A9E71297E485B7AEF312C2,
        0x12C85EA5DB8C6DEB4AAB71808DCB408FE3D1E7690C43D37B4CE6CC0166FA7DAA,
        0x090689D0585FF075EC9E99AD690C3395BC4B313370B38EF355ACDADCD122975B,
    ),
)
BLS12_381 = Start(
    "bls12_381",
    0x1A0111EA397FE69A4B1BA7B6434BACD764774B84F38512BF6730D2A0F6B0F6241EABFFFEB153FFFFB9FEFFFFFFFFAAAB,
    (
        0x17F1D3A73197D7942695638C4FA9AC0FC3688C4F9774B905A14E3A3F171BAC586C55E83FF97A1AEFFB3AF00ADB22C6BB,
        0x08B3F481E3AAA0F1A09E30ED741D8AE4FCF5E095D5D00AF600DB18CB2C04B3EDD03CC744A2888AE40CAA232946C5E7E1,
    ),
    (
        0x024AA2B2F08F0A91260805272DC51051C6E47AD4FA403B02B4510B647AE3D1770BAC0326A805BBEFD48056C8C121BDB8,
        0x13E02B6052719F607DACD3A088274F65596BD0D09920B61AB5DA61BBDC7F5049334CF11213945D57E5AC7D055D042B7E,
        0x0CE5D527727D6E118CC9CDC6DA2E351AADFD9BAA8CBDD3A76D429A695160D12C923AC9CC3BACA289E193548608B82801,
        0x0606C4A02EA734CC32ACD2B02BC28B99CB3E287E85A763AF267492AB572E99AB3F370D275CEC1DA1AAA9075FF05F79BE,
    ),
)
STARTS = {start.curve: start for start in (BN254, BLS12_381)}


def start_of(name: str) -> Start:
    """Return the start of a file over the curve of this name.

    Raises: UsageError for an unknown one.
    """
    return STARTS[name_of_curve(name)]


class RepeatedSection(NamedTuple):
    """A section: its number, and bytes that it repeats `n_repeats` times."""

    number: int
    content: bytes
    n_repeats: int


def sections(start: Start, power: int) -> list[RepeatedSection]:
    """Return the sections of a start in the order of the file."""
    n, g1, g2 = 1 << power, start.point(start.g1), start.point(start.g2)
    modulus = start.modulus.to_bytes(start.n_bytes, "little")
    header = struct.pack("<I", start.n_bytes) + modulus + struct.pack("<II", power, power)
    points = [(2, g1, 2 * n - 1), (3, g2, n), (4, g1, n), (5, g1, n), (6, g2, 1)]
    parts = [(1, header, 1), *points, (7, struct.pack("<I", 0), 1)]
    return [RepeatedSection(*part) for part in parts]


def write_start(file: BinaryIO, start: Start, power: int) -> None:
    """Write powers of tau = 1, alpha = beta = 1, without contributions.

    Raises: LimitError for a power out of range.
    """
    check_power(power)
    parts = sections(start, power)
    file.write(struct.pack("<4sII", b"ptau", 1, len(parts)))
    for part in parts:
        file.write(struct.pack("<IQ", part.number, len(part.content) * part.n_repeats))
        for chunk in _repeated(part.content, part.n_repeats):
            file.write(chunk)


def _repeated(what: bytes, times: int) -> Iterator[bytes]:
    many = what * min(times, POINTS_AT_ONCE)
    for _ in range(times // POINTS_AT_ONCE):
        yield many
    yield what * (times % POINTS_AT_ONCE)
