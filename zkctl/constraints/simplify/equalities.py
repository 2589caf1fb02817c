"""The first level, O1: signals that equal another signal or a constant are replaced."""

from __future__ import annotations

from collections.abc import Sequence

from zkctl.constraints.linear import Terms, scaled
from zkctl.constraints.simplify.rows import replaced


def is_equality(terms: Terms, modulus: int) -> bool:
    """Return whether a linear constraint says that two signals are equal."""
    return len(terms) == 2 and 0 not in terms and sum(terms.values()) == modulus


def is_constant_signal(terms: Terms) -> bool:
    """Return whether a linear constraint fixes the value of one signal."""
    return len(terms) - (0 in terms) == 1


def replace_equal_signals(
    equalities: Sequence[Terms], n_fixed: int, modulus: int
) -> tuple[dict[int, Terms], list[Terms]]:
    """Return replacements, and the constraints that stay: equalities between signals below `n_fixed`.

    Of connected equalities the smallest signal stays, and all signals below `n_fixed`.
    """
    replacements: dict[int, Terms] = {}
    kept: list[Terms] = []
    for cluster in _clusters(equalities):
        signals = sorted({signal for k in cluster for signal in equalities[k]})
        stays, *others = signals
        if len(cluster) == 1 and others[0] < n_fixed:
            kept.append(equalities[cluster[0]])
            continue
        for signal in others:
            if signal < n_fixed:
                kept.append({signal: modulus - 1, stays: 1})
            else:
                replacements[signal] = {stays: 1}
    return replacements, kept


def _clusters(equalities: Sequence[Terms]) -> list[list[int]]:
    """Return the connected equalities, in the order of the last one of each cluster."""
    parent: dict[int, int] = {}

    def find(signal: int) -> int:
        root = signal
        while parent.setdefault(root, root) != root:
            root = parent[root]
        while parent[signal] != root:
            parent[signal], signal = root, parent[signal]
        return root

    for terms in equalities:
        x, y = terms
        parent[find(x)] = find(y)
    members: dict[int, list[int]] = {}
    for k, terms in enumerate(equalities):
        members.setdefault(find(next(iter(terms))), []).append(k)
    return sorted(members.values(), key=lambda cluster: cluster[-1])


def replace_constant_signals(
    constraints: Sequence[Terms], n_fixed: int, modulus: int, *, last_wins: bool = False
) -> tuple[dict[int, Terms], list[Terms]]:
    """Return replacements by constants, and the constraints that stay: those of signals below `n_fixed`, contradictions.

    A second constant for a signal stays as a constraint that cannot hold; with `last_wins` it replaces the first instead.
    """
    replacements: dict[int, Terms] = {}
    kept: list[Terms] = []
    for terms in constraints:
        signal = max(terms, default=0)
        if signal < n_fixed:
            if terms:
                kept.append(terms)
            continue
        value = scaled({0: terms.get(0, 0)}, -pow(terms[signal], -1, modulus), modulus)
        if last_wins:
            replacements[signal] = value
        elif replacements.setdefault(signal, value) != value:
            kept.append(replaced(terms, replacements, modulus))
    return replacements, kept
