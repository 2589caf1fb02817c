"""The Pedersen hash of bits over Baby Jubjub, as circomlibjs computes it.

Four bits b0 .. b3 are a factor (1 + b0 + 2 b1 + 4 b2), negative if b3 is 1; window w of a segment counts 32^w times; a segment has 50
windows and its own generator, and the segments are added.  Missing bits of the last window are 0.  The length is not hashed:
messages of different lengths need different uses or a length in front.
Source: "4-bit Window Pedersen Hash On The Baby Jubjub Elliptic Curve", iden3.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from typing import cast

from zkctl.dsl import Bit, gadget
from zkctl.dsl.spans import circuit_error
from zkctl.gadgets.curve import montgomery
from zkctl.gadgets.curve.baby_jubjub import Point, add
from zkctl.gadgets.curve.baby_jubjub_parameters import COFACTOR, SUBGROUP_ORDER, check_field
from zkctl.gadgets.curve.constant_points import IDENTITY, ConstantPoint, compressed_point
from zkctl.gadgets.curve.montgomery import MontgomeryPoint, constant_form, from_montgomery
from zkctl.gadgets.hash.blake256 import blake256
from zkctl.gadgets.select import mux

WINDOW_BITS = 4
WINDOWS_PER_SEGMENT = 50
_SEGMENT_BITS = WINDOW_BITS * WINDOWS_PER_SEGMENT
_SHIFT = 5  # 32 > 2 * 8: the windows before add up to less than this one
# before window w the sum is s times the generator, |s| <= 8 (32^w - 1) / 31 < 32^w, and the window adds at least 32^w and at most
# 8 * 32^w times it; 9 * 32^49 < l
_APART = "the windows before count less than this one, and both together less than l"
_NOT_ZERO = "a multiple of a generator of prime order l by a factor between -l and l, not 0"


@gadget(stamped=True)
def pedersen(bits: Sequence[Bit]) -> Point:
    """Return the point of the Pedersen hash of bits.

    Assumes:  nothing.
    Enforces: the result is the sum of the windows' multiples of the generators.
    Cost:     7 constraints for four bits, and 5 for each further segment of 200 bits: 450 for 256 bits.
    """
    if len(bits) == 0:
        raise circuit_error("pedersen of no bits: expected one bit or more, got none")
    check_field(bits[0].field)
    segments = [bits[k : k + _SEGMENT_BITS] for k in range(0, len(bits), _SEGMENT_BITS)]
    total, *others = [_segment(segment, generator(k)) for k, segment in enumerate(segments)]
    for other in others:
        total = add(total, other)
    return total


def _segment(bits: Sequence[Bit], base: ConstantPoint) -> Point:
    total = _window(bits[:WINDOW_BITS], base)
    for start in range(WINDOW_BITS, len(bits), WINDOW_BITS):
        base = base.times(1 << _SHIFT)
        entry = _window(bits[start : start + WINDOW_BITS], base)
        total = montgomery.add(total, entry, because=_APART)
    return from_montgomery(total, because=_NOT_ZERO)


def _window(bits: Sequence[Bit], base: ConstantPoint) -> MontgomeryPoint:
    """Return the multiple that up to four bits select; the fourth is its sign."""
    selecting = bits[: WINDOW_BITS - 1]
    multiples = [base.times(factor) for factor in range(1, (1 << len(selecting)) + 1)]
    entry = mux(selecting, [constant_form(each) for each in multiples])
    if len(bits) < WINDOW_BITS:
        return cast(MontgomeryPoint, entry)
    return MontgomeryPoint(entry.u, (1 - 2 * bits[-1]) * entry.v)


@cache
def generator(segment: int) -> ConstantPoint:
    """Return the generator of a segment: the first hash of a numbered text that is a compressed point, times 8."""
    for attempt in range(1 << 16):
        digest = blake256(f"PedersenGenerator_{segment:032d}_{attempt:032d}".encode())
        point = compressed_point(int.from_bytes(digest, "little") & ~(1 << 254))
        if point is not None:
            found = point.times(COFACTOR)
            assert found != IDENTITY
            assert found.times(SUBGROUP_ORDER) == IDENTITY
            return found
    raise AssertionError("half of all numbers are compressed points")
