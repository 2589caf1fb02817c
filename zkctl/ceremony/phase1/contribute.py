"""Phase 1, the powers of tau: a new accumulator, and contributions to it.

A contribution multiplies tau, alpha and beta by fresh secrets and proves that it knew them.
Source: Bowe, Gabizon, Miers, "Scalable Multi-party Computation for zk-SNARK Parameters in the Random
Beacon Model", eprint 2017/1050; docs/reference/ceremonies.md for the bytes.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import partial
from typing import NamedTuple

import numpy as np

from zkctl.ceremony.contribution import Origin, Phase1Contribution, Phase1PublicKey
from zkctl.ceremony.hashing import (
    knowledge_digests,
    next_challenge,
    response_hash,
    response_state,
)
from zkctl.ceremony.knowledge import draw_secret, rng_of
from zkctl.ceremony.phase1.first_challenge import first_challenge
from zkctl.ceremony.primitives.chacha import ChaCha
from zkctl.ceremony.primitives.sampling import hash_to_g2, sample_g1
from zkctl.ceremony.ratios import check_members
from zkctl.curve import Curve, G1Array, G2Array, multiply_each
from zkctl.curve.group import P
from zkctl.errors import InputError
from zkctl.field import FieldArray, powers
from zkctl.runtime.memory import new_rows, windows
from zkctl.runtime.parallel import in_parallel
from zkctl.runtime.progress import Progress, silent
from zkctl.srs.powers_of_tau import PowersOfTau, check_power

SECTIONS = ("tau_g1", "tau_g2", "alpha_tau_g1", "beta_tau_g1", "beta_g2")


def new_powers(curve: Curve, power: int) -> PowersOfTau:
    """Return the powers of tau = 1, alpha = beta = 1: a start that contains no secret.

    Raises: LimitError for a power outside the limits.
    """
    check_power(power)
    n = 1 << power
    g1, g2 = G1Array.generator(curve.g1), G2Array.generator(curve.g2)
    return PowersOfTau(
        curve=curve,
        power=power,
        ceremony_power=power,
        tau_g1=_repeat(g1, 2 * n - 1),
        tau_g2=_repeat(g2, n),
        alpha_tau_g1=_repeat(g1, n),
        beta_tau_g1=_repeat(g1, n),
        beta_g2=g2,
    )


def contribute_phase1(
    accumulator: PowersOfTau,
    earlier: Sequence[Phase1Contribution],
    origin: Origin,
    entropy: str = "",
    *,
    progress: Progress = silent,
) -> tuple[PowersOfTau, Phase1Contribution]:
    """Return the powers after one more contribution, without Lagrange form, and its record.

    Raises: InputError for a truncated file, which has lost what the next challenge is hashed from;
    EncodingError for a point outside its group, which could leak the secret.
    """
    check_untruncated(accumulator)
    challenge = current_challenge(accumulator, earlier)
    updated, key = respond(accumulator, challenge, rng_of(origin, entropy, progress=progress))
    state = response_state(challenge, updated).export()
    return updated, record_of(updated, key, state, origin)


def check_untruncated(accumulator: PowersOfTau) -> None:
    """Check that no part of the input of their challenge is missing from the powers (InputError)."""
    if accumulator.power != accumulator.ceremony_power:
        raise InputError(
            f"the powers are truncated from 2^{accumulator.ceremony_power} to 2^{accumulator.power},"
            " expected the full powers for a contribution",
            hint="contribute to the full file",
        )


def respond(
    accumulator: PowersOfTau, challenge: bytes, rng: ChaCha
) -> tuple[PowersOfTau, Phase1PublicKey]:
    """Return the powers times secrets of the generator, and the proofs of knowing them.

    Raises: EncodingError for a point outside its group, which could leak the secret.
    """
    check_group_members(accumulator)
    secrets, *pair = draw_phase1_secrets(accumulator.curve, rng)
    key = _prove_knowledge(accumulator.curve, challenge, secrets, (pair[0], pair[1]))
    return _multiply(accumulator, *secrets), key


def record_of(
    updated: PowersOfTau, key: Phase1PublicKey, partial_hash: bytes, origin: Origin
) -> Phase1Contribution:
    """Return the record of the contribution that led to these powers, for a ptau file."""
    return Phase1Contribution(
        tau_g1=updated.tau_g1[1],
        tau_g2=updated.tau_g2[1],
        alpha_g1=updated.alpha_tau_g1[0],
        beta_g1=updated.beta_tau_g1[0],
        beta_g2=updated.beta_g2,
        public_key=key,
        partial_hash=partial_hash,
        next_challenge=next_challenge(response_hash(partial_hash, key), updated),
        origin=origin,
    )


def check_group_members(accumulator: PowersOfTau) -> None:
    """Check that every power is a finite member of its group (EncodingError otherwise)."""
    in_parallel([partial(check_members, getattr(accumulator, name), name) for name in SECTIONS])


def current_challenge(accumulator: PowersOfTau, earlier: Sequence[Phase1Contribution]) -> bytes:
    """Return the challenge to which the next contribution's proofs of knowledge are bound."""
    if earlier:
        return earlier[-1].next_challenge
    return first_challenge(accumulator.curve, accumulator.ceremony_power)


class DrawnPhase1Secrets(NamedTuple):
    """The secrets tau, alpha and beta, and for each a pair of points that shows it.  Shapes: (3,), (3,)."""

    secrets: tuple[int, int, int]
    g1_s: G1Array
    g1_sx: G1Array


def draw_phase1_secrets(curve: Curve, rng: ChaCha) -> DrawnPhase1Secrets:
    """Return the secrets tau, alpha, beta, and for each a pair of points that shows it.  -> (3,), (3,)."""
    field = curve.scalar_field
    tau, alpha, beta = (draw_secret(field, rng) for _ in range(3))
    g1_s = G1Array.concatenate([sample_g1(curve, rng) for _ in range(3)])
    g1_sx = multiply_each(g1_s, FieldArray.from_ints(field, (tau, alpha, beta)))
    return DrawnPhase1Secrets((tau, alpha, beta), g1_s, g1_sx)


def _prove_knowledge(
    curve: Curve, challenge: bytes, secrets: tuple[int, int, int], pair: tuple[G1Array, G1Array]
) -> Phase1PublicKey:
    """Return the third points of the proofs of knowledge, bound to the challenge."""
    g2_sp = hash_to_g2(curve, knowledge_digests(challenge, *pair))
    factors = FieldArray.from_ints(curve.scalar_field, secrets)
    return Phase1PublicKey(*pair, multiply_each(g2_sp, factors))


def _multiply(accumulator: PowersOfTau, tau: int, alpha: int, beta: int) -> PowersOfTau:
    """Return the powers with every secret multiplied by its factor; the Lagrange form is dropped."""
    return replace(
        accumulator,
        tau_g1=_times_powers(accumulator.tau_g1, tau),
        tau_g2=_times_powers(accumulator.tau_g2, tau),
        alpha_tau_g1=_times_powers(accumulator.alpha_tau_g1, tau, alpha),
        beta_tau_g1=_times_powers(accumulator.beta_tau_g1, tau, beta),
        beta_g2=_times_powers(G2Array.concatenate([accumulator.beta_g2]), tau, beta)[0],
        lagrange=None,
    )


def _times_powers(points: P, tau: int, first: int = 1) -> P:
    """Return first * tau^i * points[i], window by window.  Shapes: (n,) -> (n,)."""
    group, r = points.group, points.group.scalar_field.modulus
    out = type(points)(group, new_rows(len(points), group.point_words))
    for part in windows(len(points), group.point_bytes):
        start = first * pow(tau, part.start, r) % r
        factors = powers(tau, part.stop - part.start, group.scalar_field, start)
        out.data[part] = multiply_each(points[part], factors, members=True).data
    return out


def _repeat(point: P, n: int) -> P:
    """Return the point n times in the memory of one."""
    return type(point)(point.group, np.broadcast_to(point.data, (n, *point.data.shape)))
