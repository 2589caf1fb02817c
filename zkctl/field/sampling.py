"""Random field elements from the operating system."""

from __future__ import annotations

import os

from zkctl.field.prime import PrimeField


def random_nonzero(field: PrimeField) -> int:
    """Return a uniform integer in 1 .. r - 1, drawn by rejection."""
    spare = 8 * field.n_bytes - field.n_bits
    while True:
        value = int.from_bytes(os.urandom(field.n_bytes), "little") >> spare
        if 0 < value < field.modulus:
            return value
