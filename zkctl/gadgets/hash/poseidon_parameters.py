"""Round constants and matrices of Poseidon over the scalar fields of BN254 and BLS12-381, with circomlib's numbers of rounds.

Nothing is stored: the constants are derived, when a width is first used, by the published procedure, a Grain LFSR in self-shrinking
mode seeded with the parameters; a width takes a few milliseconds.  tests/unit/gadgets/test_poseidon_parameters.py pins a digest of
every width over BN254 and repeats the derivation bit by bit.
Source: Grassi et al., "Poseidon: A New Hash Function for Zero-Knowledge Proof Systems", ePrint 2019/458, section 5.1 (rounds) and
appendices B, F (LFSR, Cauchy matrix).  The rounds depend on the security level, not on which of the two fields it is; over BLS12-381
widths 3 and 5 are the authors' instances poseidonperm_x5_255_3 and poseidonperm_x5_255_5.
"""

from __future__ import annotations

import math
from functools import cache

import numpy as np
from numpy.typing import NDArray

from zkctl.field import BLS12_381_FR, BN254_FR, PrimeField
from zkctl.runtime.records import record

FULL_ROUNDS = 8  # half before, half after the partial rounds
# 128-bit security for x^5, t = 2 .. 17 (the paper's script; circomlib uses the same table)
PARTIAL_ROUNDS = (56, 57, 56, 60, 60, 63, 64, 63, 60, 66, 60, 65, 70, 60, 64, 68)
FIELDS = (BN254_FR, BLS12_381_FR)
WIDTHS = range(2, 2 + len(PARTIAL_ROUNDS))

_TAPS = (62, 51, 38, 23, 13, 0)  # s[i + 80] = xor of s[i + tap]
_STATE_BITS = 80
_WARM_UP = 160

Bits = NDArray[np.uint8]


@record
class PoseidonParameters:
    """One width.  Shapes: constants one tuple of t per round, mds t rows of t."""

    n_partial_rounds: int
    constants: tuple[tuple[int, ...], ...]
    mds: tuple[tuple[int, ...], ...]


@cache
def poseidon_parameters(t: int, field: PrimeField = BN254_FR) -> PoseidonParameters:
    """Return the parameters for a state of t elements, t in WIDTHS, over one of FIELDS."""
    n_partial = PARTIAL_ROUNDS[t - WIDTHS.start]
    n_constants = (FULL_ROUNDS + n_partial) * t
    flat, rest = grain_constants(field, t, n_partial, n_constants, 2 * t)
    constants = tuple(tuple(flat[k : k + t]) for k in range(0, n_constants, t))
    return PoseidonParameters(n_partial, constants, _cauchy(rest, t, field.modulus))


def grain_constants(
    field: PrimeField, t: int, n_partial: int, count: int, n_more: int
) -> tuple[list[int], list[int]]:
    """Return `count` numbers of the generator below p, those above being left out, and n_more further ones modulo p."""
    p, n_bits = field.modulus, field.n_bits
    # every second pair of raw bits yields one bit; a draw is below p with probability p / 2^n_bits
    draws = math.ceil(1.3 * count * 2**n_bits / p) + n_more + 64
    numbers = _draws(n_bits, t, n_partial, draws)
    accepted = [k for k, number in enumerate(numbers) if number < p][:count]
    assert len(accepted) == count, "the margin covers the rejected draws"
    after = accepted[-1] + 1
    return [numbers[k] for k in accepted], [n % p for n in numbers[after : after + n_more]]


def _cauchy(elements: list[int], t: int, p: int) -> tuple[tuple[int, ...], ...]:
    """Return the matrix 1 / (x_i + y_j)."""
    assert len(set(elements)) == 2 * t, "distinct for every width in the table"
    x, y = elements[:t], elements[t:]
    return tuple(tuple(pow(a + b, -1, p) for b in y) for a in x)


def _draws(n_bits: int, t: int, n_partial: int, count: int) -> list[int]:
    """Return consecutive numbers of n_bits of the self-shrinking generator, first bit highest."""
    raw = _lfsr(_seed(n_bits, t, n_partial), _WARM_UP + math.ceil(4.2 * n_bits * count))[_WARM_UP:]
    pairs = raw[: len(raw) // 2 * 2].reshape(-1, 2)
    bits = pairs[pairs[:, 0] == 1, 1][: n_bits * count].reshape(-1, n_bits)
    padded = np.pad(bits, ((0, 0), (-n_bits % 8, 0)))
    return [int.from_bytes(row.tobytes(), "big") for row in np.packbits(padded, axis=1)]


def _seed(n_bits: int, t: int, n_partial: int) -> list[int]:
    """Return the seed bits: prime field, S-box x^alpha, field size, width, rounds, then ones."""
    fields = ((1, 2), (0, 4), (n_bits, 12), (t, 12), (FULL_ROUNDS, 10), (n_partial, 10))
    text = "".join(f"{value:0{width}b}" for value, width in fields) + "1" * 30
    return [int(digit) for digit in text]


def _lfsr(seed: list[int], count: int) -> Bits:
    """Return the first `count` bits after the seed.

    Squaring the recurrence over GF(2) shows s[i + 80 m] = xor of s[i + tap m] for every power of two m, so long known stretches
    determine the next 18 m bits at once.
    """
    total = _STATE_BITS + count
    bits = np.zeros(total, np.uint8)
    bits[:_STATE_BITS] = seed
    known = _STATE_BITS
    while known < total:
        m = 1 << ((known // _STATE_BITS).bit_length() - 1)
        step = min((_STATE_BITS - _TAPS[0]) * m, total - known)
        start = known - _STATE_BITS * m
        for tap in _TAPS:
            bits[known : known + step] ^= bits[start + tap * m : start + tap * m + step]
        known += step
    return bits[_STATE_BITS:]
