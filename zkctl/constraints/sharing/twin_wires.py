"""Wires that occur together: in the same sums, in the same proportion.

Such wires are one sum, added up once, as the bits of a word that is a summand of several words.  Short sums, in which single bits
meet, are left out at first: a group counts for the sums of a length or more.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from graphlib import TopologicalSorter

from zkctl.constraints.linear import Terms
from zkctl.field.inverses import inverses_of

_SHORTEST = (64, 32, 16, 8, 4, 2)  # lengths of sums from which on a group counts


def group_twins(
    sums: list[Terms], new_wire: Callable[[], int], modulus: int
) -> list[tuple[int, Terms]]:
    """Replace groups of wires by new wires in the sums, in place; return the new wires with their sums, in an order of evaluation."""
    groups: list[tuple[int, Terms]] = []
    for shortest in _SHORTEST:
        while True:
            own = [terms for _, terms in groups]
            chosen = [terms for terms in [*sums, *own] if len(terms) >= shortest]
            found = _groups(chosen, modulus)
            if not found:
                break
            for owners, group in found:
                wire = new_wire()
                _replace([chosen[k] for k in owners], group, wire)
                groups.append((wire, group))
    return sorted_by_use(groups)


def _groups(sums: Sequence[Terms], modulus: int) -> list[tuple[tuple[int, ...], Terms]]:
    """Return the groups of two wires or more that occur in two sums or more, with the numbers of those sums."""
    owners: dict[int, list[int]] = {}
    for k, terms in enumerate(sums):
        for wire in terms:
            owners.setdefault(wire, []).append(k)
    same: dict[tuple[int, ...], list[int]] = {}
    for wire, places in owners.items():
        if len(places) > 1:
            same.setdefault(tuple(places), []).append(wire)
    found = []
    for places_of_all, wires in same.items():
        if len(wires) > 1:
            for group in _in_proportion(sums, places_of_all, wires, modulus):
                found.append((places_of_all, group))
    return found


def _in_proportion(
    sums: Sequence[Terms], places: Sequence[int], wires: Sequence[int], modulus: int
) -> list[Terms]:
    """Return the groups among wires that occur in the same sums, as sums that start with the coefficient 1."""
    first = [sums[places[0]][wire] for wire in wires]
    by_ratio: dict[tuple[int, ...], list[tuple[int, int]]] = {}
    for wire, value, inverse in zip(wires, first, inverses_of(first, modulus)[0], strict=True):
        ratios = tuple(sums[k][wire] * inverse % modulus for k in places[1:])
        by_ratio.setdefault(ratios, []).append((wire, value))
    groups = [group for group in by_ratio.values() if len(group) > 1]
    scale = inverses_of([group[0][1] for group in groups], modulus)[0]
    return [
        {wire: value * factor % modulus for wire, value in group}
        for group, factor in zip(groups, scale, strict=True)
    ]


def _replace(sums: Sequence[Terms], group: Terms, wire: int) -> None:
    """Put a wire in the place of a group, whose first coefficient is 1."""
    first = next(iter(group))
    for terms in sums:
        terms[wire] = terms[first]
        for member in group:
            del terms[member]


def sorted_by_use(groups: Sequence[tuple[int, Terms]]) -> list[tuple[int, Terms]]:
    """Return definitions so that each uses only earlier ones."""
    sums = dict(groups)
    uses = {wire: [each for each in terms if each in sums] for wire, terms in groups}
    return [(wire, sums[wire]) for wire in TopologicalSorter(uses).static_order()]
