"""Keys of Groth16 under which proofs can be forged, found by their numbers alone.

One function per question, each returns one `Finding` per defect.  A key made by a beacon alone, or from such powers of
tau, looks like any other: only the contributions show that (ceremony/policy.py).
"""

from __future__ import annotations

from functools import lru_cache
from itertools import chain
from math import isqrt

from zkctl.curve import Group, PointArray
from zkctl.groth16.keys import VerifyingKey
from zkctl.runtime.findings import Finding

PUBLIC_MULTIPLES_UP_TO = (
    1 << 16
)  # multiples k with |k| <= PUBLIC_MULTIPLES_UP_TO count as public: any search finds them

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


def small_multiple(
    base: PointArray, point: PointArray, bound: int = PUBLIC_MULTIPLES_UP_TO
) -> int | None:
    """Return the k with point = k * base and |k| <= bound, or None.  Shapes: (), () -> int.

    Baby steps, giant steps: k = width * i + j with |j| <= width / 2; opposite points have the same x.
    """
    reach = isqrt(bound)
    width, half = 2 * reach + 1, point.group.point_bytes // 2
    babies, steps = _tables(base.group, base.to_bytes(), reach, -(-bound // width))
    point = type(point).from_bytes(point.group, point.to_bytes())[0]
    rows = type(point).concatenate([point, point + steps, point - steps]).rows()
    places = range(len(steps) + 1), range(-1, -len(steps) - 1, -1)
    for i, row in zip((-i for i in chain(*places)), rows, strict=True):
        j, y = babies.get(row[:half], (None, b""))
        if j is not None:
            k = width * i + (j if row[half:] == y else -j)
            return k if abs(k) <= bound else None
    return None


@lru_cache(maxsize=4)  # gamma is the generator of G2 in most keys: one table serves beta and delta
def _tables(
    group: Group, base: bytes, n: int, m: int
) -> tuple[dict[bytes, tuple[int, bytes]], PointArray]:
    """Return, by the x of k * base for 0 <= k <= n, k and its y; and the first m multiples of (2 n + 1) * base."""
    half = group.point_bytes // 2
    small = _multiples(PointArray.from_bytes(group, base)[0], n + 1)
    babies = {row[:half]: (k, row[half:]) for k, row in enumerate(small[:n].rows(), 1)}
    babies[bytes(half)] = (0, bytes(half))
    return babies, _multiples(small[n] + small[n - 1], m)


def _multiples(base: PointArray, n: int) -> PointArray:
    """Return the multiples k * base for k = 1 .. n.  Shapes: () -> (n,).

    The list 1 .. m grows by (1 .. m - 1) + m: no sum of equal points, which cost more.
    """
    result = type(base).concatenate([base, base.doubled()])
    while len(result) < n:
        result = type(base).concatenate([result, result[:-1] + result[-1]])
    return result[:n]


def small_number(check: str, name: str, point: PointArray) -> list[Finding]:
    """Return a finding with this id if the point is a small multiple of its generator."""
    k = small_multiple(type(point).generator(point.group), point)
    return [] if k is None else [Finding(check, f"{name} = {k} is a public number")]
