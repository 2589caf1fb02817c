"""Verifiers with polynomial commitments: whatever is malformed is refused, whatever is altered is wrong."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import partial
from typing import Any

import numpy as np
import pytest

from tests.support.points import first_curve_points
from tests.support.universal import (
    EACH_KEY_POINT,
    EACH_PROOF_POINT,
    EACH_PROOF_SCALAR,
    EACH_PROTOCOL,
    EACH_SYSTEM,
    PLONK,
    PLONK_BLS,
    System,
)
from zkctl.curve import BLS12_381, BN254, CURVES, G1Array, G2Array, PointArray
from zkctl.errors import EncodingError, ShapeError
from zkctl.field import FieldArray, words_from_ints
from zkctl.kzg.verifier import cosets_differ

Verify = Callable[..., bool]


def verify_prepared(system: System, vk: Any, public: FieldArray, proof: Any) -> bool:
    return bool(system.module.PreparedVerifyingKey.of(vk).verify(public, proof))


def verify_once(system: System, vk: Any, public: FieldArray, proof: Any) -> bool:
    return bool(system.module.verify(vk, public, proof))


@pytest.fixture(params=[verify_once, verify_prepared], ids=["once", "prepared"])
def way(request: pytest.FixtureRequest) -> Verify:
    found: Verify = request.param
    return found


def off_curve(point: Any) -> Any:
    data = point.data.copy()
    data[0] ^= np.uint64(1)
    return type(point)(point.group, data)


def not_reduced(point: Any) -> Any:
    """The same point with its first coordinate raised by q."""
    field, data = point.group.base_field, point.data.copy()
    value = int.from_bytes(data[: field.n_words].tobytes(), "little") + field.modulus
    data[: field.n_words] = words_from_ints([value], field.n_words)[0]
    return type(point)(point.group, data)


def outside_group(point: PointArray) -> Any:
    """A point on the curve, outside the group of prime order."""
    return type(point).from_ints(point.group, first_curve_points(point.group, 1))[0]


def wrong_points(point: Any) -> list[tuple[Any, str]]:
    group = point.group
    wrong = [
        (off_curve(point), f"is not a point of {group.name}"),
        (not_reduced(point), "has a coordinate that is not reduced"),
    ]
    if group.cofactor != 1:
        wrong.append((outside_group(point), f"is not a point of {group.name}"))
    return wrong


@EACH_SYSTEM
def test_a_proof_holds_for_its_statement_only(system: System, way: Verify) -> None:
    vk, public, proof = system.statement()
    verify = partial(way, system)
    assert verify(vk, public, proof)
    assert not verify(vk, public + 1, proof)
    other = FieldArray.from_ints(public.field, public.to_ints()[::-1])
    assert not verify(vk, other, proof)
    other_public, other_proof = system.prove(x=3, y=11, tag=4)
    assert verify(vk, other_public, other_proof)
    assert not verify(vk, public, other_proof)


@EACH_PROOF_POINT
def test_points_of_a_proof(system: System, name: str, way: Verify) -> None:
    vk, public, proof = system.statement()
    field = system.proof_points[name]
    point = getattr(proof, field)
    for bad, message in wrong_points(point):
        with pytest.raises(EncodingError, match=f"{name} of the proof {message}"):
            way(system, vk, public, replace(proof, **{field: bad}))
    other = next(getattr(proof, each) for each in system.proof_points.values() if each != field)
    for changed in (-point, point + point, other, type(point).infinity(point.group)):
        assert not way(system, vk, public, replace(proof, **{field: changed}))


@EACH_PROOF_SCALAR
def test_scalars_of_a_proof(system: System, name: str, way: Verify) -> None:
    vk, public, proof = system.statement()
    r, value = system.curve.scalar_field.modulus, system.scalar(proof, name)
    message = f"{name} of the proof is not reduced modulo {system.curve.scalar_field.name}"
    for bad in (value + r, r, -1, 1 << 300):
        with pytest.raises(EncodingError, match=message):
            way(system, vk, public, system.with_scalar(proof, name, bad))
    for changed in (value ^ 1, 0, 1, r - 1, r - value):
        assert not way(system, vk, public, system.with_scalar(proof, name, changed))


@EACH_SYSTEM
def test_a_proof_of_infinities_and_zeros_is_wrong(system: System, way: Verify) -> None:
    vk, public, proof = system.statement()
    zero = {field: G1Array.infinity(vk.curve.g1) for field in system.proof_points.values()}
    assert not way(system, vk, public, replace(proof, **zero))
    for name in system.proof_scalars:
        proof = system.with_scalar(proof, name, 0)
    assert not way(system, vk, public, replace(proof, **zero))
    assert not way(system, vk, public, proof)


def test_a_proof_over_another_curve_is_refused(way: Verify) -> None:
    vk, public, _ = PLONK.statement()
    _, _, other = PLONK_BLS.statement()
    with pytest.raises(EncodingError):
        way(PLONK, vk, public, other)


# -- the key


@EACH_KEY_POINT
def test_points_of_a_key(system: System, name: str, way: Verify) -> None:
    vk, public, proof = system.statement()
    field = system.key_points[name]
    point = getattr(vk, field)
    for bad, message in wrong_points(point):
        with pytest.raises(EncodingError, match=f"{name} of the verification key {message}"):
            way(system, replace(vk, **{field: bad}), public, proof)
    assert not way(system, replace(vk, **{field: -point}), public, proof)
    infinite = replace(vk, **{field: type(point).infinity(point.group)})
    if name in ("S1", "S2", "S3", "C0"):
        with pytest.raises(EncodingError, match=f"{name} of the verification key is infinity"):
            way(system, infinite, public, proof)
    else:
        assert not way(system, infinite, public, proof)


@EACH_SYSTEM
def test_tau_of_a_key(system: System, way: Verify) -> None:
    vk, public, proof = system.statement()
    for bad, message in wrong_points(vk.x_2):
        with pytest.raises(EncodingError, match=f"X_2 of the verification key {message}"):
            way(system, replace(vk, x_2=bad), public, proof)
    infinite = replace(vk, x_2=G2Array.infinity(vk.curve.g2))
    with pytest.raises(EncodingError, match="X_2 of the verification key is infinity"):
        way(system, infinite, public, proof)
    assert not way(system, replace(vk, x_2=-vk.x_2), public, proof)


@EACH_SYSTEM
def test_tau_is_checked_for_a_proof_that_is_wrong_anyhow(system: System, way: Verify) -> None:
    vk, public, proof = system.statement()
    infinity = G1Array.infinity(vk.curve.g1)
    for name in system.proof_points.values():
        wrong = replace(proof, **{name: infinity})
        message = f"X_2 of the verification key is not a point of {vk.curve.g2.name}"
        with pytest.raises(EncodingError, match=message):
            way(system, replace(vk, x_2=outside_group(vk.x_2)), public, wrong)


@EACH_SYSTEM
def test_the_size_of_the_domain(system: System, way: Verify) -> None:
    vk, public, proof = system.statement()
    most = system.curve.scalar_field.two_adicity
    for log_n in (0, -1, most + 1, 1 << 40):
        message = (
            rf"the domain of the verification key has size 2\^{log_n}: expected 2\^1 .. 2\^{most}"
        )
        with pytest.raises(EncodingError, match=message):
            way(system, replace(vk, log_n=log_n), public, proof)


@EACH_SYSTEM
def test_public_signals_fit_the_domain(system: System, way: Verify) -> None:
    vk, _, proof = system.statement()
    public = FieldArray.from_ints(system.curve.scalar_field, range(9))
    with pytest.raises(ShapeError, match="9 public signals do not fit the domain of 8 rows"):
        way(system, replace(vk, n_public=9), public, proof)
    fits = replace(vk, n_public=8)
    assert not way(system, fits, public[:8], proof)


@EACH_SYSTEM
def test_the_cosets_are_distinct(system: System, way: Verify) -> None:
    vk, public, proof = system.statement()
    w, r = vk.curve.scalar_field.root_of_unity(3), vk.curve.scalar_field.modulus
    bad = [(0, 3), (2, 0), (1, 3), (2, 1), (w, 3), (2, w), (2, 2), (2, 2 * w % r), (r - 1, 3)]
    for k1, k2 in bad:
        assert not cosets_differ(replace(vk, k1=k1, k2=k2))
        message = "k1 and k2 of the verification key do not make three distinct cosets"
        with pytest.raises(EncodingError, match=message):
            way(system, replace(vk, k1=k1, k2=k2), public, proof)
    assert not way(system, replace(vk, k1=3, k2=2), public, proof)
    for name in system.key_scalars:
        message = f"{name} of the verification key is not reduced modulo"
        for value in (getattr(vk, name) + r, -1):
            with pytest.raises(EncodingError, match=message):
                way(system, replace(vk, **{name: value}), public, proof)


# -- public signals


@EACH_SYSTEM
@pytest.mark.parametrize("values", [[], [47], [47, 99, 0]])
def test_number_of_public_signals(system: System, values: list[int], way: Verify) -> None:
    vk, public, proof = system.statement()
    with pytest.raises(ShapeError, match=f"expected 2 public signals, got {len(values)}"):
        way(system, vk, FieldArray.from_ints(public.field, values), proof)


@EACH_SYSTEM
def test_public_signals_are_reduced_and_of_the_field(system: System, way: Verify) -> None:
    vk, public, proof = system.statement()
    field, data = public.field, public.data.copy()
    data[1] = words_from_ints([field.modulus], 4)[0]
    message = f"public signal 1 is not reduced modulo {field.name}"
    with pytest.raises(EncodingError, match=message):
        way(system, vk, FieldArray(field, data), proof)
    other = next(curve for curve in CURVES if curve != system.curve).scalar_field
    message = f"public signals over {other.name}, the verification key over {system.curve.name}"
    with pytest.raises(EncodingError, match=message):
        way(system, vk, FieldArray.from_ints(other, [1, 2]), proof)


# -- many statements, and their name


@EACH_PROTOCOL
def test_the_wrong_statement_is_named(system: System) -> None:
    vk, public, proof = system.statement()
    name, field = next(iter(system.proof_points.items()))
    bad = replace(proof, **{field: off_curve(getattr(proof, field))})
    with pytest.raises(EncodingError, match=f"{name} of proof 1 is not a point of"):
        system.module.check_statements(vk, [(public, proof), (public, bad)])
    scalar = system.proof_scalars[0]
    bad = system.with_scalar(proof, scalar, -1)
    with pytest.raises(EncodingError, match=f"{scalar} of proof 1 is not reduced"):
        system.module.check_statements(vk, [(public, proof), (public, bad)])
    with pytest.raises(ShapeError, match="proof 1: expected 2 public signals, got 1"):
        system.module.check_statements(vk, [(public, proof), (public[:1], proof)])


@EACH_SYSTEM
def test_statement_id_depends_on_key_and_public_signals_only(system: System) -> None:
    vk, public, _ = system.statement()
    name = system.module.statement_id
    others = [replace(vk, **{field: -getattr(vk, field)}) for field in system.key_points.values()]
    others += [replace(vk, **{field: 7}) for field in system.key_scalars]
    others += [replace(vk, x_2=-vk.x_2), replace(vk, log_n=4)]
    ids = {name(other, public) for other in [vk, *others]}
    ids |= {name(vk, public + 1), name(vk, public[:1])}
    assert len(ids) == len(others) + 3
    assert all(len(each) == 64 for each in ids)
    assert name(vk, FieldArray.from_ints(public.field, public.to_ints())) == name(vk, public)


def test_statement_ids_of_systems_and_curves_differ() -> None:
    assert BN254 is not BLS12_381
    public = FieldArray.from_ints(BN254.scalar_field, [1, 2])
    plonk = PLONK.module.statement_id(PLONK.statement()[0], public)
    assert plonk != PLONK_BLS.module.statement_id(PLONK_BLS.statement()[0], public)
