"""The fflonk verifier: three commitments that hold many polynomials, opened at a few points each, as two pairings.

    C0(X) = sum_j X^j f_j(X^8) and f_j = ql, qr, qo, qm, qc, s1, s2, s3     on X^8 = xi
    C1(X) = a(X^4) + X b + X^2 c + X^3 t0                                    on X^4 = xi
    C2(X) = z(X^3) + X t1 + X^2 t2                                           on X^3 = xi and X^3 = xi w

The polynomials r0, r1, r2 that agree with them there follow from the values at xi and xi w without interpolation:
on X^8 = xi, C0 is sum_j X^j f_j(xi).  A wrong proof is an answer (False), a malformed one raises.  `inv`, which only contracts
need, is compared with the value that it must have, so that a contract and this verifier agree.
Source: Gabizon, Williamson, "fflonk" (eprint 2021/1167), section 7; docs/reference/formats.md.
"""

from __future__ import annotations

from collections.abc import Sequence

from zkctl.curve import G1Array
from zkctl.curve.checked_points import points_together
from zkctl.fflonk.challenges import Challenges, challenges
from zkctl.fflonk.keys import EVALUATIONS, PROOF_POINTS, Proof, VerifyingKey
from zkctl.field import FieldArray
from zkctl.kzg.domain_values import DomainValues, domain_values, public_value
from zkctl.kzg.opening import CombinedOpening
from zkctl.kzg.verifier import PreparedUniversalKey, Verifier, VerifierParts
from zkctl.runtime.records import record

ProofStatement = tuple[FieldArray, Proof]  # public signals and the proof that they are right

ORDER_IN_C0 = ("ql", "qr", "qo", "qm", "qc", "s1", "s2", "s3")


@record
class Places:
    """The places of the openings, and the values at y of the polynomials that vanish there."""

    xi: int
    xi_omega: int
    zero_0: int  # y^8 - xi
    zero_1: int  # y^4 - xi
    zero_xi: int  # y^3 - xi
    zero_xi_omega: int  # y^3 - xi w


def opening(vk: VerifyingKey, public: Sequence[int], proof: Proof) -> CombinedOpening | None:
    """Return the equation of a proof, None if it is wrong anyhow.  Assumes: key and statement have been checked.

    Wrong anyhow: xi on the domain, y where a commitment is opened, an `inv` that does not belong to these places.
    """
    r, at = vk.curve.scalar_field.modulus, challenges(vk, public, proof)
    places = places_of(vk, at)
    domain = domain_values(vk.curve.scalar_field, vk.log_n, places.xi, vk.n_public)
    if domain is None or inverse_for_contracts(r, places, domain) != proof.inv:
        return None
    ratio_1 = at.alpha * places.zero_0 * pow(places.zero_1, -1, r) % r
    both = places.zero_xi * places.zero_xi_omega
    ratio_2 = at.alpha * at.alpha * places.zero_0 * pow(both, -1, r) % r
    values = dict(zip(EVALUATIONS, proof.evaluations, strict=True))
    pi = public_value(public, domain.lagrange, r)
    r_0, r_1, r_2 = _remainders(vk, values, pi, at, places, domain)
    return CombinedOpening(
        points=points_together(
            G1Array, vk.curve.g1, [getattr(proof, name) for name in PROOF_POINTS.values()]
        ),
        left=[0, 0, 0, 1],
        right=[ratio_1, ratio_2, -places.zero_0 % r, at.y],
        fixed=[1, -(r_0 + ratio_1 * r_1 + ratio_2 * r_2) % r],
    )


def places_of(vk: VerifyingKey, at: Challenges) -> Places:
    """Return where a proof with these challenges is opened."""
    field, y = vk.curve.scalar_field, at.y
    r, xi = field.modulus, pow(at.xi_seed, 24, field.modulus)
    xi_omega = xi * field.root_of_unity(vk.log_n) % r
    return Places(
        xi=xi,
        xi_omega=xi_omega,
        zero_0=(pow(y, 8, r) - xi) % r,
        zero_1=(pow(y, 4, r) - xi) % r,
        zero_xi=(pow(y, 3, r) - xi) % r,
        zero_xi_omega=(pow(y, 3, r) - xi_omega) % r,
    )


def inverse_for_contracts(r: int, places: Places, domain: DomainValues) -> int | None:
    """Return the inverse of everything by which a contract divides, None if that is zero.

    These are the vanishing polynomial at xi, those of the places of C1 and C2 at y, the denominators of the Lagrange
    polynomials of all places at y, and of the public signals at xi.  For the k roots x_i of X^k = c, the product of
    k x_i^(k-1) (y - x_i) is k^k ((-1)^(k-1) c)^(k-1) (y^k - c).
    """
    xi, xi_omega = places.xi, places.xi_omega
    of_0 = 8**8 * pow(-xi, 7, r) * places.zero_0
    of_1 = 4**4 * pow(-xi, 3, r) * places.zero_1
    of_xi = 27 * xi * xi * pow(xi - xi_omega, 3, r) * places.zero_xi
    of_xi_omega = 27 * xi_omega * xi_omega * pow(xi_omega - xi, 3, r) * places.zero_xi_omega
    product = domain.vanishing * domain.denominator % r
    for factor in (
        places.zero_1,
        places.zero_xi * places.zero_xi_omega,
        *(of_0, of_1, of_xi, of_xi_omega),
    ):
        product = product * factor % r
    return pow(product, -1, r) if product else None


def _remainders(
    vk: VerifyingKey,
    values: dict[str, int],
    pi: int,
    at: Challenges,
    places: Places,
    domain: DomainValues,
) -> tuple[int, int, int]:
    """Return r0, r1, r2 at y."""
    r, y = vk.curve.scalar_field.modulus, at.y
    t_0, t_1, t_2 = _quotients(vk, values, pi, at, places.xi, domain)
    r_0 = _at(y, [values[name] for name in ORDER_IN_C0], r)
    r_1 = _at(y, [values["a"], values["b"], values["c"], t_0], r)
    here = _at(y, [values["z"], t_1, t_2], r) * places.zero_xi_omega
    there = _at(y, [values["zw"], values["t1w"], values["t2w"]], r) * places.zero_xi
    # linear in X^3: the one at X^3 = xi, the other at X^3 = xi w
    r_2 = (here - there) * pow(places.xi - places.xi_omega, -1, r) % r
    return r_0, r_1, r_2


def _quotients(
    vk: VerifyingKey,
    values: dict[str, int],
    pi: int,
    at: Challenges,
    xi: int,
    domain: DomainValues,
) -> tuple[int, int, int]:
    """Return t0, t1, t2 at xi, from the constraints of rows, first row and permutation."""
    r, inverse = (
        vk.curve.scalar_field.modulus,
        pow(domain.vanishing, -1, vk.curve.scalar_field.modulus),
    )
    a, b, c = (values[name] for name in "abc")
    rows = values["ql"] * a + values["qr"] * b + values["qm"] * a * b + values["qo"] * c
    rows += values["qc"] + pi
    labels = [at.beta * xi * coset + at.gamma for coset in (1, vk.k1, vk.k2)]
    sigmas = [at.beta * values[name] + at.gamma for name in ("s1", "s2", "s3")]
    before, behind = values["z"], values["zw"]
    for wire, label, sigma in zip((a, b, c), labels, sigmas, strict=True):
        before = before * (wire + label) % r
        behind = behind * (wire + sigma) % r
    first = (values["z"] - 1) * domain.lagrange[0]
    return rows * inverse % r, first * inverse % r, (before - behind) * inverse % r


def _at(x: int, coefficients: Sequence[int], p: int) -> int:
    """Return a polynomial's value."""
    total = 0
    for coefficient in reversed(coefficients):
        total = (total * x + coefficient) % p
    return total


def wrong_root(vk: VerifyingKey) -> str | None:
    """Return which of the key's roots of unity is none, or None."""
    p, root = vk.curve.scalar_field.modulus, vk.curve.scalar_field.root_of_unity(vk.log_n)
    if vk.w3 == 1 or pow(vk.w3, 3, p) != 1:
        return "w3 is not a primitive third root of unity"
    if pow(vk.w4, 2, p) != p - 1:
        return "w4 is not a primitive fourth root of unity"
    if pow(vk.w8, 4, p) != p - 1:
        return "w8 is not a primitive eighth root of unity"
    if pow(vk.wr, 3, p) != root:
        return "wr is not a third root of the domain's root of unity"
    return None


VERIFIER = Verifier(
    VerifierParts(
        name="fflonk",
        finite=lambda vk: {"C0": vk.c_0},
        other=lambda _vk: {},
        roots=lambda vk: {"w3": vk.w3, "w4": vk.w4, "w8": vk.w8, "wr": vk.wr},
        wrong_root=wrong_root,
        proof_points=lambda proof: {
            name: getattr(proof, field) for name, field in PROOF_POINTS.items()
        },
        proof_scalars=lambda proof: {
            **dict(zip(EVALUATIONS, proof.evaluations, strict=True)),
            "inv": proof.inv,
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
