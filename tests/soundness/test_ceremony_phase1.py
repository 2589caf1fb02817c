"""Phase 1 verification accepts what is right and refuses every single alteration.

Cases of docs/design/security-cases.md, N9, N59, N62, N63, N69, N70.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from tests.support.points import first_curve_points, strangers
from zkctl.ceremony.beacon import beacon_origin
from zkctl.ceremony.contribution import ContributorKind, Phase1Contribution
from zkctl.ceremony.knowledge import participant
from zkctl.ceremony.phase1.contribute import contribute_phase1, new_powers
from zkctl.ceremony.phase1.verify import (
    check_contributions,
    check_lagrange,
    check_last_hashes,
    check_phase1,
    check_powers,
)
from zkctl.curve import (
    BLS12_381,
    BN254,
    Curve,
    G1Array,
    G2Array,
    PointArray,
    multiply_base,
    multiply_each,
)
from zkctl.errors import CheckFailed, EncodingError, ZkctlError
from zkctl.field import FieldArray
from zkctl.formats.binary.ptau.file import read_ptau
from zkctl.srs.lagrange import with_lagrange
from zkctl.srs.powers_of_tau import PowersOfTau

POWER = 4
N = 1 << POWER
BEACON = beacon_origin("0102030405", 10, "beacon")
Chain = tuple[PowersOfTau, list[Phase1Contribution]]
BEACON_MESSAGE = "the secret is not that of the beacon"
LAGRANGE_MESSAGE = "the Lagrange form does not belong to the powers"


def make_chain(curve: Curve, power: int) -> Chain:
    powers, records = new_powers(curve, power), []
    for origin in (participant("alice"), participant("bob"), BEACON):
        powers, record = contribute_phase1(powers, records, origin)
        records.append(record)
    return with_lagrange(powers), records


@pytest.fixture(scope="module")
def chain() -> Chain:
    return make_chain(BN254, POWER)


@pytest.fixture(scope="module")
def bls_chain() -> Chain:
    return make_chain(BLS12_381, 1)


def altered(points: PointArray, *indices: int, by: int = 1) -> PointArray:
    """The points with `by` times the generator added at the first index, subtracted at the next ..."""
    data = points.data.copy()
    rows = data.reshape(-1, data.shape[-1])
    factor = FieldArray.from_ints(points.group.scalar_field, [by])
    step = multiply_base(type(points).generator(points.group), factor)[0]
    for k, index in enumerate(indices):
        point = type(points)(points.group, rows[index])
        rows[index] = (point + step if k % 2 == 0 else point - step).data
    return type(points)(points.group, data)


def with_part(record: Any, name: str, change: Callable[[PointArray], PointArray]):
    return replace(record, **{name: change(getattr(record, name))})


def with_lagrange_part(powers: PowersOfTau, name: str, change: Any) -> PowersOfTau:
    lagrange = powers.lagrange
    return replace(powers, lagrange=replace(lagrange, **{name: change(getattr(lagrange, name))}))


# -- what is right


def test_honest_chains_pass(chain: Chain, bls_chain: Chain) -> None:
    told: list[str] = []
    powers, contributions = chain
    check_phase1(powers, contributions, lambda stage, _: told.append(stage))
    assert told[1] == "checking 3 contributions"
    check_phase1(*bls_chain)


def test_files_of_others_pass(data: Path) -> None:
    for name in ("golden_bn128/pot6_final.ptau", "golden_bn128/pot6_0000.ptau"):
        file = read_ptau(data / name)
        check_phase1(file.powers, file.contributions)


@pytest.mark.parametrize(
    "name", ["p0tion/powersOfTau28_hez_final_02.ptau", "ptau/powersOfTau28_hez_final_11.ptau"]
)
def test_hermez_passes(data: Path, name: str) -> None:
    """54 people and a beacon; the powers are cut from 2^28, so their largest block is the true one."""
    file = read_ptau(data / name)
    check_phase1(file.powers, file.contributions)


def test_each_step_is_taken(chain: Chain) -> None:
    """check_phase1 asks the questions that the tests below ask one by one."""
    powers, records = chain
    spoiled = [records[0], spoil_key(records[1], "g2_spx", 0), records[2]]
    with pytest.raises(CheckFailed, match="the pairing check fails") as caught:
        check_phase1(powers, spoiled)
    assert caught.value.where.startswith("contribution #2 (claimed name 'bob')")
    with pytest.raises(CheckFailed, match="the pairing check fails") as caught:
        check_phase1(with_part(powers, "tau_g1", lambda points: altered(points, 5)), records)
    assert caught.value.where == "tau_g1"
    with pytest.raises(CheckFailed, match=LAGRANGE_MESSAGE):
        check_phase1(with_lagrange_part(powers, "tau_g1", lambda p: altered(p, 3)), records)


# -- the powers


EACH_POWER = [
    *(("tau_g1", k) for k in range(2 * N - 1)),
    *((name, k) for name in ("tau_g2", "alpha_tau_g1", "beta_tau_g1") for k in range(N)),
    ("beta_g2", 0),
]


@pytest.mark.parametrize(("name", "index"), EACH_POWER)
def test_each_power_matters(chain: Chain, name: Any, index: Any) -> None:
    powers, records = chain
    with pytest.raises(CheckFailed) as caught:
        check_powers(with_part(powers, name, lambda points: altered(points, index)), records)
    message = str(caught.value)
    assert name in message
    assert ("is not the generator" in message) is ((name[:3], index) == ("tau", 0))


def test_powers_must_be_the_last_contributions(chain: Chain) -> None:
    powers, records = chain
    with pytest.raises(CheckFailed, match="is not what the last contribution recorded"):
        check_powers(powers, records[:-1])


@pytest.mark.parametrize("name", ["tau_g1", "tau_g2", "alpha_g1", "beta_g1", "beta_g2"])
def test_each_point_of_the_last_contribution_is_compared(chain: Chain, name: str) -> None:
    powers, records = chain
    bad = with_part(records[-1], name, lambda points: altered(points, 0))
    with pytest.raises(CheckFailed, match="is not what the last contribution recorded"):
        check_powers(powers, [*records[:-1], bad])


def test_both_betas_are_compared_without_the_records(chain: Chain) -> None:
    """A record that was changed with the powers would be refused too; this check does not rely on it."""
    powers, records = chain
    wrong = replace(powers, beta_g2=altered(powers.beta_g2, 0))
    last = replace(records[-1], beta_g2=wrong.beta_g2)
    with pytest.raises(CheckFailed, match="the pairing check fails") as caught:
        check_powers(wrong, [*records[:-1], last])
    assert caught.value.where == "beta_g2"


@pytest.mark.parametrize("name", ["tau_g1", "tau_g2", "alpha_tau_g1", "beta_tau_g1"])
@pytest.mark.parametrize("by", [1, 2, 65537])
def test_errors_do_not_cancel(chain: Chain, name: str, by: int) -> None:
    """+E here and -E there, and multiples that guess small weights, are noticed just as well."""
    powers, records = chain
    for pair in ((2, 3), (2, N - 1), (5, 6)):
        change = with_part(powers, name, lambda points, pair=pair: altered(points, *pair, by=by))
        with pytest.raises(CheckFailed, match="the pairing check fails") as caught:
            check_powers(change, records)
        assert caught.value.where == name


@pytest.mark.parametrize("name", ["alpha_tau_g1", "beta_tau_g1"])
def test_progressions_of_another_tau_are_refused(chain: Chain, name: str) -> None:
    powers, records = chain
    field = powers.curve.scalar_field
    factors = FieldArray.from_ints(field, [2**k for k in range(N)])
    with pytest.raises(CheckFailed, match="the pairing check fails"):
        check_powers(with_part(powers, name, lambda p: multiply_each(p, factors)), records)


@pytest.mark.parametrize("name", ["tau_g1", "tau_g2", "alpha_tau_g1", "beta_tau_g1", "beta_g2"])
def test_points_outside_the_group_are_refused(bls_chain: Chain, name: str) -> None:
    powers, records = bls_chain

    def foreign(points: PointArray) -> PointArray:
        outside = first_curve_points(points.group, 1)
        data = points.data.copy()
        data.reshape(-1, data.shape[-1])[-1] = type(points).from_ints(points.group, outside).data[0]
        return type(points)(points.group, data)

    with pytest.raises(EncodingError, match="is not in the group of prime order"):
        check_phase1(with_part(powers, name, foreign), records)
    if name != "beta_g2":
        with pytest.raises(EncodingError, match="is not in the group of prime order") as caught:
            check_phase1(with_lagrange_part(powers, name, foreign), records)
        assert caught.value.where == f"lagrange {name}"


@pytest.mark.parametrize("kind", strangers(BN254.g2))
def test_strangers_on_the_twist_are_refused(chain: Chain, kind: Any) -> None:
    """N17: every kind of point outside the group, in both parts over G2 and in a proof of knowledge."""
    powers, records = chain
    for one in G2Array.from_ints(BN254.g2, strangers(BN254.g2)[kind][-6:]):
        last = with_part(powers, "tau_g2", lambda p, one=one: _with_last(p, one))
        with pytest.raises(EncodingError, match="is not in the group of prime order"):
            check_phase1(last, records)
        with pytest.raises(EncodingError, match="is not in the group of prime order"):
            check_phase1(replace(powers, beta_g2=one), records)
        key = replace(records[1].public_key, g2_spx=G2Array.concatenate([one] * 3))
        with pytest.raises(EncodingError, match="is not in the group of prime order"):
            check_contributions(powers, [records[0], replace(records[1], public_key=key)])


def _with_last(points: PointArray, one: PointArray) -> PointArray:
    return type(points).concatenate([points[:-1], one])


# -- the Lagrange form


EACH_BLOCK_POINT = [
    *(("tau_g1", k) for k in range(4 * N - 1)),
    *((name, k) for name in ("tau_g2", "alpha_tau_g1", "beta_tau_g1") for k in range(2 * N - 1)),
]


@pytest.mark.parametrize(("name", "index"), EACH_BLOCK_POINT)
def test_each_lagrange_point_matters(chain: Chain, name: Any, index: Any) -> None:
    powers, _ = chain
    with pytest.raises(CheckFailed, match=LAGRANGE_MESSAGE) as caught:
        check_lagrange(with_lagrange_part(powers, name, lambda points: altered(points, index)))
    assert caught.value.where == name


def test_largest_block_may_hold_the_true_top_power_only(chain: Chain) -> None:
    """Adding w^i T / 2n changes the top coefficient alone: right for T = tau^(2n-1), else refused."""
    powers, _ = chain
    field = powers.curve.scalar_field
    size = 2 * N
    weights = FieldArray.from_ints(
        field,
        [
            pow(field.root_of_unity(POWER + 1), i, field.modulus) * pow(size, -1, field.modulus)
            for i in range(size)
        ],
    )

    def shifted(top: PointArray) -> PowersOfTau:
        repeated = type(top)(top.group, np.repeat(top.data[None], size, axis=0))
        extra = multiply_each(repeated, weights)

        def change(points: PointArray) -> PointArray:
            data = points.data.copy()
            data[size - 1 :] = (type(points)(points.group, data[size - 1 :]) + extra).data
            return type(points)(points.group, data)

        return with_lagrange_part(powers, "tau_g1", change)

    with pytest.raises(CheckFailed, match=LAGRANGE_MESSAGE):
        check_lagrange(shifted(powers.tau_g1[3]))


# -- the contributions


def spoil_key(record: Phase1Contribution, name: str, k: int) -> Phase1Contribution:
    points = altered(getattr(record.public_key, name), k)
    return replace(record, public_key=replace(record.public_key, **{name: points}))


@pytest.mark.parametrize("position", [0, 1, 2])
@pytest.mark.parametrize(
    "part",
    ["tau_g1", "tau_g2", "alpha_g1", "beta_g1", "beta_g2"]
    + [f"{name}.{k}" for name in ("g1_s", "g1_sx", "g2_spx") for k in range(3)],
)
def test_each_point_of_a_contribution_matters(chain: Chain, position: int, part: Any) -> None:
    powers, records = chain
    name, _, k = part.partition(".")
    record = records[position]
    bad = spoil_key(record, name, int(k)) if k else with_part(record, name, lambda p: altered(p, 0))
    spoiled = [*records[:position], bad, *records[position + 1 :]]
    with pytest.raises(CheckFailed) as caught:
        check_contributions(powers, spoiled)
    assert f"#{position + 1}" in caught.value.where or f"#{position + 2}" in caught.value.where


def test_missing_and_reordered_contributions_are_refused(chain: Chain) -> None:
    powers, records = chain
    for wrong in (records[1:], [records[0], records[2]], [records[1], records[0], records[2]]):
        with pytest.raises(CheckFailed, match=f"the pairing check fails|{BEACON_MESSAGE}"):
            check_contributions(powers, wrong)


def test_repeated_contribution_is_refused(chain: Chain) -> None:
    powers, records = chain
    with pytest.raises(CheckFailed, match="the same proof of knowledge as contribution #1"):
        check_contributions(powers, [records[0], *records])


def test_challenge_binds_the_proof(chain: Chain) -> None:
    powers, records = chain
    bad = replace(records[0], next_challenge=bytes(64))
    with pytest.raises(CheckFailed, match="the pairing check fails") as caught:
        check_contributions(powers, [bad, *records[1:]])
    assert caught.value.where.startswith("contribution #2 (claimed name 'bob')")


def test_contribution_without_a_secret_is_refused(chain: Chain) -> None:
    powers, records = chain
    key = records[0].public_key
    for g1_sx in (key.g1_s, -key.g1_s):
        bad = replace(records[0], public_key=replace(key, g1_sx=g1_sx))
        with pytest.raises(CheckFailed, match="the secret is 1 or -1"):
            check_contributions(powers, [bad, *records[1:]])


def test_proof_outside_the_group_is_refused(chain: Chain) -> None:
    powers, records = chain
    key = records[1].public_key
    foreign = G2Array.from_ints(powers.curve.g2, first_curve_points(powers.curve.g2, 3))
    bad = replace(records[1], public_key=replace(key, g2_spx=foreign))
    with pytest.raises(EncodingError, match="is not in the group of prime order") as caught:
        check_contributions(powers, [records[0], bad, records[2]])
    assert caught.value.where == "contribution #2 (claimed name 'bob')"


@pytest.mark.parametrize("name", ["tau_g1", "alpha_g1", "beta_g1", "g1_s", "g1_sx"])
def test_points_of_a_contribution_outside_g1_are_refused(bls_chain: Chain, name: str) -> None:
    """On BLS12-381, where the curve has points that are not in the group."""
    powers, records = bls_chain
    one = G1Array.from_ints(powers.curve.g1, first_curve_points(powers.curve.g1, 1))[0]
    key = records[1].public_key
    if name.startswith("g1"):
        points = G1Array.concatenate([getattr(key, name)[:2], one])
        bad = replace(records[1], public_key=replace(key, **{name: points}))
    else:
        bad = replace(records[1], **{name: one})
    with pytest.raises(EncodingError, match="is not in the group of prime order") as caught:
        check_contributions(powers, [records[0], bad, records[2]])
    assert caught.value.where == "contribution #2 (claimed name 'bob')"


@pytest.mark.parametrize(
    "origin",
    [
        replace(BEACON, beacon=b"\x01\x02\x03\x04\x06"),
        replace(BEACON, iterations=11),
    ],
)
def test_beacon_is_recomputed(chain: Chain, origin: Any) -> None:
    powers, records = chain
    bad = replace(records[2], origin=origin)
    with pytest.raises(CheckFailed, match=BEACON_MESSAGE):
        check_contributions(powers, [*records[:2], bad])


def test_secret_cannot_be_passed_off_as_a_beacon(chain: Chain) -> None:
    powers, records = chain
    bad = replace(records[1], origin=BEACON)
    with pytest.raises(CheckFailed, match=BEACON_MESSAGE):
        check_contributions(powers, [records[0], bad, records[2]])


def test_names_are_claims(chain: Chain) -> None:
    """Nothing authenticates a name, so verification cannot notice another one; output says "claimed"."""
    powers, records = chain
    renamed = replace(records[0], origin=replace(records[0].origin, name="mallory"))
    check_contributions(powers, [renamed, *records[1:]])
    assert renamed.origin.kind is ContributorKind.PARTICIPANT


# -- the hashes of the last contribution


def test_leftover_bytes_of_the_state_mean_nothing(chain: Chain) -> None:
    powers, records = chain
    raw = bytearray(records[-1].partial_hash)
    filled = int.from_bytes(raw[200:208], "little")
    raw[filled:128] = bytes(128 - filled)
    check_last_hashes(powers, [*records[:-1], replace(records[-1], partial_hash=bytes(raw))])


@pytest.mark.parametrize("position", [0, 128, 150, 191])
def test_response_hash_is_recomputed(chain: Chain, position: int) -> None:
    powers, records = chain
    raw = bytearray(records[-1].partial_hash)
    raw[position] ^= 1
    bad = replace(records[-1], partial_hash=bytes(raw))
    with pytest.raises(CheckFailed, match="the response hash is not that of these powers"):
        check_last_hashes(powers, [*records[:-1], bad])


def test_next_challenge_is_recomputed(chain: Chain) -> None:
    powers, records = chain
    bad = replace(records[-1], next_challenge=bytes(64))
    with pytest.raises(CheckFailed, match="the next challenge is not that of these powers"):
        check_last_hashes(powers, [*records[:-1], bad])
    with pytest.raises(CheckFailed, match="the next challenge is not that of these powers"):
        check_phase1(powers, [*records[:-1], bad])


def test_nothing_but_our_errors(chain: Chain) -> None:
    """Impossible states of the hash are a refusal too, not a crash."""
    powers, records = chain
    bad = replace(records[-1], partial_hash=b"\xff" * 216)
    with pytest.raises(ZkctlError):
        check_last_hashes(powers, [*records[:-1], bad])
