"""The first level, O1: constraints that say that a signal equals another one or a constant."""

from __future__ import annotations

from collections.abc import Iterable

from zkctl.constraints.linear import Terms, scaled
from zkctl.constraints.simplify.rows import replaced


def is_equality(terms: Terms, modulus: int) -> bool:
    """Return whether a linear constraint says that two signals are equal."""
    return len(terms) == 2 and 0 not in terms and sum(terms.values()) == modulus


def is_constant_signal(terms: Terms) -> bool:
    """Return whether a linear constraint fixes the value of one signal."""
    return len(terms) - (0 in terms) == 1


def replace_constant_signals(
    constraints: Iterable[Terms], n_fixed: int, modulus: int, *, last_wins: bool = False
) -> tuple[dict[int, Terms], list[Terms]]:
    """Return replacements by constants, and the constraints that stay: those of signals below `n_fixed`, contradictions.

    A second constant for a signal stays as a constraint that cannot hold; with `last_wins` it replaces the first instead.
    """
    replacements: dict[int, Terms] = {}
    kept: list[Terms] = []
    values: dict[tuple[int, int], Terms] = {}  # most circuits have few different constants
    for terms in constraints:
        signal = max(terms, default=0)
        if signal < n_fixed:
            if terms:
                kept.append(terms)
            continue
        key = terms.get(0, 0), terms[signal]
        value = values.get(key)
        if value is None:
            value = values[key] = scaled({0: key[0]}, -pow(key[1], -1, modulus), modulus)
        if last_wins:
            replacements[signal] = value
        elif replacements.setdefault(signal, value) != value:
            kept.append(replaced(terms, replacements, modulus))
    return replacements, kept
