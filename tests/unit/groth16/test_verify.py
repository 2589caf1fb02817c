"""Verification: every malformed key, proof or public signal is refused before the pairing."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import cache, partial

import numpy as np
import pytest

from tests.support.points import first_curve_points
from tests.support.toy_groth16 import factors_witness, toy_key
from zkctl.curve import BLS12_381, BN254, CURVES, Curve, G1Array, G2Array, multiply_base
from zkctl.curve.group import P
from zkctl.errors import EncodingError, ShapeError
from zkctl.field import BLS12_381_FR, BN254_FR, FieldArray, words_from_ints
from zkctl.groth16.keys import Proof, VerifyingKey
from zkctl.groth16.prove import prove
from zkctl.groth16.verify import PreparedVerifyingKey, statement_id
from zkctl.groth16.verify import verify as verify_once

Statement = tuple[VerifyingKey, FieldArray, Proof]
Verify = Callable[[VerifyingKey, FieldArray, Proof], bool]


def verify_prepared(vk: VerifyingKey, public: FieldArray, proof: Proof) -> bool:
    return PreparedVerifyingKey.of(vk).verify(public, proof)


def held_as_bytes(points: P) -> P:
    """The same points, as the reader of a file of JSON makes them."""
    same = type(points).from_bytes(points.group, points.to_bytes())
    return same if points.shape else same[0]


def on_bytes(way: Verify, vk: VerifyingKey, public: FieldArray, proof: Proof) -> bool:
    names = ("alpha_g1", "beta_g2", "gamma_g2", "delta_g2", "gamma_abc_g1")
    vk = replace(vk, **{name: held_as_bytes(getattr(vk, name)) for name in names})
    return way(vk, public, Proof(*(held_as_bytes(each) for each in (proof.a, proof.b, proof.c))))


def on_arrays(way: Verify, vk: VerifyingKey, public: FieldArray, proof: Proof) -> bool:
    for points in (*vars(vk).values(), public, *vars(proof).values()):
        assert isinstance(points, Curve) or points.data is not None  # held as arrays from now on
    return way(vk, public, proof)


@pytest.fixture(params=[verify_once, verify_prepared], ids=["once", "prepared"])
def way(request: pytest.FixtureRequest) -> Verify:
    found: Verify = request.param
    return found


@pytest.fixture(params=[on_bytes, on_arrays], ids=["bytes", "arrays"])
def verify(request: pytest.FixtureRequest, way: Verify) -> Verify:
    """Every way to verify: they refuse the same."""
    return partial(request.param, way)


@cache
def statement(curve: Curve) -> Statement:
    proof, public = prove(toy_key(curve), factors_witness(curve.scalar_field))
    return toy_key(curve).verifying_key, public, proof


def outside_group(curve: Curve, degree: int) -> G1Array | G2Array:
    """A point on the curve, outside the group of prime order."""
    group = curve.g1 if degree == 1 else curve.g2
    cls = G1Array if degree == 1 else G2Array
    return cls.from_ints(group, first_curve_points(group, 1))[0]


def off_curve(point: G1Array | G2Array) -> G1Array | G2Array:
    data = point.data.copy()
    data[0] ^= np.uint64(1)
    return type(point)(point.group, data)


def not_reduced(point: G1Array | G2Array) -> G1Array | G2Array:
    """The same point with its first coordinate raised by q."""
    field, data = point.group.base_field, point.data.copy()
    value = int.from_bytes(data[: field.n_words].tobytes(), "little") + field.modulus
    data[: field.n_words] = words_from_ints([value], field.n_words)[0]
    return type(point)(point.group, data)


@pytest.mark.parametrize("curve", CURVES, ids=str)
@pytest.mark.parametrize("part", ["a", "b", "c"])
def test_proof_points_must_be_members(curve: Curve, part: str, verify: Verify) -> None:
    vk, public, proof = statement(curve)
    point, name = getattr(proof, part), f"{part.upper()} of the proof"
    wrong = [
        (off_curve(point), "is not a point of"),
        (not_reduced(point), "has a coordinate that is not reduced"),
    ]
    if point.group.cofactor != 1:
        wrong.append((outside_group(curve, point.group.degree), "is not a point of"))
    for bad, message in wrong:
        with pytest.raises(EncodingError, match=f"{name} {message}"):
            verify(vk, public, replace(proof, **{part: bad}))


@pytest.mark.parametrize("part", ["a", "b", "c"])
def test_infinity_in_a_proof_is_just_wrong(part: str, verify: Verify) -> None:
    vk, public, proof = statement(BN254)
    point = getattr(proof, part)
    infinite = type(point).infinity(point.group)
    assert not verify(vk, public, replace(proof, **{part: infinite}))


def test_proof_of_infinities_is_wrong(verify: Verify) -> None:
    vk, public, proof = statement(BN254)
    parts = {k: type(p).infinity(p.group) for k, p in vars(proof).items()}
    assert not verify(vk, public, Proof(**parts))


def test_proof_of_another_curve_is_refused(verify: Verify) -> None:
    vk, public, _ = statement(BN254)
    with pytest.raises(
        EncodingError, match=r"A of the proof is in bls12_381.g1, expected bn254.g1"
    ):
        verify(vk, public, statement(BLS12_381)[2])


POINTS = {"alpha": "alpha_g1", "beta": "beta_g2", "gamma": "gamma_g2", "delta": "delta_g2"}


@pytest.mark.parametrize("name", POINTS)
def test_key_points_must_be_finite_members(name: str, verify: Verify) -> None:
    vk, public, proof = statement(BN254)
    point = getattr(vk, POINTS[name])
    infinite = type(point).infinity(point.group)
    with pytest.raises(EncodingError, match=f"{name} of the verification key is infinity"):
        verify(replace(vk, **{POINTS[name]: infinite}), public, proof)
    with pytest.raises(EncodingError, match=f"{name} of the verification key is not a point of"):
        verify(replace(vk, **{POINTS[name]: off_curve(point)}), public, proof)


def test_key_points_must_be_in_the_group(verify: Verify) -> None:
    vk, public, proof = statement(BN254)
    with pytest.raises(
        EncodingError, match=r"delta of the verification key is not a point of bn254.g2"
    ):
        verify(replace(vk, delta_g2=outside_group(BN254, 2)), public, proof)


def test_public_input_points_are_checked(verify: Verify) -> None:
    vk, public, proof = statement(BN254)
    data = vk.gamma_abc_g1.data.copy()
    data[1, 0] ^= np.uint64(1)
    message = r"public-input point 1 of the verification key is not a point of bn254.g1"
    with pytest.raises(EncodingError, match=message):
        verify(replace(vk, gamma_abc_g1=G1Array(BN254.g1, data)), public, proof)
    with pytest.raises(
        ShapeError, match="the verification key has no public-input points, need at least one"
    ):
        verify(replace(vk, gamma_abc_g1=vk.gamma_abc_g1[:0]), public, proof)


@pytest.mark.parametrize("values", [[], [55], [55, 77, 0]])
def test_number_of_public_signals_is_checked(values: list[int], verify: Verify) -> None:
    vk, _, proof = statement(BN254)
    with pytest.raises(ShapeError, match=f"expected 2 public signals, got {len(values)}"):
        verify(vk, FieldArray.from_ints(BN254_FR, values), proof)


def test_public_signals_must_be_reduced_and_of_the_field(verify: Verify) -> None:
    vk, public, proof = statement(BN254)
    data = public.data.copy()
    data[1] = words_from_ints([BN254_FR.modulus], 4)[0]
    with pytest.raises(EncodingError, match=r"public signal 1 is not reduced modulo bn254.fr"):
        verify(vk, FieldArray(BN254_FR, data), proof)
    message = r"public signals over bls12_381.fr, the verification key over bn254"
    with pytest.raises(EncodingError, match=message):
        verify(vk, FieldArray.from_ints(BLS12_381_FR, [55, 77]), proof)


@pytest.mark.parametrize("curve", CURVES, ids=str)
def test_malleated_proofs_hold_for_the_same_statement(curve: Curve, verify: Verify) -> None:
    """N52: Groth16 proofs can be changed by anyone, so their bytes never identify a statement."""
    vk, public, proof = statement(curve)
    field = curve.scalar_field
    x = FieldArray.from_ints(field, [12345])
    inverse = FieldArray.from_ints(field, [pow(12345, -1, field.modulus)])
    changed = [
        Proof(-proof.a, -proof.b, proof.c),
        Proof(multiply_base(proof.a, x)[0], multiply_base(proof.b, inverse)[0], proof.c),
        Proof(
            proof.a,
            proof.b + multiply_base(vk.delta_g2, x)[0],
            proof.c + multiply_base(proof.a, x)[0],
        ),
    ]
    assert all(verify(vk, public, other) for other in changed)


def test_a_prepared_key_serves_many_proofs() -> None:
    key = PreparedVerifyingKey.of(statement(BN254)[0])
    for tag in (0, 1, 77, BN254_FR.modulus - 1):
        proof, public = prove(toy_key(BN254), factors_witness(BN254_FR, tag=tag))
        assert key.verify(public, proof)
        assert not key.verify(public + 1, proof)
        assert not key.verify(public, replace(proof, c=-proof.c))


def test_statement_id_depends_on_key_and_public_signals_only() -> None:
    vk, public, _ = statement(BN254)
    other_key = replace(vk, alpha_g1=-vk.alpha_g1)
    other_public = FieldArray.from_ints(BN254_FR, [77, 55])
    ids = {
        statement_id(vk, public),
        statement_id(other_key, public),
        statement_id(vk, other_public),
    }
    assert len(ids) == 3
    assert statement_id(vk, FieldArray.from_ints(BN254_FR, [55, 77])) in ids
