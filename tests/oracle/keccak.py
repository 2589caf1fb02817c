"""Keccak-256, a second implementation: on single bits, as the standard's formulas are written.

Source: FIPS 202, algorithms 1 to 5 (theta, rho, pi, chi, rc) and 8 (sponge); the padding is that of the first submission, 1 0* 1.
"""

from __future__ import annotations

from itertools import product

W = 64
RATE_BITS = 1088
State = dict[tuple[int, int, int], int]
PLACES = [*product(range(5), range(5), range(W))]


def keccak256(message: bytes, suffix: str = "") -> bytes:
    """The 32 bytes of the digest; with the suffix "01" that of SHA3-256."""
    bits = [byte >> k & 1 for byte in message for k in range(8)] + [int(digit) for digit in suffix]
    bits += [1, *[0] * (-(len(bits) + 2) % RATE_BITS), 1]
    state: State = dict.fromkeys(PLACES, 0)
    for start in range(0, len(bits), RATE_BITS):
        for k in range(RATE_BITS):
            state[_place(k)] ^= bits[start + k]
        for i in range(24):
            state = _iota(without_constant(state), i)
    digest = [state[_place(k)] for k in range(256)]
    return bytes(sum(digest[8 * n + k] << k for k in range(8)) for n in range(32))


def without_constant(state: State) -> State:
    """A round but for iota."""
    return _chi(_pi(_rho(_theta(state))))


def _place(k: int) -> tuple[int, int, int]:
    return k // W % 5, k // W // 5, k % W


def _theta(a: State) -> State:
    c = {(x, z): sum(a[x, y, z] for y in range(5)) % 2 for x in range(5) for z in range(W)}
    return {
        (x, y, z): a[x, y, z] ^ c[(x - 1) % 5, z] ^ c[(x + 1) % 5, (z - 1) % W]
        for x, y, z in PLACES
    }


def _rho(a: State) -> State:
    moved = dict(a)
    x, y = 1, 0
    for t in range(24):
        for z in range(W):
            moved[x, y, z] = a[x, y, (z - (t + 1) * (t + 2) // 2) % W]
        x, y = y, (2 * x + 3 * y) % 5
    return moved


def _pi(a: State) -> State:
    return {(x, y, z): a[(x + 3 * y) % 5, x, z] for x, y, z in PLACES}


def _chi(a: State) -> State:
    return {
        (x, y, z): a[x, y, z] ^ (1 - a[(x + 1) % 5, y, z]) * a[(x + 2) % 5, y, z]
        for x, y, z in PLACES
    }


def _iota(a: State, i: int) -> State:
    for j in range(7):
        a[0, 0, 2**j - 1] ^= _rc(j + 7 * i)
    return a


def _rc(t: int) -> int:
    register = [1, 0, 0, 0, 0, 0, 0, 0]
    for _ in range(t % 255):
        register = [0, *register]
        for k in (0, 4, 5, 6):
            register[k] ^= register[8]
        register = register[:8]
    return register[0]
