"""The Groth16 verifier: e(A, B) = e(alpha, beta) e(sum x_i IC_i, gamma) e(C, delta).

A wrong proof is an answer (False), a malformed one raises.  Proofs are malleable by design:
(-A, -B, C), (x A, B / x, C) and (A, B + k delta, C + k A) are valid whenever (A, B, C) is.  So the
bytes of a proof never identify a statement: use `statement_id`.  Source: Groth 2016, section 3.2.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence

import numpy as np

from zkctl.curve import Group, PointArray, is_in_subgroup, is_pairing_product_one, msm
from zkctl.curve.encoding import encode_uncompressed
from zkctl.curve.group import G1Array, G2Array
from zkctl.errors import EncodingError, ShapeError
from zkctl.field import FieldArray
from zkctl.field.array import first_not_below
from zkctl.groth16.keys import Proof, VerifyingKey

Statement = tuple[FieldArray, Proof]  # public signals and the proof that they are right


def verify(vk: VerifyingKey, public: FieldArray, proof: Proof) -> bool:
    """Answer whether the proof shows that somebody knows a witness for these public signals.

    Shapes: public (n_public,).
    Raises: ShapeError if the number of public signals differs, EncodingError for anything that is
    no canonical member of its field or group, or infinite in the key where it must not be.
    """
    check_statements(vk, [(public, proof)])
    return equation_holds(vk, public, proof)


def equation_holds(vk: VerifyingKey, public: FieldArray, proof: Proof) -> bool:
    """Evaluate the verifier's equation.  Assumes: the statement has been checked."""
    x = vk.gamma_abc_g1[0] + msm(vk.gamma_abc_g1[1:], public)
    return is_pairing_product_one(
        vk.curve,
        G1Array.concatenate([-proof.a, vk.alpha_g1, x, proof.c]),
        G2Array.concatenate([proof.b, vk.beta_g2, vk.gamma_g2, vk.delta_g2]),
    )


def statement_id(vk: VerifyingKey, public: FieldArray) -> str:
    """A digest of key and public signals, the same for every valid proof of the statement.

    What a replay check may use; a proof's own bytes are not, since anyone can change them.
    """
    hasher = hashlib.blake2b(b"zkctl groth16 statement 1\0", digest_size=32)
    hasher.update(vk.curve.name.encode() + b"\0")
    hasher.update(len(public).to_bytes(8, "big"))
    for points in (vk.alpha_g1, vk.beta_g2, vk.gamma_g2, vk.delta_g2, vk.gamma_abc_g1):
        hasher.update(encode_uncompressed(points).tobytes())
    hasher.update(np.ascontiguousarray(public.to_words()[:, ::-1]).astype(">u8").tobytes())
    return hasher.hexdigest()


def check_statements(vk: VerifyingKey, statements: Sequence[Statement]) -> None:
    """Check everything that goes into the equations of these statements.

    Raises: as `verify`; among several statements the wrong one is named by its index.
    """
    if len(vk.gamma_abc_g1) < 1:
        raise ShapeError("the verification key has no public-input points, need at least one")
    key = "of the verification key"
    g1: dict[str, PointArray] = {
        f"alpha {key}": vk.alpha_g1,
        **{f"public-input point {i} {key}": point for i, point in enumerate(vk.gamma_abc_g1)},
    }
    g2: dict[str, PointArray] = {
        f"beta {key}": vk.beta_g2,
        f"gamma {key}": vk.gamma_g2,
        f"delta {key}": vk.delta_g2,
    }
    for name, point in [(f"alpha {key}", vk.alpha_g1), *g2.items()]:
        if point.is_infinity():
            raise EncodingError(f"{name} is infinity")
    for index, (public, proof) in enumerate(statements):
        one = "the proof" if len(statements) == 1 else f"proof {index}"
        g1 |= {f"A of {one}": proof.a, f"C of {one}": proof.c}
        g2[f"B of {one}"] = proof.b
        _check_public(vk, public, "" if len(statements) == 1 else one)
    _check_members(g1, vk.curve.g1)
    _check_members(g2, vk.curve.g2)


def _check_members(points: Mapping[str, PointArray], group: Group) -> None:
    names = list(points)
    for name, point in points.items():
        if point.group != group:
            raise EncodingError(f"{name} is in {point.group.name}, expected {group.name}")
    together = PointArray.concatenate(points.values())
    coordinates = together.data.reshape(-1, group.base_field.n_words)
    bad = first_not_below(coordinates, group.base_field.modulus)
    if bad is not None:
        name = names[bad // (2 * group.degree)]
        raise EncodingError(f"{name} has a coordinate that is not reduced")
    outside = np.flatnonzero(~is_in_subgroup(together))
    if len(outside):
        raise EncodingError(f"{names[outside[0]]} is not a point of {group.name}")


def _check_public(vk: VerifyingKey, public: FieldArray, where: str) -> None:
    if public.field != vk.curve.scalar_field:
        raise EncodingError(
            f"public signals over {public.field.name}, the verification key over {vk.curve.name}",
            where=where,
        )
    if public.shape != (vk.n_public,):
        raise ShapeError(f"expected {vk.n_public} public signals, got {public.size}", where=where)
    bad = first_not_below(public.data, public.field.modulus)
    if bad is not None:
        message = f"public signal {bad} is not reduced modulo {public.field.name}"
        raise EncodingError(message, where=where)
