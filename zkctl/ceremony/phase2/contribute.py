"""Phase 2, the key of one circuit: contributions that multiply delta by a fresh secret.

delta grows by the secret, l_query and h_query shrink by it; the other parts stay unchanged.
Source: Bowe, Gabizon, Miers, eprint 2017/1050; docs/reference/ceremonies.md for the bytes.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import NamedTuple

from zkctl.ceremony.contribution import Origin, Phase2Contribution
from zkctl.ceremony.hashing import contribution_challenge
from zkctl.ceremony.knowledge import draw_secret, rng_of
from zkctl.ceremony.primitives.chacha import ChaCha
from zkctl.ceremony.primitives.sampling import hash_to_g2, sample_g1
from zkctl.ceremony.ratios import check_members
from zkctl.curve import Curve, G1Array, multiply_each
from zkctl.curve.group import P
from zkctl.field import FieldArray
from zkctl.groth16.keys import ProvingKey
from zkctl.runtime.progress import Progress, silent


def contribute_phase2(
    key: ProvingKey,
    circuit_hash: bytes,
    earlier: Sequence[Phase2Contribution],
    origin: Origin,
    entropy: str = "",
    *,
    progress: Progress = silent,
) -> tuple[ProvingKey, Phase2Contribution]:
    """Return the key after one more contribution, and its record.

    Raises: EncodingError for a point outside its group, which could leak the secret.
    """
    for name in ("delta_g1", "delta_g2", "l_query", "h_query"):
        check_members(getattr(key, name), name, infinity=name.endswith("query"))
    secret, g1_s, g1_sx = draw_phase2_key(key.curve, rng_of(origin, entropy, progress=progress))
    challenge = contribution_challenge(circuit_hash, earlier, g1_s, g1_sx)
    g2_sp = hash_to_g2(key.curve, [challenge])
    updated = _multiply_delta(key, secret)
    record = Phase2Contribution(
        delta_after=updated.delta_g1,
        g1_s=g1_s,
        g1_sx=g1_sx,
        g2_spx=_scale(g2_sp[0], secret),
        contribution_challenge=challenge,
        origin=origin,
    )
    return updated, record


class DrawnPhase2Key(NamedTuple):
    """The secret factor of delta, and the pair of points that shows it.  Shapes: (), ()."""

    secret: int
    g1_s: G1Array
    g1_sx: G1Array


def draw_phase2_key(curve: Curve, rng: ChaCha) -> DrawnPhase2Key:
    """Return the secret factor of delta, and the pair of points that shows it.  Shapes: (), ()."""
    secret = draw_secret(curve.scalar_field, rng)
    g1_s = sample_g1(curve, rng)
    return DrawnPhase2Key(secret, g1_s, _scale(g1_s, secret))


def _multiply_delta(key: ProvingKey, secret: int) -> ProvingKey:
    field = key.curve.scalar_field
    inverse = FieldArray.from_ints(field, [pow(secret, -1, field.modulus)])[0]
    return replace(
        key,
        delta_g1=_scale(key.delta_g1, secret),
        delta_g2=_scale(key.delta_g2, secret),
        l_query=multiply_each(key.l_query, inverse, members=True),
        h_query=multiply_each(key.h_query, inverse, members=True),
    )


def _scale(point: P, factor: int) -> P:
    """Return one point times an integer.  Shapes: () -> ()."""
    scalar = FieldArray.from_ints(point.group.scalar_field, [factor])
    return multiply_each(type(point).concatenate([point]), scalar)[0]
