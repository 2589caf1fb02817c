"""Numbers as bits, lowest bit first."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby
from typing import cast

from zkctl.dsl import Array, Bit, Signal, Uint, assume_uint, constrain, dot, gadget
from zkctl.dsl.decomposition import decompose
from zkctl.dsl.numbers.spelled import bits_known, remember_bits
from zkctl.dsl.spans import circuit_error
from zkctl.gadgets.gates import all_of
from zkctl.gadgets.sizes import as_text


@gadget
def to_bits(x: Signal, n_bits: int) -> Array[Bit]:
    """Return the bits of x, lowest first.

    Assumes:  nothing.
    Enforces: x is the sum of 2^k * bit_k and every bit is 0 or 1, so x < 2^n_bits; at the field's full width also that the number the
              bits spell is below p, without which a second set of bits would fit many x.
    Cost:     n_bits constraints (no more than the known width of a Uint); at full width enforce_canonical's too.  Nothing where the bits
              were made before, by a check of the width, to_bits or from_bits; then 1 (linear) if x must be narrower than they are.
    """
    field = x.field
    if not 0 < n_bits <= field.n_bits:
        raise circuit_error(
            f"to_bits yields 1 to {field.n_bits} bits in {field.name}, not {as_text(n_bits)}"
        )
    known = max(1, x.n_bits) if isinstance(x, Uint) else field.n_bits
    width = min(n_bits, known)
    message = f"value {{value}} needs more than {n_bits} bits"
    if bits_known(x) is not None:
        bits = decompose(x, width, message)
    else:
        bits = list(_made_bits(x, width=width, message=message))
        remember_bits(x, bits)
    return Array([*bits, *(x * 0 for _ in range(n_bits - len(bits)))])


@gadget(stamped=True)
def _made_bits(x: Signal, *, width: int, message: str) -> Array[Bit]:
    """Return the bits of x, canonical at the field's full width.  Cost: that of to_bits."""
    bits = decompose(x, width, message)
    if 1 << width > x.field.modulus:
        enforce_canonical(bits)
    return Array(bits)


@gadget
def from_bits(bits: Sequence[Bit]) -> Signal:
    """Return the number that bits spell, lowest first: a Uint if that many bits always stay below p.

    Assumes:  nothing.
    Enforces: the result is the sum of 2^k * bit_k modulo p.
    Cost:     0 constraints; the bits are kept, so to_bits of the result costs nothing if that many bits stay below p.
    """
    if len(bits) == 0:
        raise circuit_error("from_bits needs at least one bit")
    p = bits[0].field.modulus
    total = dot([(1 << k) % p for k in range(len(bits))], bits)
    highest = (1 << len(bits)) - 1
    if highest >= p:
        return total
    number = assume_uint(total, len(bits), because="bits are 0 or 1, and their sum stays below p")
    remember_bits(number, bits)
    return number


@gadget
def enforce_canonical(bits: Sequence[Bit]) -> None:
    """Enforce that the number the bits spell is below the field's modulus p.

    Assumes:  as many bits as p has.
    Enforces: sum of 2^k * bit_k <= p - 1: wherever p - 1 has zeros, the number has zeros too, or else a zero further up where
              p - 1 has a one.
    Cost:     for each run of zeros in p - 1 one constraint, for each run of ones at most two: 130 for BN254, 112 for BLS12-381.
    """
    if len(bits) == 0:
        raise circuit_error("enforce_canonical needs as many bits as the field has, got none")
    field = bits[0].field
    if len(bits) != field.n_bits:
        raise circuit_error(f"{field.name} has {field.n_bits} bits, got {len(bits)}")
    enforce_at_most(bits, field.modulus - 1, "the bits are not canonical")


@gadget
def enforce_at_most(bits: Sequence[Bit], limit: int, message: str = "") -> None:
    """Enforce that the number the bits spell, lowest first, is at most a constant.

    Assumes:  nothing.
    Enforces: sum of 2^k * bit_k <= limit, over the integers: wherever the limit has zeros, the number has zeros too, or else a zero
              further up where the limit has a one.
    Cost:     for each run of zeros in the limit one constraint, for each run of ones at most two; 0 if no number of that many bits is
              larger.
    """
    if limit < 0:
        raise circuit_error(f"a limit of numbers: expected 0 or more, got {as_text(limit)}")
    if limit >= (1 << len(bits)) - 1:
        return
    text = message or f"the number that the bits spell is above {as_text(limit)}"
    lowest_zero = (~limit & limit + 1).bit_length() - 1  # the ones below it allow every number
    positions = reversed(range(lowest_zero, len(bits)))
    all_ones = cast(Bit, bits[0] * 0 + 1)  # so far, has the number a one wherever the limit has?
    for has_ones, run in groupby(positions, key=lambda k: limit >> k & 1):
        part = [bits[k] for k in run]
        if has_ones:
            all_ones = all_of([all_ones, *part])
            continue
        most = bits[0].field.modulus - 1  # ones whose sum is 0 only if there are none
        for start in range(0, len(part), most):
            some = part[start : start + most]
            constrain(all_ones * sum(some, some[0] * 0) == 0, text)
