"""The Groth16 verifier: e(A, B) = e(alpha, beta) e(sum x_i IC_i, gamma) e(C, delta).

A wrong proof is an answer (False), a malformed one raises.  Proofs are malleable by design:
(-A, -B, C), (x A, B / x, C) and (A, B + k delta, C + k A) are valid whenever (A, B, C) is.  So the
bytes of a proof never identify a statement: use `statement_id`.  Source: Groth 2016, section 3.2.
"""

from __future__ import annotations

from collections.abc import Sequence

from zkctl.curve import is_pairing_product_one, product_is_one_and_members
from zkctl.curve.checked_points import (
    ANY,
    FINITE,
    Named,
    canonical_points,
    check_in_group,
    check_members,
    check_public,
    points_together,
)
from zkctl.curve.encoding import uncompressed_bytes
from zkctl.curve.group import G1Array, G2Array
from zkctl.curve.sums.combination import Combination
from zkctl.errors import EncodingError, ShapeError
from zkctl.field import FieldArray
from zkctl.groth16.keys import Proof, VerifyingKey
from zkctl.runtime.digests import blake2b
from zkctl.runtime.records import record

_G2_OF_EQUATION = (
    "B of the proof",
    *(f"{name} of the verification key" for name in ("beta", "gamma", "delta")),
)

ProofStatement = tuple[FieldArray, Proof]  # public signals and the proof that they are right


def verify(vk: VerifyingKey, public: FieldArray, proof: Proof) -> bool:
    """Return whether the proof holds: its prover knew a witness for these public signals.

    Shapes: public (n_public,).
    Raises: ShapeError if the number of public signals differs, EncodingError for anything that is
    no canonical member of its field or group, or infinite in the key where it must not be.
    """
    _check(vk, [(public, proof)], with_key=True, by_pairing=True)
    return VerificationEquation(vk).holds_for_members(public, proof)


def equation_holds(vk: VerifyingKey, public: FieldArray, proof: Proof) -> bool:
    """Evaluate the verifier's equation.  Assumes: the statement has been checked."""
    return VerificationEquation(vk).holds(public, proof)


class VerificationEquation:
    """The equation of one key, with what does not depend on the statement.

    It is evaluated as e(A, B) e(alpha, -beta) e(sum x_i IC_i, -gamma) e(C, -delta) = 1: e(alpha,
    beta) kept aside would save nothing, since the kernels compute four pairings at a time.
    Assumes: the key has been checked.
    """

    def __init__(self, vk: VerifyingKey, *, parts: int = 1) -> None:
        self.vk = vk
        self.combination = Combination(vk.gamma_abc_g1, parts=parts)
        self.alpha_g1 = vk.alpha_g1.to_bytes()
        self.key_g2 = -points_together(G2Array, vk.curve.g2, [vk.beta_g2, vk.gamma_g2, vk.delta_g2])

    def holds(self, public: FieldArray, proof: Proof) -> bool:
        """Evaluate it.  Assumes: the statement has been checked."""
        return is_pairing_product_one(self.vk.curve, *self._pairs(public, proof))

    def holds_for_members(self, public: FieldArray, proof: Proof) -> bool:
        """Evaluate it and check the points of G2 on the way.  Assumes: all else has been checked.

        Raises: EncodingError for a point outside its group.
        """
        curve = self.vk.curve
        holds, members = product_is_one_and_members(curve, *self._pairs(public, proof))
        if not all(members):
            outside = _G2_OF_EQUATION[members.index(False)]
            raise EncodingError(f"{outside} is not a point of {curve.g2.name}")
        return holds

    def _pairs(self, public: FieldArray, proof: Proof) -> tuple[G1Array, G2Array]:
        curve, x = self.vk.curve, self.combination.of([1, *public.to_ints()]).to_bytes()
        g1 = proof.a.to_bytes(), self.alpha_g1, x, proof.c.to_bytes()
        return (
            G1Array.from_bytes(curve.g1, b"".join(g1)),
            points_together(G2Array, curve.g2, [proof.b, self.key_g2]),
        )


@record(eq=False)
class PreparedVerifyingKey:
    """A key for many proofs: its points have been checked, and those of the public inputs have a table."""

    vk: VerifyingKey
    equation: VerificationEquation

    @classmethod
    def of(cls, vk: VerifyingKey) -> PreparedVerifyingKey:
        """Check a key and prepare it.

        Raises: as `verify` for the key.
        """
        check_statements(vk, [])
        return cls(vk, VerificationEquation(vk, parts=vk.curve.scalar_field.n_words))

    def verify(self, public: FieldArray, proof: Proof) -> bool:
        """As `verify`: the proof and the public signals are checked as there."""
        _check(self.vk, [(public, proof)], with_key=False, by_pairing=True)
        return self.equation.holds_for_members(public, proof)


def statement_id(vk: VerifyingKey, public: FieldArray) -> str:
    """Return a digest of key and public signals, the same for every valid proof of the statement.

    For replay checks; a proof's own bytes are unfit for them, since anyone can change them.
    """
    hasher = blake2b(b"zkctl groth16 statement 1\0", digest_size=32)
    hasher.update(vk.curve.name.encode() + b"\0")
    hasher.update(len(public).to_bytes(8, "big"))
    for points in (vk.alpha_g1, vk.beta_g2, vk.gamma_g2, vk.delta_g2, vk.gamma_abc_g1):
        hasher.update(uncompressed_bytes(points))
    n_bytes = public.field.n_bytes
    hasher.update(b"".join([value.to_bytes(n_bytes, "big") for value in public.to_ints()]))
    return hasher.hexdigest()


def check_statements(vk: VerifyingKey, statements: Sequence[ProofStatement]) -> None:
    """Check everything that goes into the equations of these statements.

    Raises: as `verify`; among several statements the wrong one is named by its index.
    """
    _check(vk, statements, with_key=True)


def _check(
    vk: VerifyingKey,
    statements: Sequence[ProofStatement],
    *,
    with_key: bool,
    by_pairing: bool = False,
) -> None:
    """Check the points of the key and of all proofs together; `by_pairing` leaves membership in G2 to the equation."""
    g1, g2 = _key_points(vk) if with_key else ([], [])
    for index, (public, proof) in enumerate(statements):
        one = "the proof" if len(statements) == 1 else f"proof {index}"
        g1 += [Named(f"A of {one}", proof.a, ANY), Named(f"C of {one}", proof.c, ANY)]
        g2.append(Named(f"B of {one}", proof.b, ANY))
        check_public(public, vk.curve, vk.n_public, "" if len(statements) == 1 else one)
    check_members(g1, vk.curve.g1)
    g2_points = canonical_points(g2, vk.curve.g2)
    if not by_pairing:
        check_in_group(g2, vk.curve.g2, g2_points)


def _key_points(vk: VerifyingKey) -> tuple[list[Named], list[Named]]:
    """Return the points of the key in G1 and in G2."""
    if len(vk.gamma_abc_g1) < 1:
        raise ShapeError("the verification key has no public-input points, need at least one")
    key = "of the verification key"
    g1 = [
        Named(f"alpha {key}", vk.alpha_g1, FINITE),
        Named(f"public-input point {{i}} {key}", vk.gamma_abc_g1, ANY),
    ]
    g2 = [
        Named(f"beta {key}", vk.beta_g2, FINITE),
        Named(f"gamma {key}", vk.gamma_g2, FINITE),
        Named(f"delta {key}", vk.delta_g2, FINITE),
    ]
    return g1, g2
