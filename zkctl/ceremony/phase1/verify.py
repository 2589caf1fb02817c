"""Verification of phase 1: every power, every contribution, the Lagrange form.

Beyond what snarkjs checks: each point is in its group, no secret is 0, 1 or -1, no contribution occurs
twice, the last response is the hash of these very powers.  Who contributed, and whether that is enough,
is a question for the policy.  All random combinations have 128-bit coefficients.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial

import numpy as np

from zkctl.ceremony.beacon import check_cost
from zkctl.ceremony.contribution import ContributorKind, Phase1Contribution
from zkctl.ceremony.hashing import (
    IMPORT_PIECE_BYTES,
    PIECE_BYTES,
    knowledge_digests,
    next_challenge,
    recomputed_response_hash,
    response_hash,
    response_state,
)
from zkctl.ceremony.knowledge import (
    check_distinct_secrets,
    check_nontrivial_secret,
    contribution_label,
    rng_of,
)
from zkctl.ceremony.phase1.contribute import SECTIONS, check_group_members, draw_phase1_secrets
from zkctl.ceremony.phase1.first_challenge import first_challenge
from zkctl.ceremony.primitives.sampling import hash_to_g2
from zkctl.ceremony.ratios import RatioClaims, check_members, neighbours
from zkctl.curve import Curve, G1Array, G2Array, PointArray, is_pairing_product_one, msm
from zkctl.curve.group import P
from zkctl.errors import CheckFailed
from zkctl.field import FieldArray
from zkctl.runtime.memory import windows
from zkctl.runtime.parallel import in_parallel
from zkctl.runtime.progress import Progress, silent
from zkctl.srs.lagrange_weights import LagrangeWeights
from zkctl.srs.powers_of_tau import PowersOfTau


def check_phase1(
    powers: PowersOfTau,
    contributions: Sequence[Phase1Contribution],
    progress: Progress = silent,
) -> None:
    """Check powers of tau and the chain of contributions that made them.

    Raises: CheckFailed or EncodingError naming the section or contribution that is wrong.
    """
    _check_cost(contributions)
    progress("checking that every point is in its group", None)
    check_group_members(powers)
    if powers.lagrange:
        forms = [(getattr(powers.lagrange, name), f"lagrange {name}") for name in SECTIONS[:4]]
        in_parallel([partial(check_members, *form, infinity=True) for form in forms])
    progress(f"checking {len(contributions)} contributions", None)
    check_contributions(powers, contributions, progress)
    progress("checking that the powers are powers of one tau", None)
    check_powers(powers, contributions)
    if contributions and powers.power == powers.ceremony_power:
        progress("hashing the last response and the next challenge", None)
        check_last_hashes(powers, contributions)
    if powers.lagrange:
        progress("checking the Lagrange form", None)
        check_lagrange(powers)


# -- contributions


def check_contributions(
    powers: PowersOfTau, contributions: Sequence[Phase1Contribution], progress: Progress = silent
) -> None:
    """Check each contribution's proofs of knowledge and that it builds on the one before."""
    _check_cost(contributions)
    _check_form(contributions)
    previous: list[Phase1Contribution | _Start] = [_Start(powers), *contributions[:-1]]
    digests: list[bytes] = []
    for before, after in zip(previous, contributions, strict=False):
        key = after.public_key
        digests += knowledge_digests(before.next_challenge, key.g1_s, key.g1_sx)
    g2_sp = hash_to_g2(powers.curve, digests)
    claims = RatioClaims(powers.curve)
    for k, (before, after) in enumerate(zip(previous, contributions, strict=False)):
        _claim_update(claims, k, before, after, g2_sp[3 * k : 3 * k + 3])
    claims.check()
    for k, contribution in enumerate(contributions):  # last, because it is the most expensive
        _check_beacon_key(powers.curve, k, contribution, progress)


def _check_cost(contributions: Sequence[Phase1Contribution]) -> None:
    origins = [contribution.origin for contribution in contributions]
    check_cost(origins, [contribution_label(k, origin) for k, origin in enumerate(origins)])


class _Start:
    """The accumulator before any contribution, in the shape of a contribution."""

    def __init__(self, powers: PowersOfTau) -> None:
        self.tau_g1 = self.alpha_g1 = self.beta_g1 = G1Array.generator(powers.curve.g1)
        self.tau_g2 = self.beta_g2 = G2Array.generator(powers.curve.g2)
        self.next_challenge = first_challenge(powers.curve, powers.ceremony_power)


def _check_form(contributions: Sequence[Phase1Contribution]) -> None:
    for k, contribution in enumerate(contributions):
        where, key = contribution_label(k, contribution.origin), contribution.public_key
        g1 = [contribution.tau_g1, contribution.alpha_g1, contribution.beta_g1]
        check_members(G1Array.concatenate([*g1, key.g1_s, key.g1_sx]), where)
        g2 = [contribution.tau_g2, contribution.beta_g2, key.g2_spx]
        check_members(G2Array.concatenate(g2), where)
        check_nontrivial_secret(key.g1_s, key.g1_sx, where)
    check_distinct_secrets(
        [(c.public_key.g1_s, c.public_key.g1_sx, c.origin) for c in contributions]
    )


def _claim_update(
    claims: RatioClaims,
    k: int,
    before: Phase1Contribution | _Start,
    after: Phase1Contribution,
    sp: G2Array,
) -> None:
    """Claim that the secret of each proof of knowledge is the ratio of new and old points."""
    where, key = contribution_label(k, after.origin), after.public_key
    updates = (
        (before.tau_g1, after.tau_g1),
        (before.alpha_g1, after.alpha_g1),
        (before.beta_g1, after.beta_g1),
    )
    proofs = [(key.g1_s[j], key.g1_sx[j]) for j in range(3)]
    for j, name in enumerate(("tau", "alpha", "beta")):
        claims.add(f"{where}, {name}", (sp[j], key.g2_spx[j]), proofs[j], updates[j])
    claims.add(f"{where}, tau in G2", (before.tau_g2, after.tau_g2), proofs[0])
    claims.add(f"{where}, beta in G2", (before.beta_g2, after.beta_g2), proofs[2])


def _check_beacon_key(
    curve: Curve, k: int, contribution: Phase1Contribution, progress: Progress
) -> None:
    if contribution.origin.kind != ContributorKind.BEACON:
        return
    where = contribution_label(k, contribution.origin)
    _, g1_s, g1_sx = draw_phase1_secrets(curve, rng_of(contribution.origin, progress=progress))
    key = contribution.public_key
    if not bool((g1_s == key.g1_s).all() and (g1_sx == key.g1_sx).all()):
        raise CheckFailed("the secret is not that of the beacon", where=where)


# -- the powers


def check_powers(powers: PowersOfTau, contributions: Sequence[Phase1Contribution]) -> None:
    """Check that all sections are powers of one tau, and of the last contribution's."""
    final = contributions[-1] if contributions else _Start(powers)
    start = _Start(powers)
    _check_equal("tau_g1[0]", powers.tau_g1[0], start.tau_g1, "the generator")
    _check_equal("tau_g2[0]", powers.tau_g2[0], start.tau_g2, "the generator")
    for name, own, recorded in (
        ("tau_g1[1]", powers.tau_g1[1], final.tau_g1),
        ("tau_g2[1]", powers.tau_g2[1], final.tau_g2),
        ("alpha_tau_g1[0]", powers.alpha_tau_g1[0], final.alpha_g1),
        ("beta_tau_g1[0]", powers.beta_tau_g1[0], final.beta_g1),
        ("beta_g2", powers.beta_g2, final.beta_g2),
    ):
        _check_equal(name, own, recorded, "what the last contribution recorded")
    claims = RatioClaims(powers.curve)
    tau_g1, tau_g2 = (powers.tau_g1[0], powers.tau_g1[1]), (powers.tau_g2[0], powers.tau_g2[1])
    names = ("tau_g1", "alpha_tau_g1", "beta_tau_g1")
    *in_g1, in_g2 = in_parallel(
        [partial(neighbours, getattr(powers, name)) for name in (*names, "tau_g2")]
    )
    for name, pair in zip(names, in_g1, strict=True):
        claims.add(name, tau_g2, pair)
    claims.add("tau_g2", in_g2, tau_g1)
    claims.add("beta_g2", (tau_g2[0], powers.beta_g2), (tau_g1[0], powers.beta_tau_g1[0]))
    claims.check()


def _check_equal(name: str, own: PointArray, expected: PointArray, what: str) -> None:
    if not np.array_equal(own.data, expected.data):
        raise CheckFailed(f"{name} is not {what}", where=name.split("[", maxsplit=1)[0])


def check_last_hashes(powers: PowersOfTau, contributions: Sequence[Phase1Contribution]) -> None:
    """Check that the last contribution's hashes are those of these powers."""
    last, k = contributions[-1], len(contributions) - 1
    where = contribution_label(k, last.origin)
    before = contributions[k - 1] if k else _Start(powers)
    response = response_hash(last.partial_hash, last.public_key)
    if response != recomputed_response_hash(before.next_challenge, powers, last.public_key):
        raise CheckFailed("the response hash is not that of these powers", where=where)
    if last.next_challenge != next_challenge(response, powers):
        raise CheckFailed("the next challenge is not that of these powers", where=where)


def check_unused_bytes(powers: PowersOfTau, contributions: Sequence[Phase1Contribution]) -> None:
    """Check that the last hash state has the unused bytes that hashing these powers leaves in it.

    They have no meaning, but could carry a message.  In truncated powers and in earlier contributions they
    cannot be recomputed.
    Assumes: `check_last_hashes` accepts the contributions.
    Raises: CheckFailed.
    """
    if not contributions or powers.power != powers.ceremony_power:
        return
    last, k = contributions[-1], len(contributions) - 1
    before = contributions[k - 1] if k else _Start(powers)
    for piece_bytes in (PIECE_BYTES, IMPORT_PIECE_BYTES):
        state = response_state(before.next_challenge, powers, piece_bytes)
        if state.export() == last.partial_hash:
            return
    raise CheckFailed(
        "the unused bytes of the hash state are not those that hashing these powers leaves",
        where=contribution_label(k, last.origin),
    )


# -- the Lagrange form


def check_lagrange(powers: PowersOfTau) -> None:
    """Check the Lagrange form of powers that `check_powers` accepts.

    All blocks of a section are combined with powers of one random rho of the whole field, so that wrong
    ones pass for at most as many rho as a section has points.  The combination C of the powers of tau is
    computed in G1; the pairing checks it in G2 and times alpha and beta.
    """
    lagrange, field, n = powers.lagrange, powers.curve.scalar_field, len(powers.tau_g2)
    assert lagrange is not None
    weights = LagrangeWeights(field)
    all_but_largest, largest = range(powers.power + 1), range(powers.power + 1, powers.power + 2)
    sums = [partial(_combine, getattr(lagrange, name), weights.of_blocks) for name in SECTIONS[:4]]
    for points, blocks in ((powers.tau_g1[:n], all_but_largest), (powers.tau_g1, largest)):
        sums.append(partial(_combine, points, partial(weights.of_powers, blocks)))
    tau_g1, tau_g2, alpha, beta, expected, expected_largest = in_parallel(sums)
    rest = tau_g1 - expected - expected_largest
    if not bool(rest.is_infinity()) and not _is_top_power(powers, rest, weights, largest):
        raise CheckFailed("the Lagrange form does not belong to the powers", where="tau_g1")
    claims = RatioClaims(powers.curve)
    in_g2 = (powers.tau_g2[0], tau_g2)
    claims.add("tau_g2", in_g2, (powers.tau_g1[0], expected))
    claims.add("alpha_tau_g1", in_g2, (powers.alpha_tau_g1[0], alpha))
    claims.add("beta_tau_g1", in_g2, (powers.beta_tau_g1[0], beta))
    wrong = claims.first_false()
    if wrong is not None:
        raise CheckFailed(
            "the Lagrange form does not belong to the powers", where=claims.where[wrong]
        )


def _is_top_power(
    powers: PowersOfTau, rest: G1Array, weights: LagrangeWeights, largest: range
) -> bool:
    """Return whether the rest is the share of the power 2n - 1 in the largest block.

    In a file prepared at this size that power counts as infinity; in a file truncated from a larger
    one it is tau times the last power.
    """
    n = len(powers.tau_g1)
    top = msm(powers.tau_g1[n - 1 :], weights.of_powers(largest, n, n + 1))
    return is_pairing_product_one(
        powers.curve,
        G1Array.concatenate([rest, -top]),
        G2Array.concatenate([powers.tau_g2[0], powers.tau_g2[1]]),
    )


def _combine(points: P, weights: Callable[[int, int], FieldArray]) -> P:
    total = type(points).infinity(points.group)
    for part in windows(len(points), points.group.point_bytes):
        total = total + msm(points[part], weights(part.start, part.stop))
    return total
