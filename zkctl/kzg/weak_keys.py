"""Weaknesses that keys of PLONK and fflonk share: under such a key proofs can be forged, which its numbers alone show."""

from __future__ import annotations

from zkctl.curve import G1Array
from zkctl.curve.small_multiples import small_multiple, small_number
from zkctl.kzg.verifier import UniversalKey, cosets_differ
from zkctl.runtime.findings import Finding


def weak_setup(vk: UniversalKey) -> list[Finding]:
    """Return findings for a public tau, a domain of one row and cosets that meet."""
    findings = small_number("VK-TAU", "tau", vk.x_2)
    if vk.log_n < 1:
        message = f"the domain has 2^{vk.log_n} rows, which bind nothing: expected at least 2"
        findings.append(Finding("VK-DOMAIN", message))
    elif not cosets_differ(vk):
        message = "k1 and k2 do not make three distinct cosets, wires can be exchanged"
        findings.append(Finding("VK-COSETS", message))
    return findings


def constant_polynomial(check: str, name: str, commitment: G1Array) -> list[Finding]:
    """Return a finding if a commitment is to a small number: no honest polynomial of a key is constant."""
    k = small_multiple(G1Array.generator(commitment.group), commitment)
    return (
        [] if k is None else [Finding(check, f"{name} commits to the number {k}, it binds nothing")]
    )
