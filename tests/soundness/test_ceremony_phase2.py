"""Phase 2 verification accepts what is right and refuses every single alteration (docs/design/security-cases.md, N60 to N68)."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from tests.support.points import first_curve_points, strangers
from tests.support.toy_groth16 import circuit, factors, powers_of_tau
from zkctl.ceremony.beacon import beacon_origin
from zkctl.ceremony.contribution import Phase2Contribution
from zkctl.ceremony.hashing import contribution_challenge
from zkctl.ceremony.knowledge import participant
from zkctl.ceremony.phase2.circuit_hash import circuit_hash
from zkctl.ceremony.phase2.contribute import contribute_phase2
from zkctl.ceremony.phase2.verify import (
    check_contributions,
    check_delta,
    check_divided_queries,
    check_phase2,
    check_unchanged_parts,
)
from zkctl.curve import BLS12_381, BN254, Curve, G1Array, G2Array, PointArray, multiply_base
from zkctl.errors import CheckFailed, EncodingError
from zkctl.field import FieldArray
from zkctl.formats.binary.ptau.file import read_ptau
from zkctl.formats.binary.r1cs import read_r1cs
from zkctl.formats.binary.zkey_groth16 import read_zkey
from zkctl.groth16.keys import ProvingKey
from zkctl.groth16.setup import initial_key
from zkctl.srs.powers_of_tau import PowersOfTau

BEACON = beacon_origin("0102030405", 10, "beacon")


@dataclass(frozen=True)
class Ceremony:
    powers: PowersOfTau
    initial: ProvingKey
    key: ProvingKey
    circuit_hash: bytes
    records: list[Phase2Contribution]

    def verify(self) -> None:
        check_phase2(self.key, self.circuit_hash, self.records, self.initial, self.powers)


def run_ceremony(curve: Curve, *names: str) -> Ceremony:
    powers = powers_of_tau(curve, 2)
    initial = key = initial_key(factors(curve.scalar_field), powers)
    digest, records = circuit_hash(initial, powers), []
    for origin in (*map(participant, names), BEACON):
        key, record = contribute_phase2(key, digest, records, origin)
        records.append(record)
    return Ceremony(powers, initial, key, digest, records)


@pytest.fixture(scope="module")
def ceremony() -> Ceremony:
    return run_ceremony(BN254, "alice", "bob")


@pytest.fixture(scope="module")
def bls_ceremony() -> Ceremony:
    return run_ceremony(BLS12_381, "alice")


def altered(points: PointArray, index: int = 0) -> PointArray:
    """The points with the generator added at one index."""
    data = points.data.copy()
    rows = data.reshape(-1, data.shape[-1])
    point = type(points)(points.group, rows[index])
    rows[index] = (point + type(points).generator(points.group)).data
    return type(points)(points.group, data)


def with_part(record: Any, name: str, index: int = 0):
    return replace(record, **{name: altered(getattr(record, name), index)})


def foreign(points: PointArray) -> PointArray:
    """The points with one outside the group at the end."""
    outside = type(points).from_ints(points.group, first_curve_points(points.group, 1))
    data = points.data.copy()
    data.reshape(-1, data.shape[-1])[-1] = outside.data[0]
    return type(points)(points.group, data)


# -- what is right


def test_honest_ceremonies_pass(ceremony: Ceremony, bls_ceremony: Ceremony) -> None:
    ceremony.verify()
    bls_ceremony.verify()


@pytest.mark.parametrize(
    ("folder", "ptau", "r1cs", "key", "n_contributions"),
    [
        ("golden_bn128", "pot6_final.ptau", "multiplier.r1cs", "multiplier_0000.zkey", 0),
        ("golden_bn128", "pot6_final.ptau", "multiplier.r1cs", "multiplier_final.zkey", 1),
        *(
            ("p0tion", "powersOfTau28_hez_final_02.ptau", "circuit.r1cs", f"circuit_{k}.zkey", n)
            for k, n in (("0000", 0), ("0001", 1), ("final", 2))
        ),
    ],
)
def test_keys_of_others_pass(
    data: Path, folder: Any, ptau: Any, r1cs: Any, key: Any, n_contributions: Any
) -> None:
    """p0tion's keys carry the circuit hash of snarkjs 0.6, the golden ones that of 0.7."""
    file, powers = read_zkey(data / folder / key), read_ptau(data / folder / ptau).powers
    assert len(file.contributions) == n_contributions
    initial = initial_key(read_r1cs(data / folder / r1cs), powers)
    check_phase2(file.key, file.circuit_hash, file.contributions, initial, powers)


def test_all_contributions_of_semaphore_pass(data: Path) -> None:
    """755 people and a beacon: challenges, proofs of knowledge and steps of delta."""
    file = read_zkey(data / "semaphore-v4" / "semaphore-5.zkey")
    assert len(file.contributions) == 756
    check_contributions(file.key.curve, file.circuit_hash, file.contributions)
    check_delta(file.key, file.contributions)


@pytest.mark.parametrize(
    "folder", ["ark-circom", "co-snarks-examples/groth16", "snark-artifacts-poseidon"]
)
def test_records_of_other_projects_pass(data: Path, folder: str) -> None:
    paths = sorted((data / folder).rglob("*.zkey"))
    assert paths
    for path in paths:
        file = read_zkey(path)
        check_contributions(file.key.curve, file.circuit_hash, file.contributions)
        check_delta(file.key, file.contributions)


def test_one_spoiled_contribution_among_many_is_named(data: Path) -> None:
    file = read_zkey(data / "semaphore-v4" / "semaphore-5.zkey")
    records = file.contributions[:40]
    spoiled = [*records[:29], replace(records[29], g2_spx=records[28].g2_spx), *records[30:]]
    with pytest.raises(CheckFailed) as caught:
        check_contributions(file.key.curve, file.circuit_hash, spoiled)
    # the stored point is part of what the next challenge is hashed from
    assert caught.value.message == "the challenge is not that of the contributions before it"
    assert caught.value.where.startswith("contribution #31 ")


def test_the_whole_verification_has_every_step(ceremony: Ceremony) -> None:
    """What only one step notices: another circuit's points, and a proof of knowledge that proves nothing."""
    ceremony.verify()
    for name in ("a_query", "gamma_abc_g1"):
        with pytest.raises(CheckFailed, match="the circuit differs from the one in the key"):
            replace(ceremony, key=with_part(ceremony.key, name)).verify()
    *first, last = ceremony.records
    with pytest.raises(CheckFailed, match="pairing check fails"):
        replace(ceremony, records=[*first, with_part(last, "g2_spx")]).verify()


# -- the circuit's part


UNCHANGED = ["alpha_g1", "beta_g1", "beta_g2", "gamma_g2"]
QUERIES = ["gamma_abc_g1", "a_query", "b_g1_query", "b_g2_query"]


@pytest.mark.parametrize("name", UNCHANGED)
def test_single_points_are_compared(ceremony: Ceremony, name: str) -> None:
    of_phase_1 = {"alpha_g1": "alpha", "beta_g1": "beta", "beta_g2": "beta"}
    message = "the circuit differs from the one in the key"
    if name in of_phase_1:
        message = (
            rf"the powers of tau are not those the key was made from \({of_phase_1[name]} differs"
        )
    with pytest.raises(CheckFailed, match=message) as caught:
        check_unchanged_parts(with_part(ceremony.key, name), ceremony.initial)
    assert caught.value.where == name


@pytest.mark.parametrize("name", QUERIES)
def test_each_point_of_a_query_is_compared(ceremony: Ceremony, name: str) -> None:
    for index in range(len(getattr(ceremony.key, name))):
        with pytest.raises(CheckFailed, match="the circuit differs from the one") as caught:
            check_unchanged_parts(with_part(ceremony.key, name, index), ceremony.initial)
        assert caught.value.where == f"{name}[{index}]"


@pytest.mark.parametrize("name", ["matrix", "constraint", "signal", "values"])
def test_coefficients_are_compared(ceremony: Ceremony, name: str) -> None:
    coefficients = ceremony.key.coefficients
    array = getattr(coefficients, name).copy()
    array.reshape(-1)[-1] ^= 1
    bad = replace(ceremony.key, coefficients=replace(coefficients, **{name: array}))
    with pytest.raises(CheckFailed, match="the circuit differs from the one") as caught:
        check_unchanged_parts(bad, ceremony.initial)
    assert caught.value.where == "coefficients"


def test_sizes_are_compared(ceremony: Ceremony) -> None:
    rows = [([(1, 1)],) * 3] * 3
    other = circuit(BN254.scalar_field, rows, 5, 1, 1)
    with pytest.raises(CheckFailed, match=r"the circuit differs: domain_size is 4 in the key, 8"):
        check_unchanged_parts(ceremony.key, initial_key(other, powers_of_tau(BN254, 3)))
    for n_wires, n_inputs, message in (
        (6, 1, "n_vars is 5 in the key, 6"),
        (5, 0, "n_public is 2"),
    ):
        other = circuit(BN254.scalar_field, rows[:1], n_wires, 1, n_inputs)
        with pytest.raises(CheckFailed, match=f"the circuit differs: {message}"):
            check_unchanged_parts(ceremony.key, initial_key(other, ceremony.powers))


def test_curves_are_compared(ceremony: Ceremony, bls_ceremony: Ceremony) -> None:
    with pytest.raises(CheckFailed, match="the key is over bn254, not bls12_381"):
        check_unchanged_parts(ceremony.key, bls_ceremony.initial)


def test_other_circuit_of_the_same_shape_is_refused(ceremony: Ceremony) -> None:
    other = circuit(BN254.scalar_field, [([(3, 1)], [(4, 2), (0, 3)], [(1, 1)])], 5, 1, 1)
    with pytest.raises(CheckFailed, match="the circuit differs"):
        replace(ceremony, initial=initial_key(other, ceremony.powers)).verify()


def test_other_circuit_hash_is_refused(ceremony: Ceremony) -> None:
    bad = replace(ceremony, circuit_hash=bytes(64))
    with pytest.raises(
        CheckFailed, match="the circuit differs: the key's circuit hash is another one"
    ):
        bad.verify()


# -- delta, l_query, h_query


@pytest.mark.parametrize("name", ["l_query", "h_query"])
def test_each_divided_point_matters(ceremony: Ceremony, name: str) -> None:
    for index in range(len(getattr(ceremony.key, name))):
        with pytest.raises(CheckFailed, match="the pairing check fails") as caught:
            check_divided_queries(with_part(ceremony.key, name, index), ceremony.initial)
        assert caught.value.where == name


@pytest.mark.parametrize("name", ["l_query", "h_query"])
def test_divided_by_another_factor_is_refused(ceremony: Ceremony, name: str) -> None:
    points = getattr(ceremony.key, name)
    bad = replace(ceremony.key, **{name: points + points})
    with pytest.raises(CheckFailed, match="the pairing check fails") as caught:
        check_divided_queries(bad, ceremony.initial)
    assert caught.value.where == name
    erased = replace(ceremony.key, **{name: type(points).infinity(points.group, len(points))})
    with pytest.raises(CheckFailed, match="it is not the initial one divided by delta"):
        check_divided_queries(erased, ceremony.initial)


def test_top_direction_of_h_is_free(ceremony: Ceremony) -> None:
    """h_query[j] + w^(2j+1) P: the coefficient of X^(2N-1), which no quotient has.  snarkjs accepts it too."""
    key, field = ceremony.key, BN254.scalar_field
    n = key.domain_size
    w = field.root_of_unity(n.bit_length())
    scalars = [12345 * pow(w, 2 * j + 1, field.modulus) for j in range(n)]
    extra = multiply_base(G1Array.generator(BN254.g1), FieldArray.from_ints(field, scalars))
    check_divided_queries(replace(key, h_query=key.h_query + extra), ceremony.initial)
    unscaled = multiply_base(G1Array.generator(BN254.g1), FieldArray.from_ints(field, [1] * n))
    with pytest.raises(CheckFailed):
        check_divided_queries(replace(key, h_query=key.h_query + unscaled), ceremony.initial)


def test_delta_must_be_the_recorded_one(ceremony: Ceremony) -> None:
    with pytest.raises(CheckFailed, match="delta_g1 is not what the last contribution left"):
        check_delta(with_part(ceremony.key, "delta_g1"), ceremony.records)
    with pytest.raises(CheckFailed, match="delta_g1 is not what the last contribution left"):
        check_delta(ceremony.key, ceremony.records[:-1])
    with pytest.raises(CheckFailed, match="delta_g1 is not what the last contribution left"):
        check_delta(ceremony.key, [])
    with pytest.raises(CheckFailed, match="the pairing check fails") as caught:
        check_delta(with_part(ceremony.key, "delta_g2"), ceremony.records)
    assert caught.value.where == "delta_g2"


@pytest.mark.parametrize("name", ["delta_g2", "l_query", "h_query"])
def test_points_outside_the_group_are_refused(bls_ceremony: Ceremony, name: str) -> None:
    bad = replace(bls_ceremony.key, **{name: foreign(getattr(bls_ceremony.key, name))})
    with pytest.raises(EncodingError, match="is not in the group of prime order") as caught:
        replace(bls_ceremony, key=bad).verify()
    assert caught.value.where == name


# -- the contributions


@pytest.mark.parametrize("position", [0, 1, 2])
@pytest.mark.parametrize("name", ["delta_after", "g1_s", "g1_sx", "g2_spx"])
def test_each_point_of_a_contribution_matters(ceremony: Ceremony, position: int, name: str) -> None:
    records = list(ceremony.records)
    records[position] = with_part(records[position], name)
    with pytest.raises(CheckFailed) as caught:
        check_contributions(BN254, ceremony.circuit_hash, records)
    # g1_s and g1_sx change the own challenge, the others what comes after
    first = position if name.startswith("g1") or position == 2 else position + 1
    assert f"#{first + 1} " in caught.value.where


@pytest.mark.parametrize("position", [0, 1, 2])
def test_challenges_are_recomputed(ceremony: Ceremony, position: int) -> None:
    records = list(ceremony.records)
    flipped = (
        bytes([records[position].contribution_challenge[0] ^ 1])
        + records[position].contribution_challenge[1:]
    )
    records[position] = replace(records[position], contribution_challenge=flipped)
    with pytest.raises(CheckFailed, match="the challenge is not that of the contributions before"):
        check_contributions(BN254, ceremony.circuit_hash, records)


def test_challenges_begin_with_the_circuit(ceremony: Ceremony) -> None:
    with pytest.raises(CheckFailed, match="the challenge is not that of the contributions before"):
        check_contributions(BN254, bytes(64), ceremony.records)


def test_missing_and_reordered_contributions_are_refused(ceremony: Ceremony) -> None:
    a, b, c = ceremony.records
    for wrong in ([b, c], [a, c], [b, a, c], [a, c, b]):
        with pytest.raises(CheckFailed, match="the challenge is not that of the contributions"):
            check_contributions(BN254, ceremony.circuit_hash, wrong)


def test_repeated_contribution_is_refused(ceremony: Ceremony) -> None:
    with pytest.raises(CheckFailed, match="the same proof of knowledge as contribution #1"):
        check_contributions(BN254, ceremony.circuit_hash, [ceremony.records[0], *ceremony.records])


def test_contribution_without_a_secret_is_refused(ceremony: Ceremony) -> None:
    first = ceremony.records[0]
    for g1_sx in (first.g1_s, -first.g1_s):
        bad = [replace(first, g1_sx=g1_sx), *ceremony.records[1:]]
        with pytest.raises(CheckFailed, match="the secret is 1 or -1"):
            check_contributions(BN254, ceremony.circuit_hash, bad)
    for name in ("delta_after", "g1_s", "g1_sx", "g2_spx"):
        point = getattr(first, name)
        infinite = replace(first, **{name: type(point).infinity(point.group)})
        with pytest.raises(EncodingError, match="point 0 is infinity") as caught:
            check_contributions(BN254, ceremony.circuit_hash, [infinite])
        assert caught.value.where == f"{name} of contributions, counted from 0"


def forged(ceremony: Ceremony, **points: PointArray) -> list[Phase2Contribution]:
    """The last contribution replaced by one with a challenge that fits its points."""
    earlier, last = ceremony.records[:-1], replace(ceremony.records[-1], **points)
    challenge = contribution_challenge(ceremony.circuit_hash, earlier, last.g1_s, last.g1_sx)
    return [
        *earlier,
        replace(last, contribution_challenge=challenge, origin=participant("mallory")),
    ]


def test_proof_of_another_secret_is_refused(ceremony: Ceremony) -> None:
    """delta moves by a secret that is not the one proved, or one proved for another challenge."""
    last = ceremony.records[-1]
    cases = (
        {"delta_after": altered(last.delta_after)},
        {"g2_spx": altered(last.g2_spx)},
        {"g1_s": altered(last.g1_s)},
        {"g1_sx": altered(last.g1_sx)},
    )
    for points in cases:
        with pytest.raises(CheckFailed, match="the pairing check fails") as caught:
            check_contributions(BN254, ceremony.circuit_hash, forged(ceremony, **points))
        assert caught.value.where == "contribution #3 (claimed name 'mallory')"


@pytest.mark.parametrize("kind", strangers(BN254.g2))
def test_g2_proofs_outside_the_group_are_refused(ceremony: Ceremony, kind: Any) -> None:
    """N17."""
    for one in G2Array.from_ints(BN254.g2, strangers(BN254.g2)[kind][:20]):
        records = list(ceremony.records)
        records[1] = replace(records[1], g2_spx=one)
        with pytest.raises(EncodingError, match="point 1 is not in the group of prime order"):
            check_contributions(BN254, ceremony.circuit_hash, records)


@pytest.mark.parametrize("change", [{"beacon": b"\x00"}, {"iterations": 11}])
def test_beacon_is_recomputed(ceremony: Ceremony, change: dict[str, Any]) -> None:
    last = ceremony.records[-1]
    bad = replace(last, origin=replace(last.origin, **change))
    with pytest.raises(CheckFailed, match="the secret is not that of the beacon"):
        check_contributions(BN254, ceremony.circuit_hash, [*ceremony.records[:-1], bad])


def test_secret_cannot_be_passed_off_as_a_beacon(ceremony: Ceremony) -> None:
    records = [replace(ceremony.records[0], origin=BEACON), *ceremony.records[1:]]
    with pytest.raises(CheckFailed, match="the secret is not that of the beacon"):
        check_contributions(BN254, ceremony.circuit_hash, records)


def test_a_circuit_without_private_signals_has_no_l_query() -> None:
    powers = powers_of_tau(BN254, 2)
    public_only = circuit(BN254.scalar_field, [([(1, 1)], [(2, 1)], [(1, 1)])], 3, 1, 1)
    initial = initial_key(public_only, powers)
    assert len(initial.l_query) == 0
    digest = circuit_hash(initial, powers)
    key, record = contribute_phase2(initial, digest, [], participant("alice"))
    check_phase2(key, digest, [record], initial, powers)
    assert np.array_equal(key.l_query.data, initial.l_query.data)
