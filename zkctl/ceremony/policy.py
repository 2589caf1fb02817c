"""What parameters are refused because anyone could forge proofs with them, what deserves a warning.

One function per question; each answers with one `Finding` per defect, which carries the id that
tests and messages quote.  A refusal is an IntegrityError unless the caller allows insecure
parameters; then it becomes a warning.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

import numpy as np

from zkctl.ceremony.contribution import Kind, Origin, Phase1Contribution, Phase2Contribution
from zkctl.curve import Group, PointArray
from zkctl.errors import IntegrityError
from zkctl.groth16.keys import VerifyingKey

if TYPE_CHECKING:
    from zkctl.srs.powers_of_tau import PowersOfTau

DEV_ONLY = "DEV ONLY"  # prefix of the names of contributions made for tests and demos
SMALL = 1 << 16  # ratios k with |k| <= SMALL count as known to everybody
_HINT = (
    "use parameters of a ceremony with real participants, or accept the risk with --allow-insecure"
)
# Beacon of the snarkjs README (10 iterations): whoever copies the tutorial publishes the secret.
_PUBLIC_BEACONS = (bytes(range(1, 32)), bytes(range(1, 33)), bytes(range(32)))


@dataclass(frozen=True)
class Finding:
    """A defect of parameters: its stable id, what is wrong, whether it is refused or only told."""

    id: str
    message: str
    refused: bool = True

    def __str__(self) -> str:
        return f"{self.message} [{self.id}]"


def enforce(findings: Iterable[Finding], *, allow_insecure: bool = False) -> list[str]:
    """Warnings from findings.

    Raises: IntegrityError naming every refused finding, unless insecure parameters are allowed.
    """
    listed = list(findings)
    refused = [str(finding) for finding in listed if finding.refused]
    if refused and not allow_insecure:
        raise IntegrityError("insecure parameters refused: " + "; ".join(refused), hint=_HINT)
    return [str(finding) for finding in listed]


def check_phase1(
    contributions: Sequence[Phase1Contribution], *, allow_insecure: bool = False
) -> list[str]:
    """Refuse a phase 1 whose secrets are public; return warnings."""
    return enforce(_lineage("P1", contributions), allow_insecure=allow_insecure)


def check_phase2(
    contributions: Sequence[Phase2Contribution], *, allow_insecure: bool = False
) -> list[str]:
    """Refuse a phase 2 whose secrets are public; return warnings."""
    return enforce(_lineage("P2", contributions), allow_insecure=allow_insecure)


def check_powers(powers: PowersOfTau, *, allow_insecure: bool = False) -> list[str]:
    """Refuse powers of tau whose tau, alpha or beta is a small public number; return warnings."""
    return enforce(small_secrets_of_powers(powers), allow_insecure=allow_insecure)


def check_verifying_key(vk: VerifyingKey, *, allow_insecure: bool = False) -> list[str]:
    """Refuse a verifying key under which proofs can be forged; return warnings.

    A key made by a beacon alone, or from such powers of tau, looks like any other: only
    `check_phase1` and `check_phase2` see that.
    """
    findings = [*small_secrets_of_key(vk), *known_delta(vk), *unbound_public_inputs(vk)]
    return enforce(findings, allow_insecure=allow_insecure)


# -- questions about who contributed


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
    """The contributions that count: people, not beacons."""
    return [origin for origin in origins if origin.kind == Kind.PARTICIPANT]


def no_contribution(phase: str, origins: Sequence[Origin]) -> list[Finding]:
    """Is there no contribution at all, so that every secret is 1?"""
    if origins:
        return []
    what = "phase-1" if phase == "P1" else "phase-2"
    return [Finding(f"{phase}-EMPTY", f"no {what} contribution, anyone can forge proofs")]


def only_beacons(phase: str, origins: Sequence[Origin]) -> list[Finding]:
    """Are all contributions beacons, whose secrets are public?"""
    if not origins or participants(origins):
        return []
    what = "phase-1" if phase == "P1" else "phase-2"
    return [
        Finding(f"{phase}-BEACON", f"only public-beacon {what} contributions, the secret is public")
    ]


def public_beacon(phase: str, origins: Sequence[Origin]) -> list[Finding]:
    """Is a beacon one that tutorials use, hence known before the ceremony?"""
    known = [o for o in origins if o.kind == Kind.BEACON and o.beacon in _PUBLIC_BEACONS]
    message = "the beacon {} is a tutorial's constant, it was known before the ceremony"
    return [
        Finding(f"{phase}-TUTORIAL", message.format(origin.beacon.hex()), refused=False)
        for origin in known
    ]


def development_only(phase: str, origins: Sequence[Origin]) -> list[Finding]:
    """Is every participant marked as made for development?"""
    people = participants(origins)
    if not people or not all(origin.name.startswith(DEV_ONLY) for origin in people):
        return []
    message = f"every contribution is marked {DEV_ONLY!r}: never use these parameters in production"
    return [Finding(f"{phase}-DEV", message, refused=False)]


# -- questions about the numbers


def small_secrets_of_powers(powers: PowersOfTau) -> list[Finding]:
    """Is tau, alpha or beta a small number?"""
    return [
        *_small("P1-SMALL", "tau", powers.tau_g1[1]),
        *_small("P1-SMALL", "alpha", powers.alpha_tau_g1[0]),
        *_small("P1-SMALL", "beta", powers.beta_g2),
    ]


def small_secrets_of_key(vk: VerifyingKey) -> list[Finding]:
    """Is alpha or beta a small number?"""
    return [*_small("VK-ALPHA", "alpha", vk.alpha_g1), *_small("VK-BETA", "beta", vk.beta_g2)]


def known_delta(vk: VerifyingKey) -> list[Finding]:
    """Is delta a small multiple of gamma (gamma itself: nobody ran phase 2)?"""
    if bool(vk.gamma_g2.is_infinity()):
        return [Finding("VK-GAMMA", "gamma is infinity, anyone can forge proofs")]
    k = small_multiple(vk.gamma_g2, vk.delta_g2)
    if k is None:
        return []
    return [Finding("VK-DELTA", f"delta = {k} * gamma, anyone can forge proofs")]


def unbound_public_inputs(vk: VerifyingKey) -> list[Finding]:
    """Is a public input without a point of its own, so that the proof does not fix its value?"""
    points = vk.gamma_abc_g1
    findings = [
        Finding("VK-IC", f"public input {i} is not bound, its point is infinity")
        for i in np.flatnonzero(points.is_infinity()).tolist()
        if i
    ]
    half = points.group.coordinate_words
    seen: dict[bytes, int] = {}
    for i in np.flatnonzero(~points.is_infinity()).tolist():
        first = seen.setdefault(points.data[i, :half].tobytes(), i)
        if first != i:
            message = f"public input {i} is not bound separately from input {first}"
            findings.append(Finding("VK-IC", message))
    return findings


def small_multiple(base: PointArray, point: PointArray, bound: int = SMALL) -> int | None:
    """The k with point = k * base and |k| <= bound, or None.  Shapes: (), () -> int.

    Baby steps, giant steps: k = width * i + j with 0 <= j < width.
    """
    width = 1 << (bound.bit_length() // 2 + 1)
    half = bound // width + 1
    babies, steps = _tables(base.group, base.data.tobytes(), width, 2 * half)
    shifted = (point + steps[half]) - steps  # point - width * (i - half) * base
    for i, row in enumerate(shifted.data):
        j = babies.get(row.tobytes())
        if j is not None:
            k = width * (i - half) + j
            return k if abs(k) <= bound else None
    return None


@lru_cache(maxsize=4)  # gamma is the generator of G2 in most keys: one table serves beta and delta
def _tables(group: Group, base: bytes, n: int, m: int) -> tuple[dict[bytes, int], PointArray]:
    """The place of k * base for k < n, and the multiples of n * base: (m,)."""
    small = _multiples(PointArray(group, np.frombuffer(base, np.uint64)), n + 1)
    return {row.tobytes(): k for k, row in enumerate(small.data[:n])}, _multiples(small[n], m)


def _multiples(base: PointArray, n: int) -> PointArray:
    """The multiples k * base for k = 0 .. n-1, by doubling the list.  Shapes: () -> (n,).

    The list 1 .. m grows by m + 1 and (1 .. m) + (m + 1): no sum of equal points, which cost more.
    """
    result = type(base).concatenate([base])
    while len(result) < n - 1:
        step = result[-1] + base
        result = type(base).concatenate([result, step, result + step])
    return type(base).concatenate([type(base).infinity(base.group), result])[:n]


def _small(check: str, name: str, point: PointArray) -> list[Finding]:
    k = small_multiple(type(point).generator(point.group), point)
    return [] if k is None else [Finding(check, f"{name} = {k} is a public number")]
