"""Field elements for tests: boundary values of the field, of words and of limbs, then random ones."""

from __future__ import annotations

import random

from zkctl.field import PrimeField


def boundary_values(field: PrimeField) -> list[int]:
    """0, 1, p - 1, values around R, halves, and 2^k +- 1 at the limits of words and limbs."""
    p, r = field.modulus, field.montgomery_r
    values = [0, 1, 2, 3, p - 1, p - 2, p - 3, p // 2, p // 2 + 1, p // 3]
    values += [r, r - 1, r + 1, r * r, field.montgomery_r_inverse, -r, p >> 1, p ^ (p >> 7)]
    for k in (28, 29, 52, 56, 58, 64, 112, 128, 192, 224, 232, 252, 253, 320, 364, 380):
        values += [(1 << k) - 1, 1 << k, (1 << k) + 1, -(1 << k)]
    values += [sum(((1 << 29) - 1) << (29 * k) for k in range(0, 9, 2))]  # full and empty limbs
    values += [sum(((1 << 28) - 1) << (28 * k) for k in range(1, 14, 2))]
    return list(dict.fromkeys(value % p for value in values))


def random_values(field: PrimeField, n: int, seed: int = 1) -> list[int]:
    """Uniform values."""
    rng = random.Random(seed)
    return [rng.randrange(field.modulus) for _ in range(n)]


def operand_pairs(field: PrimeField, n_random: int = 500) -> tuple[list[int], list[int]]:
    """Every pair of boundary values, then random pairs."""
    edges = boundary_values(field)
    left = [x for x in edges for _ in edges] + random_values(field, n_random, 2)
    right = [y for _ in edges for y in edges] + random_values(field, n_random, 3)
    return left, right
