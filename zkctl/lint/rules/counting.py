"""Small sets of values: masks that never rise, and combinations that can be listed."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import product as combinations
from math import prod

from zkctl.lint.facts import Facts
from zkctl.lint.polynomials import row_polynomial
from zkctl.lint.rules.ranges import value_at

MOST_COMBINATIONS = 4096  # listed for a row; the checker's limit is larger
MOST_IN_A_PASS = 300_000  # combinations listed before other rules are asked again: seconds
_MOST_WIRES = 14


def count_masks(facts: Facts) -> bool:
    """Make masks unique that never rise and have a known sum; return whether there was one.

    The sum is the number of ones, which come first.  Without the order any positions may hold the ones.
    """
    after = _edges(facts)
    if not after:
        return False
    found = False
    for k in facts.rows.numbers():
        form = facts.open_of(k)
        unknown = facts.unknown(form) if form else []
        if not 2 <= len(unknown) < facts.modulus or not all(map(facts.is_bit, unknown)):
            continue
        if form is None or len({form[wire] for wire in unknown}) != 1:
            continue
        path = _path(after, set(unknown))
        if path:
            facts.learn_unique(
                unknown, ["staircase", k, [wire for wire, _ in path], [j for _, j in path[1:]]]
            )
            found = True
    return found


def _edges(facts: Facts) -> dict[int, dict[int, int]]:
    """Return for each wire v the wires w with a row w * (1 - v) = 0: w is 1 only if v is."""
    found: dict[int, dict[int, int]] = {}
    for k in facts.rows.numbers():
        row = facts.rows[k]
        if (
            facts.unique.issuperset(row.a)
            or facts.unique.issuperset(row.b)
            or len(row.a) + len(row.b) > 4
        ):
            continue
        terms = row_polynomial(facts, k)
        if len(terms) != 2:
            continue
        one, two = sorted(terms, key=len)
        if (
            len(one) == 1
            and len(two) == 2
            and one[0] in two
            and (terms[one] + terms[two]) % facts.modulus == 0
        ):
            other = two[0] if two[1] == one[0] else two[1]
            if other != one[0]:
                found.setdefault(other, {})[one[0]] = k
    return found


def _path(after: dict[int, dict[int, int]], wires: set[int]) -> list[tuple[int, int]]:
    """Return all wires in an order without a rise, each with the row that says so; empty if there is none."""
    later = {wire for first in wires for wire in after.get(first, ()) if wire in wires}
    starts = wires - later
    if len(starts) != 1:
        return []
    path = [(starts.pop(), 0)]
    while len(path) <= len(wires):
        following = [(w, k) for w, k in after.get(path[-1][0], {}).items() if w in wires]
        if len(following) != 1:
            break
        path.append(following[0])
    return path if {wire for wire, _ in path} == wires and len(path) == len(wires) else []


def list_combinations(facts: Facts) -> bool:
    """Make wires unique on which all small combinations with the same sums agree; return whether there were some."""
    found = False
    n_left = MOST_IN_A_PASS
    tried: set[frozenset[int]] = set()
    for k in facts.rows.numbers():
        row = facts.rows[k]
        if (
            facts.unique.issuperset(row.a)
            and facts.unique.issuperset(row.b)
            and facts.unique.issuperset(row.c)
        ):
            continue
        form = facts.open_of(k)
        unknown = sorted(facts.unknown(form)) if form else []
        if 2 <= len(unknown) <= _MOST_WIRES and frozenset(unknown) not in tried:
            tried.add(frozenset(unknown))
            values = [facts.values(wire, MOST_COMBINATIONS) for wire in unknown]
            known = [found for found in values if found is not None]
            n = prod(map(len, known))
            if len(known) == len(unknown) and n <= min(MOST_COMBINATIONS, n_left):
                n_left -= n
                found |= _list_wires(facts, unknown, known)
    return found


def _list_wires(facts: Facts, wires: list[int], known: list[Sequence[int]]) -> bool:
    targets, filters = _rows_of(facts, set(wires))
    p = facts.modulus
    sides = [facts.folded(k) for k in filters]
    parts = [{w: v for w, v in (facts.open_of(k) or {}).items() if w in wires} for k in targets]
    parts = [{w: v for w, v in part.items() if w not in facts.unique} for part in parts]
    first: dict[tuple[int, ...], tuple[int, ...]] = {}
    same = set(wires) - facts.unique
    for choice in combinations(*known):
        at = dict(zip(wires, choice, strict=True)) | {0: 1}
        if any((value_at(a, at) * value_at(b, at) - value_at(c, at)) % p for a, b, c in sides):
            continue
        sums = tuple(value_at(part, at) % p for part in parts)
        other = first.setdefault(sums, choice)
        same -= {w for w, x, y in zip(wires, choice, other, strict=True) if x != y}
        if not same:
            return False
    facts.learn_unique(sorted(same), ["enumerate", wires, targets, filters])
    if not first:
        facts.set_impossible()
    return True


def _rows_of(facts: Facts, wires: set[int]) -> tuple[list[int], list[int]]:
    """Return the rows that know a sum of the wires, and the rows with no other wires."""
    targets, filters = [], []
    for k in sorted({k for wire in wires for k in facts.near[wire] if k >= 0}):
        a, b, c = facts.folded(k)
        if wires.issuperset({*a, *b, *c} - {0}):
            filters.append(k)
            continue
        form = facts.open_of(k)
        if form is not None and wires.issuperset(facts.unknown(form)):
            targets.append(k)
    return targets, filters
