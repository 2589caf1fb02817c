"""The .mpcparams files of bellman's phase 2, which snarkjs exports and imports.

alpha_1 beta_1 beta_2 gamma_2 delta_1 delta_2 | IC | H | L | A | B1 | B2 | circuit hash | contributions.
Points are uncompressed (docs/reference/ceremonies.md), every array is preceded by its length as
u32 big-endian; H is in monomial form (ceremony/phase2/bellman.py).  A contribution is delta_after g1_s
g1_sx g2_spx and its 64-byte challenge; neither the names of contributors nor the curve are in the file.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any, BinaryIO

from zkctl.ceremony.contribution import ContributorKind, Origin, Phase2Contribution
from zkctl.ceremony.phase2.bellman import BellmanParameters, without_coefficients
from zkctl.curve import CURVES, Curve, G1Array, G2Array, PointArray
from zkctl.curve.curves.parameters import Group
from zkctl.curve.encoding import decode_uncompressed, encode_uncompressed
from zkctl.errors import EncodingError, FormatError
from zkctl.formats.binary.elements import check_points
from zkctl.formats.binary.field_elements import ROWS_AT_ONCE
from zkctl.formats.binary.gnark import name_of_gnark
from zkctl.formats.binary.unmarked import BELLMAN_ARRAYS
from zkctl.groth16.keys import ProvingKey
from zkctl.storage.mapped import MappedFile, map_file

_HASH_BYTES = 64
_SINGLES = ("alpha_g1", "beta_g1", "beta_g2", "gamma_g2", "delta_g1", "delta_g2")


def read_bellman(path: Path) -> BellmanParameters:
    """Read the parameters; every point is checked to lie in its group.

    Raises: FormatError, EncodingError for what the file breaks; EnvironmentProblem if unreadable.
    """
    source = map_file(path)
    reader = _Reader(source, _curve_of(source))
    singles: dict[str, Any] = {name: reader.points(name, 1)[0] for name in _SINGLES}
    arrays: dict[str, Any] = {name: reader.points(name) for name in BELLMAN_ARRAYS}
    _check_counts(source, arrays)
    key = ProvingKey(
        curve=reader.curve,
        domain_size=len(arrays["h_query"]) + 1,
        coefficients=without_coefficients(reader.curve),
        **singles,
        **arrays,
    )
    circuit_hash = reader.take(_HASH_BYTES, "the hash of the circuit")
    contributions = [
        reader.contribution(k) for k in range(reader.count("the number of contributions"))
    ]
    reader.finish()
    source.check_unchanged()
    return BellmanParameters(key, circuit_hash, contributions)


def write_bellman(file: BinaryIO, parameters: BellmanParameters) -> None:
    """Write the parameters, byte for byte as snarkjs exports them."""
    key = parameters.key
    for name in _SINGLES:
        file.write(encode_uncompressed(getattr(key, name)).tobytes())
    for name in BELLMAN_ARRAYS:
        points: PointArray = getattr(key, name)
        file.write(len(points).to_bytes(4, "big"))
        for block in _blocks(points):
            file.write(encode_uncompressed(block).tobytes())
    file.write(parameters.circuit_hash)
    file.write(len(parameters.contributions).to_bytes(4, "big"))
    for record in parameters.contributions:
        for point in (record.delta_after, record.g1_s, record.g1_sx, record.g2_spx):
            file.write(encode_uncompressed(point).tobytes())
        file.write(record.contribution_challenge)


def _blocks(points: PointArray) -> Iterator[PointArray]:
    return (points[start : start + ROWS_AT_ONCE] for start in range(0, len(points), ROWS_AT_ONCE))


def _curve_of(source: MappedFile) -> Curve:
    """Return the curve on which the file's first point lies."""
    other = name_of_gnark(source.data)  # its files begin in the same way
    for curve in () if other else CURVES:
        first = bytes(source.data[: curve.g1.point_bytes])
        try:
            if first.strip(b"\0") and len(decode_uncompressed(curve.g1, first)):
                return curve
        except EncodingError:
            continue
    from zkctl.formats.identify import name_of_content

    raise FormatError(
        f"expected bellman parameters, found {name_of_content(source.data)}", where=source.where
    )


def _check_counts(source: MappedFile, arrays: dict[str, PointArray]) -> None:
    sizes = {name: len(points) for name, points in arrays.items()}
    wires, n = sizes["a_query"], sizes["h_query"] + 1
    if n < 2 or n & (n - 1):
        raise FormatError(
            f"h_query has {n - 1} elements, not one less than a power of two", where=source.where
        )
    expected = {
        "b_g1_query": wires,
        "b_g2_query": wires,
        "l_query": wires - sizes["gamma_abc_g1"],
    }
    for name, count in expected.items():
        if sizes[name] != count:
            raise FormatError(
                f"{name} has {sizes[name]} elements, {count} expected", where=source.where
            )


class _Reader:
    """The file front to back; every read is checked against its end."""

    def __init__(self, source: MappedFile, curve: Curve) -> None:
        self.source, self.curve, self.position = source, curve, 0

    def take(self, n_bytes: int, what: str) -> bytes:
        remaining = self.source.size - self.position
        if n_bytes > remaining:
            raise FormatError(
                f"{what} needs {n_bytes} bytes, {remaining} remain", where=self.source.where
            )
        self.position += n_bytes
        return bytes(self.source.data[self.position - n_bytes : self.position])

    def count(self, what: str) -> int:
        return int.from_bytes(self.take(4, what), "big")

    def points(self, name: str, count: int | None = None) -> PointArray:
        """Return `count` points, or as many as the file states; those of an array may be infinity."""
        group = self.curve.g2 if "_g2" in name else self.curve.g1
        n = self.count(f"the length of {name}") if count is None else count
        return self._decode(group, name, n, infinity=name in BELLMAN_ARRAYS)

    def _decode(self, group: Group, what: str, n: int, *, infinity: bool) -> PointArray:
        raw = self.take(n * group.point_bytes, what)
        where = f"{self.source.where}, {what}"
        try:
            points = decode_uncompressed(group, raw)
        except EncodingError as problem:
            problem.where = where
            raise
        check_points(points, what, self.source.where, infinity=infinity)
        return points

    def contribution(self, k: int) -> Phase2Contribution:
        what = f"contribution {k + 1}"
        g1 = G1Array(self.curve.g1, self._decode(self.curve.g1, what, 3, infinity=False).data)
        g2 = G2Array(self.curve.g2, self._decode(self.curve.g2, what, 1, infinity=False).data)
        challenge = self.take(_HASH_BYTES, what)
        return Phase2Contribution(
            g1[0], g1[1], g1[2], g2[0], challenge, Origin(ContributorKind.PARTICIPANT)
        )

    def finish(self) -> None:
        if self.position != self.source.size:
            raise FormatError(
                f"{self.source.size - self.position} bytes after the contributions",
                where=self.source.where,
            )
