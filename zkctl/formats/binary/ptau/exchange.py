"""Challenge and response files: a contribution to a phase 1 without the ptau file.

    challenge = H(previous response) (64) | U(sections 2 to 6);  H(challenge file) is the challenge
    response  = the challenge (64) | C(sections 2 to 6 after the contribution) | U(public key)

H = BLAKE2b-512; U and C are the encodings of zkctl.curve.encoding.  The files name neither curve nor
power: the first point, the generator, identifies the curve, and the size the power.
Source: docs/reference/ceremonies.md.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

from zkctl.ceremony.contribution import Phase1PublicKey
from zkctl.ceremony.hashing import (
    DIGEST_BYTES,
    encode_phase1_key,
    pieces,
    sections,
)
from zkctl.curve import CURVES, Curve, G1Array, G2Array, Group, PointArray, point_array
from zkctl.curve.encoding import (
    decode_compressed,
    decode_uncompressed,
    encode_compressed,
    encode_uncompressed,
)
from zkctl.errors import EncodingError, FormatError
from zkctl.formats.binary.unmarked import (
    challenge_bytes,
    key_bytes_of,
    response_bytes,
    section_bytes,
)
from zkctl.runtime.memory import new_rows, windows
from zkctl.runtime.records import record
from zkctl.srs.powers_of_tau import MAX_POWER, PowersOfTau
from zkctl.storage.mapped import map_file

Decode = Callable[[Group, bytes], PointArray]
_NAMES = ("tau in g1", "tau in g2", "alpha tau", "beta tau", "beta in g2")


@record(eq=False)
class Challenge:
    """The file that a contributor receives."""

    previous_response: bytes
    digest: bytes
    powers: PowersOfTau


@record(eq=False)
class Response:
    """The file that a contributor returns."""

    challenge: bytes
    powers: PowersOfTau
    public_key: Phase1PublicKey


def write_challenge(file: BinaryIO, previous_response: bytes, powers: PowersOfTau) -> bytes:
    """Write a challenge file and return its hash, the challenge."""
    state = hashlib.blake2b()
    for part in _challenge_parts(previous_response, powers):
        state.update(part)
        file.write(part)
    return state.digest()


def _challenge_parts(previous_response: bytes, powers: PowersOfTau) -> Iterator[bytes | memoryview]:
    yield previous_response
    for section in sections(powers):
        for piece in pieces(section):
            yield encode_uncompressed(piece).data.cast("B")


def write_response(file: BinaryIO, response: Response) -> bytes:
    """Write a response file and return its hash, which the contributor publishes."""
    state = hashlib.blake2b()
    for part in _response_parts(response):
        state.update(part)
        file.write(part)
    return state.digest()


def _response_parts(response: Response) -> Iterator[bytes | memoryview]:
    yield response.challenge
    for section in sections(response.powers):
        for piece in pieces(section):
            yield encode_compressed(piece).data.cast("B")
    yield encode_phase1_key(response.public_key)


def read_challenge(path: Path) -> Challenge:
    """Read a challenge; its points are checked to be on the curve.

    Raises: FormatError for a file that is no challenge, EncodingError for a point.
    """
    source = map_file(path)
    curve = _curve_of(source.data, source.where)
    power = _power_of(curve, source.data, source.where)
    previous, rest = bytes(source.data[:DIGEST_BYTES]), source.data[DIGEST_BYTES:]
    powers = _read_powers(rest, curve, power, decode_uncompressed, source.where)
    digest = hashlib.blake2b(source.data).digest()
    source.check_unchanged()
    return Challenge(previous, digest, powers)


def read_response(path: Path, curve: Curve, power: int) -> Response:
    """Read the response to a challenge of this curve and power; its points are on the curve.

    Raises: FormatError for another size, EncodingError for a point.
    """
    source = map_file(path)
    g1, key_bytes = curve.g1.point_bytes, key_bytes_of(curve)
    expected = response_bytes(curve, power)
    if len(source.data) != expected:
        raise FormatError(
            f"a response for power {power} over {curve.name} has {expected} bytes,"
            f" the file {len(source.data)}: found {_name(source.data)}",
            where=source.where,
        )
    body, tail = source.data[DIGEST_BYTES:-key_bytes], bytes(source.data[-key_bytes:])
    powers = _read_powers(body, curve, power, decode_compressed, source.where)
    with _located(f"{source.where}, public key"):
        proofs = decode_uncompressed(curve.g1, tail[: 6 * g1])
        g2_spx = decode_uncompressed(curve.g2, tail[6 * g1 :])
    pairs = G1Array(curve.g1, proofs.data)
    key = Phase1PublicKey(pairs[0::2], pairs[1::2], G2Array(curve.g2, g2_spx.data))
    response = Response(bytes(source.data[:DIGEST_BYTES]), powers, key)
    source.check_unchanged()
    return response


@contextmanager
def _located(where: str) -> Iterator[None]:
    """Add the part of the file to the error about a wrong point."""
    try:
        yield
    except EncodingError as problem:
        problem.where = where
        raise


def _curve_of(data: memoryview, where: str) -> Curve:
    for curve in CURVES:
        first = encode_uncompressed(G1Array.generator(curve.g1)).tobytes()
        if data[DIGEST_BYTES : DIGEST_BYTES + len(first)] == first:
            return curve
    raise FormatError(
        "not a challenge: its first point is not the generator of a known curve,"
        f" found {_name(data)}",
        where=where,
    )


def _name(data: memoryview) -> str:
    from zkctl.formats.identify import name_of_content

    return name_of_content(data)


def _power_of(curve: Curve, data: memoryview, where: str) -> int:
    n_bytes = len(data)
    for power in range(1, MAX_POWER + 1):
        if challenge_bytes(curve, power) == n_bytes:
            return power
    raise FormatError(
        f"not a challenge: no power over {curve.name} gives {n_bytes} bytes, found {_name(data)}",
        where=where,
    )


def _read_powers(
    data: memoryview, curve: Curve, power: int, decode: Decode, where: str
) -> PowersOfTau:
    groups = (curve.g1, curve.g2, curve.g1, curve.g1, curve.g2)
    sizes = section_bytes(curve, power)
    factor = sum(sizes) // len(data)  # 2 for compressed points
    parts, start = [], 0
    for name, group, size in zip(_NAMES, groups, sizes, strict=True):
        stop = start + size // factor
        parts.append(_decode(data[start:stop], group, decode, f"{where}, {name}"))
        start = stop
    tau_g1, tau_g2, alpha, beta, beta_g2 = parts
    return PowersOfTau(
        curve=curve,
        power=power,
        ceremony_power=power,
        tau_g1=G1Array(curve.g1, tau_g1.data),
        tau_g2=G2Array(curve.g2, tau_g2.data),
        alpha_tau_g1=G1Array(curve.g1, alpha.data),
        beta_tau_g1=G1Array(curve.g1, beta.data),
        beta_g2=G2Array(curve.g2, beta_g2.data)[0],
    )


def _decode(data: memoryview, group: Group, decode: Decode, where: str) -> PointArray:
    ratio = 2 if decode is decode_compressed else 1
    row_bytes = group.point_bytes // ratio
    rows = new_rows(len(data) // row_bytes, group.point_words)
    with _located(where):
        for part in windows(len(rows), group.point_bytes):
            piece = data[part.start * row_bytes : part.stop * row_bytes]
            rows[part] = decode(group, piece.tobytes()).data
    return point_array(group, rows)
