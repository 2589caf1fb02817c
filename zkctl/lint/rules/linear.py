"""One unknown in a row, and digits whose sum is known."""

from __future__ import annotations

from zkctl.lint.facts import Facts
from zkctl.lint.forms import signed
from zkctl.lint.system import Form


def solve(facts: Facts, k: int, unknown: list[int]) -> None:
    """Make the only unknown wire of an open form unique.

    Its coefficient is a constant that is not 0, and the rest is the same in two assignments.
    """
    facts.solved[unknown[0]] = k
    facts.learn_unique(unknown, ["solve", k])


def digits(facts: Facts, k: int, form: Form, unknown: list[int]) -> bool:
    """Make the digits of a known sum unique, where the weights are super-increasing and the sum does not wrap.

    The difference of two sums is congruent to 0 and less than p, so it is 0; the largest weight exceeds what the smaller ones can cancel.
    Without the bound below p, or with a weight that the smaller digits reach, two sets of digits may have one sum.
    """
    factor = digits_of(facts, form, unknown)
    if factor:
        facts.spelled.setdefault(k, set()).update(unknown)
        facts.learn_unique(unknown, ["digits", k, factor])
    return factor > 0


def digits_of(facts: Facts, form: Form, wires: list[int]) -> int:
    """Return a factor with which the weights of wires are super-increasing and do not wrap, 0 if there is none."""
    parts = []
    for wire in wires:
        found = step_and_count(facts, wire)
        if found is None:
            return 0
        parts.append((form[wire] * found[0], found[1]))
    p = facts.modulus
    for factor in _factors(p, [weight % p for weight, _ in parts]):
        weights = sorted((abs(signed(weight * factor % p, p)), n) for weight, n in parts)
        if _is_increasing(weights, p):
            return factor
    return 0


def step_and_count(facts: Facts, wire: int) -> tuple[int, int] | None:
    """Return (s, n) if two values of the wire differ by s times an integer of at most n in size."""
    roots = facts.roots.get(wire, ())
    if len(roots) == 2:
        return roots[1] - roots[0], 1
    if wire not in facts.ranges:
        return None
    low, high = facts.ranges[wire]
    return 1, high - low


def _factors(modulus: int, weights: list[int]) -> list[int]:
    """Return factors that may make all weights small: 1, and those that make one weight 1."""
    if max(weights) <= modulus >> 1 and min(weights) == 1:
        return [1]
    small = sorted(weights, key=lambda weight: abs(signed(weight, modulus)))
    return list(
        dict.fromkeys([1, *(pow(weight, -1, modulus) for weight in (*small[:2], small[-1]))])
    )


def _is_increasing(weights: list[tuple[int, int]], modulus: int) -> bool:
    total = 0
    for weight, count in weights:
        if weight <= total:
            return False
        total += weight * count
    return total < modulus
