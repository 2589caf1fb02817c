"""Field elements and group members drawn from a ceremony's generator, bit for bit as snarkjs draws them.

A field element is drawn by rejection, and its integer is taken as the Montgomery form.  A point is
a random x with a point above it and a random sign, times the cofactor.
Source: docs/reference/ceremonies.md.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from zkctl.ceremony.primitives.chacha import ChaCha
from zkctl.curve import G1Array, G2Array, PointArray, point_array
from zkctl.curve.coordinates import Coordinates, curve_value, join_point, square_root
from zkctl.curve.curves.parameters import Curve, Group
from zkctl.curve.encoding import Flags, is_negative
from zkctl.curve.subgroup.membership import clear_cofactor
from zkctl.field import FieldArray, PrimeField, words_from_ints


def sample_scalar(field: PrimeField, rng: ChaCha) -> int:
    """Return a uniform element, as the canonical integer."""
    return _montgomery_integer(field, rng) * field.montgomery_r_inverse % field.modulus


def sample_points(group: Group, rngs: Sequence[ChaCha]) -> PointArray:
    """Return one point of unknown discrete logarithm from each generator.  Shapes: n -> (n,)."""
    found = point_array(group, np.zeros((len(rngs), group.point_words), np.uint64))
    waiting = np.arange(len(rngs))
    while len(waiting):
        x, signs = _draw_x(group, [rngs[k] for k in waiting.tolist()])
        y, exists = square_root(curve_value(group, x))
        points = join_point(group, x, y)
        flip = is_negative(group, y) != signs
        signed = np.where(flip[:, None], (-points).data, points.data)
        found.data[waiting[exists]] = signed[exists]
        waiting = waiting[~exists]
    return clear_cofactor(found)


def sample_g1(curve: Curve, rng: ChaCha) -> G1Array:
    """Return one point of G1.  Shapes: -> ()."""
    return G1Array(curve.g1, sample_points(curve.g1, [rng]).data[0])


def hash_to_g2(curve: Curve, digests: Sequence[bytes]) -> G2Array:
    """Return the point of G2 of each digest (of its first 32 bytes).  Shapes: n -> (n,)."""
    points = sample_points(curve.g2, [ChaCha(digest[:32]) for digest in digests])
    return G2Array(curve.g2, points.data)


def _draw_x(group: Group, rngs: Sequence[ChaCha]) -> tuple[Coordinates, Flags]:
    field = group.base_field
    drawn: list[list[int]] = []
    signs = []
    for rng in rngs:
        drawn.append([_montgomery_integer(field, rng) for _ in range(group.degree)])
        signs.append(rng.next_bool())
    parts = zip(*drawn, strict=True)
    x = tuple(FieldArray(field, words_from_ints(part, field.n_words)) for part in parts)
    return x, np.array(signs)


def _montgomery_integer(field: PrimeField, rng: ChaCha) -> int:
    mask = (1 << field.n_bits) - 1
    while True:
        words = [rng.next_u64() for _ in range(field.n_words)]
        value = sum(word << (64 * k) for k, word in enumerate(words)) & mask
        if value < field.modulus:
            return value
