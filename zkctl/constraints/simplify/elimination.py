"""Gaussian elimination of linear constraints, cluster by cluster: a signal of each becomes a combination of others."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence

from zkctl.constraints.linear import Terms, accumulate, scaled
from zkctl.constraints.simplify.rows import replaced

_COUNT_FROM = 350  # clusters so large choose signals that occur in few constraints
_COUNT_BELOW = 1_000_000

_Definition = tuple[int, Terms]  # k and rest of k * signal = rest


def eliminate(
    constraints: Sequence[Terms], n_fixed: int, modulus: int, *, by_labels: bool = False
) -> tuple[dict[int, Terms], list[Terms]]:
    """Return replacements that mention no replaced signal, and the constraints left over, of signals below `n_fixed`.

    With `by_labels` each cluster of constraints solves for its largest signals, else only the small clusters do.
    """
    replacements: dict[int, Terms] = {}
    left_over: list[Terms] = []
    for cluster in _clusters(constraints):
        terms = [constraints[k] for k in cluster]
        many = not by_labels and _COUNT_FROM <= len(terms) < _COUNT_BELOW
        found, rest = (_by_counts if many else _by_labels)(terms, n_fixed, modulus)
        replacements |= found
        left_over += rest
    return replacements, left_over


def _clusters(constraints: Sequence[Terms]) -> list[list[int]]:
    """Return the constraints that share signals, oldest first, in the order of the newest of each cluster.

    Where a constraint joins older clusters, the newest of these comes last before it.
    """
    first_seen: dict[int, int] = {}  # signal -> the constraint that brought it in
    newest: dict[int, int] = {}  # constraint -> a newer one of its cluster

    def find(k: int) -> int:
        root = k
        while newest.setdefault(root, root) != root:
            root = newest[root]
        while newest[k] != root:
            newest[k], k = root, newest[k]
        return root

    clusters: dict[int, list[int]] = {}
    for k, terms in enumerate(constraints):
        own = [signal for signal in terms if signal]
        older = sorted({find(first_seen[signal]) for signal in own if signal in first_seen})
        members = clusters.pop(older[0]) if older else []
        for other in older[1:]:
            members += clusters.pop(other)
        for other in older:
            newest[other] = k
        first_seen |= {signal: k for signal in own if signal not in first_seen}
        if terms:
            members.append(k)
            clusters[k] = members
    return [clusters[k] for k in sorted(clusters)]


def _by_labels(
    constraints: list[Terms], n_fixed: int, modulus: int
) -> tuple[dict[int, Terms], list[Terms]]:
    """Eliminate the largest signal of each constraint, the oldest constraint first."""
    definitions: dict[int, _Definition] = {}
    left_over: list[Terms] = []
    for first in constraints:
        terms = dict(first)
        signal = max(terms, default=0)
        while signal >= n_fixed and signal in definitions:
            terms = _combined(terms, signal, definitions[signal], modulus)
            signal = max(terms, default=0)
        if signal >= n_fixed:
            definitions[signal] = (-terms.pop(signal) % modulus, terms)
        elif terms:
            left_over.append(terms)
    return _substituted(definitions, sorted(definitions), modulus), left_over


def _by_counts(
    constraints: list[Terms], n_fixed: int, modulus: int
) -> tuple[dict[int, Terms], list[Terms]]:
    """Eliminate the signal that occurs in the fewest constraints, the oldest constraint first."""
    definitions: dict[int, _Definition] = {}
    left_over: list[Terms] = []
    counts = Counter(signal for terms in constraints for signal in terms if signal >= n_fixed)
    waiting: dict[int, Terms] = dict(enumerate(constraints))
    only_in = {s: k for k, terms in waiting.items() for s in terms if counts[s] == 1}
    for signal in sorted(only_in):
        terms = dict(waiting.pop(only_in[signal], {}))
        if terms:
            counts.subtract(s for s in terms if s >= n_fixed)
            definitions[signal] = (-terms.pop(signal) % modulus, terms)
    for constraint in waiting.values():
        terms = dict(constraint)
        counts.subtract(s for s in terms if s >= n_fixed)
        known = max((s for s in terms if s in definitions), default=0)
        while known:
            terms = _combined(terms, known, definitions[known], modulus)
            known = max((s for s in terms if s in definitions), default=0)
        free = [s for s in terms if s >= n_fixed]
        if free:
            signal = min(free, key=lambda s: (counts[s], -s))
            definitions[signal] = (-terms.pop(signal) % modulus, terms)
        elif terms:
            left_over.append(terms)
    return _substituted(definitions, reversed(definitions), modulus), left_over


def _combined(terms: Terms, signal: int, definition: _Definition, modulus: int) -> Terms:
    """Return k * rest' - k' * rest for the definition k' * signal = rest' and the constraint, which says k * signal = rest."""
    known, known_rest = definition
    rest = dict(terms)
    coefficient = -rest.pop(signal)
    combined = scaled(known_rest, coefficient, modulus)
    accumulate(combined, rest, -known, modulus)
    return combined


def _substituted(
    definitions: dict[int, _Definition], order: Iterable[int], modulus: int
) -> dict[int, Terms]:
    """Solve for each signal, in an order in which a definition mentions only signals solved before."""
    solved: dict[int, Terms] = {}
    for signal in order:
        coefficient, rest = definitions[signal]
        solved[signal] = replaced(
            scaled(rest, pow(coefficient, -1, modulus), modulus), solved, modulus
        )
    return solved
