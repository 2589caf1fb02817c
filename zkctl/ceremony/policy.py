"""The policy on parameters: those with which anyone could forge proofs are refused, others get a warning.

One function per question; each returns one `Finding` per defect, which carries the id that tests and messages quote.
A refusal is an IntegrityError unless the caller allows insecure parameters; then it becomes a warning.  The
questions about the numbers of a key are those of its proof system (groth16/weak_keys.py).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from zkctl.ceremony.contribution import (
    ContributorKind,
    Origin,
    Phase1Contribution,
    Phase2Contribution,
)
from zkctl.curve.small_multiples import small_number
from zkctl.errors import IntegrityError
from zkctl.groth16.keys import VerifyingKey
from zkctl.groth16.weak_keys import weak_key_findings
from zkctl.runtime.findings import Finding

if TYPE_CHECKING:
    from zkctl.srs.powers_of_tau import PowersOfTau

DEV_ONLY = "DEV ONLY"  # prefix of the names of contributions made for tests and demos
_HINT = (
    "use parameters of a ceremony with real participants, or accept the risk with `allow_insecure`"
)
# Beacon of the snarkjs README (10 iterations): a ceremony that copies it has a public secret.
_PUBLIC_BEACONS = (bytes(range(1, 32)), bytes(range(1, 33)), bytes(range(32)))


def warnings_for_findings(
    findings: Iterable[Finding], *, allow_insecure: bool = False
) -> list[str]:
    """Return the findings as warnings.

    Raises: IntegrityError naming every refused finding, unless insecure parameters are allowed.
    """
    listed = list(findings)
    refused = [str(finding) for finding in listed if finding.refused]
    if refused and not allow_insecure:
        raise IntegrityError("insecure parameters refused: " + "; ".join(refused), hint=_HINT)
    return [str(finding) for finding in listed]


def warnings_for_phase1(
    contributions: Sequence[Phase1Contribution], *, allow_insecure: bool = False
) -> list[str]:
    """Return warnings about a phase 1.  Raises: IntegrityError if its secrets are public."""
    return warnings_for_findings(_lineage("P1", contributions), allow_insecure=allow_insecure)


def warnings_for_phase2(
    contributions: Sequence[Phase2Contribution], *, allow_insecure: bool = False
) -> list[str]:
    """Return warnings about a phase 2.  Raises: IntegrityError if its secrets are public."""
    return warnings_for_findings(phase2_findings(contributions), allow_insecure=allow_insecure)


def warnings_for_powers(powers: PowersOfTau, *, allow_insecure: bool = False) -> list[str]:
    """Return warnings about powers of tau.  Raises: IntegrityError for a small tau, alpha or beta."""
    return warnings_for_findings(small_secrets_of_powers(powers), allow_insecure=allow_insecure)


def warnings_for_verifying_key(vk: VerifyingKey, *, allow_insecure: bool = False) -> list[str]:
    """Return warnings about a verifying key.  Raises: IntegrityError if proofs can be forged under it.

    A key made by a beacon alone, or from such powers of tau, looks like any other: only
    `warnings_for_phase1` and `warnings_for_phase2` detect that.
    """
    return warnings_for_findings(weak_key_findings(vk), allow_insecure=allow_insecure)


# -- questions about who contributed


def phase2_findings(contributions: Sequence[Phase2Contribution]) -> list[Finding]:
    """Return every defect of a phase 2 that its contributions show."""
    return _lineage("P2", contributions)


def _lineage(
    phase: str, contributions: Sequence[Phase1Contribution | Phase2Contribution]
) -> list[Finding]:
    origins = [contribution.origin for contribution in contributions]
    return [
        *no_contribution(phase, origins),
        *only_beacons(phase, origins),
        *public_beacon(phase, origins),
        *development_only(phase, origins),
    ]


def participants(origins: Iterable[Origin]) -> list[Origin]:
    """Return the contributions of contributors, without the beacons."""
    return [origin for origin in origins if origin.kind == ContributorKind.PARTICIPANT]


def no_contribution(phase: str, origins: Sequence[Origin]) -> list[Finding]:
    """Return a finding if there is no contribution, so that every secret is 1."""
    if origins:
        return []
    what = "phase-1" if phase == "P1" else "phase-2"
    return [Finding(f"{phase}-EMPTY", f"no {what} contribution, anyone can forge proofs")]


def only_beacons(phase: str, origins: Sequence[Origin]) -> list[Finding]:
    """Return a finding if all contributions are beacons, whose secrets are public."""
    if not origins or participants(origins):
        return []
    what = "phase-1" if phase == "P1" else "phase-2"
    return [
        Finding(f"{phase}-BEACON", f"only public-beacon {what} contributions, the secret is public")
    ]


def public_beacon(phase: str, origins: Sequence[Origin]) -> list[Finding]:
    """Return a finding for each beacon of a tutorial, which was known before the ceremony."""
    known = [o for o in origins if o.kind == ContributorKind.BEACON and o.beacon in _PUBLIC_BEACONS]
    message = "the beacon {} is a tutorial's constant, it was known before the ceremony"
    return [
        Finding(f"{phase}-TUTORIAL", message.format(origin.beacon.hex()), refused=False)
        for origin in known
    ]


def development_only(phase: str, origins: Sequence[Origin]) -> list[Finding]:
    """Return a finding if every contribution is marked as made for development."""
    people = participants(origins)
    if not people or not all(origin.name.startswith(DEV_ONLY) for origin in people):
        return []
    message = f"every contribution is marked {DEV_ONLY!r}: never use these parameters in production"
    return [Finding(f"{phase}-DEV", message, refused=False)]


# -- questions about the numbers


def small_secrets_of_powers(powers: PowersOfTau) -> list[Finding]:
    """Return findings for a tau, alpha or beta that is a small number."""
    return [
        *small_number("P1-SMALL", "tau", powers.tau_g1[1]),
        *small_number("P1-SMALL", "alpha", powers.alpha_tau_g1[0]),
        *small_number("P1-SMALL", "beta", powers.beta_g2),
    ]
