"""The PLONK verifier: both openings, at zeta and at zeta w, as one equation of two pairings.

    e(W_zeta + u W_zeta_omega, [tau]_2) = e(zeta W_zeta + u zeta w W_zeta_omega + F - E, [1]_2)

A wrong proof is an answer (False), a malformed one raises.  A zeta on the domain, where the Lagrange polynomials have no
such values, is a wrong proof.
Source: Gabizon, Williamson, Ciobotaru, "PLONK" (eprint 2019/953), revision of 2023, section 8.3.
"""

from __future__ import annotations

from collections.abc import Sequence

from zkctl.curve import G1Array
from zkctl.curve.checked_points import points_together
from zkctl.field import FieldArray
from zkctl.kzg.domain_values import DomainValues, domain_values, public_value
from zkctl.kzg.opening import CombinedOpening
from zkctl.kzg.verifier import PreparedUniversalKey, Verifier, VerifierParts
from zkctl.plonk.challenges import Challenges, challenges
from zkctl.plonk.keys import KEY_POINTS, PROOF_POINTS, PROOF_SCALARS, Proof, VerifyingKey

ProofStatement = tuple[FieldArray, Proof]  # public signals and the proof that they are right


def opening(vk: VerifyingKey, public: Sequence[int], proof: Proof) -> CombinedOpening | None:
    """Return the equation of a proof, None if zeta is on the domain.  Assumes: key and statement have been checked."""
    field, at = vk.curve.scalar_field, challenges(vk, public, proof)
    domain = domain_values(field, vk.log_n, at.zeta, vk.n_public)
    if domain is None:
        return None
    r, root = field.modulus, field.root_of_unity(vk.log_n)
    v = [pow(at.v, k, r) for k in range(1, 6)]
    z, sigma_3, constant = _permutation_terms(vk, proof, at, domain)
    zeta_n = domain.vanishing + 1
    parts = [-domain.vanishing * factor % r for factor in (1, zeta_n, zeta_n * zeta_n)]
    values = (proof.eval_a, proof.eval_b, proof.eval_c, proof.eval_s1, proof.eval_s2)
    combined = sum(factor * value for factor, value in zip(v, values, strict=True))
    evaluation = public_value(public, domain.lagrange, r) - constant
    one = evaluation - combined - at.u * proof.eval_z_omega
    a, b = proof.eval_a, proof.eval_b
    return CombinedOpening(
        points=points_together(
            G1Array, vk.curve.g1, [getattr(proof, name) for name in PROOF_POINTS.values()]
        ),
        left=[0] * 7 + [1, at.u],
        right=[*v[:3], z, *parts, at.zeta, at.u * at.zeta * root % r],
        fixed=[number % r for number in (a * b, a, b, proof.eval_c, 1, v[3], v[4], sigma_3, one)],
    )


def _permutation_terms(
    vk: VerifyingKey, proof: Proof, at: Challenges, domain: DomainValues
) -> tuple[int, int, int]:
    """Return the scalars of Z and of sigma_3, and the part of the permutation in the constant."""
    r, first = vk.curve.scalar_field.modulus, domain.lagrange[0]
    labels = [at.beta * at.zeta * coset + at.gamma for coset in (1, vk.k1, vk.k2)]
    wires = (proof.eval_a, proof.eval_b, proof.eval_c)
    z = at.alpha
    for wire, label in zip(wires, labels, strict=True):
        z = z * (wire + label) % r
    z = (z + first * at.alpha * at.alpha + at.u) % r
    behind = at.alpha * proof.eval_z_omega
    for wire, sigma in zip(wires, (proof.eval_s1, proof.eval_s2), strict=False):
        behind = behind * (wire + at.beta * sigma + at.gamma) % r
    constant = first * at.alpha * at.alpha + behind * (proof.eval_c + at.gamma)
    return z, -behind * at.beta % r, constant % r


def _points(record: object, names: dict[str, str], *chosen: str) -> dict[str, G1Array]:
    return {name: getattr(record, names[name]) for name in chosen}


VERIFIER = Verifier(
    VerifierParts(
        name="plonk",
        finite=lambda vk: _points(vk, KEY_POINTS, "S1", "S2", "S3"),
        other=lambda vk: _points(vk, KEY_POINTS, "Qm", "Ql", "Qr", "Qo", "Qc"),
        roots=lambda _vk: {},
        wrong_root=lambda _vk: None,
        proof_points=lambda proof: _points(proof, PROOF_POINTS, *PROOF_POINTS),
        proof_scalars=lambda proof: {
            name: getattr(proof, field) for name, field in PROOF_SCALARS.items()
        },
        opening=opening,
    )
)

check_statements = VERIFIER.check_statements
statement_id = VERIFIER.statement_id


def verify(vk: VerifyingKey, public: FieldArray, proof: Proof) -> bool:
    """Return whether the proof holds: its prover knew a witness for these public signals.

    Shapes: public (n_public,).
    Raises: ShapeError if the number of public signals differs, EncodingError for anything that is
    no canonical member of its field or group, or infinite in the key where it must not be.
    """
    return VERIFIER.verify(vk, public, proof)


class PreparedVerifyingKey(PreparedUniversalKey):
    """A key for many proofs: it has been checked."""

    verifier = VERIFIER
