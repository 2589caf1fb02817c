"""Keys of PLONK under which proofs can be forged, found by their numbers alone.

One selector may be zero: Qm in a circuit without products, Qr where no sum has two terms, Qc in one without constants.
Defects are: no selector of a wire at all; public signals that no row reads (Ql); a
permutation that is constant, the same for two wires, or leaves every wire where it is.
"""

from __future__ import annotations

from zkctl.curve import G1Array, G2Array, is_pairing_product_one
from zkctl.curve.sums.combination import Combination
from zkctl.kzg.weak_keys import constant_polynomial, weak_setup
from zkctl.plonk.keys import VerifyingKey
from zkctl.runtime.findings import Finding


def weak_key_findings(vk: VerifyingKey) -> list[Finding]:
    """Return every defect of a verifying key that lets anyone forge proofs."""
    return [*weak_setup(vk), *empty_rows(vk), *weak_permutation(vk)]


def empty_rows(vk: VerifyingKey) -> list[Finding]:
    """Return findings for rows that read no wire, or no public signal."""
    if all(selector.has_infinity() for selector in (vk.q_m, vk.q_l, vk.q_r, vk.q_o)):
        return [
            Finding("VK-SELECTORS", "every selector of wires is zero, any values satisfy the rows")
        ]
    if vk.n_public and vk.q_l.has_infinity():
        return [Finding("VK-PUBLIC", "public signals are not bound, Ql is zero")]
    return []


def weak_permutation(vk: VerifyingKey) -> list[Finding]:
    """Return findings for a permutation that does not bind the wires to each other."""
    sigmas = {"S1": vk.sigma_1, "S2": vk.sigma_2, "S3": vk.sigma_3}
    findings = [
        finding
        for name, sigma in sigmas.items()
        for finding in constant_polynomial("VK-SIGMA", name, sigma)
    ]
    seen: dict[bytes, str] = {}
    for name, sigma in sigmas.items():
        first = seen.setdefault(sigma.to_bytes(), name)
        if first != name:
            message = f"{first} and {name} are equal, their wires are not distinguished"
            findings.append(Finding("VK-SIGMA", message))
    if not findings and _is_identity(vk):
        findings.append(
            Finding("VK-SIGMA", "the permutation is the identity, no wire is bound to another")
        )
    return findings


def _is_identity(vk: VerifyingKey) -> bool:
    """Return whether the sigmas are X, k1 X and k2 X: then S1 = [tau]_1, S2 = k1 S1, S3 = k2 S1."""
    first = Combination(G1Array.concatenate([vk.sigma_1]))
    others = (vk.k1, vk.sigma_2), (vk.k2, vk.sigma_3)
    if any(first.of([k]).to_bytes() != sigma.to_bytes() for k, sigma in others):
        return False
    one = G1Array.generator(vk.curve.g1)
    g1 = G1Array.concatenate([vk.sigma_1, -one])
    return is_pairing_product_one(
        vk.curve, g1, G2Array.concatenate([G2Array.generator(vk.curve.g2), vk.x_2])
    )
