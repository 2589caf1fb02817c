"""Recognise the files without a mark: challenge and response of a phase 1, parameters of bellman.

Their exact size decides, with the first point or the counts inside.  No reader is imported here.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from zkctl.ceremony.hashing import DIGEST_BYTES
from zkctl.curve import CURVES, Curve, G1Array
from zkctl.curve.encoding import encode_compressed, encode_uncompressed
from zkctl.srs.powers_of_tau import MAX_POWER

BELLMAN_ARRAYS = ("gamma_abc_g1", "h_query", "l_query", "a_query", "b_g1_query", "b_g2_query")

_Encode = Callable[[G1Array], Any]
_Size = Callable[[Curve, int], int]


def section_bytes(curve: Curve, power: int) -> tuple[int, ...]:
    """Return the sizes of the uncompressed sections."""
    n, g1, g2 = 1 << power, curve.g1.point_bytes, curve.g2.point_bytes
    return (2 * n - 1) * g1, n * g2, n * g1, n * g1, g2


def is_challenge(data: memoryview) -> bool:
    """Return whether the first point and the exact size are those of a challenge."""
    return _matches(data, encode_uncompressed, challenge_bytes)


def is_response(data: memoryview) -> bool:
    """Return whether the first point and the exact size are those of a response."""
    return _matches(data, encode_compressed, response_bytes)


def curve_and_power(data: memoryview) -> tuple[Curve, int]:
    """Return curve and power of a challenge or response.  Assumes: the data are one."""
    found = _curve_and_power(data, encode_uncompressed, challenge_bytes)
    found = found or _curve_and_power(data, encode_compressed, response_bytes)
    assert found is not None
    return found


def challenge_bytes(curve: Curve, power: int) -> int:
    """Return the size of a challenge."""
    return DIGEST_BYTES + sum(section_bytes(curve, power))


def response_bytes(curve: Curve, power: int) -> int:
    """Return the size of a response."""
    return DIGEST_BYTES + sum(section_bytes(curve, power)) // 2 + key_bytes_of(curve)


def key_bytes_of(curve: Curve) -> int:
    """Return the size of the public key in a response."""
    return 6 * curve.g1.point_bytes + 3 * curve.g2.point_bytes


def _matches(data: memoryview, encode: _Encode, size: _Size) -> bool:
    return _curve_and_power(data, encode, size) is not None


def _curve_and_power(data: memoryview, encode: _Encode, size: _Size) -> tuple[Curve, int] | None:
    for curve in CURVES:
        first = encode(G1Array.generator(curve.g1)).tobytes()
        powers = [k for k in range(1, MAX_POWER + 1) if size(curve, k) == len(data)]
        if powers and data[DIGEST_BYTES : DIGEST_BYTES + len(first)] == first:
            return curve, powers[0]
    return None


def is_bellman(data: memoryview) -> bool:
    """Return whether the counts in the file add up to its exact size, as those of bellman parameters do."""
    return any(_counts(data, curve) is not None for curve in CURVES)


def counts_of_bellman(data: memoryview) -> tuple[dict[str, int], Curve]:
    """Return the lengths of the arrays, the number of contributions, and the curve.  Assumes: `is_bellman`."""
    found = ((_counts(data, curve), curve) for curve in CURVES)
    return next((counts, curve) for counts, curve in found if counts is not None)


def _counts(data: memoryview, curve: Curve) -> dict[str, int] | None:
    """Return the counts in a file if they add up to its size with points of this curve."""
    g1, g2 = curve.g1.point_bytes, curve.g2.point_bytes
    counts = {}
    position = 3 * g1 + 3 * g2
    for name in BELLMAN_ARRAYS:
        counts[name] = int.from_bytes(data[position : position + 4], "big")
        position += 4 + counts[name] * (g2 if "_g2" in name else g1)
    position += DIGEST_BYTES
    counts["contributions"] = int.from_bytes(data[position : position + 4], "big")
    position += 4 + counts["contributions"] * (3 * g1 + g2 + DIGEST_BYTES)
    return counts if position == len(data) else None
