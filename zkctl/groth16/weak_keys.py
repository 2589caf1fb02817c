"""Keys of Groth16 under which proofs can be forged, found by their numbers alone.

One function per question, each returns one `Finding` per defect.  A key made by a beacon alone, or from such powers of
tau, looks like any other: only the contributions show that (ceremony/policy.py).
"""

from __future__ import annotations

from zkctl.curve.small_multiples import small_multiple, small_number
from zkctl.groth16.keys import VerifyingKey
from zkctl.runtime.findings import Finding

NAMED_INPUTS_UP_TO = 64  # a key may have 10^5 inputs: the findings stay a page


def weak_key_findings(vk: VerifyingKey) -> list[Finding]:
    """Return every defect of a verifying key that lets anyone forge proofs."""
    return [
        *empty_phase1(vk),
        *small_secrets_of_key(vk),
        *known_delta(vk),
        *unbound_public_inputs(vk),
    ]


def empty_phase1(vk: VerifyingKey) -> list[Finding]:
    """Return a finding for a key whose alpha and beta are 1, as in powers of tau before any contribution."""
    alpha, beta = vk.alpha_g1, vk.beta_g2
    if any(
        point.to_bytes() != type(point).generator(point.group).to_bytes() for point in (alpha, beta)
    ):
        return []
    message = "made from a phase 1 without contribution: anyone can prove anything with this key"
    return [Finding("VK-EMPTY", message)]


def small_secrets_of_key(vk: VerifyingKey) -> list[Finding]:
    """Return findings for an alpha or beta that is a small number."""
    return [
        *small_number("VK-ALPHA", "alpha", vk.alpha_g1),
        *small_number("VK-BETA", "beta", vk.beta_g2),
    ]


def known_delta(vk: VerifyingKey) -> list[Finding]:
    """Return a finding for a delta that is a small multiple of gamma (gamma itself: phase 2 never ran)."""
    if not any(vk.gamma_g2.to_bytes()):
        return [Finding("VK-GAMMA", "gamma is infinity, anyone can forge proofs")]
    k = small_multiple(vk.gamma_g2, vk.delta_g2)
    if k is None:
        return []
    return [Finding("VK-DELTA", f"delta = {k} * gamma, anyone can forge proofs")]


def unbound_public_inputs(vk: VerifyingKey) -> list[Finding]:
    """Return a finding for each public input without its own point: a proof does not fix its value.

    The point of the constant may be infinity: then zeros satisfy the circuit (gnark writes such keys).
    """
    group, rows = vk.gamma_abc_g1.group, vk.gamma_abc_g1.rows()
    infinity, half = bytes(group.point_bytes), group.point_bytes // 2
    findings = [
        Finding("VK-IC", f"public input {i} is not bound, its point is infinity")
        for i, row in enumerate(rows)
        if i and row == infinity
    ]
    seen: dict[bytes, int] = {}
    for i, row in enumerate(rows):
        first = i if row == infinity else seen.setdefault(row[:half], i)
        if first != i:
            message = f"public input {i} is not bound separately from input {first}"
            findings.append(Finding("VK-IC", message))
    n_more = len(findings) - NAMED_INPUTS_UP_TO
    if n_more > 0:
        more = Finding("VK-IC", f"{n_more} more public inputs are not bound")
        findings[NAMED_INPUTS_UP_TO:] = [more]
    return findings
