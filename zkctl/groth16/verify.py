"""The Groth16 verifier: e(A, B) = e(alpha, beta) e(sum x_i IC_i, gamma) e(C, delta).

A wrong proof is an answer (False), a malformed one raises.  Proofs are malleable by design:
(-A, -B, C), (x A, B / x, C) and (A, B + k delta, C + k A) are valid whenever (A, B, C) is.  So the
bytes of a proof never identify a statement: use `statement_id`.  Source: Groth 2016, section 3.2.
"""

from __future__ import annotations

import hashlib

import numpy as np

from zkctl.curve import Group, PointArray, is_in_subgroup, is_pairing_product_one, msm
from zkctl.curve.encoding import encode_uncompressed
from zkctl.curve.group import G1Array, G2Array
from zkctl.errors import EncodingError, ShapeError
from zkctl.field import FieldArray
from zkctl.field.array import first_not_below
from zkctl.groth16.keys import Proof, VerifyingKey


def verify(vk: VerifyingKey, public: FieldArray, proof: Proof) -> bool:
    """Answer whether the proof shows that somebody knows a witness for these public signals.

    Shapes: public (n_public,).
    Raises: ShapeError if the number of public signals differs, EncodingError for anything that is
    no canonical member of its field or group.
    """
    check_key(vk)
    _check_public(vk, public)
    _check_proof(vk, proof)
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


def check_key(vk: VerifyingKey) -> None:
    """Refuse a key with a point that is not a canonical member of its group.

    Raises: EncodingError, also if alpha, beta, gamma or delta is infinity.
    """
    points = {"alpha": vk.alpha_g1, "beta": vk.beta_g2, "gamma": vk.gamma_g2, "delta": vk.delta_g2}
    for name, point in points.items():
        if point.is_infinity().any():
            raise EncodingError(f"{name} of the verification key is infinity")
        group = vk.curve.g1 if name == "alpha" else vk.curve.g2
        _check_members(f"{name} of the verification key", point, group)
    if len(vk.gamma_abc_g1) < 1:
        raise ShapeError("the verification key has no public-input points, need at least one")
    _check_members("a public-input point of the verification key", vk.gamma_abc_g1, vk.curve.g1)


def _check_public(vk: VerifyingKey, public: FieldArray) -> None:
    if public.field != vk.curve.scalar_field:
        raise EncodingError(
            f"public signals over {public.field.name}, the verification key over {vk.curve.name}"
        )
    if public.shape != (vk.n_public,):
        raise ShapeError(f"expected {vk.n_public} public signals, got {public.size}")
    bad = first_not_below(public.data, public.field.modulus)
    if bad is not None:
        raise EncodingError(f"public signal {bad} is not reduced modulo {public.field.name}")


def _check_proof(vk: VerifyingKey, proof: Proof) -> None:
    _check_members("A of the proof", proof.a, vk.curve.g1)
    _check_members("B of the proof", proof.b, vk.curve.g2)
    _check_members("C of the proof", proof.c, vk.curve.g1)


def _check_members(name: str, points: PointArray, group: Group) -> None:
    if points.group != group:
        raise EncodingError(f"{name} is in {points.group.name}, expected {group.name}")
    words = np.ascontiguousarray(points.data).reshape(-1, group.base_field.n_words)
    if first_not_below(words, group.base_field.modulus) is not None:
        raise EncodingError(f"{name} has a coordinate that is not reduced")
    if not is_in_subgroup(points).all():
        raise EncodingError(f"{name} is not a point of {group.name}")
