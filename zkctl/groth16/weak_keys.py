"""Keys of Groth16 under which proofs can be forged, found by their numbers alone.

One function per question, each returns one `Finding` per defect.  A key made by a beacon alone, or from such powers of
tau, looks like any other: only the contributions show that (ceremony/policy.py).
"""

from __future__ import annotations

from functools import lru_cache

import numpy as np

from zkctl.curve import Group, PointArray
from zkctl.groth16.keys import VerifyingKey
from zkctl.runtime.findings import Finding

PUBLIC_MULTIPLES_UP_TO = (
    1 << 16
)  # multiples k with |k| <= PUBLIC_MULTIPLES_UP_TO count as public: any search finds them


def weak_key_findings(vk: VerifyingKey) -> list[Finding]:
    """Return every defect of a verifying key that lets anyone forge proofs."""
    return [*small_secrets_of_key(vk), *known_delta(vk), *unbound_public_inputs(vk)]


def small_secrets_of_key(vk: VerifyingKey) -> list[Finding]:
    """Return findings for an alpha or beta that is a small number."""
    return [
        *small_number("VK-ALPHA", "alpha", vk.alpha_g1),
        *small_number("VK-BETA", "beta", vk.beta_g2),
    ]


def known_delta(vk: VerifyingKey) -> list[Finding]:
    """Return a finding for a delta that is a small multiple of gamma (gamma itself: phase 2 never ran)."""
    if bool(vk.gamma_g2.is_infinity()):
        return [Finding("VK-GAMMA", "gamma is infinity, anyone can forge proofs")]
    k = small_multiple(vk.gamma_g2, vk.delta_g2)
    if k is None:
        return []
    return [Finding("VK-DELTA", f"delta = {k} * gamma, anyone can forge proofs")]


def unbound_public_inputs(vk: VerifyingKey) -> list[Finding]:
    """Return a finding for each public input without its own point: a proof does not fix its value."""
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


def small_multiple(
    base: PointArray, point: PointArray, bound: int = PUBLIC_MULTIPLES_UP_TO
) -> int | None:
    """Return the k with point = k * base and |k| <= bound, or None.  Shapes: (), () -> int.

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
    """Return the place of k * base for k < n, and the multiples of n * base: (m,)."""
    small = _multiples(PointArray(group, np.frombuffer(base, np.uint64)), n + 1)
    return {row.tobytes(): k for k, row in enumerate(small.data[:n])}, _multiples(small[n], m)


def _multiples(base: PointArray, n: int) -> PointArray:
    """Return the multiples k * base for k = 0 .. n-1, by doubling the list.  Shapes: () -> (n,).

    The list 1 .. m grows by m + 1 and (1 .. m) + (m + 1): no sum of equal points, which cost more.
    """
    result = type(base).concatenate([base])
    while len(result) < n - 1:
        step = result[-1] + base
        result = type(base).concatenate([result, step, result + step])
    return type(base).concatenate([type(base).infinity(base.group), result])[:n]


def small_number(check: str, name: str, point: PointArray) -> list[Finding]:
    """Return a finding with this id if the point is a small multiple of its generator."""
    k = small_multiple(type(point).generator(point.group), point)
    return [] if k is None else [Finding(check, f"{name} = {k} is a public number")]
