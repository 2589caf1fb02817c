"""Verification of phase 2: a key against its circuit, its powers of tau and its contributions.

`initial` is the key of the same circuit before any contribution, derived again.  Beyond what snarkjs
checks: each point is in its group, no secret is 0, 1 or -1, no contribution occurs twice.  All random
combinations have 128-bit coefficients.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from zkctl.ceremony.beacon import check_cost
from zkctl.ceremony.contribution import ContributorKind, Phase2Contribution
from zkctl.ceremony.hashing import contribution_challenges
from zkctl.ceremony.knowledge import (
    check_distinct_secrets,
    check_nontrivial_secret,
    contribution_label,
    rng_of,
)
from zkctl.ceremony.phase2.circuit_hash import matching_style
from zkctl.ceremony.phase2.contribute import draw_phase2_key
from zkctl.ceremony.primitives.sampling import hash_to_g2
from zkctl.ceremony.ratios import RatioClaims, check_members, random_words
from zkctl.curve import Curve, G1Array, G2Array, msm
from zkctl.errors import CheckFailed
from zkctl.field import FieldArray, powers
from zkctl.groth16.keys import ProvingKey
from zkctl.runtime.progress import Progress, silent
from zkctl.srs.powers_of_tau import PowersOfTau

_OF_PHASE_1 = {"alpha_g1": "alpha", "beta_g1": "beta", "beta_g2": "beta"}  # no circuit changes them
_UNCHANGED = ("alpha_g1", "beta_g1", "beta_g2", "gamma_g2", "gamma_abc_g1")
_QUERIES = ("a_query", "b_g1_query", "b_g2_query")


def check_phase2(
    key: ProvingKey,
    circuit_hash: bytes,
    contributions: Sequence[Phase2Contribution],
    initial: ProvingKey,
    powers_of_tau: PowersOfTau,
    progress: Progress = silent,
) -> None:
    """Check that a key is the circuit's initial key after these contributions.

    Assumes: initial is `initial_key(r1cs, powers_of_tau)`.
    Raises: CheckFailed or EncodingError naming the part or contribution that is wrong.
    """
    _check_cost(contributions)
    progress("comparing the key with its circuit", None)
    check_unchanged_parts(key, initial)
    if matching_style(circuit_hash, initial, powers_of_tau) is None:
        raise CheckFailed(
            "the circuit differs: the key's circuit hash is another one",
            hint="the key was made from another circuit or from other powers of tau",
        )
    progress(f"checking {len(contributions)} contributions", None)
    check_contributions(key.curve, circuit_hash, contributions, progress)
    progress("checking delta, l_query and h_query", None)
    check_delta(key, contributions)
    check_divided_queries(key, initial)


def check_unchanged_parts(key: ProvingKey, initial: ProvingKey) -> None:
    """Check the parts that no contribution changes.  Raises: CheckFailed naming the first."""
    if key.curve is not initial.curve:
        raise CheckFailed(f"the key is over {key.curve.name}, not {initial.curve.name}")
    for what in ("n_vars", "n_public", "domain_size"):
        mine, theirs = getattr(key, what), getattr(initial, what)
        if mine != theirs:
            raise CheckFailed(f"the circuit differs: {what} is {mine} in the key, {theirs} here")
    for name in _UNCHANGED + _QUERIES:
        mine, theirs = getattr(key, name).data, getattr(initial, name).data
        if not np.array_equal(mine, theirs):
            where = _first_difference(name, mine, theirs)
            if name in _OF_PHASE_1:
                raise CheckFailed(
                    "the powers of tau are not those the key was made from"
                    f" ({_OF_PHASE_1[name]} differs)",
                    where=where,
                    hint="find the phase 1 that the key's author names; its circuit may be right",
                )
            raise CheckFailed("the circuit differs from the one in the key", where=where)
    for name in ("matrix", "constraint", "signal", "values"):
        mine, theirs = getattr(key.coefficients, name), getattr(initial.coefficients, name)
        if not np.array_equal(mine, theirs):
            raise CheckFailed("the circuit differs from the one in the key", where="coefficients")


def _first_difference(name: str, mine: np.ndarray, theirs: np.ndarray) -> str:
    if mine.ndim == 1:
        return name
    return f"{name}[{int(np.argmax((mine != theirs).any(axis=1)))}]"


def check_contributions(
    curve: Curve,
    circuit_hash: bytes,
    contributions: Sequence[Phase2Contribution],
    progress: Progress = silent,
) -> None:
    """Check each challenge, each proof of knowledge and each step of delta."""
    _check_cost(contributions)
    _check_form(contributions)
    expected = contribution_challenges(circuit_hash, contributions)
    for k, (contribution, challenge) in enumerate(zip(contributions, expected, strict=True)):
        if contribution.contribution_challenge != challenge:
            raise CheckFailed(
                "the challenge is not that of the contributions before it",
                where=contribution_label(k, contribution.origin),
            )
    claims = RatioClaims(curve)
    g2_sp = hash_to_g2(curve, expected)
    delta = G1Array.generator(curve.g1)
    for k, contribution in enumerate(contributions):
        where = contribution_label(k, contribution.origin)
        claims.add(
            where,
            (g2_sp[k], contribution.g2_spx),
            (contribution.g1_s, contribution.g1_sx),
            (delta, contribution.delta_after),
        )
        delta = contribution.delta_after
    claims.check()
    for k, contribution in enumerate(contributions):  # last, because it is the most expensive
        where = contribution_label(k, contribution.origin)
        _check_beacon_key(curve, contribution, where, progress)


def _check_cost(contributions: Sequence[Phase2Contribution]) -> None:
    origins = [contribution.origin for contribution in contributions]
    check_cost(origins, [contribution_label(k, origin) for k, origin in enumerate(origins)])


def _check_form(contributions: Sequence[Phase2Contribution]) -> None:
    if not contributions:
        return
    for name in ("delta_after", "g1_s", "g1_sx"):
        points = [getattr(contribution, name) for contribution in contributions]
        check_members(G1Array.concatenate(points), f"{name} of contributions, counted from 0")
    g2_spx = G2Array.concatenate([contribution.g2_spx for contribution in contributions])
    check_members(g2_spx, "g2_spx of contributions, counted from 0")
    for k, contribution in enumerate(contributions):
        where = contribution_label(k, contribution.origin)
        check_nontrivial_secret(contribution.g1_s, contribution.g1_sx, where)
    check_distinct_secrets([(c.g1_s, c.g1_sx, c.origin) for c in contributions])


def _check_beacon_key(
    curve: Curve, contribution: Phase2Contribution, where: str, progress: Progress
) -> None:
    if contribution.origin.kind != ContributorKind.BEACON:
        return
    _, g1_s, g1_sx = draw_phase2_key(curve, rng_of(contribution.origin, progress=progress))
    if not bool((g1_s == contribution.g1_s) & (g1_sx == contribution.g1_sx)):
        raise CheckFailed("the secret is not that of the beacon", where=where)


def check_delta(key: ProvingKey, contributions: Sequence[Phase2Contribution]) -> None:
    """Check that delta is that of the last contribution, in both groups."""
    g1, g2 = G1Array.generator(key.curve.g1), G2Array.generator(key.curve.g2)
    recorded = contributions[-1].delta_after if contributions else g1
    if not bool(key.delta_g1 == recorded):
        raise CheckFailed("delta_g1 is not what the last contribution left", where="delta_g1")
    check_members(key.delta_g2, "delta_g2")
    claims = RatioClaims(key.curve)
    claims.add("delta_g2", (g2, key.delta_g2), (g1, key.delta_g1))
    claims.check()


def check_divided_queries(key: ProvingKey, initial: ProvingKey) -> None:
    """Check that l_query and h_query are the initial ones divided by delta (by its growth since).

    h_query is compared only along weights r with sum_j r_j w^(2j+1) = 0 (w of order 2N): in the other
    direction it may hold the unpublished power tau^(2N-1), zero or true, depending on who wrote the
    file; no honest prover's quotient reaches that degree.
    """
    field, n = key.curve.scalar_field, key.domain_size
    claims = RatioClaims(key.curve)
    _claim_divided(claims, "l_query", key, initial, _weights(key, len(key.l_query)))
    weights = _weights(key, n)
    root = field.root_of_unity(n.bit_length())
    along = (weights * powers(root * root, n, field)).sum()
    weights.data[0] = (weights[0] - along).data
    _claim_divided(claims, "h_query", key, initial, weights)
    claims.check()


def _weights(key: ProvingKey, n: int) -> FieldArray:
    field = key.curve.scalar_field
    return FieldArray.from_canonical_words(field, random_words(n, field.n_words))


def _claim_divided(
    claims: RatioClaims, name: str, key: ProvingKey, initial: ProvingKey, weights: FieldArray
) -> None:
    """Claim that the initial sum is the key's times delta over the initial delta."""
    points: G1Array = getattr(key, name)
    check_members(points, name, infinity=True)
    mine, start = msm(points, weights), msm(getattr(initial, name), weights)
    if bool(mine.is_infinity()) != bool(start.is_infinity()):
        raise CheckFailed("it is not the initial one divided by delta", where=name)
    if bool(mine.is_infinity()):
        return
    claims.add(name, (initial.delta_g2, key.delta_g2), (mine, start))
