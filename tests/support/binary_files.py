"""Take circom's and snarkjs' container files apart and put them together again, also wrongly."""

from __future__ import annotations

import struct
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

BN254_R = 21888242871839275222246405745257275088548364400416034343698204186575808495617
BN254_Q = 21888242871839275222246405745257275088696311157297823662689037894645226208583


def u32(*values: int) -> bytes:
    return struct.pack(f"<{len(values)}I", *values)


def u64(value: int) -> bytes:
    return struct.pack("<Q", value)


def le(value: int, n_bytes: int = 32) -> bytes:
    return value.to_bytes(n_bytes, "little")


def modulus(value: int = BN254_R, n_bytes: int = 32) -> bytes:
    return u32(n_bytes) + le(value, n_bytes)


@dataclass(frozen=True)
class Container:
    """A file's parts, in the order of the file."""

    magic: bytes
    version: int
    sections: tuple[tuple[int, bytes], ...]

    @classmethod
    def read(cls, path: Path) -> Container:
        return cls.parse(path.read_bytes())

    @classmethod
    def parse(cls, raw: bytes) -> Container:
        magic, version, count = struct.unpack_from("<4sII", raw)
        position, sections = 12, []
        for _ in range(count):
            number, size = struct.unpack_from("<IQ", raw, position)
            sections.append((number, raw[position + 12 : position + 12 + size]))
            position += 12 + size
        return cls(magic, version, tuple(sections))

    def __getitem__(self, number: int) -> bytes:
        return dict(self.sections)[number]

    @property
    def order(self) -> tuple[int, ...]:
        return tuple(number for number, _ in self.sections)

    def with_section(self, number: int, payload: bytes) -> Container:
        """The same with one section replaced."""
        found = tuple((k, payload if k == number else old) for k, old in self.sections)
        return replace(self, sections=found)

    def with_bytes(self, number: int, offset: int, new: bytes) -> Container:
        """The same with some bytes of one section replaced."""
        old = self[number]
        offset %= len(old)
        return self.with_section(number, old[:offset] + new + old[offset + len(new) :])

    def without(self, *numbers: int) -> Container:
        return replace(self, sections=tuple(s for s in self.sections if s[0] not in numbers))

    def bytes(self) -> bytes:
        body = b"".join(u32(k) + u64(len(payload)) + payload for k, payload in self.sections)
        return self.magic + u32(self.version, len(self.sections)) + body

    def write(self, path: Path) -> Path:
        path.write_bytes(self.bytes())
        return path


def container(magic: bytes, version: int, sections: Mapping[int, bytes]) -> Container:
    return Container(magic, version, tuple(sections.items()))


Term = tuple[int, int]  # wire, coefficient
Row = Sequence[Sequence[Term]]  # the terms of A, B, C


def r1cs(
    constraints: Sequence[Row],
    counts: tuple[int, int, int, int] = (4, 1, 0, 2),
    field: bytes | None = None,
    n_bytes: int = 32,
) -> Container:
    """An r1cs file; counts are wires, outputs, public and private inputs."""
    header = field if field is not None else modulus()
    rows = b"".join(
        u32(len(terms)) + b"".join(u32(wire) + le(value, n_bytes) for wire, value in terms)
        for row in constraints
        for terms in row
    )
    sections = {
        2: rows,
        1: header + u32(*counts) + u64(counts[0]) + u32(len(constraints)),
        3: b"".join(u64(k) for k in range(counts[0])),
    }
    return container(b"r1cs", 1, sections)


def wtns(values: Sequence[int], field: bytes | None = None) -> Container:
    header = (field if field is not None else modulus()) + u32(len(values))
    return container(b"wtns", 2, {1: header, 2: b"".join(le(value) for value in values)})
